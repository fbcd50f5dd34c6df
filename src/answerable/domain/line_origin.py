"""What all evidence together says about a run of lines, and what it leaves open or contradicts."""

from __future__ import annotations

from dataclasses import dataclass

from answerable.domain.acceptance import Acceptance
from answerable.domain.agent import Agent
from answerable.domain.evidence import Conflict, Evidence
from answerable.domain.grade import Grade
from answerable.domain.origin import Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class LineOrigin:
    """The origin of the lines `start` to `end` (1-based, inclusive) of one file at one commit.

    `start` and `end` are 0 where it holds for every line the commit added.
    """

    start: int = 0
    end: int = 0
    origin: Origin = Origin.UNKNOWN
    grade: Grade = Grade.NONE
    agent: Agent | None = None
    person: str | None = None
    acceptance: Acceptance | None = None
    evidence: tuple[Evidence, ...] = ()
    conflicts: tuple[Conflict, ...] = ()

    def at(self, start: int, end: int) -> LineOrigin:
        """The same, for other lines."""
        return LineOrigin(
            start=start,
            end=end,
            origin=self.origin,
            grade=self.grade,
            agent=self.agent,
            person=self.person,
            acceptance=self.acceptance,
            evidence=self.evidence,
            conflicts=self.conflicts,
        )
