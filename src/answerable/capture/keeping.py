"""Keeps what a drain knows for the next one, and removes what nobody needs any more: never before it is kept."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from answerable.capture import saved
from answerable.capture.event import Event
from answerable.capture.recording.snapshots import keep, write
from answerable.capture.recording.spool import MOST_WATCHED, stamp_of
from answerable.capture.replay import State
from answerable.git.repository import Repository

_YOUNG = 600  # seconds for which a snapshot is kept that nothing needs: its event may still be on its way


class Keeping:
    """What is kept of one work tree.

    Args:
        repository: The work tree's.
        folder: Where capture keeps what belongs to it.
        state: What is known.
    """

    def __init__(self, repository: Repository, folder: Path, state: State) -> None:
        self._repository = repository
        self._folder = folder
        self._state = state
        self._wanted: set[str] = set()

    def calm(self) -> None:
        """Which files are not as HEAD has them, where nothing has happened since the last commit."""
        head = self._repository.try_resolve("HEAD")
        state = self._state
        state.head = state.head or head
        if head is None or head != state.head or (state.calm and state.calm["commit"] == head):
            return
        out = self._repository.git.run("status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all")
        dirty = [os.fsdecode(row[3:]) for row in out.split(b"\0") if len(row) > 3]
        state.calm = {"commit": head, "seq": state.last, "dirty": dirty}

    def keep(self) -> bool:
        """Keep what is known; False where it cannot be, and then nothing may be removed."""
        digests: dict[bytes, str] = {}
        whole = True
        snapshots = os.fsencode(self._folder / "snapshots")
        for path, known in self._state.files.items():
            if known.content is not None:
                digests[path] = sha256(known.content).hexdigest()
                whole = keep(snapshots, digests[path], known.content) and whole
        self._wanted = set(digests.values())
        kept = saved.save(self._folder / "state.json", self._state, digests)
        write(os.fsencode(self._folder / "watched"), b"\0".join(self._watched()))
        return kept and whole

    def _watched(self) -> Iterator[bytes]:
        """The files seen last, each with its stamp; one that is not as it was seen has none, and is looked at."""
        root = self._repository.root.resolve()
        files = sorted(self._state.files.items(), key=lambda item: -item[1].seq)
        for path, known in files[:MOST_WATCHED]:
            full = root / os.fsdecode(path)
            stamp = stamp_of(os.fsencode(full))
            try:
                same = known.content is not None and full.read_bytes() == known.content
            except OSError:
                same = known.content is None
            yield (stamp if same else b"?") + b" " + path

    def clear(self, events: Sequence[Event]) -> None:
        """Remove events that were taken, and snapshots that nothing needs any more."""
        for event in events:
            (self._folder / "spool" / f"{event.seq:012d}.json").unlink(missing_ok=True)
        old = time.time() - _YOUNG
        for path in (self._folder / "snapshots").glob("*/*"):
            if path.name not in self._wanted and path.stat().st_mtime < old:
                path.unlink(missing_ok=True)
