"""A countersign covers the lines it was signed over, as they were, and only where the ledger vouches for a person."""

from __future__ import annotations

from typing import Any

import pytest

from answerable.domain.decision import Decision, Kind, Principal, PrincipalType, Subject, new_id
from answerable.git.repository import Repository
from answerable.policy.change.countersigns import Countersigns
from answerable.provenance.decisions import Vouched, digest_of_lines
from builders import RepoBuilder

TEXT = b"1\n2\n3\n4\n"


class Told:
    """Decisions about whatever is asked."""

    def __init__(self, *found: Vouched) -> None:
        self._found = found

    def decisions(self, _sha: str) -> tuple[Vouched, ...]:
        return self._found


def signed(*spans: tuple[int, int], by: str = "bo@example.com", text: bytes = TEXT, **more: Any) -> Vouched:
    rows = [{"path": "a", "start": a, "end": b, "digest": digest_of_lines(text, a, b)} for a, b in spans]
    decision = Decision(
        decision_id=new_id(),
        kind=more.get("kind", Kind.COUNTERSIGN),
        subjects=(Subject(digest={"gitCommit": "1" * 40}),),
        principal=Principal(type=more.get("type", PrincipalType.HUMAN), id=by),
        observed_at="2026-01-01T00:00:00Z",
        details={"intent": "count", **({"lines": rows} if rows else {})},
    )
    return Vouched(decision=decision, ref="entry 1", in_ledger=True, doubt=more.get("doubt"))


def covered(repo: RepoBuilder, *found: Vouched) -> list[tuple[int, int, tuple[str, ...]]]:
    sha = repo.commit({"a": TEXT})
    with Repository(repo.root) as repository:
        return list(Countersigns(repository, Told(*found)).of(sha, b"a", 1, 4))  # type: ignore[arg-type]


def test_lines_are_parted_by_who_signed_for_them(repo: RepoBuilder) -> None:
    found = covered(repo, signed((2, 3)), signed((3, 4), by="cy@example.com"))
    bo, cy = "bo@example.com", "cy@example.com"
    assert found == [(1, 1, ()), (2, 2, (bo,)), (3, 3, (bo, cy)), (4, 4, (cy,))]


@pytest.mark.parametrize(
    "one",
    [
        signed((1, 4), doubt="nothing vouches for its key"),
        signed((1, 4), text=b"1\n2\n3\nfour\n"),
        signed((1, 4), kind=Kind.ACCEPT),
        signed((1, 4), type=PrincipalType.SERVICE),
        signed(),
    ],
    ids=["doubt", "other lines", "no countersign", "no person", "no lines"],
)
def test_nothing_else_covers_a_line(repo: RepoBuilder, one: Vouched) -> None:
    assert covered(repo, one) == [(1, 4, ())]


def test_it_covers_no_other_file(repo: RepoBuilder) -> None:
    sha = repo.commit({"a": TEXT, "b": TEXT})
    with Repository(repo.root) as repository:
        found = Countersigns(repository, Told(signed((1, 4)))).of(sha, b"b", 1, 4)  # type: ignore[arg-type]
        assert list(found) == [(1, 4, ())]
