"""Keeps what a drain knows for the next one, and removes what nobody needs any more: never before it is kept."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from answerable.capture import saved
from answerable.capture.event import Event
from answerable.capture.recording import watched
from answerable.capture.recording.place import Place
from answerable.capture.recording.snapshots import keep
from answerable.capture.recording.spool import Spool
from answerable.capture.recording.watched import stamp_of
from answerable.capture.replay import State
from answerable.capture.scan import Scan, scan
from answerable.git.repository import Repository

_IGNORED = ("ls-files", "-z", "--others", "--ignored", "--exclude-standard")
_AT_ONCE = 400  # names in one command
_YOUNG = 600  # seconds for which a snapshot is kept that nothing needs: its event may still be on its way


class Keeping:
    """What is kept of one work tree.

    Args:
        repository: The work tree's.
        place: The same, as hooks find it.
        state: What is known.
    """

    def __init__(self, repository: Repository, place: Place, state: State) -> None:
        self._repository = repository
        self._place = place
        self._folder = Path(os.fsdecode(place.folder))
        self._state = state
        self._wanted: set[str] = set()
        self._scan: Scan | None = None
        self._ignored: set[bytes] = set()

    def calm(self) -> None:
        """Which files are not as HEAD has them, where nothing has happened since the last commit."""
        head = self._repository.try_resolve("HEAD")
        state = self._state
        state.head = state.head or head
        if head is None or head != state.head or (state.calm and state.calm["commit"] == head):
            return
        at = time.time_ns()
        self._scan = scan(self._repository, state.files)  # first: what changes after it has another stamp
        out = self._repository.git.run("status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all")
        dirty = [os.fsdecode(row[3:]) for row in out.split(b"\0") if len(row) > 3]
        there, folders = ([*map(os.fsdecode, names)] for names in (self._scan.others, self._scan.folders))
        state.calm = {"commit": head, "seq": state.last, "at": at, "dirty": dirty, "there": there, "folders": folders}

    def keep(self) -> bool:
        """Keep what is known; False where it cannot be, and then nothing may be removed."""
        self._forget_ignored()
        digests: dict[bytes, str] = {}
        whole = True
        snapshots = os.fsencode(self._folder / "snapshots")
        for path, known in self._state.files.items():
            if known.content is not None:
                digests[path] = sha256(known.content).hexdigest()
                whole = keep(snapshots, digests[path], known.content) and whole
        self._wanted = set(digests.values())
        kept = saved.save(self._folder / "state.json", self._state, digests)
        Spool(self._place).watch([*self._watched()], self._state.last)
        return kept and whole

    def _forget_ignored(self) -> None:
        """What git ignores is in no commit: nothing of it is kept, for it is where secrets are."""
        names = [path for path, known in self._state.files.items() if known.content is not None]
        for at in range(0, len(names), _AT_ONCE):
            out = self._repository.git.run(*_IGNORED, "--", *names[at : at + _AT_ONCE])
            self._ignored |= {path for path in out.split(b"\0") if path}
        for path in self._ignored:
            self._state.files.pop(path, None)

    def _watched(self) -> Iterator[bytes]:
        """The files seen last, each with its stamp; one that is not as it was seen has none, and is looked at.

        Then those that nobody looked at, as they were when all was calm, and their folders.
        """
        root = self._repository.root.resolve()
        files = sorted(self._state.files.items(), key=lambda item: -item[1].seq)
        for path, known in files:
            full = root / os.fsdecode(path)
            stamp = stamp_of(os.fsencode(full))
            try:
                same = known.content is not None and full.read_bytes() == known.content
            except OSError:
                same = known.content is None
            yield (stamp if same else b"?") + b" " + path
        others = self._scan.rows if self._scan else watched.rows(os.fsencode(self._folder))[0]
        yield from (stamp + b" " + path for path, stamp in others.items() if path not in self._state.files)

    def clear(self, events: Sequence[Event]) -> None:
        """Remove events that were taken, and snapshots that nothing needs any more."""
        for event in events:
            (self._folder / "spool" / f"{event.seq:012d}.json").unlink(missing_ok=True)
            for seen in event.paths:
                if seen.path in self._ignored and seen.content and seen.content not in self._wanted:
                    (self._folder / "snapshots" / seen.content[:2] / seen.content).unlink(missing_ok=True)
        old = time.time() - _YOUNG
        for path in (self._folder / "snapshots").glob("*/*"):
            if path.name not in self._wanted and path.stat().st_mtime < old:
                path.unlink(missing_ok=True)
