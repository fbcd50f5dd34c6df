"""Looks at where things are recorded: whether it can be written, what waits there, what went wrong, room and clock."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from answerable.capture.doctor.check import Check, fault, ok, warning
from answerable.capture.recording.pending import OWED
from answerable.capture.recording.spool import MOST_WAITING
from answerable.git.repository import Repository

_DRAINS = "answerable for HEAD"
_DAY = 86_400
_LONG = 7 * _DAY  # for which a fault in a journal is told
_WAITS = _DAY  # after which something that still waits is odd
_LITTLE, _VERY_LITTLE = 500 << 20, 50 << 20  # bytes
_OFF = 300  # seconds by which clocks may differ
_MOST_JOURNAL = 1 << 20


def places(repository: Repository, state: Path, now: float | None = None) -> Iterator[Check]:
    """All looks at the folders of one repository.

    Args:
        repository: Which.
        state: The person's state folder, for faults that concern no repository.
        now: Seconds since 1970; this moment where None.
    """
    now = time.time() if now is None else now
    capture = repository.common_dir / "answerable" / "capture"
    writable = _writable(repository, capture)
    yield writable
    yield _room(repository.common_dir)
    yield _clock(repository, now)
    folders = sorted(path for path in _listed(capture) if path.is_dir())
    yield from _spools(folders, now)
    yield from _journals([*folders, state], now)


def _writable(repository: Repository, capture: Path) -> Check:
    folder = next(path for path in (capture, *capture.parents) if path.is_dir())
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".doctor-"):
            pass
    except OSError as error:
        step = f"make {repository.common_dir} writable"
        return fault("writable", f"nothing can be written in {folder}: {error.strerror}", step)
    return ok("writable", f"{folder} can be written")


def _room(folder: Path) -> Check:
    try:
        about = os.statvfs(folder)
    except OSError as error:
        return warning("room", f"the disk cannot be asked: {error.strerror}", None)
    free = about.f_bavail * about.f_frsize
    said = f"{free / (1 << 30):,.1f} GiB are free"
    if free < _VERY_LITTLE or (about.f_files and about.f_favail < 1000):
        return fault(
            "room", f"the disk is full: {free >> 20:,} MiB and {about.f_favail:,} files are left", "free some space"
        )
    return warning("room", said, "free some space") if free < _LITTLE else ok("room", said)


def _clock(repository: Repository, now: float) -> Check:
    """A clock that went back makes later things look earlier."""
    newest = [os.stat(path).st_mtime for path in _seen_files(repository) if path.exists()]  # noqa: PTH116
    code, out, _ = repository.git.attempt("log", "-1", "--format=%ct", "HEAD", "--")
    if code == 0 and out.strip().isdigit():
        newest.append(int(out))
    ahead = max(newest, default=now) - now
    if ahead > _OFF:
        step = "set the clock: what was recorded since may be taken for older than it is"
        return warning("clock", f"it is {ahead / 60:,.0f} minutes behind what was recorded or committed last", step)
    return ok("clock", "nothing that was recorded or committed is of the future")


def _seen_files(repository: Repository) -> Iterator[Path]:
    for folder in _listed(repository.common_dir / "answerable" / "capture"):
        yield from (folder / "sequence", folder / "state.json")


def _spools(folders: list[Path], now: float) -> Iterator[Check]:
    for folder in folders:
        names = [path for path in _listed(folder / "spool") if path.suffix == ".json"]
        oldest = min((_mtime(path) for path in names), default=now)
        if (folder / "no-program").exists():
            yield fault("git-hooks", "the program that they start is not where it was", "answerable init", folder.name)
        if len(names) > MOST_WAITING // 2:
            yield fault("spool", f"{len(names):,} events wait; {MOST_WAITING:,} are the most", _DRAINS, folder.name)
        elif now - oldest > _WAITS:
            said = f"{len(names):,} events wait, the oldest for {(now - oldest) / _DAY:,.0f} days"
            yield warning("spool", said, _DRAINS, folder.name)
        else:
            yield ok("spool", f"{len(names):,} events wait", folder.name)
        if (folder / os.fsdecode(OWED)).exists():
            said = "the ledger has not taken all that is in the notes"
            yield warning("spool", said, f"see the check ledger, then: {_DRAINS}", folder.name)


def _journals(folders: list[Path], now: float) -> Iterator[Check]:
    told = False
    for folder in folders:
        rows = [row for row in _rows(folder / "journal") if now - row[0] < _LONG]
        if rows:
            told = True
            last = max(rows)
            said = f"{len(rows):,} faults in a week, the last: {last[1]}"
            step = f"lines of that time may be unknown; see {folder / 'journal'}"
            yield warning("journal", said, step, folder.name)
    if not told:
        yield ok("journal", "no fault was noted in a week")


def _rows(path: Path) -> Iterator[tuple[float, str]]:
    """The moments and words of a journal, in seconds; what is none is left out."""
    try:
        with path.open("rb") as file:
            text = file.read(_MOST_JOURNAL + (1 << 16))
    except OSError:
        return
    for row in text.splitlines():
        with suppress(ValueError, TypeError, KeyError, RecursionError, OverflowError):
            said = json.loads(row)
            yield int(said["at"]) / 1e9, str(said["what"])


def _listed(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _mtime(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return time.time()
