"""`policy debts`: changes that passed as emergencies, and the reviews that they owe."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from builders import RepoBuilder
from e2e.asking import Said, ask_here
from e2e.releasing import Releasing, let_pass


def owed(team: Releasing, *options: str) -> Said:
    return ask_here("-C", os.fspath(team.root), "policy", "debts", "--format", "json", *options, cwd=team.root)


def standings(team: Releasing, *options: str) -> tuple[int, list[str]]:
    said = owed(team, *options)
    return said.code, [debt["standing"] for debt in said.json["debts"]]


@pytest.fixture
def urgent(repo: RepoBuilder, tmp_path: Path) -> Releasing:
    """Bo let Ada's change pass as an emergency."""
    return let_pass(repo, tmp_path)


def test_a_review_is_owed_and_in_time(urgent: Releasing) -> None:
    said = owed(urgent)
    (debt,) = said.json["debts"]
    assert (said.code, debt["standing"], debt["head"]) == (0, "open", urgent.head)
    assert debt["due"] > debt["passed_at"]


def test_a_review_that_was_not_done_in_time_is_overdue(urgent: Releasing) -> None:
    assert standings(urgent, "--as-of", "2999-01-01") == (1, ["overdue"])


def test_a_review_by_somebody_independent_settles_it(urgent: Releasing) -> None:
    cy = urgent.add("cy")
    urgent.review(cy)
    code, found = standings(urgent, "--as-of", "2999-01-01")
    assert (code, found) == (0, ["done"])
    assert owed(urgent).json["debts"][0]["reviewed_by"] == [cy.id]


def test_whoever_declared_it_cannot_settle_it(urgent: Releasing) -> None:
    urgent.review(urgent.bo)
    assert standings(urgent, "--as-of", "2999-01-01") == (1, ["overdue"])


def test_a_change_that_passed_by_the_rules_owes_nothing(repo: RepoBuilder, tmp_path: Path) -> None:
    team = Releasing(repo, tmp_path)
    team.ready()
    assert standings(team) == (0, [])


def test_people_read_who_owes_what(urgent: Releasing) -> None:
    out = ask_here("-C", os.fspath(urgent.root), "policy", "debts", cwd=urgent.root).out
    assert out.startswith(f"open     {urgent.head[:12]}  passed ")
    assert "1 change that passed as an emergency; 0 reviews are overdue" in out
