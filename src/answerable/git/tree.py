"""Lists the files of a tree, with any byte in their names."""

from __future__ import annotations

from typing import NamedTuple

from answerable.git.objects import GitObject, Objects
from answerable.git.program import Git


class Entry(NamedTuple):
    """One file, link or submodule of a tree; `oid` is hex."""

    mode: bytes
    oid: str
    path: bytes


def entry_at(objects: Objects, commit: str, path: bytes) -> GitObject | None:
    """What is at a path: a blob or a tree; None where nothing is, or something that only `list_tree` can tell."""
    if path.startswith((b"./", b"../")):
        return None  # git would look in the folder it runs in, and end where that leads out of the repository
    return objects.get(commit.encode() + b":" + path)


def list_tree(git: Git, commit: str, *paths: bytes) -> list[Entry]:
    """Every entry below a commit's root, or those at or below the paths given (relative to the root)."""
    out = git.run("ls-tree", "-r", "-z", "--full-tree", commit, "--", *paths)
    entries = []
    for line in out.split(b"\0")[:-1]:
        about, _, path = line.partition(b"\t")
        mode, _kind, oid = about.split(b" ")
        entries.append(Entry(mode, oid.decode(), path))
    return entries
