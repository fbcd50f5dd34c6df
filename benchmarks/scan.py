"""Claim: `answerable scan` over 10,000 commits takes at most twice `git log -p --numstat` of the range."""

from __future__ import annotations

from bisect import bisect_left
from pathlib import Path

from _measure import PROCESSES, git, name_of, repositories, say, seconds
from answerable.audit.scan import Scanner
from answerable.git.repository import Repository

COMMITS = 10_000


def scan(folder: Path, head: str, base: str | None) -> int:
    """One scan that keeps nothing; returns the number of commits."""
    with Repository(folder) as repository:
        return Scanner(repository, head, processes=PROCESSES).scan(base).tally.commits


def measure(folder: Path) -> None:
    """Scan the newest commits, up to 10,000 of them."""
    head = git(folder, "rev-parse", "HEAD").decode().strip()
    line = git(folder, "rev-list", "--first-parent", head).decode().split()
    at = bisect_left(line, COMMITS, key=lambda sha: _count(folder, sha, head))
    base = line[at] if at < len(line) else None
    limits = [f"{base}..{head}"] if base else [head]
    peer = seconds(lambda: git(folder, "log", "-p", "--numstat", *limits, sink=True))
    ours = seconds(lambda: scan(folder, head, base))
    count = _count(folder, base, head) if base else int(git(folder, "rev-list", "--count", head))
    claim = f"scan of {count:,} commits, against log -p --numstat"
    say(claim, name_of(folder), ours, peer, want=">= 0.5", met=peer / ours >= 0.5)


def _count(folder: Path, base: str, head: str) -> int:
    return int(git(folder, "rev-list", "--count", f"{base}..{head}"))


if __name__ == "__main__":
    for each in repositories():
        measure(each)
