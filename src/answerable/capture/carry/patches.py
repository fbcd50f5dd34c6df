"""Finds commits that make the same change as another, by git's patch id: the lines they add are the same ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from answerable.git.repository import Repository

MOST_BYTES = 64 << 20  # of patches that are compared at once


class Patches:
    """The patch ids of commits; each is asked for once.

    Args:
        repository: Where.
    """

    def __init__(self, repository: Repository) -> None:
        self._git = repository.quarantine.git
        self._ids: dict[str, str | None] = {}

    def same(self, sha: str, others: Sequence[str]) -> list[str]:
        """Those of the others that make the same change as this commit; none where it makes none, or is a merge."""
        self._learn([sha, *others])
        mine = self._ids[sha]
        return [other for other in others if other != sha and mine is not None and self._ids[other] == mine]

    def _learn(self, shas: Iterable[str]) -> None:
        new = [sha for sha in dict.fromkeys(shas) if sha not in self._ids]
        self._ids.update(dict.fromkeys(new))
        feed = "".join(f"{sha}\n" for sha in new).encode()
        flags = ("--stdin", "-p", "--no-renames", "--full-index", "--root", "--pretty=format:commit %H")
        patches = self._git.run("diff-tree", *flags, feed=feed) if new else b""
        if not patches or len(patches) > MOST_BYTES:
            return
        for row in self._git.run("patch-id", "--stable", feed=patches).splitlines():
            patch, _, sha = row.decode("ascii", "replace").partition(" ")
            self._ids[sha] = patch
