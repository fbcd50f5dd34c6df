"""Periods mean whole days, months, quarters and years, and their parts cover them without a gap."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.audit.period import period
from answerable.errors import UsageError


@pytest.mark.parametrize(
    ("start", "end", "first", "last"),
    [
        ("2026", "2026", "2026-01-01", "2027-01-01"),
        ("2026-Q3", "2026-Q3", "2026-07-01", "2026-10-01"),
        ("2026-q4", "2026-Q4", "2026-10-01", "2027-01-01"),
        ("2026-12", "2026-12", "2026-12-01", "2027-01-01"),
        ("2026-02-28", "2026-02-28", "2026-02-28", "2026-03-01"),
        ("2026-01", "2026-Q1", "2026-01-01", "2026-04-01"),
    ],
)
def test_what_is_named_whole_is_meant_whole(start: str, end: str, first: str, last: str) -> None:
    found = period(start, end)
    assert (found.start, found.end) == tuple(datetime.fromisoformat(day).replace(tzinfo=UTC) for day in (first, last))
    assert found.holds(f"{first}T00:00:00Z")
    assert not found.holds(f"{last}T00:00:00Z")


def test_a_moment_has_its_zone() -> None:
    found = period("2026-07-01T02:00:00+02:00", "2026-07-02T00:00:00Z")
    assert found.start == datetime(2026, 7, 1, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "July", "2026-13", "2026-Q5", "26-01-01", "2026-02-30", "0000", "2026-07-01Z"])
def test_what_is_no_time_is_said_with_what_to_write(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        period(text, "2026")
    assert caught.value.hint


def test_a_period_has_a_length() -> None:
    with pytest.raises(UsageError, match="no length"):
        period("2026-07", "2026-06")


@given(st.datetimes(datetime(2000, 1, 1), datetime(2030, 1, 1)), st.integers(1, 60 * 24 * 900), st.integers(1, 12))
def test_parts_cover_a_period_without_a_gap(start: datetime, minutes: int, most: int) -> None:
    begin = start.replace(tzinfo=UTC)
    whole = period(begin.isoformat(), (begin + timedelta(minutes=minutes)).isoformat())
    parts = whole.parts(most)
    assert 1 <= len(parts) <= most
    assert (parts[0].start, parts[-1].end) == (whole.start, whole.end)
    assert all(one.end == other.start for one, other in pairwise(parts))
