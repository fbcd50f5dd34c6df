"""A run of adjacent AI-origin lines, as a reviewer is asked about them: what they are, and where they stand.

A hunk is bound to its exact lines: its id is made of the path, the digest of the lines, and which of several equal ones
in the file it is. Where lines are added above it, it stays the same; where one of its own changes, it is another.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

ID_LENGTH = 16  # hex digits


@dataclass(frozen=True, slots=True, kw_only=True)
class Hunk:
    """Lines `start` to `end` (1-based, inclusive) of a file at the head."""

    path: bytes
    start: int
    end: int
    digest: str  # "sha256:" and hex over the lines, as `provenance.decisions.digest_of_lines` makes it
    number: int = 0  # how many equal ones are above it in the file
    layer: str = ""
    rank: int = 0  # of the layer: 0 is the most severe
    language: str | None = None
    kinds: frozenset[str] = frozenset()
    touches: frozenset[str] = frozenset()
    origins: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()  # with the model, where one is known: `claude-code (opus)`
    commits: tuple[str, ...] = ()
    id: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", hunk_id(self.path, self.digest, self.number))

    @property
    def count(self) -> int:
        """How many lines it has."""
        return self.end - self.start + 1


def hunk_id(path: bytes, digest: str, number: int = 0) -> str:
    """What a hunk is called: 16 hex digits that nobody can choose."""
    return sha256(b"\0".join((path, digest.encode(), b"%d" % number))).hexdigest()[:ID_LENGTH]


def words(given: Iterable[str | None]) -> tuple[str, ...]:
    """Each once, in their order."""
    return tuple(dict.fromkeys(word for word in given if word))
