"""Tells notes that git itself copied to a rewritten commit (`notes.rewriteRef`): they number another commit's lines."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from answerable.git.notes import Notes


class Copied:
    """Knows which commits have such a note.

    Args:
        notes: Under whose ref.
        sources: The commits that each new commit was made of.
    """

    def __init__(self, notes: Notes, sources: Mapping[str, Collection[str]]) -> None:
        self._notes = notes
        self._sources = sources

    def stands(self, sha: str) -> bool:
        """True where the note of a commit is one that may be replaced."""
        if not self._sources.get(sha):
            return False
        old = self._notes.of(sha)
        return old is not None and self.is_one(sha, old)

    def is_one(self, sha: str, note: bytes) -> bool:
        """True where a note of a commit is its source's, alone or with others': git joins those of several."""
        theirs = (self._notes.of(source) for source in self._sources.get(sha, ()))
        return any(other is not None and other.strip() in note for other in theirs if other and other.strip())
