"""Knows which files and folders are watched, and tells which changed: a shell does not say what it will change.

    watched     by the drain: "<stamp> <path>", parted by NUL; a folder ends in "/", the root is "/" alone; what has the
                stamp "=" is there and not watched
    looked      by hooks since: "<number of the event> <stamp> <path>"

A folder that changed is looked through for what is new in it. Where there is more than can be looked at, that is said.
"""

import os

from answerable.capture.recording.place import Place, small
from answerable.capture.recording.snapshots import write

MOST = 300  # rows of either file
MOST_NEW = 150  # files that one look may find
_MOST_ENTRIES = 2000  # in folders that changed
_MOST_BYTES = 100_000  # of `looked`, before what is said again in it is left out
SET_ASIDE = b"="
ROOT = b"/"


class Look:
    """What one look found: `paths` that changed or are new, `rows` of folders to be watched from now on.

    `whole` is True where all that is watched was looked at, and all that is new in its folders was found.
    """

    __slots__ = ("paths", "rows", "whole")

    def __init__(self) -> None:
        self.paths: list[bytes] = []
        self.rows: list[bytes] = []
        self.whole = True


def rows(folder: bytes) -> tuple[dict[bytes, bytes], bool]:
    """Each watched path with its stamp when it was last looked at, and whether none was left out.

    Args:
        folder: Where capture keeps what belongs to the work tree.
    """
    found: dict[bytes, bytes] = {}
    whole = True
    for name, skipped in ((b"watched", 0), (b"looked", 1)):
        path = os.path.join(folder, name)
        lines = small(path).split(b"\0")
        if len(lines) > MOST or (lines == [b""] and stamp_of(path) != b"-" and os.path.getsize(path)):
            whole = False
        for line in lines[-MOST:] if skipped else lines[:MOST]:
            stamp, _, name = (line.partition(b" ")[2] if skipped else line).partition(b" ")
            if name:
                found[name] = stamp
    return found, whole


def look(place: Place) -> Look:
    """Look at all that is watched in a work tree."""
    known, whole = rows(place.folder)
    found = Look()
    found.whole = whole
    folders: list[bytes] = []
    for path, stamp in known.items():
        if stamp != SET_ASIDE and stamp != stamp_of(_full(place, path)):
            (folders if path.endswith(b"/") else found.paths).append(path)
    left = _MOST_ENTRIES
    while folders and left > 0:
        left -= _through(place, folders.pop(), known, folders, found)
    found.whole = found.whole and left > 0 and len(found.paths) <= MOST_NEW
    del found.paths[MOST_NEW:]
    return found


def _through(place: Place, folder: bytes, known: dict[bytes, bytes], folders: list[bytes], found: Look) -> int:
    """Look through a folder for what is new in it; how many entries it has."""
    full = _full(place, folder)
    found.rows.append(stamp_of(full) + b" " + folder)
    above = b"" if folder == ROOT else folder
    count = 0
    try:
        with os.scandir(full) as entries:
            for entry in entries:
                count += 1
                name = above + entry.name
                if entry.name == b".git" or name in known or name + b"/" in known or count > _MOST_ENTRIES:
                    continue
                if not entry.is_dir(follow_symlinks=False):
                    found.paths.append(name)
                elif not os.path.lexists(os.path.join(entry.path, b".git")):
                    folders.append(name + b"/")
    except OSError:
        pass
    return count


def looked(folder: bytes, number: int, stamps: list[bytes]) -> None:
    """Watch what an event looked at; while the count is held, so that nobody writes between.

    Args:
        folder: Where capture keeps what belongs to the work tree.
        number: The event's.
        stamps: A row "<stamp> <path>" each.
    """
    path = os.path.join(folder, b"looked")
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError:
        return
    try:
        os.write(handle, b"".join(b"%d %s\0" % (number, row) for row in stamps))
        full = os.fstat(handle).st_size > _MOST_BYTES
    except OSError:
        full = False
    finally:
        os.close(handle)
    if full:
        last = {row.split(b" ", 2)[-1]: row for row in small(path).split(b"\0") if row}
        write(path, b"".join(row + b"\0" for row in list(last.values())[-MOST:]))


def stamp_of(path: bytes) -> bytes:
    """What changes where a file is written, or something comes into a folder or leaves it."""
    try:
        about = os.lstat(path)
    except OSError:
        return b"-"
    return b"%d.%d.%d" % (about.st_mtime_ns, about.st_size, about.st_ino)


def _full(place: Place, path: bytes) -> bytes:
    return place.root if path == ROOT else place.root + b"/" + path.rstrip(b"/")
