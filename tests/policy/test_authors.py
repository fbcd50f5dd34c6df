"""Who made a change: under any account, through any rebase, with any tool; and that a service is nobody."""

from __future__ import annotations

import json
from contextlib import closing

import pytest

from answerable.domain.commit import Person
from answerable.git.commits import read_commits
from answerable.git.repository import Repository
from answerable.policy.change.authors import Authors, People, authors, is_service, names
from answerable.provenance.gather import Gatherer
from answerable.review.people import person
from builders import RepoBuilder
from policy.gating import ADA, BO, CLAUDE

GITHUB = ("GitHub", "noreply@github.com")


def made(repo: RepoBuilder, *opened_by: str) -> Authors:
    head = repo.resolve("main")
    with Repository(repo.root) as repository, closing(Gatherer(repository, head)) as gatherer:
        commits = read_commits(repository.objects, repo.commits)
        return authors(commits, gatherer, [person(who) for who in opened_by])


def role(found: Authors, who: str) -> str | None:
    return found.role(names(person(who)))


def test_authors_committers_and_co_authors_are_authors_and_others_are_not(repo: RepoBuilder) -> None:
    message = "Do\n\nCo-authored-by: Cy <cy@example.com>\nCo-developed-by: Di <di@example.com>\n"
    repo.commit({"a": "1\n"}, message, author=ADA, committer=BO)
    found = made(repo)
    roles = [role(found, f"{name}@example.com") for name in ("ada", "bo", "cy", "di", "eve")]
    assert roles == ["author", "committer", "co-author", "co-author", None]


def test_a_rebase_by_somebody_else_leaves_the_author_one(repo: RepoBuilder) -> None:
    repo.commit({"a": "1\n"}, author=ADA, committer=BO, authored=1_600_000_000)
    found = made(repo)
    assert (role(found, "ada@example.com"), role(found, "bo@example.com")) == ("author", "committer")


def test_whoever_prompted_an_agent_is_an_author_though_no_commit_names_them(repo: RepoBuilder) -> None:
    sha = repo.commit({"a": "1\n"}, author=("cursoragent", "cursoragent@cursor.com"))
    meta = {
        "schema_version": "authorship/3.0.0",
        "base_commit_sha": sha,
        "prompts": {
            "0123456789abcdef": {
                "agent_id": {"tool": "cursor", "id": "1", "model": "gpt-5"},
                "human_author": "Ada <ada@example.com>",
                "messages": [],
            }
        },
    }
    repo.note("ai", sha, f"a\n  0123456789abcdef 1\n---\n{json.dumps(meta)}")
    assert role(made(repo), "ada@example.com") == "prompted"


def test_whoever_opened_the_change_is_an_author_under_each_name(repo: RepoBuilder) -> None:
    repo.commit({"a": "1\n"}, author=BO)
    found = made(repo, "ada-gh", "ada@example.com")
    assert role(found, "ada-gh") == "opened"
    assert role(found, "ada@example.com") == "opened"


@pytest.mark.parametrize(
    "who",
    [
        "ADA@Example.com",
        "Ada <home@example.org>",
        "@ada",
        "ada",
        "12+ada-m@users.noreply.github.com",
        "ada-m",
    ],
)
def test_another_account_of_an_author_is_the_author(repo: RepoBuilder, who: str) -> None:
    repo.commit({"a": "1\n"}, author=ADA)
    repo.commit({"a": "2\n"}, author=("Ada", "12+ada-m@users.noreply.github.com"))
    assert role(made(repo), who) == "author"


def test_a_chain_of_names_leads_to_one_person(repo: RepoBuilder) -> None:
    repo.commit({"a": "1\n"}, "Do\n\nCo-authored-by: Ada Marlow <ada@example.com>\n", author=ADA)
    assert role(made(repo), "Ada Marlow <third@example.net>") is not None


def test_the_mailmap_of_the_change_parts_nobody(repo: RepoBuilder) -> None:
    repo.commit({"a": "1\n", ".mailmap": "Somebody <else@example.com> <ada@example.com>\n"}, author=ADA)
    assert role(made(repo), "ada@example.com") == "author"


def test_a_forges_own_account_that_commits_makes_nobody_an_author(repo: RepoBuilder) -> None:
    repo.commit({"a": "1\n"}, author=ADA, committer=GITHUB)
    found = made(repo)
    assert role(found, "bo@example.com") is None
    assert role(found, "GitHub <bo@example.com>") is None


@pytest.mark.parametrize(
    "who",
    ["renovate[bot]", "x[bot] <1+x[bot]@users.noreply.github.com>", "GitHub <noreply@github.com>", CLAUDE[16:],
     "no-reply@forge.example", "dependabot", "ci-bot <ci@example.com>"],
)  # fmt: skip
def test_a_bot_a_tool_or_a_service_is_one(who: str) -> None:
    assert is_service(person(who))


@pytest.mark.parametrize("who", ["Ada <ada@example.com>", "Abbot <abbot@example.com>", "bo", "Claude Dupont <c@d.fr>"])
def test_a_person_is_no_service(who: str) -> None:
    assert not is_service(person(who))


def test_names_are_lower_case_and_hold_the_login_of_a_forges_address() -> None:
    known = names(Person(name="@Ada", email="12+Ada-M@users.noreply.github.com"))
    assert known == {"ada", "12+ada-m@users.noreply.github.com", "ada-m"}
    assert names(Person(name="", email="Ada+Work@example.com")) == {"ada+work@example.com", "ada@example.com"}


def test_names_that_stand_together_are_of_one_person_transitively() -> None:
    people = People()
    people.learn(["a", "b"])
    people.learn(["c", "d"])
    assert not people.same(["a"], ["d"])
    people.learn(["d", "b"])
    assert people.same(["a"], ["c"])
    assert not people.same(["a"], ["e"])
