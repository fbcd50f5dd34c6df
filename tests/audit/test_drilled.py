"""Rehearsals as facts: read from decisions that the ledger vouches for, whatever else these hold."""

from __future__ import annotations

from typing import Any

import pytest

from answerable.audit.facts.drilled import Drilled, drills
from answerable.domain.decision import Decision, Kind, Principal, PrincipalType, Subject, new_id
from answerable.ledger.trust import Trust
from answerable.policy.artifact.history import Entry, History

AT = "2026-02-01T00:00:00Z"


def history(*details: Any, kind: Kind = Kind.ATTEST) -> History:
    who = Principal(type=PrincipalType.SERVICE, id="pager@example.com")
    made = (
        Decision(
            decision_id=new_id(), kind=kind, subjects=(Subject(digest={"sha256": "0" * 64}),), principal=who,
            observed_at=AT, details=each,
        )
        for each in details
    )  # fmt: skip
    return History([Entry(at, decision) for at, decision in enumerate(made)], Trust())


def test_a_rehearsal_says_how_long_it_took_and_whether_somebody_was_there() -> None:
    called = {"drill": {"dry_run": False, "questions_ms": 90, "acknowledged": {"elapsed_ms": 1_500}}}
    silent = {"drill": {"dry_run": False, "questions_ms": 80, "acknowledged": None}}
    dry = {"drill": {"dry_run": True, "questions_ms": 70, "acknowledged": None}}
    assert drills(history(called, silent, dry, {"claim": "tests passed"})) == [
        Drilled(at=AT, questions_ms=90, acknowledged_ms=1_500, called=True),
        Drilled(at=AT, questions_ms=80, acknowledged_ms=None, called=True),
        Drilled(at=AT, questions_ms=70, acknowledged_ms=None, called=False),
    ]


@pytest.mark.parametrize(
    "drill",
    [
        {},
        {"dry_run": 0, "questions_ms": "90", "acknowledged": []},
        {"dry_run": None, "questions_ms": -1, "acknowledged": {"elapsed_ms": True}},
        {"questions_ms": 1.5, "acknowledged": {"elapsed_ms": None}},
    ],
)
def test_what_is_no_number_measures_nothing(drill: dict[str, Any]) -> None:
    assert drills(history({"drill": drill})) == [Drilled(at=AT, questions_ms=None, acknowledged_ms=None, called=False)]


def test_what_is_no_rehearsal_is_none() -> None:
    assert drills(history({"drill": "soon"}, {"drill": None}, {})) == []
    assert drills(history({"drill": {"questions_ms": 1}}, kind=Kind.REVIEW)) == []
