"""Clocks and messages: from awareness, by severity and place; what is not known yet is a condition, never a silence."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.incident.open.duties import dues, filled, messages, named_service
from answerable.incident.open.revision import _names
from answerable.ownership.model import Clock, Member, Owners, Service, Team, Template
from answerable.ownership.resolved import Resolved

AWARE = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)  # the hour before clocks change in Europe
NIS2 = Clock(jurisdiction="EU", to="the CSIRT", within=24, regulation="NIS2", severity=("high", "critical"))
STATE = Clock(jurisdiction="US-CA", to="the attorney general", within=72, who="legal")


def found(*clocks: Clock, templates: tuple[Template, ...] = ()) -> Resolved:
    speaks = (Member(id="linnea", name="Linnea Berg", contact="+46"),)
    return Resolved(path=b"a", owner=None, clocks=clocks, communication=speaks, templates=templates)


def test_hours_are_counted_in_utc_whatever_the_clocks_on_the_wall_do() -> None:
    (due,) = dues(found(NIS2), "high", ["EU"], AWARE)
    assert (due.by, due.who, due.applies) == ("2026-03-30T00:30:00Z", ("Linnea Berg (+46)",), None)


@pytest.mark.parametrize(("severity", "places", "applies"), [
    ("high", ("EU",), None),
    (None, ("EU",), "if it is high or critical"),
    ("high", (), "if it runs in EU"),
    (None, (), "if it is high or critical and if it runs in EU"),
])  # fmt: skip
def test_what_is_not_known_yet_is_a_condition(severity: str | None, places: tuple[str, ...], applies: str) -> None:
    assert [due.applies for due in dues(found(NIS2), severity, places, AWARE)] == [applies]


@pytest.mark.parametrize(("places", "told"), [
    (["US-CA"], True), (["US"], True), (["US-CA-SF"], True), (["US-NY"], False), (["EU"], False), (["USA"], False),
])  # fmt: skip
def test_a_place_in_a_jurisdiction_is_under_it(places: list[str], told: bool) -> None:
    assert bool(dues(found(STATE), "low", places, AWARE)) is told


def test_a_clock_names_its_own_reporter_as_the_file_calls_them() -> None:
    assert dues(found(STATE), None, ["US-CA"], AWARE)[0].who == ("legal",)
    team = Owners(teams=(Team(id="legal", name="Legal", contact="#legal"),))
    assert dues(found(STATE), None, ["US-CA"], AWARE, team)[0].who == ("Legal (#legal)",)
    person = Owners(people=(Member(id="legal", name="Lea Gal", contact="+1"),))
    assert dues(found(STATE), None, ["US-CA"], AWARE, person)[0].who == ("Lea Gal (+1)",)


@given(st.lists(st.integers(0, 10_000), max_size=8))
def test_the_first_due_comes_first(hours: list[int]) -> None:
    clocks = [Clock(jurisdiction="EU", to="x", within=within) for within in hours]
    told = [due.by for due in dues(found(*clocks), None, ["EU"], AWARE)]
    assert told == sorted(told)
    assert len(told) == len(hours)


def test_messages_fit_the_severity_and_the_place_and_keep_what_only_people_know() -> None:
    told = (
        Template(text="{service}: {what} since {since}", severity=("high",), jurisdiction=("EU",)),
        Template(text="nothing", severity=("low",)),
        Template(text="elsewhere", jurisdiction=("GB",)),
    )
    (message,) = messages(found(templates=told), "high", ["EU"], "2026-01-01T00:00:00Z")
    assert message.text == "{service}: {what} since 2026-01-01T00:00:00Z"


def test_a_template_cannot_be_made_to_read_anything() -> None:
    assert filled("{service.__class__} {0} {service!r}", {"service": "x"}) == "{service.__class__} {0} {service!r}"


def test_a_service_is_known_by_its_id_and_its_name() -> None:
    owners = Owners(services=(Service(id="sign-in", name="Sign in", owner="identity"),))
    for name in ("sign-in", "Sign In", "SIGN-IN"):
        assert named_service(owners, ["x", name]) is not None
    assert named_service(owners, ["sign"]) is None
    assert named_service(None, ["sign-in"]) is None


@pytest.mark.parametrize(("release", "name"), [
    ("1.1", "v1.1"), ("v1.1", "1.1"), ("shop@1.1", "v1.1"), ("shop@1.1+build.7", "1.1"),
    ("shop@1.1", "shop-1.1"), ("shop-3f2a9c1", "3f2a9c1"), ("@larkspur/shop@1.1", "1.1"),
])  # fmt: skip
def test_a_release_is_looked_for_under_its_usual_names(release: str, name: str) -> None:
    assert name in list(_names(release))
