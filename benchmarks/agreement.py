"""Claim: every line of every file has the commit, path and line that `git blame` gives.

Compares all files, or every n-th where AGREEMENT_EVERY=n says so. The oracle is helped by a commit-graph, which does
not change its answers.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from _measure import PROCESSES, git, name_of, repositories, with_commit_graph
from answerable.git.attribution.engine import Engine
from answerable.git.attribution.snapshot import Attribution
from answerable.git.quoting import unquoted
from answerable.git.repository import Repository

Line = tuple[bytes, bytes, int]


def blamed(repository: Path, commit: str, path: bytes) -> list[Line]:
    """Each line's commit, path and line there, from `git blame --incremental`."""
    out = git(repository, "blame", "--incremental", commit, "--", os.fsdecode(path))
    found: dict[int, Line] = {}
    head: list[bytes] = []
    for line in out.split(b"\n"):
        words = line.split(b" ")
        if len(words) == 4 and len(words[0]) in (40, 64) and words[1].isdigit():
            head = words
        elif line.startswith(b"filename "):
            for at in range(int(head[3])):
                found[int(head[2]) + at] = (head[0], unquoted(line[9:]), int(head[1]) + at)
    return [found[number] for number in sorted(found)]


def ours(attribution: Attribution, path: bytes) -> list[Line]:
    """The same from an attribution."""
    return [
        (piece.origin.commit, piece.origin.path, piece.orig_start + at)
        for piece in attribution.pieces(path)
        for at in range(piece.count)
    ]


def measure(folder: Path) -> None:
    """Compare one repository."""
    head = git(folder, "rev-parse", "HEAD").decode().strip()
    with Repository(folder) as repository:
        attribution = Engine(repository, processes=PROCESSES).attribute(head)
    paths = sorted(attribution.files)[:: int(os.environ.get("AGREEMENT_EVERY", "1"))]
    lines = wrong = 0
    with with_commit_graph(folder) as graphed, ThreadPoolExecutor(PROCESSES) as pool:
        for path, oracle in zip(paths, pool.map(lambda p: blamed(graphed, head, p), paths), strict=True):
            found = ours(attribution, path)
            lines += len(oracle)
            wrong += len(found) != len(oracle) or sum(a != b for a, b in zip(found, oracle, strict=True))
    mark = "MISS" if wrong else "ok  "
    print(
        f"{mark} {name_of(folder):<12} {lines - wrong:,} of {lines:,} lines of {len(paths):,} files as git blame",
        flush=True,
    )


if __name__ == "__main__":
    for each in repositories():
        measure(each)
