"""What let it pass: the organisation's side first, what was set aside before what was absent, and never a judgement."""

from __future__ import annotations

from typing import Any

import pytest

from answerable.domain.acceptance import Acceptance, How, State
from answerable.domain.answer import Delivery, Span
from answerable.domain.decision import Decision, Emergency, Kind, PolicyRef, Principal, PrincipalType, Subject
from answerable.domain.grade import Grade
from answerable.domain.line_origin import LineOrigin
from answerable.domain.origin import Origin
from answerable.domain.review import ReviewMark, ReviewMarks
from answerable.incident.open.controls import Surroundings, controls, passed
from answerable.incident.open.model import Control, Outcome, Side
from answerable.provenance.decisions import Vouched

POLICED = Surroundings(policy=True, owner="payments")


def span(origin: Origin = Origin.AI, **more: Any) -> Span:
    lines = LineOrigin(origin=origin, grade=Grade.RECORDED, acceptance=more.pop("acceptance", None))
    return Span(path=b"a.py", start=1, end=1, commit="c" * 40, orig_path=b"a.py", orig_start=1, lines=lines, **more)


def decided(kind: Kind, *, doubt: str | None = None, **more: Any) -> Vouched:
    who = Principal(type=PrincipalType.HUMAN, id="ada@example.com")
    decision = Decision(
        decision_id="d", kind=kind, subjects=(Subject(digest={"gitCommit": "c" * 40}),), principal=who,
        observed_at="2026-01-01T00:00:00Z", **more,
    )  # fmt: skip
    return Vouched(decision=decision, ref="ledger entry 3", in_ledger=True, doubt=doubt)


def gate(verdict: str, **more: Any) -> Vouched:
    policy = PolicyRef(uri=".answerable/policy.yaml", digest="sha256:0", verdict=verdict)
    details = more.pop("details", {})
    return decided(Kind.GATE, policy=policy, details={"verdict": verdict, **details}, **more)


def named(found: tuple[Control, ...], name: str) -> list[Control]:
    return [one for one in found if one.name == name]


@pytest.mark.parametrize(("verdict", "more", "outcome"), [
    ("pass", {}, Outcome.APPLIED),
    ("fail", {}, Outcome.SET_ASIDE),
    ("error", {}, Outcome.SET_ASIDE),
    ("pass", {"details": {"waived": 2}}, Outcome.SET_ASIDE),
    ("pass", {"emergency": Emergency(declared=True)}, Outcome.SET_ASIDE),
    ("pass", {"doubt": "its key is unknown"}, Outcome.UNKNOWN),
])  # fmt: skip
def test_what_a_gate_said_decides_what_the_control_did(verdict: str, more: dict[str, Any], outcome: Outcome) -> None:
    found = named(controls(span(), [gate(verdict, **more)], POLICED), "gate")
    assert found[0].outcome is outcome


@pytest.mark.parametrize(("policy", "outcome"), [
    (True, Outcome.UNKNOWN), (False, Outcome.ABSENT), (None, Outcome.UNKNOWN),
])  # fmt: skip
def test_no_verdict_is_no_gate_only_where_no_policy_was_in_force(policy: bool | None, outcome: Outcome) -> None:
    found = named(controls(span(), [], Surroundings(policy=policy)), "gate")
    assert [one.outcome for one in found] == [outcome]


def test_an_override_says_why_and_stands_before_all_else() -> None:
    found = controls(span(), [decided(Kind.OVERRIDE, rationale="the shop was down"), gate("fail")], POLICED)
    assert passed(found).startswith("The gate was set aside: the shop was down")
    assert "merged all the same" not in named(found, "gate")[0].what


def test_a_tool_that_could_write_without_asking_is_a_matter_of_the_surroundings() -> None:
    told = Acceptance(how=How.STANDING_GRANT, state=State.AS_IS, grade=Grade.RECORDED)
    (tool,) = named(controls(span(acceptance=told), [], POLICED), "tool")
    assert (tool.side, tool.outcome) == (Side.ORGANISATION, Outcome.APPLIED)
    assert "without asking" in tool.what


def test_a_line_that_a_person_wrote_asks_for_no_control_of_tools() -> None:
    found = controls(span(Origin.HUMAN), [], POLICED)
    assert named(found, "tool") == []
    assert named(found, "intent")[0].outcome is Outcome.APPLIED


def test_a_review_of_ones_own_is_no_independent_review() -> None:
    mark = ReviewMark(person="Ada", mark="Reviewed-by", grade=Grade.DECLARED, independent=False, because="author")
    own = span(review=ReviewMarks(reviewers=(mark,)))
    assert named(controls(own, [], POLICED), "review")[0].outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(("merged", "gate_outcome", "review_outcome"), [
    ("2025-12-31T23:59:59Z", Outcome.UNKNOWN, Outcome.UNKNOWN),
    ("2026-01-01T00:00:00Z", Outcome.SET_ASIDE, Outcome.APPLIED),
    (None, Outcome.SET_ASIDE, Outcome.APPLIED),
])  # fmt: skip
def test_what_was_decided_after_the_merge_can_have_stopped_nothing(
    merged: str | None, gate_outcome: Outcome, review_outcome: Outcome
) -> None:
    mark = ReviewMark(person="ada@example.com", mark="signed: approved", grade=Grade.ATTESTED)
    delivery = Delivery(merge="m" * 40 if merged else None, merged_at=merged)
    line = span(review=ReviewMarks(reviewers=(mark,)), delivery=delivery)
    found = controls(line, [gate("fail"), decided(Kind.REVIEW, details={"verdict": "approved"})], POLICED)
    assert named(found, "gate")[0].outcome is gate_outcome
    assert named(found, "review")[0].outcome is review_outcome


def test_every_control_that_was_not_there_names_the_next_step() -> None:
    found = controls(span(Origin.UNKNOWN), [], Surroundings(policy=False))
    assert all(one.remedy for one in found if one.outcome in (Outcome.ABSENT, Outcome.UNKNOWN))


def test_the_organisation_comes_first() -> None:
    sides = [one.side for one in controls(span(), [gate("pass")], POLICED)]
    assert sides == sorted(sides, key=[Side.ORGANISATION, Side.PERSON].index)
