"""Compares attributions with what `git blame` says, line by line."""

from __future__ import annotations

from collections.abc import Collection

from answerable.git.attribution.pieces import BINARY_LOOK, End
from answerable.git.attribution.snapshot import Attribution
from builders import BlamedLine, RepoBuilder
from builders.entries import SUBMODULE

Blamed = dict[bytes, list[BlamedLine]]


def blamed(repo: RepoBuilder, rev: str, *options: str) -> Blamed:
    """Blame every file of a revision that has lines."""
    return {path: repo.blame(rev, path, *options) for path in texts(repo, rev)}


def texts(repo: RepoBuilder, rev: str) -> list[bytes]:
    """The paths of a revision that are neither binary nor submodules."""
    files = [(path, name) for path, (mode, name) in repo.files(rev).items() if mode != SUBMODULE]
    feed = "".join(f"{name}\n" for _, name in files).encode()
    out, found, at = repo.git("cat-file", "--batch", feed=feed), [], 0
    for path, _ in files:
        start = out.index(b"\n", at) + 1
        size = int(out[at:start].split()[2])
        if b"\0" not in out[start : start + min(size, BINARY_LOOK)]:
            found.append(path)
        at = start + size + 1
    return found


def attributed(found: Attribution, end: End = End.BEGUN) -> Blamed:
    """The same from an attribution, whose every line must end in this way."""
    assert {origin.end for origin in found.origins} <= {end}
    return {
        path: [
            BlamedLine(piece.origin.commit.decode(), piece.origin.path, piece.orig_start + at)
            for piece in found.pieces(path)
            for at in range(piece.count)
        ]
        for path in found.files
    }


def within(found: Attribution) -> Blamed:
    """Lines of an attribution, where those outside the range have no commit, no path and line 0."""
    return {
        path: [
            BlamedLine(piece.origin.commit.decode(), piece.origin.path, piece.orig_start + at)
            if piece.origin.end is End.BEGUN
            else BlamedLine("", b"", 0)
            for piece in found.pieces(path)
            for at in range(piece.count)
        ]
        for path in found.files
    }


def only(lines: Blamed, commits: Collection[str]) -> Blamed:
    """Blamed lines, with those of other commits emptied as `within` does."""
    return {
        path: [line if line.sha in commits else BlamedLine("", b"", 0) for line in of]
        for path, of in lines.items()
    }
