"""Writes events of one work tree, in an order that no clock has a say in: whole or not at all, and none twice.

    <common git dir>/answerable/capture/<work tree>/
        sequence            how many events there were; counted up under a lock, before an event is written
        spool/<number>.json events; a number that is missing is a gap, and is seen as one
        snapshots/aa/<sha>  what files held
        watched, looked     paths with their stamps: those whose next state matters (`recording.watched`)
        journal             faults of our own, for `doctor`

An event is a JSON object, version 1 (`capture.event`).
"""

import fcntl
import os
import time

from answerable.capture.recording import watched
from answerable.capture.recording.place import Place, doing, head, small
from answerable.capture.recording.quick import dump
from answerable.capture.recording.snapshots import Seen, take, write
from answerable.capture.recording.watched import stamp_of

VERSION = 1
MOST_WAITING = 50_000  # events; a spool that nobody drains does not fill the disk
MOST_JOURNAL = 1 << 20
LOST = b"lost"  # events that could not be counted, outside of the repository
_PATIENCE = 0.5  # seconds that a hook waits for another at most


class Spool:
    """The spool of one work tree.

    Args:
        place: The work tree.
    """

    def __init__(self, place: Place) -> None:
        self.place = place
        self.folder = place.folder

    def add(self, event: dict[str, object], paths: dict[str, str | None], *, watch: bool = False) -> int | None:
        """Write an event, with what the files that it names hold now; its number, or None where it could not be.

        Args:
            event: Its members, but for those that are added here.
            paths: Each path below the root, and why it is not looked at; None: it is.
            watch: Whether all that is watched is looked at, too.
        """
        lock = self._lock()
        try:
            number = _next(lock)
            if number is None:
                lost(self.folder)
            if number is None or (number % 64 == 0 and self._too_many()):
                return None
            look = watched.look(self.place) if watch else None
            paths = paths | {_text(path): None for path in look.paths} if look else paths
            stamps = [stamp_of(self._full(path)) + b" " + _bytes(path) for path in paths]
            seen = [self._seen(path, skipped) for path, skipped in paths.items()]
            event = {
                "v": VERSION,
                "seq": number,
                "at": time.time_ns(),
                **event,
                "head": head(self.place),
                "doing": doing(self.place),
                "paths": seen,
            }
            if look and look.whole:
                event["checked"] = True
            name = os.path.join(self.folder, b"spool", b"%012d.json" % number)
            if not write(name, dump(event).encode()):
                return None
            watched.looked(self.folder, number, stamps + (look.rows if look else []))
            return number
        finally:
            if lock is not None:
                os.close(lock)

    def pass_over(self) -> None:
        """Count an event and write none: that it is missing is seen later, and nobody is taken for its writer."""
        lock = self._lock()
        if _next(lock) is None:
            lost(self.folder)
        if lock is not None:
            os.close(lock)

    def watch(self, rows: list[bytes], last: int) -> None:
        """Say anew what is watched, once the events up to a number are taken.

        Args:
            rows: "<stamp> <path>" each.
            last: The number of the last event that was taken; what later ones looked at goes on to be watched.
        """
        lock = self._lock()
        try:
            later = os.path.join(self.folder, b"looked")
            kept = [row for row in small(later).split(b"\0") if row and int(row.split(b" ", 1)[0]) > last]
            write(os.path.join(self.folder, b"watched"), b"\0".join(rows[: watched.MOST + 1]))
            write(later, b"".join(row + b"\0" for row in kept))
        except ValueError:
            write(later, b"")
        finally:
            if lock is not None:
                os.close(lock)

    def journal(self, what: str) -> None:
        """Note a fault of our own."""
        journal(self.folder, what)

    def _seen(self, path: str, skipped: str | None) -> dict[str, object]:
        folder = os.path.join(self.folder, b"snapshots")
        seen = Seen(skipped=skipped) if skipped else take(self._full(path), folder)
        return {"path": path, "content": seen.content, "size": seen.size, "skipped": seen.skipped}

    def _lock(self) -> int | None:
        path = os.path.join(self.folder, b"sequence")
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        try:
            try:
                handle = os.open(path, flags, 0o600)
            except FileNotFoundError:
                os.makedirs(self.folder, 0o700, exist_ok=True)
                handle = os.open(path, flags, 0o600)
        except OSError:
            return None
        if _locked(handle, fcntl.LOCK_EX):
            return handle
        os.close(handle)
        return None

    def _full(self, path: str) -> bytes:
        return os.path.join(self.place.root, _bytes(path))

    def _too_many(self) -> bool:
        try:
            return len(os.listdir(os.path.join(self.folder, b"spool"))) > MOST_WAITING
        except OSError:
            return False


def counted(folder: bytes) -> int:
    """How many events there were, once none is being written: what is not in the spool then is missing."""
    try:
        handle = os.open(os.path.join(folder, b"sequence"), os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return 0
    try:
        return _number(handle) if _locked(handle, fcntl.LOCK_SH) else 0
    except (OSError, ValueError):
        return 0
    finally:
        os.close(handle)


def journal(folder: bytes, what: str) -> None:
    """Note a fault in a folder's journal, of which the last part is kept."""
    _append(folder, b"journal", {"at": time.time_ns(), "what": what[:500]})


def lost(folder: bytes) -> None:
    """Note that an event of a work tree could not even be counted; `folder` is what capture keeps of it."""
    _append(home(), LOST, {"at": time.time_ns(), "below": folder.decode("utf-8", "surrogateescape")})


def home() -> bytes:
    """Where faults are noted that no repository can hold."""
    state = os.environb.get(b"XDG_STATE_HOME") or os.path.expanduser(b"~/.local/state")
    return os.path.join(state, b"answerable")


def _append(folder: bytes, name: bytes, said: dict[str, object]) -> None:
    path = os.path.join(folder, name)
    row = dump(said) + "\n"
    try:
        os.makedirs(folder, 0o700, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            if os.fstat(handle).st_size > MOST_JOURNAL:
                os.ftruncate(handle, 0)
            os.write(handle, row.encode())
        finally:
            os.close(handle)
    except OSError:
        pass


def _text(path: bytes) -> str:
    return path.decode("utf-8", "surrogateescape")


def _bytes(path: str) -> bytes:
    return path.encode("utf-8", "surrogateescape")


def _next(lock: int | None) -> int | None:
    """Count one up. The file keeps its size, so that a full disk does not stop the count: the gap is then seen."""
    if lock is None:
        return None
    try:
        number = _number(lock) + 1
        os.pwrite(lock, b"%019d\n" % number, 0)
    except (OSError, ValueError):
        return None
    return number


def _number(handle: int) -> int:
    said = os.pread(handle, 20, 0)
    return int(said) if said.strip().isdigit() else 0


def _locked(handle: int, how: int) -> bool:
    """Lock a file, waiting for others no longer than a hook may."""
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(handle, how | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() > until:
                return False
            time.sleep(0.001)
        else:
            return True
