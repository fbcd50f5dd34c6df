"""A desk with a file that is known, and an agent's hook that gets whatever an attacker gives it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from answerable.capture import hook
from capture.claude import payload
from e2e.working import Desk

AI = "ai recorded claude-code"
HUMAN = "human recorded"
UNKNOWN = "unknown none"
HOOK = (sys.executable, "-S", "-I", str(hook.__file__), "claude-code")


def known(folder: Path) -> Desk:
    """A file that is known: an agent wrote it, and Ada committed it."""
    made = Desk(folder / "repo")
    made.types("README", "read me\n")
    made.commit("Begin")
    made.writes("a.py", "one = 1\ntwo = 2\n")
    made.commit()
    made.drain()
    assert made.origins("a.py") == [AI, AI]
    return made


def fires(desk: Desk, data: bytes, **how: Any) -> None:
    """The hook gets bytes; it says nothing, and ends well."""
    given = {"cwd": desk.root} | how
    done = subprocess.run(HOOK, input=data, capture_output=True, check=False, **given)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def before(desk: Desk, path: str, text: str) -> bytes:
    """What the hook gets before a file is written, of a call of its own."""
    desk.calls += 1
    call = f"call-{desk.calls}"
    return payload(desk.root, "PreToolUse", "Write", str(desk.root / path), content=text, call=call)


def after(data: bytes) -> bytes:
    """What it gets after that."""
    return data.replace(b"PreToolUse", b"PostToolUse")
