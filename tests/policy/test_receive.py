"""The lines that git gives a pre-receive hook are read strictly: what is not understood is never left out."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.domain.verdict import Outcome
from answerable.errors import UsageError
from answerable.git.repository import Repository
from answerable.policy import receive
from answerable.policy.receive import LARGEST, Judge, Update, read_updates
from builders import RepoBuilder
from policy.gating import AUTH, REVIEWED, policed

A, ZERO = "a" * 40, "0" * 40
REFS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters=" "), min_size=1).map("refs/".__add__)
UPDATES = st.builds(Update, old=st.sampled_from([A, ZERO]), new=st.sampled_from([A, ZERO]), ref=REFS)


@given(st.lists(UPDATES, min_size=1, max_size=5))
def test_every_line_is_read_as_it_was_written(updates: list[Update]) -> None:
    data = "".join(f"{one.old} {one.new} {one.ref}\n" for one in updates).encode()
    assert read_updates(data, 40) == updates


@given(st.binary(max_size=200) | st.binary(max_size=60).map(lambda more: f"{A} {ZERO} refs/".encode() + more))
def test_other_bytes_are_an_error_or_as_many_updates_as_lines(data: bytes) -> None:
    try:
        found = read_updates(data, 40)
    except UsageError:
        return
    assert len(found) == data.count(b"\n") > 0


def test_more_than_is_read_is_never_cut_off() -> None:
    line = f"{A} {ZERO} refs/heads/{'x' * 10_000}\n".encode()
    many = line * (LARGEST // len(line))
    assert read_updates(many, 40)
    with pytest.raises(UsageError, match="too many refs"):
        read_updates(many + line, 40)


def test_a_branch_that_comes_and_one_that_goes_are_told_apart() -> None:
    assert Update(old=ZERO, new=A, ref="refs/heads/x").creates
    assert Update(old=A, new=ZERO, ref="refs/heads/x").deletes
    assert not Update(old=A, new=A, ref="refs/heads/x").creates


def test_refs_that_gain_the_same_are_judged_once_and_others_each(
    repo: RepoBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = policed(repo)
    evil, fine = repo.commit({AUTH: "evil\n"}, branch="evil"), repo.commit({"x": "1\n"}, branch="fine", parents=[base])
    asked: list[tuple[str | None, str]] = []

    def counted(repository: Repository, start: str | None, head: str, *more: Any) -> Any:
        asked.append((start, head))
        return gate(repository, start, head, *more)

    gate = receive.gate
    monkeypatch.setattr(receive, "gate", counted)
    news = [Update(old=ZERO, new=head, ref=f"refs/heads/{n}") for n, head in enumerate([evil, fine] * 500)]
    moved = Update(old=evil, new=fine, ref="refs/heads/moved")
    with Repository(repo.root) as repository:
        found = Judge(repository).each([*news, moved])
    assert sorted(set(asked), key=str) == sorted(asked, key=str), "none is asked twice"
    assert len(asked) == 3, "what was on a branch before is part of the question"
    assert [one.outcome for one in found[:1000]] == [Outcome.FAIL, Outcome.PASS] * 500
    assert [one.ref for one in found] == [one.ref for one in (*news, moved)]


def test_who_owns_what_on_a_branch_that_begins_at_nothing_is_said_by_the_default_branch(repo: RepoBuilder) -> None:
    policed(repo, REVIEWED.replace("humans: 1", "owners: true"), CODEOWNERS="* @sec\n")
    own = repo.commit({AUTH: "x\n", "CODEOWNERS": "* @eve\n"}, branch="orphan", parents=[])
    with Repository(repo.root) as repository:
        (found,) = Judge(repository).each([Update(old=ZERO, new=own, ref="refs/heads/orphan")])
    assert found.verdict is not None
    (owed,) = found.verdict.obligations
    assert owed.who == ("@sec",)
