"""What is known of a review comes from what was said of exactly this head, by people who had no part in it."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from answerable.git.repository import Repository
from answerable.ownership.registry import Registry
from answerable.policy.change import context as contexts
from answerable.policy.change.span import span_of
from answerable.policy.file.find import policy_at
from answerable.policy.gate import gathered
from answerable.policy.reviewed import seen
from answerable.review.depth import Seen, depth
from builders import RepoBuilder
from policy.gating import ADA, CLAUDE, LAYERS, approval

CODE = "".join(f"row {at}\n" for at in range(100))
OWNERS = "/src/auth/ @bo\n"


@pytest.fixture
def base(repo: RepoBuilder) -> str:
    files = {".answerable/policy.yaml": LAYERS, "CODEOWNERS": OWNERS, "src/auth/a.py": "a\n", "src/b.py": "b\n"}
    sha = repo.commit(files, author=("Root", "root@example.com"), when=1_767_225_600)  # 2026-01-01T00:00:00Z
    message = f"x\n\n{CLAUDE}\n"
    repo.commit({"src/auth/a.py": f"a\n{CODE}", "src/b.py": f"b\n{CODE[:48]}"}, message, author=ADA, when=1_767_229_200)
    return sha


def known(repo: RepoBuilder, base: str, context: dict[str, Any] | None) -> Seen:
    head = repo.resolve("main")
    with Repository(repo.root) as repository:
        told = contexts.read(json.dumps(context).encode()) if context is not None else None
        span = span_of(repository, base, head)
        policy = policy_at(repository, base)
        owners = Registry(repository, base)
        return seen(*gathered(repository, span, policy, told, owners, date(2026, 1, 2), answers=True))


def bo(repo: RepoBuilder, **more: Any) -> dict[str, Any]:
    return approval("bo", repo.resolve("main"), **{"at": "2026-01-01T01:10:00Z", **more})


def test_nothing_is_known_without_a_context(repo: RepoBuilder, base: str) -> None:
    assert depth(known(repo, base, None)).value is None


def test_a_context_without_approvals_says_that_there_are_none(repo: RepoBuilder, base: str) -> None:
    assert depth(known(repo, base, {})).value == 0


def test_time_runs_from_when_the_head_was_there(repo: RepoBuilder, base: str) -> None:
    assert known(repo, base, {"approvals": [bo(repo)]}).seconds == 600


def test_time_runs_from_the_request_where_that_is_later(repo: RepoBuilder, base: str) -> None:
    for asked, seconds in (("2026-01-01T01:05:00Z", 300), ("2025-12-01T00:00:00Z", 600)):
        assert known(repo, base, {"change": {"requested_at": asked}, "approvals": [bo(repo)]}).seconds == seconds


def test_an_approval_of_another_head_or_of_an_author_is_none(repo: RepoBuilder, base: str) -> None:
    others = [approval("bo", base), approval("ada@example.com", repo.resolve("main")), bo(repo, kind="agent")]
    found = known(repo, base, {"approvals": others})
    assert (found.approvals, found.seconds) == (0, None)


def test_files_are_those_that_whoever_counts_opened(repo: RepoBuilder, base: str) -> None:
    ada = approval("ada@example.com", repo.resolve("main"), opened_files=["src/b.py"])
    found = known(repo, base, {"approvals": [bo(repo, opened_files=["src/auth/a.py", "other"]), ada]})
    assert [(file.lines, file.ai_lines, file.opened) for file in found.files] == [(100, 100, True), (8, 8, False)]
    assert [file.opened for file in known(repo, base, {"approvals": [bo(repo)]}).files] == [None, None]


def test_owners_are_those_of_the_base(repo: RepoBuilder, base: str) -> None:
    found = known(repo, base, {"approvals": [bo(repo)]})
    assert [(file.owned, file.approved_by_owner) for file in found.files] == [(True, True), (False, False)]
    other = known(repo, base, {"approvals": [{**bo(repo), "by": "cy"}]})
    assert [(file.owned, file.approved_by_owner) for file in other.files] == [(True, False), (False, False)]


def comment(repo: RepoBuilder, by: str = "cy", **more: Any) -> dict[str, Any]:
    where = {"path": "src/auth/a.py", "line": 50, "sha": repo.resolve("main")}
    return {"by": by, "kind": "human", "body": "this retries without any limit", **where, **more}


@pytest.mark.parametrize(
    ("more", "counts"),
    [
        ({}, 1), ({"sha": None}, 1), ({"line": 1}, 0), ({"line": None}, 0), ({"path": "CODEOWNERS"}, 0),
        ({"path": None}, 0), ({"by": "ada@example.com"}, 0), ({"kind": "agent"}, 0), ({"by": "dependabot[bot]"}, 0),
        ({"body": "LGTM"}, 0),
    ],
)  # fmt: skip
def test_remarks_are_on_ai_lines_by_others(repo: RepoBuilder, base: str, more: dict[str, Any], counts: int) -> None:
    found = known(repo, base, {"approvals": [bo(repo, at="2026-01-09T00:00:00Z")], "comments": [comment(repo, **more)]})
    assert depth(found).remarks == counts


def test_remarks_on_an_earlier_commit_of_the_change_count_for_the_file(repo: RepoBuilder, base: str) -> None:
    earlier = repo.resolve("main")
    repo.commit({"src/b.py": "b\nc\n"}, author=ADA)
    assert depth(known(repo, base, {"comments": [comment(repo, sha=earlier, line=1)]})).remarks == 1
    assert depth(known(repo, base, {"comments": [comment(repo, sha=base, line=1)]})).remarks == 0


def test_what_a_forge_does_not_tell_is_not_known(repo: RepoBuilder, base: str) -> None:
    found = depth(known(repo, base, {"approvals": [bo(repo)]}))
    assert (found.opened, found.remarks, found.checklist) == (None, None, None)
