"""The hours of a layer of a schedule of PagerDuty, as hours of cover; what they are not is told."""

from __future__ import annotations

import re
from collections.abc import Iterator

from answerable.ownership.file.words import PLACE, ZONE
from answerable.ownership.importers.imported import Gathering, slug
from answerable.ownership.importers.taking import Taking
from answerable.ownership.model import DAYS, Cover

_DAY = 24 * 60
_TIME = re.compile("([01][0-9]|2[0-3]):([0-5][0-9])(?::[0-5][0-9])?")


def covers(layer: Taking, who: str, zone: str, gathering: Gathering) -> list[Cover]:
    """When a layer has somebody on call.

    Args:
        layer: With `name`, `end` and `restrictions`; without restrictions it is always.
        who: Whose hours they are.
        zone: IANA.
        gathering: Takes what cannot be carried.
    """
    if not ZONE.fullmatch(zone):
        gathering.leave(f"{layer.where}: time_zone", zone, "this is no IANA zone such as Europe/Stockholm")
        zone = "UTC"
    end = layer.text("end")
    if end:
        gathering.leave(f"{layer.where}: end", end, "hours of owners.yaml do not end on a day: the layer is left out")
        return []
    name = slug(layer.text("name") or "on-call")
    region = name if PLACE.fullmatch(name) else "on-call"
    restrictions = layer.each("restrictions")
    if not restrictions:
        return [Cover(region=region, timezone=zone, who=who)]
    return [
        Cover(region=region, timezone=zone, who=who, days=days, start=_clock(start), end=_clock(start + length))
        for one in restrictions
        for days, start, length in _spans(one, gathering)
    ]


def _spans(one: Taking, gathering: Gathering) -> Iterator[tuple[tuple[str, ...], int, int]]:
    """Days, the minute of the day at which it begins, and how many minutes it lasts: a day at most."""
    kind, at, length = one.text("type"), one.text("start_time_of_day"), one.text("duration_seconds")
    day = one.text("start_day_of_week")
    one.rest()
    found = _TIME.fullmatch(at or "")
    minutes = int(length) // 60 if length and length.isascii() and length.isdigit() and len(length) < 8 else 0
    weekly = kind == "weekly_restriction"
    if found is None or not minutes or (weekly and day not in set("1234567")) or minutes > (7 if weekly else 1) * _DAY:
        told = f"{kind} {day or ''} {at} {length}"
        gathering.leave(one.where, told, "these hours cannot be read: they are left out")
        return
    start = int(found[1]) * 60 + int(found[2])
    if not weekly:
        yield DAYS, start, minutes
        return
    number = int(day or "1") - 1  # 1 is Monday
    while minutes > 0:
        part = min(minutes, _DAY - start)
        if minutes <= _DAY:
            part = minutes  # what is left ends within a day, be it the next
        yield (DAYS[number % 7],), start, part
        minutes, start, number = minutes - part, 0, number + 1


def _clock(minute: int) -> str:
    """A time of day; one past midnight is the next day's, as in an owners file."""
    if minute % _DAY == 0 and minute:
        return "24:00"
    return f"{minute % _DAY // 60:02}:{minute % 60:02}"
