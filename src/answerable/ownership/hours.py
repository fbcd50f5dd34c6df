"""Whose hours it is: cover by weekday and local time, daylight saving as the zone itself has it."""

from __future__ import annotations

from datetime import datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from answerable.ownership.model import DAYS, Cover


def covers(cover: Cover, at: datetime) -> bool:
    """True where a moment lies in hours of cover; those of a zone that this machine does not know cover nothing.

    Args:
        cover: An end that is not after the start is that of the next day.
        at: With its zone.
    """
    zone = zone_of(cover.timezone)
    if zone is None:
        return False
    local = at.astimezone(zone)
    minute, start, end = local.hour * 60 + local.minute, minutes(cover.start), minutes(cover.end)
    today, yesterday = DAYS[local.weekday()], DAYS[local.weekday() - 1]
    if start < end:
        return today in cover.days and start <= minute < end
    return (today in cover.days and minute >= start) or (yesterday in cover.days and minute < end)


def minutes(time: str) -> int:
    """Minutes since midnight of ``HH:MM``."""
    hours, _, rest = time.partition(":")
    return int(hours) * 60 + int(rest)


@lru_cache(maxsize=1000)
def zone_of(name: str) -> tzinfo | None:
    """A zone by its IANA name, or None where this machine knows none of that name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
