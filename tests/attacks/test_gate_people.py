"""Ways to approve one's own change, or to have nobody approve it. None of them ends in a pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from answerable.domain.verdict import Outcome
from answerable.git.repository import Repository
from answerable.policy.gate import gate
from builders import RepoBuilder
from policy.gating import (
    ADA,
    AUTH,
    BO,
    CY,
    REVIEWED,
    approval,
    approved,
    assert_refused,
    known,
    policed,
    verdict,
)

GITHUB = ("GitHub", "noreply@github.com")


def change(repo: RepoBuilder, message: str = "Do\n", **more: object) -> str:
    return repo.commit({AUTH: "a\nb\nc\n"}, message, **{"author": ADA, **more})  # type: ignore[arg-type]


# -- approvals -------------------------------------------------------------------------------------------------------


def test_an_approval_before_a_push_does_not_count_after_it(repo: RepoBuilder) -> None:
    base = policed(repo)
    first = change(repo)
    context = known(approval("bo@example.com", first))
    assert verdict(repo, base, first, context).outcome is Outcome.PASS
    repo.commit({AUTH: "a\nb\nc\nd\n"}, author=ADA)
    found = verdict(repo, base, context=context)
    assert_refused(found)
    assert any("pushed to since" in note for note in found.notes)


def test_an_approval_of_the_same_tree_under_another_commit_does_not_count(repo: RepoBuilder) -> None:
    base = policed(repo)
    first = change(repo)
    again = change(repo, "Another message\n", parents=[base], branch="again")
    assert_refused(verdict(repo, base, again, known(approval("bo@example.com", first))))


@pytest.mark.parametrize("sha", ["{head:.12}", "HEAD", "", "{upper}"])
def test_an_approval_of_an_abbreviated_or_named_commit_is_an_error(repo: RepoBuilder, sha: str) -> None:
    base = policed(repo)
    head = change(repo)
    named = head[:12] if sha == "{head:.12}" else head.upper() if sha == "{upper}" else sha
    found = verdict(repo, base, context=known(approval("bo@example.com", named)))
    assert found.outcome is Outcome.ERROR


ITSELF = [
    ("Do\n", "ada@example.com"),
    ("Do\n", "Ada <ada@home.example>"),
    ("Do\n", "ADA@EXAMPLE.COM"),
    ("Do\n", "ada"),
    ("Do\n\nCo-authored-by: Ada Two <two@example.com>\n", "two@example.com"),
    ("Do\n\nCo-authored-by: Ada <7+ada-two@users.noreply.github.com>\n", "ada-two"),
    ("Do\n\nCo-Developed-By: Di <di@example.com>\n", "di@example.com"),
    ("Do\n", "renovate[bot]"),
    ("Do\n", "github-actions[bot] <41898282+github-actions[bot]@users.noreply.github.com>"),
    ("Do\n", "GitHub <noreply@github.com>"),
    ("Do\n", "Claude <noreply@anthropic.com>"),
    ("Do\n", "copilot"),
]


@pytest.mark.parametrize(("message", "who"), ITSELF)
def test_nobody_who_made_it_and_nothing_that_is_no_person_approves(repo: RepoBuilder, message: str, who: str) -> None:
    base = policed(repo)
    change(repo, message)
    found = approved(repo, base, who)
    assert_refused(found)
    assert any(who in note for note in found.notes), "it is said why it does not count"


@pytest.mark.parametrize("kind", ["agent", "service"])
def test_what_the_forge_calls_no_human_does_not_count(repo: RepoBuilder, kind: str) -> None:
    base = policed(repo)
    head = change(repo)
    assert_refused(verdict(repo, base, context=known(approval("bo@example.com", head, kind))))


def test_a_second_account_that_a_forge_links_to_the_author_does_not_count(repo: RepoBuilder) -> None:
    base = policed(repo)
    head = change(repo)
    twice = approval("quite-another", head, identities=["ada@example.com"])
    assert_refused(verdict(repo, base, context=known(twice)))


def test_whoever_opened_the_change_does_not_approve_it_though_a_bot_wrote_it(repo: RepoBuilder) -> None:
    base = policed(repo)
    head = change(repo, author=("copilot-swe-agent[bot]", "198982749+Copilot@users.noreply.github.com"))
    assert_refused(verdict(repo, base, context=known(approval("bo", head), author="bo")))


@pytest.mark.parametrize("name", ["ci-bot", "renovate[bot]", "Claude", "GitHub"])
def test_a_name_like_a_bots_hides_no_author_behind_it(repo: RepoBuilder, name: str) -> None:
    base = policed(repo)
    change(repo, author=(name, "ada@example.com"))
    for who in ("ada@example.com", "Ada <ada@example.com>", "ada", "Ada <ada+work@example.com>"):
        assert_refused(approved(repo, base, who))
    assert approved(repo, base, "bo@example.com").outcome is Outcome.PASS


def test_a_rebase_by_the_reviewer_makes_the_reviewer_an_author(repo: RepoBuilder) -> None:
    base = policed(repo)
    change(repo, committer=BO)
    assert_refused(approved(repo, base, "bo@example.com"))


def test_a_forge_that_commits_hides_no_author(repo: RepoBuilder) -> None:
    base = policed(repo)
    change(repo, committer=GITHUB)
    assert_refused(approved(repo, base, "ada@example.com"))
    assert approved(repo, base, "bo@example.com").outcome is Outcome.PASS


@pytest.mark.parametrize(
    "pair",
    [
        ("bo@example.com", "BO@example.com"),
        ("bo", "bo@example.com"),
        ("Bo <bo@example.com>", "Bo <bo@home.example>"),
        ("9+bo@users.noreply.github.com", "bo"),
    ],
)
def test_one_person_under_two_names_is_one_person(repo: RepoBuilder, pair: tuple[str, str]) -> None:
    base = policed(repo, REVIEWED.replace("humans: 1", "humans: 2"))
    change(repo)
    assert_refused(approved(repo, base, *pair))
    assert approved(repo, base, pair[0], "cy@example.com").outcome is Outcome.PASS


def test_the_mailmap_of_the_change_makes_nobody_independent(repo: RepoBuilder) -> None:
    base = policed(repo)
    mailmap = "Zed <zed@example.com> <ada@example.com>\n"
    repo.commit({AUTH: "a\nb\nc\n", ".mailmap": mailmap}, author=ADA)
    assert_refused(approved(repo, base, "ada@example.com"))


# -- another change --------------------------------------------------------------------------------------------------


def test_a_sibling_change_with_the_same_head_lends_its_approval_to_nobody(repo: RepoBuilder) -> None:
    base = policed(repo)
    head = change(repo)
    sibling = known(approval("bo", head), id="8", target="play", head=head)
    for asked in ({"change": "7"}, {"target": "main"}):
        found = verdict(repo, base, context=sibling, **asked)
        assert found.outcome is Outcome.ERROR
        assert "another change" in str(found.problem)


def test_a_change_that_begins_at_nothing_names_no_owners_of_its_own(repo: RepoBuilder, tmp_path: Path) -> None:
    """Nothing is there that could say who owns what, so nobody does, and a rule that asks for owners is not met."""
    above = tmp_path / "above.yaml"
    above.write_text(REVIEWED.replace("humans: 1", "owners: true"))
    head = repo.commit({AUTH: "a\n", "CODEOWNERS": "* @eve\n"}, author=ADA)
    with Repository(repo.root) as repository:
        found = gate(repository, None, head, None, known(approval("eve", head)), organisation=above)
    assert_refused(found)


@pytest.mark.parametrize("how", ["merge", "squash", "rebase"])
def test_what_a_merge_queue_makes_of_a_change_has_no_approval_of_its_own(repo: RepoBuilder, how: str) -> None:
    """Whoever approved looked at the change and not at what a machine made of it: gate the change before it queues."""
    start = policed(repo)
    looked_at = change(repo, branch="topic", parents=[start])
    base = repo.commit({"docs/b": "1\n"}, author=CY)
    if how == "merge":
        repo.point("refs/heads/queue", base)
        queued = repo.merge("topic", branch="queue", author=GITHUB)
    else:
        author = ADA if how == "rebase" else GITHUB
        queued = change(repo, parents=[base], branch="queue", author=author, committer=GITHUB)
    context = known(approval("bo@example.com", looked_at))
    assert verdict(repo, base, looked_at, context).outcome is Outcome.PASS
    found = verdict(repo, base, queued, context)
    assert_refused(found)
    assert any("not the head" in note for note in found.notes)
