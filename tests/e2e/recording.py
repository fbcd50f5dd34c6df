"""A desk whose recorder signs: its ledger, begun by Ada, trusts it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from answerable.capture import hook
from answerable.capture.otlp_store import Decided, Decisions
from answerable.capture.recorder import Recorder, trust
from answerable.capture.recording.pending import waits
from answerable.capture.recording.place import find
from answerable.domain.acceptance import How
from answerable.domain.decision import Decision, Kind
from answerable.git.record import read_lines
from answerable.git.repository import Repository
from answerable.ledger.envelope import decode
from answerable.ledger.keys import load_signer
from answerable.ledger.log import Ledger
from answerable.ledger.place import ledger_place
from answerable.ledger.statement import read_statement
from capture.claude import payload
from e2e.asking import ask_here
from e2e.ledgers import Someone, someone
from e2e.working import Desk

if TYPE_CHECKING:
    from collections.abc import Iterator


class RecordedDesk(Desk):
    """Ada's desk; `ledger` False: no ledger was begun, the recorder signs into notes alone."""

    def __init__(self, root: Path, *, ledger: bool = True) -> None:
        super().__init__(root)
        self.mode = "default"  # of the agents' sessions
        self.transcript: Path | None = None
        self.ada: Someone = someone("ada", root.parent)
        with self.repository() as repository:
            self.recorder = Recorder.make(repository)
            if ledger:
                said = ask_here("init", "--no-capture", *self.ada.signing, cwd=self.root)
                assert said.code == 0, said.err
                with Ledger(ledger_place(repository.common_dir)) as log:
                    trust(log, self.recorder, [load_signer(self.ada.key)])

    @contextmanager
    def repository(self) -> Iterator[Repository]:
        """The repository, open."""
        with Repository(self.root) as repository:
            yield repository

    @property
    def home(self) -> Path:
        """Where capture keeps what belongs to the work tree."""
        return self.root / ".git/answerable/capture/main"

    @property
    def waits(self) -> bool:
        """Whether a drain would find anything."""
        place = find(os.fsencode(self.root))
        assert place is not None
        return waits(place)

    @property
    def journal(self) -> str:
        """What went wrong."""
        file = self.home / "journal"
        return file.read_text() if file.exists() else ""

    def lines(self, rev: str = "HEAD") -> list[bytes]:
        """What travels in the notes of a commit."""
        with self.repository() as repository:
            return read_lines(repository, repository.resolve(rev))

    def signed(self, rev: str = "HEAD", kind: Kind | None = None) -> list[Decision]:
        """The decisions in the notes of a commit."""
        found = [read_statement(decode(line).payload) for line in self.lines(rev)]
        return [one for one in found if kind in (None, one.kind)]

    def kept(self, rev: str = "HEAD", kind: Kind | None = None) -> list[Decision]:
        """The decisions about a commit in the ledger."""
        with self.repository() as repository, Ledger(ledger_place(repository.common_dir), readonly=True) as log:
            found = [entry.decision for entry in log.about(repository.resolve(rev))]
        return [one for one in found if kind in (None, one.kind)]

    def hows(self, rev: str = "HEAD") -> dict[str, list[str]]:
        """How lines came in, as decisions that nothing replaced say it: path and lines by act and source."""
        told = self.signed(rev, Kind.ACCEPT)
        gone = {name for one in told for name in one.supersedes}
        found: dict[str, list[str]] = {}
        for one in told:
            if one.decision_id not in gone:
                word = f"{one.details['how']} {one.details['state']} {one.details.get('source', '-')}"
                found.setdefault(word, []).extend(
                    f"{row['path']}:{row['start']}-{row['end']}" for row in one.details["lines"]
                )
        return {word: sorted(rows) for word, rows in found.items()}

    def fires(self, event: str, tool: str, path: str | None, **given: object) -> None:
        """An agent's hook fires, in the mode that its session is in."""
        full = None if path is None else str(self.root / path)
        said = json.loads(payload(self.root, event, tool, full, **given))
        said["permission_mode"] = self.mode
        said["transcript_path"] = str(self.transcript or "/nowhere.jsonl")
        command = [sys.executable, "-S", "-I", str(hook.__file__), "claude-code"]
        done = subprocess.run(command, cwd=self.root, input=json.dumps(said).encode(), capture_output=True, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")

    def shell(self, path: str, text: str) -> None:
        """An agent's shell command writes a file."""
        self.calls += 1
        given = {"command": f"make > {path}", "call": f"call-{self.calls}"}
        self.fires("PreToolUse", "Bash", None, **given)
        self.types(path, text)
        self.fires("PostToolUse", "Bash", None, **given)


def tells(
    call: str, how: How, source: str, *, session: str = "session-1", agent: str = "claude-code", at: int = 1
) -> None:
    """The agent's telemetry arrives."""
    with Decisions(write=True) as store:
        store.add([Decided(how=how, source=source, at=at, agent=agent, session=session, call=call)])


def everything_in(folder: Path) -> bytes:
    """All bytes of all files below a folder."""
    return b"\0".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def worked(desk: RecordedDesk) -> str:
    """An agent writes, Ada adds and changes."""
    desk.writes("app.py", "timeout_seconds = 30\nretries = 5\n")
    desk.types("app.py", "# settings, by hand\ntimeout_seconds = 45\nretries = 5\n")
    return desk.commit()


def kinds_of(found: list[Decision]) -> Counter[str]:
    """How many decisions there are of each kind."""
    return Counter(one.kind.value for one in found)
