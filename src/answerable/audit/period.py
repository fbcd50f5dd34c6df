"""A period of time that a question is about: from its first moment up to, and without, its last."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from answerable.errors import UsageError

_QUARTER = re.compile(r"([0-9]{4})-?q([1-4])", re.IGNORECASE)
_YEAR = re.compile(r"[0-9]{4}")
_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From `start` (included) to `end` (excluded), both UTC."""

    start: datetime
    end: datetime

    def holds(self, moment: str) -> bool:
        """True for an RFC 3339 moment in it."""
        return self.start <= instant(moment) < self.end

    @property
    def words(self) -> str:
        """For people: `2026-07-01 to 2026-09-30`, the last day included."""
        last = self.end - timedelta(microseconds=1)
        return f"{self.start:%Y-%m-%d} to {last:%Y-%m-%d}"

    def parts(self, most: int = 12) -> tuple[Period, ...]:
        """Equal parts for a trend: months where these are no more than `most`, else as many equal lengths."""
        months = _months(self)
        if 1 < len(months) <= most:
            return months
        step = (self.end - self.start) / most
        cuts = [self.start + step * at for at in range(most)] + [self.end]
        return tuple(Period(start=one, end=other) for one, other in pairwise(cuts) if one < other)


def instant(moment: str) -> datetime:
    """An RFC 3339 moment as UTC; one without a zone is UTC."""
    found = datetime.fromisoformat(moment)
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def period(start: str, end: str) -> Period:
    """From one day or moment to another; a day that ends a period belongs to it.

    Args:
        start: `2026-07-01`, a moment, a month `2026-07`, a quarter `2026-Q3` or a year `2026`.
        end: The same; a month, quarter or year is meant whole.

    Raises:
        UsageError: one of them is no time, or the end is before the start.
    """
    found = Period(start=_span(start)[0], end=_span(end)[1])
    if found.end <= found.start:
        raise UsageError(f"the period from {start} to {end} has no length", hint="let it end after it begins")
    return found


def _span(text: str) -> tuple[datetime, datetime]:
    quarter, month = _QUARTER.fullmatch(text), _MONTH.fullmatch(text)
    if quarter:
        first = int(quarter[2]) * 3 - 2
        return _first(int(quarter[1]), first), _first(int(quarter[1]), first + 3)
    if month:
        return _first(int(month[1]), int(month[2])), _first(int(month[1]), int(month[2]) + 1)
    if _YEAR.fullmatch(text):
        return _first(int(text), 1), _first(int(text), 13)
    try:
        if len(text) == len("2026-07-01"):
            day = datetime.combine(date.fromisoformat(text), time(), UTC)
            return day, day + timedelta(days=1)
        moment = instant(text)
    except (ValueError, OverflowError):
        hint = "write 2026-07-01, 2026-07, 2026-Q3, 2026 or 2026-07-01T12:00:00Z"
        raise UsageError(f"{text!r} is no day, month, quarter, year or moment", hint=hint) from None
    return moment, moment


def _first(year: int, month: int) -> datetime:
    try:
        return datetime(year + (month - 1) // 12, (month - 1) % 12 + 1, 1, tzinfo=UTC)
    except ValueError:
        raise UsageError(f"there is no year {year}", hint="write for example 2026") from None


def _months(of: Period) -> tuple[Period, ...]:
    found: list[Period] = []
    at = of.start
    while at < of.end and len(found) <= 100:
        following = min(_first(at.year, at.month + 1), of.end)
        found.append(Period(start=at, end=following))
        at = following
    return tuple(found)
