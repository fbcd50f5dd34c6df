"""A rule that does not fail for some paths for some time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from answerable.domain.fault import Position
from answerable.policy.rule import Authority, Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """A rule that does not fail for some paths for some time: by whom and why; always counted and shown."""

    rule: str
    who: str
    why: str
    until: date  # the last day, in UTC, on which it holds
    paths: tuple[str, ...] = ()  # patterns with the meaning of CODEOWNERS; empty: everywhere
    position: Position | None = field(default=None, compare=False)
    authority: Authority = field(default=Authority.REPOSITORY, compare=False)
    folder: str = field(default="", compare=False)  # it covers paths below this one only; its patterns begin there

    def holds(self, today: date) -> bool:
        """True up to and on the last day."""
        return today <= self.until

    def reaches(self, rule: Rule) -> bool:
        """True where it may keep this rule from failing: one of its own policy, or one that may be overridden below."""
        if self.rule != rule.name:
            return False
        if (self.authority, self.folder) == (rule.authority, rule.folder):
            return True
        inside = not rule.folder or f"{self.folder}/".startswith(f"{rule.folder}/")
        return rule.overridable and self.authority.rank >= rule.authority.rank and inside
