"""Runs the program as a person does: a process of its own, its exit code, what it says and where."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import answerable


@dataclass(frozen=True)
class Said:
    """What one run left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one JSON document on standard output."""
        found = json.loads(self.out)
        assert isinstance(found, dict)
        return found

    @property
    def documents(self) -> list[dict[str, Any]]:
        """All JSON documents, one a line."""
        return [json.loads(row) for row in self.out.splitlines()]


def ask(*arguments: str | bytes, cwd: Path, feed: str | bytes = b"", **env: str) -> Said:
    """Run `answerable` with these arguments; a traceback is never an answer."""
    source = os.fspath(Path(answerable.__file__).parent.parent)
    done = subprocess.run(
        [sys.executable, "-m", "answerable", *arguments],
        cwd=cwd,
        input=feed.encode() if isinstance(feed, str) else feed,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": source, **env},
        timeout=120,
        check=False,
    )
    said = Said(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))
    assert "Traceback" not in said.err, said.err
    assert "internal" not in said.err, said.err
    return said
