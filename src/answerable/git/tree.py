"""Lists the files of a tree, with any byte in their names."""

from __future__ import annotations

from typing import NamedTuple

from answerable.git.program import Git


class Entry(NamedTuple):
    """One file, link or submodule of a tree; `oid` is hex."""

    mode: bytes
    oid: str
    path: bytes


def list_tree(git: Git, commit: str, *paths: bytes) -> list[Entry]:
    """Every entry below a commit's root, or those at or below the paths given (relative to the root)."""
    out = git.run("ls-tree", "-r", "-z", "--full-tree", commit, "--", *paths)
    entries = []
    for line in out.split(b"\0")[:-1]:
        about, _, path = line.partition(b"\t")
        mode, _kind, oid = about.split(b" ")
        entries.append(Entry(mode, oid.decode(), path))
    return entries
