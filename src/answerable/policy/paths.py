"""Paths of a tree: the folders that hold one, and patterns with the meaning of CODEOWNERS on GitHub, compiled once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from answerable.ownership.patterns import Index, github

_compiled = lru_cache(maxsize=4096)(github)  # a policy of a folder has those of the one above it again


class Paths:
    """Patterns, ready to be asked; a look-up tries few of them."""

    def __init__(self, patterns: tuple[str, ...]) -> None:
        self._patterns = patterns
        self._index = Index([_compiled(pattern) for pattern in patterns])

    def first(self, path: bytes) -> str | None:
        """The first pattern that names a path, or None."""
        if not self._patterns:
            return None
        at = min(self._index.matching(path.decode("utf-8", "surrogateescape")), default=-1)
        return self._patterns[at] if at >= 0 else None


@lru_cache(maxsize=1024)
def ready(patterns: tuple[str, ...]) -> Paths:
    """Patterns, made ready once: the layers of several policies name the same."""
    return Paths(patterns)


def folders_of(path: bytes) -> Iterator[bytes]:
    """The folders that hold a path, the deepest first, without the top."""
    while (cut := path.rfind(b"/")) > 0:
        path = path[:cut]
        yield path
