"""What the rules of failure modes look at: files that a change touches, and the faults they find in them."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property

from answerable.domain.level import Level


@dataclass(frozen=True, kw_only=True)
class Touched:
    """A file of a change as it was and as it is; `added` are its new lines, 1-based inclusive, in order."""

    path: bytes
    before: bytes | None = None  # None: it was not there, or is too large to be looked at
    after: bytes | None = None  # None: it is gone
    added: tuple[tuple[int, int], ...] = ()
    old_path: bytes | None = None

    @property
    def name(self) -> str:
        """The path as text."""
        return self.path.decode("utf-8", "replace")

    @cached_property
    def lines(self) -> list[str]:
        """The lines as they are now."""
        return (self.after or b"").decode("utf-8", "replace").split("\n")

    @cached_property
    def lines_before(self) -> list[str]:
        """The lines as they were."""
        return (self.before or b"").decode("utf-8", "replace").split("\n")

    def adds(self, start: int, end: int) -> bool:
        """True where any of these lines is new."""
        at = bisect_left(self.added, start, key=lambda span: span[1])
        return at < len(self.added) and self.added[at][0] <= end

    def new_lines(self) -> list[tuple[int, str]]:
        """The new lines with their numbers."""
        return [(at, self.lines[at - 1]) for start, end in self.added for at in range(start, end + 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something found; lines are 1-based inclusive, 0 and 0 where it is about the whole file."""

    rule: str
    level: Level
    path: bytes
    start: int
    end: int
    message: str
    touched: bool = True  # it is new with the change
