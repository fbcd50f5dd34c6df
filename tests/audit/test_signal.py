"""Signals: definitions that cannot divide by nothing, intervals that hold, groups without people."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.audit.ask.parse import PEOPLE
from answerable.audit.facts.change import Change
from answerable.audit.facts.decided import Standing
from answerable.audit.facts.drilled import Drilled
from answerable.audit.facts.facts import Facts
from answerable.audit.period import period
from answerable.audit.signal.definitions import DEFINITIONS, REHEARSED
from answerable.audit.signal.groups import BY, by, signals, trend
from answerable.audit.signal.model import interval, measure, wilson

_COUNTS = st.integers(0, 50)


@st.composite
def changes(draw: st.DrawFn) -> Change:
    ai, mixed, human, unknown = (draw(_COUNTS) for _ in range(4))
    lines = ai + mixed + human + unknown
    governed = lines - human
    return Change(
        commit=f"{draw(st.integers(0, 2**40)):040x}",
        at=f"2026-{draw(st.integers(1, 12)):02}-15T00:00:00Z",
        lines=lines, ai_lines=ai, mixed_lines=mixed, human_lines=human, unknown_lines=unknown,
        grades={"none": unknown, "recorded": lines - unknown},
        owned_lines=draw(st.integers(0, governed)),
        gate=draw(st.sampled_from([None, "pass", "fail", "error"])),
        gate_ms=draw(st.none() | st.integers(0, 9_000)),
        approvals=("bo",) * draw(st.integers(0, 1)),
        emergency=draw(st.booleans()), review_done=draw(st.booleans()),
        layer=draw(st.sampled_from([None, "critical", "standard"])),
        tools=draw(st.sampled_from([(), ("codex",), ("claude-code", "codex")])),
        teams=draw(st.sampled_from([(), ("web",)])),
    )  # fmt: skip


def facts(rows: list[Change]) -> Facts:
    return Facts(
        head="h", period=period("2026", "2026"), changes=tuple(rows), deployments=(), ledger=Standing(),
        layers=("critical", "standard"),
    )  # fmt: skip


@given(st.lists(changes(), max_size=12))
def test_a_share_lies_in_its_interval_and_between_nothing_and_all(rows: list[Change]) -> None:
    for one in signals(rows):
        assert one.changes <= len(rows)
        if one.value is None:
            assert (one.low, one.high) == (None, None)
            continue
        if one.definition.unit == "share":
            assert 0 <= one.value <= 1
            assert one.numerator <= one.denominator
        if one.low is not None and one.high is not None:
            assert one.low - 1e-4 <= one.value <= one.high + 1e-4


@given(st.lists(changes(), min_size=1, max_size=12), st.sampled_from(sorted(BY)))
def test_groups_hold_every_change_at_least_once(rows: list[Change], word: str) -> None:
    found = by(word, facts(rows))
    assert sum(group.changes for group in found) >= len(rows)
    if word == "layer":
        assert sum(group.changes for group in found) == len(rows)
        order = [group.name for group in found]
        assert order == [name for name in ("critical", "standard", "(none)") if name in order]


@given(st.lists(changes(), max_size=12))
def test_a_trend_counts_every_change_once(rows: list[Change]) -> None:
    whole = facts(rows)
    parts = trend(whole, whole.period.parts())
    assert len(parts) == 12
    assert sum(part.changes for part in parts) == len(rows)


def test_there_is_no_group_of_a_person() -> None:
    assert not set(BY) & PEOPLE
    told = " ".join(f"{one.name} {one.meaning} {one.formula}" for one in DEFINITIONS)
    assert "per person" not in told


def test_names_are_unique_and_everything_says_what_it_cannot_show() -> None:
    every = (*DEFINITIONS, *REHEARSED)
    assert len({one.name for one in every}) == len(every)
    assert all(one.limits and one.formula and one.meaning for one in every)


# Wilson (1927), as tabulated by Newcombe, Statistics in Medicine 17 (1998), table I, method 3
@pytest.mark.parametrize(
    ("found", "of", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0000, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_score_interval_is_the_published_one(found: int, of: int, low: float, high: float) -> None:
    mine = wilson(found / of, of)
    assert mine == pytest.approx((low, high), abs=5e-5)


def test_lines_of_one_change_are_not_independent() -> None:
    """A thousand lines in two changes say less than the same lines in a thousand."""
    few = interval([(500, 500), (0, 500)])
    many = interval([(1, 1), (0, 1)] * 500)
    assert few[0] is not None
    assert few[1] is not None
    assert many[0] is not None
    assert many[1] is not None
    assert few[1] - few[0] > 10 * (many[1] - many[0])
    assert interval([(1, 1)]) == (None, None)


def test_a_quantity_is_told_as_the_median() -> None:
    latency = next(one for one in DEFINITIONS if one.name == "gate_latency")
    rows = [replace(Change(), gate_ms=ms) for ms in (100, 200, 90_000)]
    found = measure(latency, rows)
    assert found.value == 200
    assert math.isclose(found.numerator / found.denominator, 30_100)


def test_rehearsals_are_told_after_changes_and_in_their_part_of_the_period() -> None:
    drills = (
        Drilled(at="2026-02-01T00:00:00Z", questions_ms=80, acknowledged_ms=None, called=False),
        Drilled(at="2026-02-02T00:00:00Z", questions_ms=100, acknowledged_ms=60_000, called=True),
        Drilled(at="2026-05-01T00:00:00Z", questions_ms=900, acknowledged_ms=None, called=True),
    )
    found = {one.definition.name: one for one in signals((), drills)}
    assert found["time_to_answer"].value == 100
    assert (found["time_to_acknowledge"].value, found["time_to_acknowledge"].changes) == (60_000, 1)
    assert found["drills_acknowledged"].value == 0.5
    whole = replace(facts([]), drills=drills)
    parts = trend(whole, whole.period.parts())
    months = {part.name: {one.definition.name: one for one in part.signals} for part in parts}
    assert months["2026-02-01"]["drills_acknowledged"].value == 1
    assert months["2026-05-01"]["drills_acknowledged"].value == 0
    assert months["2026-01-01"]["time_to_answer"].value is None
    assert all(one.value is None for one in signals(())), "nothing to measure"
