"""Hours of cover as intervals of real time: exactly the moments of `hours.covers`, over any span of years.

A zone's distance from UTC is constant between its changes. Within such a stretch local time runs evenly, so each day's
hours are one interval of it; where clocks are set back an hour comes twice, and where they are set forward it is left
out, as the wall clock has it. Intervals are half-open, in seconds since 1970.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache

from answerable.ownership.hours import minutes, zone_of
from answerable.ownership.model import DAYS, Cover

Interval = tuple[int, int]

DAY = 86_400
_HOUR = 3_600
_THURSDAY = 3  # 1970-01-01, counted from Monday


def of_cover(cover: Cover, start: int, end: int) -> list[Interval]:
    """When hours of cover are, between two moments; those of a zone that this machine does not know are never."""
    return list(_hours(cover.timezone, cover.days, cover.start, cover.end, start, end))


def merged(intervals: Iterable[Interval]) -> list[Interval]:
    """Intervals in order, those that touch or overlap made one."""
    found: list[Interval] = []
    for start, end in sorted(intervals):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        elif start < end:
            found.append((start, end))
    return found


def between(taken: Iterable[Interval], start: int, end: int) -> Iterator[Interval]:
    """What merged intervals leave free between two moments."""
    at = start
    for first, last in taken:
        if at < min(first, end):
            yield at, min(first, end)
        at = max(at, last)
    if at < end:
        yield at, end


def clipped(intervals: Iterable[Interval], start: int, end: int) -> list[Interval]:
    """What of intervals lies between two moments."""
    cut = ((max(first, start), min(last, end)) for first, last in intervals)
    return [(first, last) for first, last in cut if first < last]


def length(intervals: Iterable[Interval]) -> int:
    """Seconds in merged intervals."""
    return sum(end - start for start, end in intervals)


def offset(zone: tzinfo, at: int) -> int:
    """Seconds by which the clocks of a zone are ahead of UTC at a moment."""
    ahead = datetime.fromtimestamp(at, UTC).astimezone(zone).utcoffset() or timedelta()
    return int(ahead.total_seconds())


@lru_cache(maxsize=1000)
def _hours(timezone: str, days: tuple[str, ...], opens: str, closes: str, start: int, end: int) -> tuple[Interval, ...]:
    """The intervals of hours; many services have the same ones."""
    zone = zone_of(timezone)
    if zone is None:
        return ()
    begin, over = minutes(opens) * 60, minutes(closes) * 60
    over += 0 if begin < over else DAY
    weekdays = frozenset(number for number, day in enumerate(DAYS) if day in days)
    stretches = _stretches(zone, start, end)
    return tuple(merged(piece for stretch in stretches for piece in _within(weekdays, begin, over, *stretch)))


def _within(weekdays: frozenset[int], begin: int, over: int, start: int, end: int, ahead: int) -> Iterator[Interval]:
    """Hours in a stretch of constant distance from UTC, from and to seconds after each local midnight."""
    for day in range((start + ahead) // DAY - 2, (end + ahead) // DAY + 1):
        if (day + _THURSDAY) % 7 in weekdays:
            midnight = day * DAY - ahead
            first, last = max(midnight + begin, start), min(midnight + over, end)
            if first < last:
                yield first, last


@lru_cache(maxsize=1000)
def _stretches(zone: tzinfo, start: int, end: int) -> tuple[tuple[int, int, int], ...]:
    """(start, end, seconds ahead of UTC) of the stretches between two moments; no zone changes twice in an hour."""
    found: list[tuple[int, int, int]] = []
    begun, ahead = start, offset(zone, start)
    for at in range(start, end, _HOUR):
        until = min(at + _HOUR, end)
        after = offset(zone, until)
        if after != ahead:
            change = _change(zone, at, until, ahead)
            found.append((begun, change, ahead))
            begun, ahead = change, after
    return (*found, (begun, end, ahead)) if begun < end else tuple(found)


def _change(zone: tzinfo, before: int, after: int, ahead: int) -> int:
    """The first second at which a zone is no longer so far ahead, in an hour that it changes in."""
    while after - before > 1:
        middle = (before + after) // 2
        if offset(zone, middle) == ahead:
            before = middle
        else:
            after = middle
    return after
