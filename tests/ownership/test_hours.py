"""Hours of cover are those of the zone, its daylight saving included; the whole week can be covered without a hole."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.ownership.hours import covers, minutes
from answerable.ownership.model import DAYS, Cover

WEEK = [datetime(2026, 11, 23, tzinfo=UTC) + timedelta(minutes=15 * n) for n in range(7 * 96)]


def cover(start: str = "00:00", end: str = "24:00", days: tuple[str, ...] = DAYS, zone: str = "UTC") -> Cover:
    return Cover(region="r", timezone=zone, who="w", start=start, end=end, days=days)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("09:00", "17:00", 8),
        ("17:00", "09:00", 16),
        ("00:00", "24:00", 24),
        ("09:00", "09:00", 24),
        ("24:00", "01:00", 1),
    ],
)
def test_a_day_has_as_many_hours_of_cover_as_it_says(start: str, end: str, hours: int) -> None:
    assert sum(covers(cover(start, end), at) for at in WEEK) == hours * 4 * 7


def test_a_night_belongs_to_the_day_on_which_it_begins() -> None:
    friday = cover("22:00", "06:00", ("fri",))
    assert covers(friday, datetime(2026, 11, 27, 22, tzinfo=UTC))
    assert covers(friday, datetime(2026, 11, 28, 5, 59, tzinfo=UTC))
    assert not covers(friday, datetime(2026, 11, 27, 5, tzinfo=UTC))
    assert not covers(friday, datetime(2026, 11, 28, 6, tzinfo=UTC))


def test_daylight_saving_moves_the_hours() -> None:
    working = cover("09:00", "17:00", zone="Europe/Stockholm")
    assert covers(working, datetime(2026, 7, 1, 7, tzinfo=UTC))
    assert not covers(working, datetime(2026, 12, 1, 7, tzinfo=UTC))


def test_three_regions_follow_the_sun() -> None:
    zones = ("Europe/Stockholm", "America/Los_Angeles", "Asia/Tokyo")
    hours = (("08:00", "17:00"), ("08:00", "16:00"), ("08:00", "16:00"))
    regions = [cover(*each, zone=zone) for each, zone in zip(hours, zones, strict=True)]
    assert all(any(covers(region, at) for region in regions) for at in WEEK)


def test_a_zone_that_this_machine_does_not_know_covers_nothing() -> None:
    for zone in ("Mars/Olympus", "posixrules/../x", "Etc/" + "x" * 300, ""):
        assert not covers(cover(zone=zone), WEEK[0])


@given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)), st.integers(0, 1439), st.integers(0, 1440))
def test_hours_and_their_complement_cover_every_moment_once(moment: datetime, start: int, end: int) -> None:
    at = moment.replace(tzinfo=ZoneInfo("America/New_York"))
    times = [f"{n // 60:02}:{n % 60:02}" for n in (start, end)]
    if times[0] == times[1] or (start, end) == (0, 1440):
        assert covers(cover(*times, zone="America/New_York"), at)
        return
    back = ("00:00" if times[1] == "24:00" else times[1], times[0])
    if back[0] == back[1]:
        return
    first, second = (cover(*each, zone="America/New_York") for each in (times, back))
    assert covers(first, at) != covers(second, at)
    assert minutes(times[0]) == start
