"""A person, agents and git at work in a real repository: hooks are real processes, payloads as their vendors write."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from answerable.capture import hook
from answerable.capture.drain import Drained, drain
from answerable.git.repository import Repository
from capture.claude import payload
from e2e.asking import ask_here

ADA = {
    "GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.com",
    "GIT_COMMITTER_NAME": "Ada", "GIT_COMMITTER_EMAIL": "ada@example.com",
    "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1",
}  # fmt: skip


class Desk:
    """A repository under the hands of Ada and her agents."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.root.mkdir(parents=True, exist_ok=True)
        self.calls = 0
        self.git("init", "-q", "-b", "main")
        self.git("config", "user.name", "Ada")
        self.git("config", "user.email", "ada@example.com")

    def git(self, *arguments: str, check: bool = True) -> str:
        """Run git as Ada does."""
        done = subprocess.run(
            ["git", *arguments], cwd=self.root, env={**os.environ, **ADA}, check=check, capture_output=True, text=True
        )
        return done.stdout.strip()

    def types(self, path: str, text: str) -> None:
        """Ada saves a file."""
        full = self.root / path
        full.parent.mkdir(parents=True, exist_ok=True)
        full.write_text(text)

    def fires(self, event: str, tool: str, path: str | None, **given: object) -> None:
        """An agent's hook fires."""
        command = [sys.executable, "-S", "-I", str(hook.__file__), "claude-code"]
        full = None if path is None else str(self.root / path)
        done = subprocess.run(
            command,
            cwd=self.root,
            input=payload(self.root, event, tool, full, **given),
            capture_output=True,
            check=False,
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")

    def writes(self, path: str, text: str, *, session: str = "session-1", formatted: str | None = None) -> None:
        """An agent writes a whole file."""
        self.calls += 1
        given = {"content": text, "session": session, "call": f"call-{self.calls}"}
        self.fires("PreToolUse", "Write", path, **given)
        self.types(path, text if formatted is None else formatted)
        self.fires("PostToolUse", "Write", path, **given)

    def edits(self, path: str, old: str, new: str, *, session: str = "session-1") -> None:
        """An agent changes a part of a file."""
        self.calls += 1
        given = {"old_string": old, "new_string": new, "session": session, "call": f"call-{self.calls}"}
        self.fires("PreToolUse", "Edit", path, **given)
        self.types(path, (self.root / path).read_text().replace(old, new, 1))
        self.fires("PostToolUse", "Edit", path, **given)

    def commit(self, message: str = "Work") -> str:
        """Ada commits all."""
        self.git("add", "-A")
        self.git("commit", "-qm", message)
        return self.git("rev-parse", "HEAD")

    def drain(self) -> Drained:
        """What the background does, and `for`, `gate` and push before they answer."""
        with Repository(self.root) as repository:
            return drain(repository)

    def origins(self, path: str) -> list[str]:
        """What `answerable lines` says of each line: origin and grade, and the tool where there is one."""
        said = ask_here("lines", path, "--format", "jsonl", cwd=self.root)
        assert said.code == 0, said.err
        found: list[str] = []
        for row in map(json.loads, said.out.splitlines()):
            words = [row["origin"], row["grade"], row["tool"] or ""]
            found += [" ".join(filter(None, words))] * (row["end"] - row["start"] + 1)
        return found
