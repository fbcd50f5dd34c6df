"""Teams, waivers and emergencies: who may let something pass, what is told of it, and what is owed afterwards."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from answerable.domain.verdict import Outcome, Severity
from answerable.policy.change.approvals import Approvals
from answerable.policy.change.emergency import Declaration
from policy.judging import HEAD, ONE, WAIVER, ai, by, judged

TEAMS = 'teams: {security: [bo, "@Cy"], web: [dee]}\n'


@pytest.mark.parametrize(
    ("who", "teams", "outcome"),
    [
        ("bo", (), Outcome.PASS),
        ("cy", (), Outcome.PASS),
        ("dee", (), Outcome.FAIL),
        ("bo", ("web",), Outcome.FAIL),
        ("dee", ("security",), Outcome.PASS),
    ],
)
def test_the_policy_says_who_is_in_a_team_where_the_forge_does_not(
    who: str, teams: tuple[str, ...], outcome: Outcome
) -> None:
    rule = "{name: r, require: {reviewers: {teams: [security]}}}"
    assert judged(rule, ai(), extra=TEAMS, approvals=by(who, teams=teams)).outcome is outcome


def test_waivers_are_counted_with_those_that_are_over() -> None:
    extra = WAIVER.format(until="2026-06-01", path="/src/auth/") + WAIVER.format(until="2026-05-31", path="*")[9:]
    found = judged(ONE, ai(1, 3), ai(path=b"other"), extra=extra)
    assert [(w.who, w.until, w.lines, w.holds) for w in found.waivers] == [
        ("ada@example.com", "2026-06-01", 3, True),
        ("ada@example.com", "2026-05-31", 4, False),
    ]
    assert judged(ONE, ai(), extra=extra, approvals=by("bo")).waivers == ()


TERMS = "emergency: {who: [security, ada@example.com], review_within: 72h, needs: {humans: 1}}\n" + TEAMS
URGENT = "{name: r, match: {origins: [ai]}, require: {reviewers: {humans: 2}}, emergency: allowed}"


def declared(by: str = "ada@example.com", **more: Any) -> Declaration:
    at = datetime(2026, 5, 31, 12, tzinfo=UTC)
    return Declaration(**{"by": by, "why": "the till is down", "at": at, "sha": HEAD, **more})


def test_an_emergency_passes_a_rule_that_says_so_and_owes_a_review() -> None:
    found = judged(URGENT, ai(), extra=TERMS, approvals=by("bo"), emergencies=[declared()])
    assert found.outcome is Outcome.PASS
    assert [f.severity for f in found.findings] == [Severity.WARNING]
    assert found.findings[0].evidence[-1] == (
        "passes as an emergency that ada@example.com declared: the till is down; "
        "its review is due by 2026-06-03T12:00:00Z"
    )
    assert found.excused is not None
    assert (found.excused.review_due_by, found.excused.rules) == ("2026-06-03T12:00:00Z", ("r",))
    owed = [o for o in found.obligations if o.rule == "emergency"]
    assert [(o.needs, o.met) for o in owed] == [("a review of the emergency change by 2026-06-03T12:00:00Z", False)]


@pytest.mark.parametrize("who", ["bo", "Cy <cy@example.com>"])
def test_a_member_of_a_team_that_may_declare_one_may(who: str) -> None:
    found = judged(URGENT, ai(), extra=TERMS, approvals=by("bo"), emergencies=[declared(who)])
    assert found.outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("declaration", "approvals", "why"),
    [
        (declared(sha="2" * 40), by("bo"), "it does not name the present head"),
        (declared(sha=None), by("bo"), "it does not name the present head"),
        (declared("dee"), by("bo"), "the policy does not let them declare one"),
        (declared(), by(), "it needs 1 independent approvals even then"),
        (declared(at=datetime(2026, 5, 1, tzinfo=UTC)), by("bo"), "its review was due by 2026-05-04T00:00:00Z"),
        (declared(at=datetime(2027, 1, 1, tzinfo=UTC)), by("bo"), "it is declared for a time to come"),
    ],
)
def test_an_emergency_that_does_not_count_passes_nothing_and_is_told(
    declaration: Declaration, approvals: Approvals, why: str
) -> None:
    found = judged(URGENT, ai(), extra=TERMS, approvals=approvals, emergencies=[declaration])
    assert found.outcome is Outcome.FAIL
    assert found.notes == (f"the emergency declared by {declaration.by} does not count: {why}",)
    assert found.excused is None


def test_an_emergency_passes_no_rule_that_does_not_say_so_and_none_without_terms() -> None:
    plain = URGENT.replace(", emergency: allowed", "")
    assert judged(plain, ai(), extra=TERMS, approvals=by("bo"), emergencies=[declared()]).outcome is Outcome.FAIL
    assert judged(URGENT, ai(), extra=TEAMS, approvals=by("bo"), emergencies=[declared()]).outcome is Outcome.FAIL


def test_an_emergency_of_a_change_that_passes_anyway_owes_nothing() -> None:
    found = judged(URGENT, ai(), extra=TERMS, approvals=by("bo", "cy"), emergencies=[declared()])
    assert (found.outcome, found.excused) == (Outcome.PASS, None)
    assert all(o.met for o in found.obligations)
