"""Commits of the main line are believed to have come in one after the other, whatever their clocks say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.audit.facts.line import SLACK, held

DAY = 86_400


@pytest.mark.parametrize(
    ("said", "believed"),  # newest first
    [
        ([50 * DAY, 40 * DAY, 30 * DAY], [50 * DAY, 40 * DAY, 30 * DAY]),
        ([50 * DAY, 45 * DAY, 9_000 * DAY, 30 * DAY], [50 * DAY, 45 * DAY, 45 * DAY, 30 * DAY]),  # from the future
        ([10 * DAY, 50 * DAY, 30 * DAY], [50 * DAY, 50 * DAY, 30 * DAY]),  # the newest, dated back
        ([40_000 * DAY, 50 * DAY, 30 * DAY], [50 * DAY, 50 * DAY, 30 * DAY]),  # the newest, dated after now
        ([40_000 * DAY, 41_000 * DAY, 30 * DAY], [30 * DAY, 30 * DAY, 30 * DAY]),
        ([50 * DAY, 0, 0, 30 * DAY, 20 * DAY, 10 * DAY], [50 * DAY, 30 * DAY, 30 * DAY, 30 * DAY, 20 * DAY, 10 * DAY]),
        ([50 * DAY, 0, 30 * DAY], [50 * DAY, 30 * DAY, 30 * DAY]),  # from before what came before it
        ([], []),
        ([7], [7]),
    ],
)
def test_a_clock_is_held_between_its_neighbours(said: list[int], believed: list[int]) -> None:
    found = held([(f"c{at}", seconds) for at, seconds in enumerate(said)], now=20_000 * DAY)
    assert [one.at for one in found] == believed
    assert [one.doubtful for one in found] == [abs(a - b) > SLACK for a, b in zip(said, believed, strict=True)]


@given(st.lists(st.integers(0, 10**9), max_size=30))
def test_what_is_believed_never_goes_back(said: list[int]) -> None:
    found = held([(str(at), seconds) for at, seconds in enumerate(said)])
    moments = [one.at for one in found]
    assert moments == sorted(moments, reverse=True)
    assert [one.said for one in found] == said


@given(st.lists(st.integers(0, 10**9), max_size=30))
def test_clocks_that_agree_are_believed(said: list[int]) -> None:
    right = sorted(said, reverse=True)
    assert [one.at for one in held([(str(at), seconds) for at, seconds in enumerate(right)])] == right
