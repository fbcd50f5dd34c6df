"""Hours of cover as intervals are exactly what every minute of a clock says, in any zone and over any change of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from answerable.ownership.check.cover import Covered, year_of
from answerable.ownership.check.intervals import between, merged, of_cover
from answerable.ownership.hours import covers
from answerable.ownership.model import DAYS, Cover

# Half an hour of summer time, two hours of it, a quarter off the hour, winter time as the exception, no change at all,
# a day that never was (Apia), changes in the southern hemisphere, and a clock that goes back for a month of fasting.
ZONES = (
    "Europe/Stockholm", "America/New_York", "Australia/Lord_Howe", "Antarctica/Troll", "Asia/Kathmandu",
    "Europe/Dublin", "Asia/Kolkata", "Pacific/Apia", "America/St_Johns", "America/Santiago", "Africa/Casablanca",
    "Pacific/Chatham", "UTC",
)  # fmt: skip
CHANGES = (
    datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC), datetime(2027, 3, 14, tzinfo=UTC),
    datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 4, 5, tzinfo=UTC), datetime(2026, 10, 4, tzinfo=UTC),
    datetime(2027, 2, 14, tzinfo=UTC), datetime(2011, 12, 30, tzinfo=UTC),
)  # fmt: skip
MINUTE = 60
times = st.builds(lambda hour, minute: f"{hour:02}:{minute:02}", st.integers(0, 23), st.integers(0, 59))
some_cover = st.builds(
    Cover,
    region=st.just("somewhere"),
    timezone=st.sampled_from(ZONES),
    who=st.just("ada"),
    days=st.lists(st.sampled_from(DAYS), min_size=1, unique=True).map(tuple),
    start=times | st.just("00:00") | st.just("24:00"),
    end=times | st.just("24:00") | st.just("00:00"),
)


def covered_by_the_clock(cover: Cover, at: int) -> bool:
    """The plain reading of an entry, of the wall clock at one minute and nothing else."""
    local = datetime.fromtimestamp(at, ZoneInfo(cover.timezone))
    clock = f"{local:%H:%M}"
    today, yesterday = DAYS[local.weekday()], DAYS[(local.weekday() + 6) % 7]
    if cover.start < cover.end:
        return today in cover.days and cover.start <= clock < cover.end
    return (today in cover.days and clock >= cover.start) or (yesterday in cover.days and clock < cover.end)


def minute_by_minute(some: list[Cover], start: int, end: int) -> list[tuple[int, int]]:
    """The same intervals, from every minute of the time."""
    return merged(
        (at, at + MINUTE) for at in range(start, end, MINUTE) if any(covered_by_the_clock(cover, at) for cover in some)
    )


@settings(deadline=None, max_examples=80)
@given(
    cover=some_cover, change=st.sampled_from(CHANGES), before=st.integers(0, 3 * 1440), length=st.integers(1, 4 * 1440)
)
def test_intervals_are_what_every_minute_says(cover: Cover, change: datetime, before: int, length: int) -> None:
    start = int(change.timestamp()) - before * MINUTE
    end = start + length * MINUTE
    assert of_cover(cover, start, end) == minute_by_minute([cover], start, end)


@settings(deadline=None, max_examples=100)
@given(cover=some_cover, change=st.sampled_from(CHANGES), minutes=st.integers(-3 * 1440, 3 * 1440))
def test_the_hours_that_resolve_asks_are_the_same(cover: Cover, change: datetime, minutes: int) -> None:
    at = change + timedelta(minutes=minutes)
    second = int(at.timestamp())
    assert covers(cover, at) == covered_by_the_clock(cover, second)
    assert covers(cover, at) == bool(of_cover(cover, second, second + MINUTE))


@settings(deadline=None, max_examples=10)
@given(some=st.lists(some_cover, min_size=1, max_size=4), change=st.sampled_from(CHANGES))
def test_what_is_covered_and_what_is_open_are_together_all_of_the_time(some: list[Cover], change: datetime) -> None:
    year = year_of(some, lambda _: date.max, change - timedelta(days=4), days=9)
    start, end = int(year.start.timestamp()), int(year.end.timestamp())
    taken = minute_by_minute(some, start, end)
    assert year.seconds == sum(last - first for first, last in taken)
    assert year.seconds + year.open_seconds == end - start
    margin = 8 * 86_400
    around = minute_by_minute(some, start - margin, end + margin)
    free = [gap for gap in between(around, start - margin, end + margin) if gap[1] > start and gap[0] < end]
    assert {(int(gap.start.timestamp()), int(gap.end.timestamp())) for gap in year.gaps} <= set(free)
    assert sum(gap.times for gap in year.gaps) == len(free)
    assert sum(gap.seconds for gap in year.gaps) == sum(last - first for first, last in free)


OFFICE = ("mon", "tue", "wed", "thu", "fri")
SUN = [
    Cover(region="EMEA", timezone="Europe/Stockholm", who="a", days=OFFICE, start="06:00", end="15:00"),
    Cover(region="AMER", timezone="America/New_York", who="b", days=OFFICE, start="09:00", end="18:00"),
    Cover(region="APAC", timezone="Australia/Sydney", who="c", days=("tue", "wed", "thu", "fri", "sat"), start="09:00",
          end="16:00"),
]  # fmt: skip


@pytest.mark.parametrize("zone", ["Europe/Stockholm", "Australia/Lord_Howe", "America/Santiago"])
def test_a_whole_year_is_what_every_minute_of_it_says(zone: str) -> None:
    cover = Cover(region="x", timezone=zone, who="a", days=("mon", "sat", "sun"), start="22:15", end="03:30")
    start = int(datetime(2026, 6, 1, tzinfo=UTC).timestamp())
    end = start + 366 * 86_400
    assert of_cover(cover, start, end) == minute_by_minute([cover], start, end)


def test_hours_that_follow_the_sun_leave_an_hour_open_only_where_clocks_change_on_different_days() -> None:
    year = year_of(SUN, lambda _: date.max, datetime(2026, 11, 25, tzinfo=UTC))
    told = {(gap.opens, gap.closes): gap for gap in year.gaps}
    week = told["Tue 18:00 America/New_York", "Wed 09:00 Australia/Sydney"]
    # in New York's winter its evening and Sydney's morning overlap, in its summer an hour between them is open
    assert 0 < week.times < 52
    assert all(gap.seconds % 3600 == 0 for gap in year.gaps)
    spring = year_of(SUN, lambda _: date.max, datetime(2027, 3, 1, tzinfo=UTC), days=45)
    assert spring.seconds == sum(last - first for first, last in minute_by_minute(SUN, *_ends(spring)))


def _ends(year: Covered) -> tuple[int, int]:
    return int(year.start.timestamp()), int(year.end.timestamp())


def test_a_gap_is_told_in_utc_and_on_both_clocks() -> None:
    day = Cover(region="day", timezone="Europe/Stockholm", who="a", start="08:00", end="18:00")
    night = Cover(region="night", timezone="America/New_York", who="b", start="12:00", end="02:00")
    year = year_of([day, night], lambda _: date.max, datetime(2026, 11, 25, 12, tzinfo=UTC))
    # 02:00 in New York is 08:00 in Stockholm but for the weeks in which only one of them has changed its clocks. On the
    # Sunday itself New York has no 02:00: cover lasts until its 03:00, which is 08:00 in Stockholm
    first = min(year.gaps, key=lambda gap: gap.start)
    assert (first.opens, first.closes) == ("Mon 02:00 America/New_York", "Mon 08:00 Europe/Stockholm")
    assert f"{first.start:%Y-%m-%d %H:%M}" == "2027-03-15 06:00"


def test_whoever_left_covers_nothing_from_the_next_day_on() -> None:
    always = Cover(region="x", timezone="UTC", who="a")
    year = year_of([always], lambda _: date(2026, 12, 31), datetime(2026, 12, 1, tzinfo=UTC))
    (gap,) = year.gaps
    assert gap.start == datetime(2027, 1, 1, tzinfo=UTC)
    assert year.seconds == 31 * 86_400


def test_nobody_and_a_zone_that_is_not_known_cover_nothing() -> None:
    nobody = Cover(region="x", timezone="UTC", who="a")
    nowhere = Cover(region="y", timezone="Europe/Atlantis", who="b")
    year = year_of([nobody, nowhere], {"b": date.max}.get, datetime(2026, 12, 1, tzinfo=UTC))
    assert year.seconds == 0
    assert [gap.times for gap in year.gaps] == [1]


def test_a_gap_under_way_is_told_from_where_it_began() -> None:
    office = Cover(region="x", timezone="Europe/Stockholm", who="a", days=OFFICE, start="09:00", end="17:00")
    year = year_of([office], lambda _: date.max, datetime(2026, 11, 28, 12, tzinfo=UTC))  # a Saturday
    assert year.gaps[0].start == datetime(2026, 11, 27, 16, tzinfo=UTC)
    assert (year.gaps[0].opens, year.gaps[0].closes) == ("Fri 17:00 Europe/Stockholm", "Mon 09:00 Europe/Stockholm")
