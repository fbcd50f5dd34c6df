"""What runs where: held against an oracle that replays every event at every single point, and against told cases."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.domain.deployment import Event, Place, Running, State
from answerable.domain.rollout import running
from answerable.domain.rollout_recent import recent

REVISIONS = ("a" * 40, "b" * 40, "c" * 40)
OTHER = "(any other)"
REGIONS, COHORTS, WAVES = ("eu", "us"), ("cars", "vans"), ("1", "2")
A, B, C = REVISIONS


def at(minute: int) -> str:
    return f"2026-01-{1 + minute // 1440:02}T{minute // 60 % 24:02}:{minute % 60:02}:00Z"


def event(revision: str, minute: int = 0, state: State = State.ACTIVE, **said: object) -> Event:
    place = Place("production", **{name: said.pop(name) for name in Place._fields if name in said})  # type: ignore[arg-type]
    return Event(revision=revision, place=place, at=at(minute), state=state, **said)  # type: ignore[arg-type]


def told(*events: Event) -> set[tuple[str, str, State, int | None, int | None]]:
    """Each place in words, the first letter of what runs there, and how."""
    return {(_words(one.place), one.revision[0], one.state, one.percent, one.devices) for one in running(events)}


def _words(place: Place) -> str:
    return " ".join(part for part in place[1:] if part) or "all"


def test_a_newer_deployment_takes_the_place_of_the_older() -> None:
    assert told(event(A, 0), event(B, 1)) == {("all", "b", State.ACTIVE, None, None)}


def test_a_part_of_a_place_does_not_take_the_whole() -> None:
    events = (event(A, 0), event(B, 1, region="eu"))
    assert told(*events) == {("all", "a", State.ACTIVE, None, None), ("eu", "b", State.ACTIVE, None, None)}
    assert told(*events, event(C, 2)) == {("all", "c", State.ACTIVE, None, None)}


def test_a_service_does_not_take_the_place_of_another() -> None:
    assert told(event(A, 0, service="shop"), event(B, 1, service="pay")) == {
        ("shop", "a", State.ACTIVE, None, None),
        ("pay", "b", State.ACTIVE, None, None),
    }


def test_what_is_rolled_back_gives_way_to_what_ran_before_it() -> None:
    (only,) = running([event(A, 0), event(B, 1), event(B, 2, State.ROLLED_BACK)])
    assert (only.revision, only.since) == (A, at(2))


def test_a_rollback_in_one_region_leaves_the_others() -> None:
    assert told(event(A, 0), event(B, 1), event(B, 2, State.ROLLED_BACK, region="eu")) == {
        ("all", "b", State.ACTIVE, None, None),
        ("eu", "a", State.ACTIVE, None, None),
    }


def test_rollbacks_out_of_order_leave_the_right_one() -> None:
    events = [event(A, 0), event(B, 1), event(C, 2)]
    under = [*events, event(B, 3, State.ROLLED_BACK)]  # nobody sees it while C runs
    assert told(*under) == {("all", "c", State.ACTIVE, None, None)}
    assert told(*under, event(C, 4, State.ROLLED_BACK)) == {("all", "a", State.ACTIVE, None, None)}


def test_a_rollback_of_what_never_ran_changes_nothing() -> None:
    assert told(event(A, 0), event(B, 1, State.ROLLED_BACK)) == {("all", "a", State.ACTIVE, None, None)}
    early = (event(A, 0, State.ROLLED_BACK), event(A, 1))  # by its clock, before the deployment
    assert told(*early) == {("all", "a", State.ACTIVE, None, None)}


def test_events_count_by_their_moments_and_not_by_when_they_were_told() -> None:
    assert told(event(B, 5), event(A, 1)) == {("all", "b", State.ACTIVE, None, None)}


def test_a_partial_rollout_leaves_the_rest_to_what_was_there() -> None:
    first = [event(A, 0), event(B, 1, percent=10)]
    assert told(*first) == {("all", "a", State.ACTIVE, 90, None), ("all", "b", State.ACTIVE, 10, None)}
    assert told(*first, event(B, 2, percent=60)) == {
        ("all", "a", State.ACTIVE, 40, None),
        ("all", "b", State.ACTIVE, 60, None),
    }
    assert told(*first, event(B, 2, percent=100)) == {("all", "b", State.ACTIVE, None, None)}
    assert told(*first, event(B, 2, percent=0)) == {("all", "a", State.ACTIVE, None, None)}


def test_a_growing_rollout_runs_since_it_began() -> None:
    newest = running([event(A, 0), event(B, 1, percent=10), event(B, 9)])
    assert [(one.revision, one.since) for one in newest] == [(B, at(1))]


def test_devices_that_were_not_heard_of_may_run_what_was_there_before() -> None:
    events = [event(A, 0, cohort="cars", devices=100), event(B, 1, cohort="cars", devices=100, unreported=40)]
    assert told(*events) == {
        ("cars", "b", State.ACTIVE, None, 100),
        ("cars", "a", State.UNREPORTED, None, 40),
    }
    weeks = [*events, event(C, 30_000, cohort="cars", devices=100, unreported=3)]
    assert told(*weeks) == {
        ("cars", "c", State.ACTIVE, None, 100),
        ("cars", "b", State.UNREPORTED, None, 3),
        ("cars", "a", State.UNREPORTED, None, 3),
    }
    assert told(*weeks, event(C, 30_001, cohort="cars", devices=100)) == {("cars", "c", State.ACTIVE, None, 100)}


def test_devices_that_have_not_heard_of_a_rollback_may_run_it_still() -> None:
    events = [event(A, 0), event(B, 1), event(B, 2, State.ROLLED_BACK, unreported=7)]
    assert told(*events) == {("all", "a", State.ACTIVE, None, None), ("all", "b", State.UNREPORTED, None, 7)}
    heard = [*events, event(B, 3, State.ROLLED_BACK, unreported=2)]
    assert told(*heard) == {("all", "a", State.ACTIVE, None, None), ("all", "b", State.UNREPORTED, None, 2)}
    assert told(*heard, event(B, 4, State.ROLLED_BACK)) == {("all", "a", State.ACTIVE, None, None)}


def test_devices_can_be_told_of_by_the_revision_that_they_may_run() -> None:
    events = [event(A, 0), event(B, 1), event(A, 2, State.UNREPORTED, devices=5)]
    assert told(*events) == {("all", "b", State.ACTIVE, None, None), ("all", "a", State.UNREPORTED, None, 5)}
    assert told(*events, event(C, 3)) == {("all", "c", State.ACTIVE, None, None)}


def test_nothing_comes_back_where_something_is_removed() -> None:
    assert told(event(A, 0), event(B, 1), event(B, 2, State.REMOVED)) == set()
    assert told(event(A, 0), event(B, 1), event(A, 2, State.SUPERSEDED)) == {("all", "b", State.ACTIVE, None, None)}


def test_what_is_superseded_is_the_very_deployment_that_is_named() -> None:
    events = [event(A, 0, deployment="1"), event(B, 1, deployment="2"), event(A, 2, deployment="3")]
    assert told(*events, event(A, 3, State.SUPERSEDED, deployment="1")) == {("all", "a", State.ACTIVE, None, None)}
    assert told(*events, event(A, 3, State.SUPERSEDED, deployment="3")) == set()


def test_a_region_takes_the_only_jurisdiction_that_is_named_for_it() -> None:
    events = [event(A, 0, region="eu"), event(B, 1, region="eu", jurisdiction="EU")]
    assert [(one.revision, one.jurisdiction) for one in running(events)] == [(B, "EU")]


def test_waves_that_cross_regions_are_told_apart() -> None:
    events = [event(A, 0, region="eu"), event(B, 1, wave="1"), event(B, 2, State.ROLLED_BACK, region="eu", wave="1")]
    assert told(*events) == {("eu", "a", State.ACTIVE, None, None), ("1", "b", State.ACTIVE, None, None)}


# The oracle: at one point of one region, cohort and wave, what runs is a list that is gone through from its end.


class Point:
    """One device group: the newest first in a list of [revision, whether it runs, whether it came]."""

    def __init__(self) -> None:
        self.stack: list[list[object]] = []

    def take(self, one: Event) -> None:
        if one.state is State.ACTIVE and one.percent != 0:
            share = 100 if one.percent is None else one.percent
            if self.stack and self.stack[-1][0] == one.revision and self.stack[-1][1]:
                self.stack[-1][2] = share
            else:
                self.stack.append([one.revision, True, share])
            return
        for row in reversed(self.stack):
            if row[0] == one.revision and row[1]:
                if one.state in (State.ROLLED_BACK, State.ACTIVE):
                    self.stack.remove(row) if self.stack.count(row) == 1 else self._remove(row)
                else:
                    row[1] = False
                return

    def _remove(self, row: list[object]) -> None:
        at = next(n for n in reversed(range(len(self.stack))) if self.stack[n] is row)
        del self.stack[at]

    def runs(self) -> set[str]:
        found = set()
        for revision, alive, share in reversed(self.stack):
            if alive:
                found.add(str(revision))
            if share == 100:
                break
        return found


places = st.builds(
    Place,
    st.sampled_from(["production", "staging"]),
    region=st.sampled_from([None, *REGIONS]),
    cohort=st.sampled_from([None, *COHORTS]),
    wave=st.sampled_from([None, *WAVES]),
    service=st.none(),
    jurisdiction=st.none(),
)
events = st.lists(
    st.builds(
        Event,
        revision=st.sampled_from(REVISIONS),
        place=places,
        at=st.integers(0, 40).map(at),
        state=st.sampled_from([State.ACTIVE, State.ACTIVE, State.ROLLED_BACK, State.SUPERSEDED, State.REMOVED]),
        percent=st.sampled_from([None, None, 0, 10, 50, 100]),
    ),
    max_size=14,
)


@given(events)
def test_it_runs_where_the_oracle_says_and_nowhere_else(happened: list[Event]) -> None:
    found = running(happened)
    for environment in ("production", "staging"):
        for region, cohort, wave in product((*REGIONS, OTHER), (*COHORTS, OTHER), (*WAVES, OTHER)):
            point, where = Point(), Place(environment, None, region, None, cohort, wave)
            for one in sorted(happened, key=lambda each: each.at):
                if one.place.holds(where):
                    point.take(one)
            assert _at(found, where) == point.runs(), where


def _at(found: list[Running], where: Place) -> set[str]:
    """What is told of a point."""
    return {one.revision for one in found if one.runs_at(where)}


busy = st.lists(
    st.builds(
        Event,
        revision=st.sampled_from(REVISIONS),
        place=st.sampled_from([Place("production"), Place("production", region="eu"), Place("production", wave="1")]),
        at=st.integers(0, 40).map(at),
        state=st.sampled_from([*[State.ACTIVE] * 9, State.ROLLED_BACK, State.REMOVED, State.UNREPORTED]),
        percent=st.sampled_from([*[None] * 9, 0, 50]),
        unreported=st.sampled_from([*[0] * 9, 5]),
        deployment=st.none(),
    ),
    max_size=25,
)


@given(busy)
def test_what_is_left_out_as_too_old_cannot_be_seen(happened: list[Event]) -> None:
    left = recent(happened)
    assert {_without_since(one) for one in running(left)} == {_without_since(one) for one in running(happened)}


def _without_since(one: Running) -> Running:
    """Since when a revision runs may be told later where it ran before, was gone, and came back."""
    return replace(one, since="", decision=None)


def test_years_of_deployments_leave_the_newest() -> None:
    happened = [event(REVISIONS[n % 3], n) for n in range(1_000)]
    assert [one.at for one in recent(happened)] == [at(999)]


@given(events)
def test_every_place_told_is_true_somewhere(happened: list[Event]) -> None:
    for one in running(happened):
        assert any(each.revision == one.revision for each in happened)
        assert one.state is State.ACTIVE
        assert one.percent is None or 0 < one.percent < 100


@given(events, st.randoms(use_true_random=False))
def test_the_order_in_which_it_is_told_does_not_matter(happened: list[Event], random: Random) -> None:
    apart = [replace(one, at=at(n)) for n, one in enumerate(happened)]
    mixed = list(apart)
    random.shuffle(mixed)
    assert running(apart) == running(mixed)


@pytest.mark.parametrize("count", [1, 3])
def test_reporting_the_same_twice_changes_nothing(count: int) -> None:
    events = [event(A, 0), event(B, 1, percent=50)]
    assert running(events) == running(events + [events[1]] * count)


def test_ten_thousand_cohorts_are_told_apart() -> None:
    """Quadratic work would not end here."""
    whole = event(A, 0)
    parts = [event(B, 1, cohort=f"c{n}") for n in range(10_000)]
    found = running(recent([whole, *parts]))
    assert len(found) == 10_001
    (rest,) = [one for one in found if one.revision == A]
    assert len(rest.but_not) == 10_000
