"""Says how complete the record of one commit is: whether the recorder was on, and whether any of its events is missing.

A record that has a gap still says what it says; it does not say that there was nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

MOST_GAPS = 32  # of one record


class Recorder(StrEnum):
    """How the recorder stood while a commit was made."""

    ON = "on"
    OFF = "off"
    GAP = "gap"  # on, but events are missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """What the record of a commit rests on: the events from `first` to `last`, without those `missing`."""

    recorder: Recorder
    first: int
    last: int
    missing: tuple[tuple[int, int], ...] = ()

    def details(self) -> dict[str, object]:
        """As members of a decision's details."""
        missing = [{"first": first, "last": last} for first, last in _few(self.missing)]
        return {"recorder": str(self.recorder), "events": {"first": self.first, "last": self.last, "missing": missing}}


def completeness(since: int, until: int, gaps: Iterable[tuple[int, int]], *, on: bool = True) -> Completeness:
    """How complete the record of a commit is.

    Args:
        since: The number of the last event before the commit below.
        until: The number of the last event before the commit.
        gaps: First and last numbers of events that are missing.
        on: Whether the recorder was on all that time.
    """
    missing = tuple(
        (max(first, since + 1), min(last, until)) for first, last in gaps if first <= until and last > since
    )
    recorder = Recorder.OFF if not on else Recorder.GAP if missing else Recorder.ON
    return Completeness(recorder=recorder, first=since + 1, last=until, missing=missing)


def _few(gaps: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    """Gaps, of which the last ones are made one where there are too many: more is then missing than there need be."""
    return gaps if len(gaps) <= MOST_GAPS else (*gaps[: MOST_GAPS - 1], (gaps[MOST_GAPS - 1][0], gaps[-1][1]))
