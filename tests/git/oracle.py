"""Compares attributions with what `git blame` says, line by line."""

from __future__ import annotations

from collections.abc import Collection

from answerable.git.attribution.pieces import BINARY_LOOK, End
from answerable.git.attribution.snapshot import Attribution
from builders import BlamedLine, RepoBuilder
from builders.entries import SUBMODULE

Blamed = dict[bytes, list[BlamedLine]]
OUTSIDE = BlamedLine("", b"", 0)


def blamed(repo: RepoBuilder, rev: str = "main") -> Blamed:
    """Blame every file of a revision that has lines."""
    return {path: repo.blame(rev, path) for path in texts(repo, rev)}


def texts(repo: RepoBuilder, rev: str) -> list[bytes]:
    """The paths of a revision that are neither binary nor submodules."""
    files = [(path, name) for path, (mode, name) in repo.files(rev).items() if mode != SUBMODULE]
    out = repo.git("cat-file", "--batch", feed="".join(f"{name}\n" for _, name in files).encode())
    found, at = [], 0
    for path, _ in files:
        start = out.index(b"\n", at) + 1
        size = int(out[at:start].split()[2])
        if b"\0" not in out[start : start + min(size, BINARY_LOOK)]:
            found.append(path)
        at = start + size + 1
    return found


def attributed(found: Attribution) -> Blamed:
    """An attribution in which every line began with a commit."""
    assert {origin.end for origin in found.origins} <= {End.BEGUN}
    return every(found)


def every(found: Attribution) -> Blamed:
    """An attribution, line by line, whatever its ends."""
    return {
        path: [
            BlamedLine(piece.origin.commit.decode(), piece.origin.path, piece.orig_start + at)
            for piece in found.pieces(path)
            for at in range(piece.count)
        ]
        for path in found.files
    }


def ends(found: Attribution, path: bytes) -> list[End]:
    """How the trace of each line of a file ended."""
    return [piece.origin.end for piece in found.pieces(path) for _ in range(piece.count)]


def only(lines: Blamed, commits: Collection[str]) -> Blamed:
    """The same lines, with those of other commits emptied; a file without any line left is left out."""
    kept = {path: [line if line.sha in commits else OUTSIDE for line in of] for path, of in lines.items()}
    return {path: of for path, of in kept.items() if set(of) - {OUTSIDE}}
