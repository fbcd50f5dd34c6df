"""What facts say of a change, on real histories and ledgers: who looked, what was decided, what nothing explains."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from answerable.audit.facts.judged import NO_VERDICT, NOT_PASSED, NOT_REVIEWED, OWN_LINES, PART_ONLY
from builders import RepoBuilder
from e2e.auditing import SAID, branch, carry, changes, deploy, judged, merged, squashed
from e2e.packs import PERIOD
from e2e.releasing import Releasing, let_pass
from policy.gating import ADA, AUTH

MERGER = ("Forge", "noreply@forge.example")


@pytest.fixture
def team(repo: RepoBuilder, tmp_path: Path) -> Releasing:
    return Releasing(repo, tmp_path)


def test_a_merge_of_a_branch_that_was_approved_and_judged(team: Releasing) -> None:
    first, head = branch(team, "d", "e")
    judged(team, team.head, head, team.bo)
    sha = merged(team, head, message="Merge pull request #7 from work", author=MERGER)
    row = changes(team)[sha]
    assert (row["id"], row["commits"], row["direct"], row["lines"], row["ai_lines"]) == ("#7", 3, False, 2, 2)
    assert (row["origin"], row["grade"], row["layer"], row["tools"]) == ("ai", "declared", "critical", ["claude-code"])
    assert (row["approvals"], row["gate"], row["rules"], row["override"]) == (["bo@example.com"], "pass", [], False)
    assert row["approved_at"] <= row["gate_at"]
    assert (row["unexplained"], row["emergency"], row["deployed_at"]) == ([], False, None)
    assert first not in changes(team), "what a branch brought is no change of its own"


def test_a_verdict_about_a_part_only(team: Releasing) -> None:
    first, head = branch(team, "d", "e")
    judged(team, first, head, team.bo)
    sha = merged(team, head)
    assert changes(team)[sha]["unexplained"] == [PART_ONLY]
    assert changes(team)[sha]["gate"] is None, "no verdict is about all of it"
    judged(team, team.head, first, team.bo)
    assert changes(team)[sha]["unexplained"] == [PART_ONLY], "an earlier commit of the branch is not the branch"
    judged(team, team.head, head)
    assert changes(team)[sha]["unexplained"] == []


def test_a_merge_with_lines_of_its_own(team: Releasing) -> None:
    (head,) = branch(team, "d")
    judged(team, team.head, head, team.bo)
    sha = merged(team, head, files={AUTH: "a\nb\nc\nd\nslipped in\n"})
    row = changes(team)[sha]
    assert row["unexplained"] == [OWN_LINES]
    assert (row["gate"], row["approvals"]) == (None, []), "nobody saw what the merge adds"
    assert "adds lines of its own" in row["refused"][0]
    judged(team, team.head, sha, team.bo)
    assert changes(team)[sha]["unexplained"] == []


def test_what_the_gate_did_not_let_pass(team: Releasing) -> None:
    (head,) = branch(team, "d")
    team.gate(f"{team.head}..{head}")
    sha = merged(team, head)
    row = changes(team)[sha]
    assert (row["gate"], row["rules"], row["approvals"]) == ("fail", ["reviewed"], [])
    assert (row["override"], row["unexplained"]) == (False, [NOT_PASSED])
    team.record(team.ada, "override", head, "--rationale", "I know what I do")
    row = changes(team)[sha]
    assert (row["override"], row["unexplained"]) == (False, [NOT_PASSED]), "who made it sets nothing aside"
    team.record(team.bo, "override", head, "--rationale", "it cannot wait")
    row = changes(team)[sha]
    assert (row["override"], row["unexplained"]) == (True, [])


def test_an_emergency_owes_a_review(repo: RepoBuilder, tmp_path: Path) -> None:
    team = let_pass(repo, tmp_path)
    row = changes(team)[team.head]
    assert (row["gate"], row["emergency"], row["override"], row["review_done"]) == ("pass", True, True, False)
    assert row["review_due"]
    assert row["unexplained"] == [NOT_REVIEWED]
    team.record(team.ada, "review", team.head, "--verdict", "approved")
    team.record(team.bo, "review", team.head, "--verdict", "approved")
    assert not changes(team)[team.head]["review_done"], "neither who made it nor who declared it"
    cy = team.add("cy")
    team.record(cy, "review", team.head, "--verdict", "approved")
    row = changes(team)[team.head]
    assert (row["review_done"], row["unexplained"]) == (True, [])


def test_a_direct_push_is_explained_by_nothing(team: Releasing) -> None:
    sha = team.repo.commit({AUTH: "a\nb\nc\nd\n"}, author=ADA, message="Quick fix")
    row = changes(team)[sha]
    assert (row["direct"], row["id"], row["gate"], row["unexplained"]) == (True, sha[:12], None, [NO_VERDICT])
    assert (row["origin"], row["unknown_lines"]) == ("unknown", 1)


def test_approvals_that_do_not_count_are_told_with_the_reason(team: Releasing) -> None:
    first, head = branch(team, "d", "e")
    robot = team.add("robot", "--type", "agent")
    team.record(team.ada, "review", head, "--verdict", "approved")
    team.done("record", "review", head, "--verdict", "approved", "--as", "agent", *robot.signing)
    team.record(team.bo, "review", first, "--verdict", "approved")
    sha = merged(team, head)
    row = changes(team)[sha]
    assert row["approvals"] == []
    refused = "; ".join(row["refused"])
    assert "ada@example.com: wrote a commit of it" in refused
    assert "robot@example.com: is no person but an agent" in refused
    team.record(team.bo, "review", head, "--verdict", "approved")
    assert changes(team)[sha]["approvals"] == ["bo@example.com"]
    team.record(team.bo, "review", head, "--verdict", "changes_requested")
    assert changes(team)[sha]["approvals"] == [], "the newest word of each counts"


def test_a_verdict_goes_with_a_squash_whose_carry_is_signed(team: Releasing) -> None:
    _, head = branch(team, "d", "e")
    judged(team, team.head, head, team.bo)
    sha = squashed(team)
    assert changes(team)[sha]["unexplained"] == [NO_VERDICT]
    carry(team, head, sha)
    row = changes(team)[sha]
    assert (row["id"], row["gate"], row["approvals"], row["unexplained"]) == ("#9", "pass", ["bo@example.com"], [])


def test_the_first_deployment_that_holds_a_change(team: Releasing) -> None:
    team.ready()
    later = team.repo.commit({"docs/a.md": "x\n"}, author=ADA)
    team.repo.checkout()
    deploy(team, team.base, "--environment", "staging", "--at", "2026-01-01T00:00:00Z")
    deploy(team, team.head, "--environment", "production", "--at", "2026-02-01T00:00:00Z")
    deploy(team, later, "--environment", "production", "--at", "2026-03-01T00:00:00Z", "--state", "rolled_back")
    rows = changes(team)
    assert (rows[team.base]["deployed_at"], rows[team.base]["environments"]) == (
        "2026-01-01T00:00:00Z",
        ["staging", "production"],
    )
    assert (rows[team.head]["deployed_at"], rows[team.head]["environments"]) == ("2026-02-01T00:00:00Z", ["production"])
    assert rows[later]["deployed_at"] is None, "what was rolled back is not in use"


def test_a_deployment_off_the_main_line_is_not_explained(team: Releasing) -> None:
    (head,) = branch(team, "d")
    deploy(team, head, "--environment", "production")
    said = team.done("audit", "ask", "deployments show revision, change, unexplained", *PERIOD)
    (row,) = said["rows"]
    assert (row["revision"], row["change"]) == (head, team.head)
    assert row["unexplained"] == ["it holds commits that are not of the main line"]


def test_a_change_that_was_approved_and_judged_before_is_not_late(team: Releasing) -> None:
    team.ready()
    deploy(team, team.head, "--environment", "production")
    team.review(team.add("cy"))
    assert not changes(team)[team.head]["late"], "one more approval afterwards takes nothing away"


def test_a_recorder_that_is_silent_of_some_commits_has_a_gap(team: Releasing) -> None:
    first, head = branch(team, "d", "e")
    on = ("--details", json.dumps({**SAID, "completeness": {"recorder": "on"}}))
    team.record(team.ada, "attest", head, *on)
    sha = merged(team, head)
    assert changes(team)[sha]["completeness"] == "gap"
    team.record(team.ada, "attest", first, *on)
    assert changes(team)[sha]["completeness"] == "on"
    team.record(team.ada, "attest", first, "--details", json.dumps({**SAID, "completeness": {"recorder": "off"}}))
    assert changes(team)[sha]["completeness"] == "off"


def test_a_shallow_clone_says_what_it_cannot_read(team: Releasing, tmp_path: Path) -> None:
    from e2e.ledgers import run

    team.repo.commit({"docs/a.md": "x\n"})
    clone = team.repo.shallow_clone(2, tmp_path / "clone")
    place = os.fspath(team.root / ".git/answerable/ledger")
    said = run(
        "audit",
        "ask",
        "changes show commit, unreadable",
        *PERIOD,
        "--ledger",
        place,
        "--format",
        "json",
        cwd=clone.root,
    )
    assert said.code == 0, said.err
    assert [row["unreadable"] for row in said.json["rows"]] == [False, True]


def test_facts_from_the_cache_are_those_without_it_and_anything_else_misses_it(team: Releasing) -> None:
    team.ready()

    def files() -> int:
        return len(list(team.root.rglob("facts/*.json")))

    first = changes(team)
    assert files() == 1
    assert changes(team) == first == changes(team, "--no-cache")
    assert files() == 1
    team.record(team.ada, "review", "HEAD", "--verdict", "commented")
    changes(team)
    assert files() == 2, "one more entry"
    team.repo.note("refs/notes/ai", team.head, b"x")
    changes(team)
    assert files() == 3, "another note"
    team.repo.commit({"docs/a.md": "x\n"})
    changes(team)
    assert files() == 4, "another head"
    team.done("audit", "ask", "changes", "--from", "2025", "--to", "2025")
    assert files() == 5, "another period"


def test_another_ledger_says_other_things(team: Releasing, tmp_path: Path) -> None:
    team.ready()
    kept = tmp_path / "elsewhere"
    (team.root / ".git/answerable/ledger").rename(kept)
    assert changes(team)[team.head]["gate"] is None
    assert changes(team, "--ledger", os.fspath(kept))[team.head]["gate"] == "pass"
    said = team.run("audit", "ask", "changes", "--ledger", os.fspath(tmp_path / "none"))
    assert (said.code, said.out) == (3, "")


def test_a_ledger_whose_bytes_were_changed_is_not_judged(team: Releasing) -> None:
    team.record(team.ada, "attest", "HEAD", "--details", json.dumps(SAID))
    team.ready()
    at = team.size() - 4  # the attest
    with closing(sqlite3.connect(team.repo.git_dir / "answerable/ledger/ledger.sqlite", isolation_level=None)) as store:
        for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            store.execute(f"DROP TRIGGER {name}")
        store.execute("UPDATE entries SET leaf = x'00' WHERE idx = ?", (at,))
    said = team.run("audit", "controls", "--framework", "soc2", *PERIOD)
    assert (said.code, said.out) == (3, ""), "a store whose bytes are wrong is read by nobody"
    assert f"entry {at} does not have the hash" in said.err
