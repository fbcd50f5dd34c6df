"""How the recorder is called from a settings file: the fastest way that is there, and never so that an edit fails.

A hook that ends with an error stops the tool use of some hosts, and Python ends with 2, which means "no" to most, where
a file is not there any more. So the command always succeeds, even when Answerable has been removed.
"""

from __future__ import annotations

import json
import os
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

from answerable.capture import hook

SCRIPT = "answerable-hook"


@dataclass(frozen=True, slots=True)
class Program:
    """The words that start the recorder; the name of the agent follows."""

    words: tuple[str, ...]

    @classmethod
    def here(cls) -> Program:
        """The recorder of this installation: as a file where it is one, for that starts in half the time."""
        file = Path(hook.__file__).absolute()
        python = Path(sys.executable or "")
        if python.is_absolute() and file.is_file():
            return cls((os.fspath(python), "-S", "-I", os.fspath(file)))
        return cls((SCRIPT,))

    def line(self, agent: str, answer: str = "") -> str:
        """The command for a shell.

        Args:
            agent: Whose payload it is given.
            answer: What the host must read on standard output, if it takes silence for a fault.
        """
        said = f"; echo {shlex.quote(answer)}" if answer else ""
        return f"{shlex.join((*self.words, agent))} || true{said}"

    def script(self, agent: str) -> str:
        """The words as a JavaScript array."""
        return json.dumps([*self.words, agent])
