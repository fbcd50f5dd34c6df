"""Walks the escalation of a service for a moment: who is called when, by name, and what of it reaches nobody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from answerable.ownership.directory import Directory
from answerable.ownership.file.words import COVER
from answerable.ownership.hours import covers, zone_of
from answerable.ownership.model import DAYS, Duties, Step
from answerable.ownership.resolved import Call

PAUSE = 15
"""Minutes to the fallback where no two steps say how long a step is."""


class Walk:
    """An escalation at one moment: `calls` in their order, `gaps` in sentences.

    Args:
        directory: Of the file.
        duties: Of the service.
        otherwise: Who is called at once where no escalation is written.
        at: The moment, with its zone.
    """

    def __init__(self, directory: Directory, duties: Duties, otherwise: Sequence[str], at: datetime) -> None:
        self._directory, self._duties, self._at = directory, duties, at
        self.gaps: list[str] = []
        steps = sorted(duties.escalation, key=lambda step: step.after)
        if not steps:
            self.gaps.append("no escalation path is written for it")
            steps = [Step(notify=tuple(otherwise))] if otherwise else []
        self.calls = tuple(call for step in steps for call in self._step(step))
        if duties.fallback:
            self.calls += (self._call(duties.fallback, _last(steps)),)
        self.gaps = list(dict.fromkeys(self.gaps))

    def _step(self, step: Step) -> Iterator[Call]:
        for name in step.notify:
            if name == COVER:
                yield from self._covering(step.after)
            else:
                yield self._call(name, step.after)

    def _covering(self, after: int) -> Iterator[Call]:
        for cover in self._duties.cover:
            if zone_of(cover.timezone) is None:
                self.gaps.append(f"the zone {cover.timezone} of {cover.region} is not known here")
        there = [cover for cover in self._duties.cover if covers(cover, self._at)]
        for cover in there:
            yield self._call(cover.who, after, cover.region)
        if not there:
            hour = f"{DAYS[self._at.weekday()]} {self._at:%H:%M}"
            self.gaps.append(f"nobody covers {hour} UTC: the step after {after} minutes reaches nobody")

    def _call(self, name: str, after: int, region: str | None = None) -> Call:
        people, gaps = self._directory.here(name, self._at.date())
        self.gaps += gaps
        return Call(after=after, target=name, people=people, contact=self._directory.contact(name), covers=region)


def _last(steps: Sequence[Step]) -> int:
    """When the fallback is called: as long after the last step as that comes after the one before it."""
    if len(steps) < 2:
        return (steps[0].after if steps else 0) + (PAUSE if steps else 0)
    return steps[-1].after + (steps[-1].after - steps[-2].after or PAUSE)
