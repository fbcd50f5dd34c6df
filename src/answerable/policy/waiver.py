"""A rule that does not fail for some paths for some time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from answerable.policy.fault import Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """A rule that does not fail for some paths for some time: by whom and why; always counted and shown."""

    rule: str
    who: str
    why: str
    until: date  # the last day, in UTC, on which it holds
    paths: tuple[str, ...] = ()  # patterns with the meaning of CODEOWNERS; empty: everywhere
    position: Position | None = field(default=None, compare=False)

    def holds(self, today: date) -> bool:
        """True up to and on the last day."""
        return today <= self.until
