"""What a fix changed in files that were there before: its hunks as line numbers of both sides, with their lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from answerable.git.program import Git
from answerable.git.quoting import unquoted

_HUNK = re.compile(rb"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_FLAGS = ("diff-tree", "-r", "-p", "-U0", "-M", "-w", "--no-prefix", "--full-index", "--no-color")
_MOST_BYTES = 8 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Hunk:
    """Lines that were taken away, and lines that came. With none taken away, `start` is the line before the new ones.

    `start` and `new_start` are 1-based; the lines have no end of line.
    """

    start: int
    removed: tuple[bytes, ...]
    new_start: int
    added: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """One file: its path before, its path after, its blob before, its hunks."""

    path: bytes
    new_path: bytes
    blob: str
    hunks: tuple[Hunk, ...]


def patches(git: Git, base: str, commit: str, *paths: bytes) -> Iterator[Patch]:
    """What `commit` changed against `base`, white space apart, in files that `base` has; more than 8 MiB is cut off.

    Args:
        git: A quarantine.
        base: Full id of a commit.
        commit: Full id of a commit.
        paths: Only these, with both names of a renamed one; all by default.
    """
    text = git.run(*_FLAGS, base, commit, "--", *paths)[:_MOST_BYTES]
    for section in (b"\n" + text).split(b"\ndiff --git ")[1:]:
        header, *pieces = section.split(b"\n@@ -")
        old, new = _name(header, b"\n--- "), _name(header, b"\n+++ ")
        ids = header.partition(b"\nindex ")[2].partition(b"..")[0]
        if old is None or not pieces:
            continue  # a new file, another mode alone, or nothing that has lines
        hunks = tuple(hunk for piece in pieces if (hunk := _hunk(b"@@ -" + piece)))
        yield Patch(path=old, new_path=new or old, blob=ids.decode("ascii", "replace"), hunks=hunks)


def _name(header: bytes, mark: bytes) -> bytes | None:
    name = header.partition(mark)[2].partition(b"\n")[0].rstrip(b"\t")
    return None if name in (b"/dev/null", b"") else unquoted(name)


def _hunk(text: bytes) -> Hunk | None:
    found = _HUNK.match(text)
    if found is None:
        return None
    lines = text.split(b"\n")[1:]
    return Hunk(
        start=int(found[1]),
        removed=tuple(line[1:] for line in lines if line.startswith(b"-")),
        new_start=int(found[3]),
        added=tuple(line[1:] for line in lines if line.startswith(b"+")),
    )
