"""Finds the earliest release that holds a commit without walking the whole history."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable

from answerable.git.commits import when
from answerable.git.repository import Repository

_TRIES = 6  # tags looked at, oldest first: branches of maintenance rarely interleave more


class Tags:
    """The tags of a repository, by date."""

    def __init__(self, repository: Repository) -> None:
        self._git = repository.quarantine.git
        fields = "%(creatordate:unix) %(objectname) %(*objectname) %(refname:strip=2)"
        out = repository.git.run("for-each-ref", f"--format={fields}", "refs/tags/")
        self._tags = sorted(filter(None, map(_tag, out.decode("utf-8", "replace").splitlines())))

    def first_with(
        self, sha: str, committed_at: str, holds: Callable[[str], bool | None] = lambda _oid: None
    ) -> str | None:
        """The oldest tag, made after the commit, that is known to contain it; None where nothing is known.

        Args:
            sha: Full commit id.
            committed_at: RFC 3339 UTC.
            holds: Says of a commit id whether it contains `sha` where that costs nothing to know, else None; of
                those it does not know git is asked about a few.
        """
        start = bisect_left(self._tags, (committed_at, "", ""))
        tries = 0
        for _, oid, name in self._tags[start:]:
            known = holds(oid)
            if known is None and tries < _TRIES:
                tries += 1
                known = self._git.attempt("merge-base", "--is-ancestor", sha, oid)[0] == 0
            if known:
                return name
        return None


def _tag(line: str) -> tuple[str, str, str] | None:
    parts = line.split(" ", 3)
    if len(parts) != 4 or not parts[0].lstrip("-").isdigit():
        return None
    return when(int(parts[0])), parts[2] or parts[1], parts[3]
