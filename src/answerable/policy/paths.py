"""Patterns of paths with the meaning of CODEOWNERS on GitHub, compiled once; a look-up tries few of them."""

from __future__ import annotations

from answerable.ownership.patterns import Index, github


class Paths:
    """Patterns, ready to be asked."""

    def __init__(self, patterns: tuple[str, ...]) -> None:
        self._patterns = patterns
        self._index = Index([github(pattern) for pattern in patterns])

    def first(self, path: bytes) -> str | None:
        """The first pattern that names a path, or None."""
        if not self._patterns:
            return None
        at = min(self._index.matching(path.decode("utf-8", "surrogateescape")), default=-1)
        return self._patterns[at] if at >= 0 else None
