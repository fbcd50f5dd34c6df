"""Tells by a few looks at files, without git, whether anything waits for a drain: in one work tree, or in all of them.

What waits is an event in the spool, a pair that the hook `post-rewrite` wrote, or a move of HEAD that no drain saw;
also what a ledger did not take, and what agents' telemetry told since of calls whose lines are in commits.
"""

import os
import time

from answerable.capture.recording.place import Place, find, small
from answerable.capture.recording.snapshots import write
from answerable.capture.recording.watched import stamp_of

DRAINED = b"drained"  # the stamp as it was before the last drain read what it is of
OWED = b"owed"  # commits whose records the ledger lacks
LATE = b"late"  # the stamp of telemetry when commits were last looked at of which it may tell more
_AGAIN = 60  # seconds until a ledger is asked again that could not be written
MERGED = b"notes-merged"
REWRITTEN = b"rewritten"  # "<old> <new>", a line each, by the hook post-rewrite


def waits(place: Place) -> bool:
    """Whether anything waits in this work tree; nothing does where no agent was ever at work."""
    try:
        with os.scandir(os.path.join(place.folder, b"spool")) as names:
            if any(entry.name.endswith(b".json") for entry in names):
                return True
    except FileNotFoundError:
        if not os.path.isdir(place.folder):
            return False
    except OSError:
        return False  # a drain could not read it either
    if stamp(place) != small(os.path.join(place.folder, DRAINED)):
        return True
    late = small(os.path.join(place.folder, LATE))
    return bool(late and late != telemetry()) or _owes(place.folder)


def waiting(place: Place) -> list[Place]:
    """The work trees of a work tree's repository in which something waits, its own first."""
    if not os.path.isdir(os.path.dirname(place.folder)):
        return []
    return [one for one in _all(place) if waits(one)]


def unmerged(common: bytes) -> bytes | None:
    """The stamp of the notes that were fetched; None where there are none, or all are merged."""
    remotes = os.path.join(common, b"refs", b"notes", b"answerable-remote")
    try:
        found = [
            os.path.join(remotes, remote, name)
            for remote in sorted(os.listdir(remotes))
            for name in sorted(os.listdir(os.path.join(remotes, remote)))
        ]
    except (OSError, ValueError):  # a name that holds NUL is none
        return None
    now = b" ".join(map(stamp_of, found))
    return now if now and now != small(os.path.join(common, b"answerable", MERGED)) else None


def merged(common: bytes, seen: bytes) -> None:
    """Remember that all notes are merged that were fetched when the stamp was this."""
    write(os.path.join(common, b"answerable", MERGED), seen)


def stamp(place: Place) -> bytes:
    """The stamp of HEAD's log and of the pairs, to be taken before they are read."""
    files = (os.path.join(place.git, b"logs", b"HEAD"), os.path.join(place.folder, REWRITTEN))
    return b" ".join(map(stamp_of, files))


def telemetry() -> bytes:
    """The stamp of what agents' telemetry told (`capture.otlp_store`)."""
    state = os.environb.get(b"XDG_STATE_HOME") or os.path.expanduser(b"~/.local/state")
    store = os.path.join(state, b"answerable", b"acceptance.sqlite")
    return b" ".join(map(stamp_of, (store, store + b"-wal") if _holds(store + b"-wal") else (store,)))


def _holds(path: bytes) -> bool:
    """Whether a file holds anything: who only reads a database may leave an empty one."""
    try:
        return os.stat(path).st_size > 0
    except OSError:
        return False


def _owes(folder: bytes) -> bool:
    try:
        return abs(time.time() - os.stat(os.path.join(folder, OWED)).st_mtime) > _AGAIN
    except OSError:
        return False


def mark(place: Place, seen: bytes) -> None:
    """Remember that all is drained that was there when the stamp was this."""
    write(os.path.join(place.folder, DRAINED), seen)


def _all(place: Place) -> list[Place]:
    found = {place.git: place}
    try:
        names = os.listdir(os.path.dirname(place.folder))
    except OSError:
        names = []
    for name in names:
        other = _named(place.common, name)
        if other and os.path.realpath(other.git) not in map(os.path.realpath, found):
            found[other.git] = other
    return list(found.values())


def _named(common: bytes, name: bytes) -> Place | None:
    """The work tree that goes by a name in a repository; None where it is gone."""
    if name == b"main":
        root = os.path.dirname(common) if os.path.basename(common) == b".git" else None
    else:
        linked = b"main" if name == b"main.worktree" else name
        said = small(os.path.join(common, b"worktrees", linked, b"gitdir")).rstrip(b"\r\n")
        root = os.path.dirname(os.path.join(common, b"worktrees", linked, said)) if said else None
    place = find(os.path.realpath(root)) if root and os.path.isdir(root) else None
    return place if place and place.name == name else None
