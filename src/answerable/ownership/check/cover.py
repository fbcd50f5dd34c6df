"""Who covers which hours of a year, and every hour that nobody covers, in UTC and on the clocks of those concerned.

Hours count where somebody is there for them: those of a team that everybody has left, or of a zone that this machine
does not know, cover nothing. A year and not a week is looked at, because zones change their clocks on different days:
hours that meet in January can leave one free in March.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from answerable.ownership.check.intervals import DAY, Interval, between, clipped, length, merged, of_cover
from answerable.ownership.hours import zone_of
from answerable.ownership.model import Cover

YEAR = 366  # days
_MARGIN = 8 * DAY  # gaps at the ends of the year are told whole

Until = Callable[[str], date | None]
"""The last day on which somebody answers for a name: None where nobody does, `date.max` where no end is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Hours that nobody covers, as they come again: the first time in UTC, and on the clocks on either side of it."""

    start: datetime  # UTC, of the first time
    end: datetime
    opens: str  # whose hours end there, on their own clock: "Fri 17:00 Europe/Stockholm"
    closes: str
    times: int  # in the year
    seconds: int  # all times together


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """A year of hours."""

    start: datetime  # UTC
    end: datetime
    seconds: int  # covered
    by_region: tuple[tuple[str, int], ...]  # seconds, as each has them alone
    gaps: tuple[Gap, ...] = ()  # the longest together first

    @property
    def open_seconds(self) -> int:
        """How long nobody covers."""
        return int((self.end - self.start).total_seconds()) - self.seconds


def year_of(cover: Sequence[Cover], until: Until, at: datetime, days: int = YEAR) -> Covered:
    """The hours that are covered from a moment on.

    Args:
        cover: The hours of a service.
        until: Who of those named is there, and how long.
        at: The moment, with its zone; a minute that has begun counts whole.
        days: How many.
    """
    start = int(at.timestamp()) // 60 * 60
    end = start + days * DAY
    first, last = start - _MARGIN, end + _MARGIN
    single = [(one, _there(of_cover(one, first, last), until(one.who))) for one in cover]
    taken = merged(piece for _, pieces in single for piece in pieces)
    regions: Counter[str] = Counter()
    for one, pieces in single:
        regions[one.region] += length(clipped(pieces, start, end))
    free = [gap for gap in between(taken, first, last) if gap[1] > start and gap[0] < end]
    return Covered(
        start=_moment(start),
        end=_moment(end),
        seconds=length(clipped(taken, start, end)),
        by_region=tuple(regions.items()),
        gaps=tuple(_gaps(free, single)),
    )


def _there(pieces: Iterable[Interval], until: date | None) -> list[Interval]:
    """What of hours lies in days on which somebody is there for them; the days are those of UTC, as in `resolve`."""
    if until is None:
        return []
    if until == date.max:
        return list(pieces)
    after = datetime.combine(until, datetime.min.time(), UTC) + timedelta(days=1)
    return [(first, min(last, int(after.timestamp()))) for first, last in pieces if first < after.timestamp()]


def _gaps(free: Sequence[Interval], single: Sequence[tuple[Cover, Sequence[Interval]]]) -> list[Gap]:
    """Gaps that open and close at one hour of a week on the same clocks are one."""
    closing = {last: cover.timezone for cover, pieces in reversed(single) for _, last in pieces}
    opening = {first: cover.timezone for cover, pieces in reversed(single) for first, _ in pieces}
    usual = single[0][0].timezone if single else "UTC"
    found: dict[tuple[str, str], list[Interval]] = {}
    for start, end in free:
        name = _clock(start, closing.get(start, usual)), _clock(end, opening.get(end, usual))
        found.setdefault(name, []).append((start, end))
    gaps = [
        Gap(
            start=_moment(times[0][0]), end=_moment(times[0][1]), opens=opens, closes=closes, times=len(times),
            seconds=length(times),
        )
        for (opens, closes), times in found.items()
    ]  # fmt: skip
    return sorted(gaps, key=lambda gap: (-gap.seconds, gap.start))


@lru_cache(maxsize=100_000)
def _clock(at: int, timezone: str) -> str:
    """A moment on the clock of a zone; many services have the same hours."""
    zone = zone_of(timezone)
    return f"{_moment(at).astimezone(zone or UTC):%a %H:%M} {timezone if zone else 'UTC'}"


def _moment(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)
