"""A change with AI-origin lines that Ada made, and Bo who may sign for it; in pipes, and in a real terminal."""

from __future__ import annotations

import errno
import fcntl
import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
from contextlib import suppress
from pathlib import Path
from typing import Any

import answerable
from answerable.capture.inside import VARIABLES
from builders import RepoBuilder
from e2e.asking import Said, ask_here
from e2e.ledgers import Someone, Team

POLICY = """\
version: 1
layers:
  - {name: critical, paths: ["/src/pay/"]}
  - {name: standard}
rules:
  - name: signed
    match: {layers: [critical], origins: [ai]}
    require: {countersign: true}
"""
CODE = "import requests\n\n\ndef charge(card, amount):\n    return requests.post(URL, json=[card, amount])\n"
CLAUDE = "Charge a card\n\nCo-Authored-By: Claude <noreply@anthropic.com>\n"
PAY = "src/pay/charge.py"
OUTSIDE = dict.fromkeys(VARIABLES, "")  # whoever runs these tests, they run outside of agents
_PATIENCE = 60  # seconds
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


class Change:
    """Lines by Claude in a critical layer, and lines that nobody is known to have written."""

    def __init__(self, repo: RepoBuilder, folder: Path) -> None:
        self.team = Team(repo, folder)
        self.repo, self.root = repo, repo.root
        self.base = repo.commit({".answerable/policy.yaml": POLICY}, author=("Root", "root@example.com"))
        self.first = repo.commit({PAY: CODE}, CLAUDE)
        self.head = repo.commit({PAY: f"# Copyright\n{CODE}", "docs/pay.md": "# Paying\n"}, "Say who")
        repo.checkout()
        self.bo = self.team.add("bo")

    @property
    def range(self) -> str:
        return f"{self.base}..main"

    def accept(self, *more: str, by: Someone | None = None, **env: str) -> Said:
        """Run it without a terminal."""
        return ask_here("accept", *more, *(by or self.bo).signing, cwd=self.root, **OUTSIDE | env)

    def accepted(self, *more: str, by: Someone | None = None) -> dict[str, Any]:
        """What the document says."""
        said = self.accept(*more, "--format", "json", by=by)
        assert said.code in (0, 1), said.out + said.err
        return said.json

    def gate(self) -> Said:
        return ask_here("gate", self.range, "--format", "json", cwd=self.root)

    def lines(self, path: str = PAY) -> list[tuple[str, str, str]]:
        """Of each line: its origin, its grade and who accepted it."""
        answer = ask_here("for", path, "--format", "json", cwd=self.root).json
        found: list[tuple[str, str, str]] = []
        for span in answer["spans"]:
            by = span["acceptance"]["by"] if span["acceptance"] else ""
            found += [(span["origin"], span["grade"], by)] * (span["end"] - span["start"] + 1)
        return found

    def each(self, *more: str, by: Someone | None = None, each: bool = True, **env: str) -> Terminal:
        """Run it in a terminal, hunk by hunk."""
        return Terminal("accept", *(["--each"] if each else []), *more, *(by or self.bo).signing, cwd=self.root, **env)


class Terminal:
    """The program in a pseudo-terminal of its own, and a person in front of it."""

    def __init__(self, *arguments: str, cwd: Path, **env: str) -> None:
        source = os.fspath(Path(answerable.__file__).parent.parent)
        self.shown = ""  # without what only colours it
        self._raw = b""
        self._read_to = 0  # of what was shown
        self._master, slave = pty.openpty()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "answerable", *arguments],
            cwd=cwd, stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
            preexec_fn=_in_front,
            env={**os.environ, "PYTHONPATH": source, "TERM": "dumb", **OUTSIDE, **env},
        )  # fmt: skip
        os.close(slave)

    def until(self, words: str) -> str:
        """Read on until something is shown, and return all since the last time."""
        while (at := self.shown.find(words, self._read_to)) < 0:
            assert self._read(), f"{words!r} was never shown:\n{self.shown}"
        before, self._read_to = self._read_to, at + len(words)
        return self.shown[before : self._read_to]

    def types(self, text: str) -> None:
        """The person types a line."""
        self.presses(f"{text}\n")

    def presses(self, keys: str) -> None:
        """The person presses keys."""
        os.write(self._master, keys.encode())

    def insists(self, keys: str) -> None:
        """The person presses keys until it ends: a signal just before a read begins is seen with the next one."""
        for _ in range(_PATIENCE):
            self.presses(keys)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(1)
                return

    def answers(self, word: str, intent: str | None = None) -> None:
        """The person decides on the hunk that is shown."""
        self.until("?]")
        self.types(word)
        if intent is not None:
            self.until("meant to do?")
            self.types(intent)

    def leaves(self) -> None:
        """The terminal goes away."""
        os.close(self._master)
        self._process.wait(_PATIENCE)

    def ends(self) -> int:
        """Read what is left, and how it ended."""
        while self._read():
            pass
        os.close(self._master)
        code = self._process.wait(_PATIENCE)
        assert "Traceback" not in self.shown, self.shown
        return code

    def _read(self) -> bool:
        """Wait for more; false where there is none to come."""
        if not select.select([self._master], [], [], _PATIENCE)[0]:
            self._process.kill()
            self._process.wait()
            raise AssertionError(f"nothing happens:\n{self.shown}")
        try:
            more = os.read(self._master, 1 << 16)
        except OSError as error:
            if error.errno != errno.EIO:  # how Linux says that the other side is closed
                raise
            return False
        self._raw += more
        self.shown = _COLOURS.sub("", self._raw.decode("utf-8", "replace")).replace("\r\n", "\n")
        return bool(more)


def _in_front() -> None:
    """In the new process: have this terminal, and let what is pressed there interrupt."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
