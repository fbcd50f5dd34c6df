"""Looks through the folders of a work tree, so that hooks can tell what changes in them: as many as can be watched.

A folder is watched with all that is in it, or not at all. What git does not have is only noted as being there.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field

from answerable.capture.recording.watched import MOST, ROOT, SET_ASIDE, stamp_of
from answerable.git.repository import Repository

_MOST_FILES = 20_000  # in a larger tree only the folders are watched in which something was seen


@dataclass(slots=True)
class Scan:
    """Rows to be watched, by path; the folders that are; what is in them that git does not have, or that is not."""

    rows: dict[bytes, bytes] = field(default_factory=dict)
    folders: list[bytes] = field(default_factory=list)
    others: list[bytes] = field(default_factory=list)


def scan(repository: Repository, seen: Iterable[bytes]) -> Scan:
    """Look through a work tree.

    Args:
        repository: The work tree's.
        seen: Paths that are watched anyhow: they take their room first.
    """
    known = set(seen)
    tracked = {path for path in repository.git.run("ls-files", "-z").split(b"\0") if path}
    near = tracked if len(tracked) <= _MOST_FILES else known
    folders = {above for path in near for above in _above(path)}
    first = {above for path in known for above in _above(path)}
    found, left = Scan(), MOST - len(known)
    root = os.fsencode(repository.root.resolve())
    for folder in sorted(folders, key=lambda name: (name not in first, name.count(b"/"), name)):
        rows = _rows(root, folder, folders, left - 1)
        if rows is None:
            rows = {folder.rstrip(b"/"): SET_ASIDE}
        else:
            found.folders.append(folder)
        found.rows |= rows
        found.others += [path for path in rows if not path.endswith(b"/") and path not in tracked]
        left -= len(rows)
    return found if left >= 0 and b"" in found.folders else Scan()


def _rows(root: bytes, folder: bytes, folders: set[bytes], most: int) -> dict[bytes, bytes] | None:
    """A folder and what is in it, with stamps; None where that is too much, or it is not there."""
    full = root + b"/" + folder
    rows = {folder or ROOT: stamp_of(full)}
    try:
        with os.scandir(full) as entries:
            for entry in entries:
                path = folder + entry.name
                if entry.name == b".git":
                    continue
                if len(rows) > most:
                    return None
                below = entry.is_dir(follow_symlinks=False)
                if path + b"/" not in folders:
                    rows[path] = SET_ASIDE if below else stamp_of(entry.path)
    except OSError:
        return None
    return rows if len(rows) <= most else None


def _above(path: bytes) -> Iterable[bytes]:
    """The folders above a path, each with a "/" at its end; the root is empty."""
    yield b""
    at = path.find(b"/")
    while at >= 0:
        yield path[: at + 1]
        at = path.find(b"/", at + 1)
