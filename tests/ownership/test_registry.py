"""The owners of a commit: who reviews, who responds, what stood there at a date, what cannot be read."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from answerable.git.repository import Repository
from answerable.ownership.registry import FILES, OWNERS, Registry
from builders import RepoBuilder
from ownership.declared import FILE, WORKING

DAY = WORKING.date()
CODEOWNERS = ".github/CODEOWNERS"


def test_the_owners_file_says_whose_a_path_is_and_codeowners_who_reviews_it(repo: RepoBuilder) -> None:
    sha = repo.commit({OWNERS: FILE, CODEOWNERS: "/shop/ @larkspur/web\n/shop/free/\n"})
    with Repository(repo.root) as repository:
        found = Registry(repository, sha)
        mine, asked = found.owner(b"shop/checkout/a"), found.reviewers(b"shop/checkout/a", DAY)
        free = found.reviewers(b"shop/free/a", DAY)
    assert mine is not None
    assert (mine.names, mine.source) == (("payments",), f"{OWNERS}:10")
    assert asked is not None
    assert (asked.names, asked.source) == (("@larkspur/web",), f"{CODEOWNERS}:1")
    assert free is None  # CODEOWNERS says that nobody has to review it


def test_where_no_rule_of_codeowners_matches_the_owner_reviews_by_the_names_on_the_forge(repo: RepoBuilder) -> None:
    sha = repo.commit({OWNERS: FILE, CODEOWNERS: "/web/ @larkspur/web\n"})
    with Repository(repo.root) as repository:
        found = Registry(repository, sha)
        asked = found.reviewers(b"shop/checkout/a", DAY)
        assert found.reviewers(b"docs/a", DAY) is None
        assert found.reviewers(b"other", DAY) is None  # linnea has no name on the forge or in git
    assert asked is not None
    assert asked.teams == ("@larkspur/payments",)
    assert asked.people == ("@ada", "Ada@larkspur.example", "grace@larkspur.example")


def test_without_either_file_nobody_is_declared_and_nothing_is_loaded(repo: RepoBuilder) -> None:
    sha = repo.commit({"a": "1\n"})
    with Repository(repo.root) as repository:
        found = Registry(repository, sha)
        assert not found.declared
        assert (found.owner(b"a"), found.reviewers(b"a", DAY), found.names, found.owners) == (
            None,
            None,
            frozenset(),
            None,
        )
        assert "_resolver" not in found.__dict__
        assert not Registry(repository, None).declared


def test_a_file_that_cannot_be_read_is_told_and_codeowners_counts(repo: RepoBuilder) -> None:
    sha = repo.commit({OWNERS: "version: 1\nservice: []\n", CODEOWNERS: "* @ada\n"})
    with Repository(repo.root) as repository:
        found = Registry(repository, sha)
        assert found.declared
        assert [fault.where for fault in found.faults] == [f"{OWNERS}:2:1"]
        owner = found.owner(b"a")
        assert owner is not None
        assert owner.names == ("@ada",)
        assert found.resolve(b"a", WORKING).owner == owner


def test_all_names_of_both_files_are_known(repo: RepoBuilder) -> None:
    sha = repo.commit({OWNERS: FILE, CODEOWNERS: "/web/ @larkspur/web\n"})
    with Repository(repo.root) as repository:
        names = Registry(repository, sha).names
    assert {"@larkspur/web", "payments", "larkspur/payments", "ada", "Ada@larkspur.example"} <= names
    assert OWNERS.encode() in FILES


def test_at_a_date_the_file_of_the_last_commit_before_it_counts(repo: RepoBuilder) -> None:
    day = 86400
    start = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())
    for n, owner in enumerate(("ada", "grace", "linnea")):
        text = f"version: 1\npeople: {{{owner}: {{name: {owner}}}}}\npaths: [{{match: '*', owners: [{owner}]}}]\n"
        repo.commit({OWNERS: text}, when=start + n * 10 * day)
    told = {}
    with Repository(repo.root) as repository:
        for moment in ((2025, 12, 31), (2026, 1, 1), (2026, 1, 11), (2026, 1, 20), (2026, 3, 1)):
            found = Registry.at(repository, "main", datetime(*moment, 0, 0, 1))
            told[moment[1:]] = found.resolve(b"a", datetime(*moment)).response
    assert {key: [member.id for member in people] for key, people in told.items()} == {
        (12, 31): [],
        (1, 1): ["ada"],
        (1, 11): ["grace"],
        (1, 20): ["grace"],
        (3, 1): ["linnea"],
    }


@pytest.mark.parametrize("kind", ["a folder", "a link"])
def test_what_is_no_file_is_no_owners_file(repo: RepoBuilder, kind: str) -> None:
    from builders import link

    sha = repo.commit({f"{OWNERS}/x": FILE} if kind == "a folder" else {OWNERS: link("elsewhere")})
    with Repository(repo.root) as repository:
        found = Registry(repository, sha)
        assert found.owners is None
        assert found.owner(b"x") is None
