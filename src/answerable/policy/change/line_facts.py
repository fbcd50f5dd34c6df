"""A fact of a change: a run of lines that came in together, and what is known of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from answerable.domain.grade import Grade
from answerable.domain.line_origin import LineOrigin
from answerable.domain.origin import Origin


class What(StrEnum):
    """What a change does to the lines of a fact."""

    ADDED = "added"
    MOVED = "moved"  # stood in the file before it was renamed: counts only where more is at stake at the new path
    REMOVED = "removed"  # lines that went, without lines of their own at the head
    CHANGED = "changed"  # something without lines: a binary file, a submodule, a mode


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFacts:
    """A run of lines of one file that came in together; `start` and `end` are 0 where there are none at the head."""

    path: bytes
    start: int
    end: int
    what: What
    lines: LineOrigin
    commit: str | None = None  # which commit of the range wrote them; None: none of it did
    old_path: bytes | None = None  # where the file was before, if elsewhere
    countersigned: tuple[str, ...] = ()  # who signed a statement of intent over exactly these lines
    because: str = ""  # what cannot be seen from the rest, in words
    weight: int = 0  # how many lines it counts as where it has none at the head: those that went, or those of bytes
    wrote_path: bytes | None = None  # the file, as `commit` calls it
    wrote_start: int = 0  # the first of the lines, as `commit` left them

    @property
    def count(self) -> int:
        """How many lines of the head it is about."""
        return self.end - self.start + 1 if self.start else 0

    @property
    def human(self) -> bool:
        """True where somebody signed that a person wrote the lines: anybody can push a note that only says so."""
        return self.lines.origin is Origin.HUMAN and self.lines.grade is Grade.ATTESTED
