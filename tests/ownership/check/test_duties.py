"""Escalations that go in a circle, begin late or reach nobody new; duties that nobody took on; hours that are open."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from answerable.domain.verdict import Severity
from answerable.ownership.check.finding import Finding, Kind
from ownership.check.looked import PEOPLE, SOUND, looked, of

STEPS = "escalation: [{notify: [cover]}, {notify: [pay], after: 15}]"
COVER = "cover: [{region: all, timezone: UTC, who: ada}]"


def escalating(steps: str, *, fallback: str = "linnea", cover: str = COVER) -> list[Finding]:
    text = SOUND.replace(STEPS, f"escalation: {steps}").replace("fallback: linnea", f"fallback: {fallback}")
    return looked(text.replace(COVER, cover))


def test_an_escalation_that_comes_back_is_a_circle() -> None:
    (found,) = of(Kind.CYCLE, escalating("[{notify: [ada]}, {notify: [grace], after: 5}, {notify: [ada], after: 9}]"))
    assert (found.severity, found.position.line) == (Severity.ERROR, 17)
    assert "after 9 minutes payments comes back to ada, who was called at once" in found.what


def test_so_is_a_fallback_that_was_called_before() -> None:
    (found,) = of(Kind.CYCLE, escalating("[{notify: [linnea]}, {notify: [grace], after: 5}]"))
    assert "at the fallback payments comes back to linnea" in found.what


def test_the_order_of_steps_in_the_file_does_not_count() -> None:
    assert not of(Kind.CYCLE, escalating("[{notify: [grace], after: 5}, {notify: [ada]}]"))
    (found,) = of(Kind.CYCLE, escalating("[{notify: [ada], after: 9}, {notify: [grace], after: 5}, {notify: [ada]}]"))
    assert "after 9 minutes" in found.what


def test_whoever_covers_the_hour_may_be_called_again() -> None:
    assert not of(
        Kind.CYCLE, escalating("[{notify: [cover]}, {notify: [grace], after: 5}, {notify: [cover], after: 9}]")
    )


def test_a_step_that_calls_only_people_called_before_escalates_to_nobody() -> None:
    (found,) = of(Kind.NOWHERE, escalating("[{notify: [pay]}, {notify: [ada, grace], after: 10}]"))
    assert found.severity is Severity.WARNING
    assert found.what.endswith("calls nobody who was not called before: ada, grace")
    (last,) = of(Kind.NOWHERE, escalating("[{notify: [pay]}]", fallback="grace"))
    assert last.severity is Severity.NOTE


def test_who_covers_at_some_hours_only_was_not_called_for_certain() -> None:
    steps = "[{notify: [cover]}, {notify: [ada], after: 5}]"
    assert of(Kind.NOWHERE, escalating(steps))
    by_day = '{region: a, timezone: UTC, start: "08:00", end: "18:00", who: ada}'
    by_night = '{region: b, timezone: UTC, start: "18:00", end: "08:00", who: grace}'
    for cover in (f"cover: [{by_day}]", f"cover: [{by_day}, {by_night}]"):
        assert not of(Kind.NOWHERE, escalating(steps, cover=cover))


def test_an_escalation_that_begins_late_is_told() -> None:
    (found,) = of(Kind.LATE, escalating("[{notify: [pay], after: 20}]"))
    assert "for the first 20 minutes of payments nobody is called" in found.what


@pytest.mark.parametrize(
    ("tier", "severity"), [("tier: 0", Severity.ERROR), ("tier: 1", Severity.ERROR), ("tier: 2", Severity.WARNING)]
)
def test_a_service_without_duties_is_worse_the_more_it_matters(tier: str, severity: Severity) -> None:
    text = f"{PEOPLE}services:\n  - {{name: payments, paths: [/shop/], owner: pay, {tier}}}\n"
    (found,) = of(Kind.DUTIES, looked(text))
    assert (found.severity, found.position.line) == (severity, 10)
    assert "who responds, who speaks to those outside, who is called when" in found.what


def test_a_jurisdiction_without_a_duty_to_report_is_a_note() -> None:
    (found,) = of(Kind.DUTIES, looked(SOUND.replace("tier: 0", "tier: 0\n    jurisdictions: [EU]")))
    assert (found.severity, "EU" in found.what) == (Severity.NOTE, True)


def test_without_an_owners_file_that_itself_is_the_finding() -> None:
    (found,) = of(Kind.DUTIES, looked(None, "* @larkspur/pay\n"))
    assert "there is no owners file" in found.what


def test_hours_that_nobody_covers_are_told_with_who_is_called_instead() -> None:
    (found,) = of(Kind.UNCOVERED, looked(SOUND.replace("timezone: UTC", 'timezone: UTC, start: "06:00", end: "05:00"')))
    assert found.severity is Severity.WARNING
    assert "nobody covers payments in 366 of the next 8,784 hours" in found.what
    assert "who is called then is pay, 15 minutes later" in found.what
    assert found.position.line == 19
    assert (found.hours[0].start, found.hours[0].times) == (datetime(2026, 11, 26, 5, tzinfo=UTC), 53)


def test_hours_in_which_nobody_at_all_is_called_are_an_error() -> None:
    text = SOUND.replace(STEPS, "escalation: [{notify: [cover]}]").replace("      fallback: linnea\n", "")
    text = text.replace("timezone: UTC", "timezone: UTC, days: [mon]")
    (found,) = of(Kind.UNCOVERED, looked(text))
    assert found.severity is Severity.ERROR
    assert found.what.endswith("nobody is called then")


def test_only_the_fallback_is_told_as_that() -> None:
    text = SOUND.replace(STEPS, "escalation: [{notify: [cover]}]").replace(
        "timezone: UTC", "timezone: UTC, days: [mon]"
    )
    (found,) = of(Kind.UNCOVERED, looked(text))
    assert (found.severity, "only the fallback linnea" in found.what) == (Severity.WARNING, True)


def test_cover_that_is_called_and_nowhere_written_is_an_error() -> None:
    (found,) = of(Kind.UNCOVERED, looked(SOUND.replace(f"      {COVER}\n", "")))
    assert found.severity is Severity.ERROR


def test_cover_that_no_step_calls_is_told() -> None:
    (found,) = of(Kind.UNCOVERED, escalating("[{notify: [pay]}]"))
    assert "no step of its escalation calls whoever covers" in found.what


def test_a_zone_that_is_not_known_is_an_error_beside_the_hours_that_it_leaves_open() -> None:
    errors = of(Kind.UNCOVERED, looked(SOUND.replace("timezone: UTC", "timezone: Europe/Atlantis")))
    assert [one.severity for one in errors] == [Severity.ERROR, Severity.WARNING]
    assert "Europe/Atlantis" in errors[0].what


def test_hours_of_a_person_who_leaves_are_open_from_then_on() -> None:
    text = SOUND.replace("git: [ada@larkspur.example]", "git: [ada@larkspur.example], until: 2027-11-01")
    (found,) = of(Kind.UNCOVERED, looked(text))
    assert found.hours[0].start == datetime(2027, 11, 2, tzinfo=UTC)


def test_a_step_that_also_calls_who_covers_the_hour_may_reach_somebody_new() -> None:
    assert not of(Kind.NOWHERE, escalating("[{notify: [pay]}, {notify: [cover, ada], after: 5}]"))


def test_open_hours_are_told_even_where_no_step_calls_who_covers() -> None:
    by_day = 'cover: [{region: a, timezone: UTC, start: "08:00", end: "18:00", who: ada}]'
    found = of(Kind.UNCOVERED, escalating("[{notify: [pay]}]", cover=by_day))
    assert [bool(one.hours) for one in found] == [False, True]
    assert all(one.severity is Severity.WARNING for one in found)
