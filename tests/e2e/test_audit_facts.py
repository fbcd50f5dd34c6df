"""What facts say of a change, on real histories and ledgers: who looked, what was decided, what nothing explains."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from answerable.audit.facts.judged import NO_VERDICT, NOT_PASSED, NOT_REVIEWED, OWN_LINES, PART_ONLY
from builders import RepoBuilder
from e2e.packs import PERIOD
from e2e.releasing import Releasing, let_pass
from policy.gating import ADA, AUTH, BO, CLAUDE

SAID = {"source": "test", "claim": "it was recorded"}
MERGER = ("Forge", "noreply@forge.example")


@pytest.fixture
def team(repo: RepoBuilder, tmp_path: Path) -> Releasing:
    return Releasing(repo, tmp_path)


def changes(team: Releasing, *options: str) -> dict[str, dict[str, Any]]:
    """Every change by its commit, with all that is known of it."""
    from answerable.audit.tables import COLUMNS

    asked = f"changes show {', '.join(COLUMNS['changes'])}"
    said = team.done("audit", "ask", asked, *PERIOD, *options)
    return {row["commit"]: row for row in said["rows"]}


def branch(
    team: Releasing, *texts: str, message: str = f"Work\n\n{CLAUDE}", author: tuple[str, str] = ADA
) -> list[str]:
    """Commits of a branch `work`, each with one more line of a critical file."""
    made, lines = [], "a\nb\nc\n"
    for text in texts:
        lines += f"{text}\n"
        made.append(team.repo.commit({AUTH: lines}, message=message, author=author, branch="work"))
    return made


def judged(team: Releasing, base: str, head: str, *by: Any) -> None:
    """A head that people approved and the gate judged."""
    for who in by:
        team.record(who, "review", head, "--verdict", "approved")
    team.gate(f"{base}..{head}")


def merged(team: Releasing, head: str, **more: Any) -> str:
    sha = team.repo.merge(head, **more)
    team.repo.checkout()
    return sha


def carry(team: Releasing, old: str, new: str, who: Any = None) -> None:
    """Somebody signs that a commit was made of another."""
    rows = {
        "source": "test",
        "claim": "lines came with it",
        "carry": [{"from": old, "to": new, "rule": "told", "kept": [], "dropped": []}],
    }
    team.record(who or team.ada, "attest", new, "--details", json.dumps(rows))


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


def test_an_override_of_an_earlier_commit_is_none_of_the_change(team: Releasing) -> None:
    first, head = branch(team, "d", "e")
    team.gate(f"{team.head}..{head}")
    team.record(team.bo, "override", first, "--rationale", "it cannot wait")
    sha = merged(team, head)
    row = changes(team)[sha]
    assert (row["override"], row["unexplained"]) == (False, [NOT_PASSED])
    said = team.done("audit", "controls", "--framework", "soc2", "--control", "CC5.2", *PERIOD)
    assert said["frameworks"][0]["controls"][0]["status"] != "met"


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


def test_a_second_account_of_the_author_is_no_second_person(team: Releasing) -> None:
    (head,) = branch(team, "d", author=("Ada", "ada@home.example"))
    sock = team.add("sock")
    team.done("record", "review", head, "--verdict", "approved", "--key", os.fspath(sock.key), "--id", sock.id)
    sha = team.repo.commit(
        {AUTH: "a\nb\nc\nd\ne\n"}, author=("Ada", "sock@example.com"), parents=[head], branch="work", message=CLAUDE
    )
    team.record(sock, "review", sha, "--verdict", "approved")
    sha = merged(team, sha)
    row = changes(team)[sha]
    assert (row["approvals"], len(row["refused"])) == ([], 1)


def squashed(team: Releasing, text: str = "a\nb\nc\nd\ne\n") -> str:
    sha = team.repo.commit({AUTH: text}, message=f"All of it (#9)\n\n{CLAUDE}", author=ADA)
    team.repo.checkout()
    return sha


def test_a_verdict_goes_with_a_squash_whose_carry_is_signed(team: Releasing) -> None:
    _, head = branch(team, "d", "e")
    judged(team, team.head, head, team.bo)
    sha = squashed(team)
    assert changes(team)[sha]["unexplained"] == [NO_VERDICT]
    carry(team, head, sha)
    row = changes(team)[sha]
    assert (row["id"], row["gate"], row["approvals"], row["unexplained"]) == ("#9", "pass", ["bo@example.com"], [])


def test_a_carry_of_a_part_or_of_something_else_moves_no_verdict(team: Releasing) -> None:
    """Whoever holds a key can sign that a commit was made of one that was approved."""
    first, _ = branch(team, "d", "e")
    judged(team, team.head, first, team.bo)
    sha = squashed(team)
    carry(team, first, sha)
    row = changes(team)[sha]
    assert (row["gate"], row["approvals"], row["unexplained"]) == (None, [], [NO_VERDICT])
    other = team.repo.commit({"docs/a.md": "x\n"}, author=ADA)
    carry(team, first, other)
    carry(team, "f" * 40, other)
    row = changes(team)[other]
    assert (row["gate"], row["approvals"], row["unexplained"]) == (None, [], [NO_VERDICT])


def test_a_squash_whose_verdict_is_about_a_part_of_the_branch(team: Releasing) -> None:
    first, head = branch(team, "d", "e")
    judged(team, first, head, team.bo)
    sha = squashed(team)
    carry(team, head, sha)
    assert changes(team)[sha]["unexplained"] == [PART_ONLY]


def test_who_wrote_on_the_branch_is_not_independent_of_the_squash(team: Releasing) -> None:
    branch(team, "d")
    head = team.repo.commit({AUTH: "a\nb\nc\nd\ne\n"}, message=CLAUDE, author=BO, branch="work")
    judged(team, team.head, head, team.bo)
    sha = squashed(team)
    carry(team, head, sha)
    row = changes(team)[sha]
    assert row["approvals"] == []
    assert row["refused"] == ["bo@example.com: wrote a commit of it"]


def test_records_that_are_no_records_are_no_crash(team: Releasing) -> None:
    for details in ({"carry": 3}, {"carry": [1, {"to": 2}]}, {"completeness": 7}):
        team.run("record", "attest", team.head, "--details", json.dumps({**SAID, **details}), *team.ada.signing)
    assert changes(team)[team.head]["completeness"] is None


def test_a_verdict_about_one_branch_is_none_about_an_octopus(team: Releasing) -> None:
    (head,) = branch(team, "d")
    other = team.repo.commit({"src/auth/other.py": "x\n"}, message=CLAUDE, author=ADA, branch="other")
    judged(team, team.head, head, team.bo)
    sha = team.repo.merge(head, other)
    row = changes(team)[sha]
    assert (row["commits"], row["gate"], row["approvals"]) == (3, None, [])
    assert row["unexplained"] == [NO_VERDICT]


def test_a_merge_with_swapped_parents_shows_what_was_pushed(team: Releasing) -> None:
    """The branch becomes the main line: its commits stand there for themselves."""
    (head,) = branch(team, "d")
    good = team.repo.commit({"docs/a.md": "x\n"}, author=BO)
    judged(team, team.head, good)
    sha = team.repo.commit({"docs/a.md": "x\n"}, parents=[head, good], message="Merge", author=ADA, tree_of=head)
    rows = changes(team)
    assert rows[head]["unexplained"] == [NO_VERDICT]
    assert rows[head]["direct"]
    assert good not in rows
    assert sha in rows


def deploy(team: Releasing, revision: str, *options: str) -> None:
    team.done("record", "deploy", revision, *options, "--as", "service", *team.builder.signing)


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


def test_an_approval_after_the_deployment_is_late_whatever_it_was_dated(team: Releasing) -> None:
    """The log has an order that nobody can date back."""
    assert team.gate().code == 1
    deploy(team, team.head, "--environment", "production")
    rows = changes(team)
    assert (rows[team.head]["late"], rows[team.head]["approvals"]) == (False, [])
    team.ready()
    row = changes(team)[team.head]
    assert (row["late"], row["approvals"], row["gate"]) == (True, ["bo@example.com"], "pass")
    said = team.done("audit", "controls", "--framework", "soc2", "--control", "CC8.1", *PERIOD)
    tests = said["frameworks"][0]["controls"][0]["tests"]
    assert next(one for one in tests if one["question"] == "changes where late")["found"] == 1


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


def test_a_commit_dated_years_away_stays_in_its_place_and_is_told(team: Releasing) -> None:
    now = 1_780_000_000
    for at in range(3):
        team.repo.commit({"docs/a.md": f"{at}\n"}, when=now + at * 60)
    old = [team.repo.commit({"docs/b.md": f"{at}\n"}, when=100_000_000) for at in range(2)]
    team.repo.commit({"docs/a.md": "x\n"}, when=now + 600)
    far = team.repo.commit({"docs/a.md": "y\n"}, when=99_999_999_999_999)
    team.repo.checkout()
    said = team.done("audit", "ask", "changes show commit, at, said_at", "--from", "2026-05", "--to", "2026-06")
    found = {row["commit"]: row for row in said["rows"]}
    assert set(old) | {far} <= set(found)
    assert [found[sha]["said_at"][:4] for sha in old] == ["1973", "1973"]
    assert len(found) == 7
    notes = team.done("audit", "controls", "--framework", "soc2", "--from", "2026-05", "--to", "2026-06")["notes"]
    assert any("the clocks of 3 changes cannot have been right" in note for note in notes)


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


def test_a_cache_that_was_changed_is_not_believed(team: Releasing) -> None:
    first = changes(team)
    for file in team.root.rglob("facts/*.json"):
        file.write_bytes(file.read_bytes().replace(b"critical", b"standard"))
    assert changes(team) == first


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
