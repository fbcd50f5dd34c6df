"""Which signed reviews are approvals: those that the ledger's keys vouch for, the newest of each, of this head."""

from __future__ import annotations

from typing import Any

import pytest

from answerable.domain.decision import Decision, Kind, Principal, PrincipalType, Subject, new_id
from answerable.policy.change.approvals import count, signed_approvals
from answerable.policy.change.authors import authors
from answerable.policy.change.context import Approval
from answerable.provenance.decisions import Vouched

HEAD, OTHER = "1" * 40, "2" * 40


class _Nobody:
    """Evidence about no commit."""


def signed(verdict: str, at: int = 0, *, doubt: str | None = None, **more: Any) -> Vouched:
    decision = Decision(
        decision_id=new_id(),
        kind=more.get("kind", Kind.REVIEW),
        subjects=(Subject(digest={"gitCommit": HEAD}),),
        principal=Principal(type=more.get("type", PrincipalType.HUMAN), id=more.get("by", "bo@example.com")),
        observed_at=f"2026-01-01T00:00:{at:02}Z",
        details={"verdict": verdict, "sha": more.get("sha", HEAD)},
        supersedes=more.get("supersedes", ()),
    )
    return Vouched(decision=decision, ref="entry 1", in_ledger=doubt is None, doubt=doubt)


def counted(*found: Vouched) -> list[str]:
    nobody = authors((), _Nobody())  # type: ignore[arg-type]
    return [one.by for one in count(list(signed_approvals(found, HEAD)), HEAD, nobody).counted]


def test_a_signed_review_that_approves_the_head_counts() -> None:
    assert counted(signed("approved")) == ["bo@example.com"]
    assert counted(signed("approved", kind=Kind.APPROVE)) == ["bo@example.com"]


@pytest.mark.parametrize(
    "one",
    [
        signed("approved", doubt="nothing vouches for its key"),
        signed("commented"),
        signed("changes_requested"),
        signed("approved", sha=OTHER),
        signed("approved", type=PrincipalType.AGENT),
        signed("approved", type=PrincipalType.SERVICE),
        signed("approved", kind=Kind.COUNTERSIGN),
    ],
)
def test_anything_else_does_not(one: Vouched) -> None:
    assert counted(one) == []


def test_the_newest_word_of_a_person_counts_and_no_doubtful_one_takes_it_back() -> None:
    assert counted(signed("approved", 1), signed("changes_requested", 2)) == []
    assert counted(signed("changes_requested", 2), signed("approved", 1)) == []
    assert counted(signed("changes_requested", 1), signed("approved", 2)) == ["bo@example.com"]
    assert counted(signed("approved", 1), signed("changes_requested", 2, doubt="forged")) == ["bo@example.com"]


def test_what_two_approvals_say_of_one_person_is_put_together() -> None:
    nobody = authors((), _Nobody())  # type: ignore[arg-type]
    given = [Approval(by="bo", sha=HEAD, kind="human", teams=("web",), identities=("bo@example.com",))]
    given.append(Approval(by="bo@example.com", sha=HEAD, kind="human", teams=("security",)))
    found = count(given, HEAD, nobody)
    assert [(one.by, one.teams) for one in found.counted] == [("bo", ("web", "security"))]
    assert found.refused == (("bo@example.com", "is bo under another name"),)
