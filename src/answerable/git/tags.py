"""Finds the earliest release that holds a commit without walking the whole history."""

from __future__ import annotations

from bisect import bisect_left

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

    def first_with(self, sha: str, committed_at: str) -> str | None:
        """The oldest tag, made after the commit, that contains it; None where the first few do not.

        Args:
            sha: Full commit id.
            committed_at: RFC 3339 UTC.
        """
        start = bisect_left(self._tags, (committed_at, "", ""))
        for _, oid, name in self._tags[start : start + _TRIES]:
            if self._git.attempt("merge-base", "--is-ancestor", sha, oid)[0] == 0:
                return name
        return None


def _tag(line: str) -> tuple[str, str, str] | None:
    parts = line.split(" ", 3)
    if len(parts) != 4 or not parts[0].lstrip("-").isdigit():
        return None
    return when(int(parts[0])), parts[2] or parts[1], parts[3]
