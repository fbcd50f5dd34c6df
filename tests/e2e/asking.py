"""Runs the program as a person does: a process of its own, its exit code, what it says and where."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import answerable
from answerable.cli.main import run
from answerable.git.program import clean_environment


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
    return _checked(
        Said(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))
    )


def ask_here(*arguments: str | bytes, cwd: Path, feed: str | bytes = b"", **env: str) -> Said:
    """The same without a process of its own: several times as fast, where how the program starts is not the point."""
    given = io.BytesIO(feed.encode() if isinstance(feed, str) else feed)
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    with chdir(cwd), redirect_stdout(out), redirect_stderr(err), pytest.MonkeyPatch.context() as patched:
        for name, value in env.items():
            patched.setenv(name, value)
        patched.setattr(sys, "stdin", io.TextIOWrapper(given, "utf-8"))
        clean_environment.cache_clear()  # what git gets is ours, as it is now
        try:
            code = run([os.fsdecode(argument) for argument in arguments])
        finally:
            clean_environment.cache_clear()
    words = [pipe.buffer.getvalue().decode("utf-8", "replace") for pipe in (out, err)]  # type: ignore[attr-defined]
    return _checked(Said(code, *words))


def _checked(said: Said) -> Said:
    assert "Traceback" not in said.err, said.err
    assert "internal" not in said.err, said.err
    return said
