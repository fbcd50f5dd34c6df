"""Who would have a change look governed that is not: by dates, carries, merges, second accounts, corrections."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from answerable.audit.facts.judged import NO_VERDICT, NOT_PASSED, PART_ONLY
from builders import RepoBuilder
from e2e.auditing import SAID, branch, carry, changes, deploy, judged, merged, squashed
from e2e.packs import PERIOD
from e2e.releasing import Releasing
from policy.gating import ADA, AUTH, BO, CLAUDE


@pytest.fixture
def team(repo: RepoBuilder, tmp_path: Path) -> Releasing:
    return Releasing(repo, tmp_path)


def test_an_override_of_an_earlier_commit_is_none_of_the_change(team: Releasing) -> None:
    first, head = branch(team, "d", "e")
    team.gate(f"{team.head}..{head}")
    team.record(team.bo, "override", first, "--rationale", "it cannot wait")
    sha = merged(team, head)
    row = changes(team)[sha]
    assert (row["override"], row["unexplained"]) == (False, [NOT_PASSED])
    said = team.done("audit", "controls", "--framework", "soc2", "--control", "CC5.2", *PERIOD)
    assert said["frameworks"][0]["controls"][0]["status"] != "met"


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


def test_a_deployment_that_was_corrected_away_is_still_told(team: Releasing) -> None:
    """Whoever may record deployments says of one that came too early that it came later."""
    asked = ("record", "deploy", team.head, "--environment", "production", "--as", "service", *team.builder.signing)
    early = team.done(*asked)["decision_id"]
    team.ready()
    team.done(*asked, "--supersedes", early)
    assert changes(team)[team.head]["late"]
    said = team.done("audit", "ask", "deployments show state, revision", *PERIOD)
    assert [row["state"] for row in said["rows"]] == ["replaced", "active"]


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


def test_a_verdict_that_is_taken_back_leaves_the_change_unexplained(team: Releasing) -> None:
    """A verdict about something else takes the place of one that failed."""
    (head,) = branch(team, "d")
    failed = team.gate(f"{team.head}..{head}", "--format", "json")
    assert failed.code == 1
    at = team.entries()[0]
    other = team.repo.commit({"docs/a.md": "x\n"}, author=ADA)
    team.repo.checkout()
    taken = team.run(
        "record",
        "gate",
        other,
        "--supersedes",
        str(at.get("decision_id", at.get("id"))),
        "--details",
        json.dumps({"verdict": "pass", "base": team.head}),
        "--as",
        "service",
        *team.gatekeeper.signing,
    )
    sha = merged(team, head)
    assert changes(team)[sha]["unexplained"] in ([NO_VERDICT], [NOT_PASSED]), taken.err


def test_a_cache_that_was_changed_is_not_believed(team: Releasing) -> None:
    first = changes(team)
    for file in team.root.rglob("facts/*.json"):
        file.write_bytes(file.read_bytes().replace(b"critical", b"standard"))
    assert changes(team) == first


def status(team: Releasing, framework: str, control: str) -> str:
    said = team.done("audit", "controls", "--framework", framework, "--control", control, *PERIOD)
    word = said["frameworks"][0]["controls"][0]["status"]
    assert isinstance(word, str)
    return word


def test_a_number_in_the_message_of_a_push_makes_no_control_met(team: Releasing) -> None:
    """Whoever pushes straight to the main line writes what a forge would have written."""
    sha = team.repo.commit({AUTH: "a\nb\nc\nd\n"}, author=ADA, message="Reviewed elsewhere (#12)")
    assert not changes(team)[sha]["direct"]
    for framework, control in (("nist-800-53", "CM-5"), ("nist-ssdf", "PS.1.1"), ("pci-dss", "6.5.1")):
        assert status(team, framework, control) != "met"


def test_a_verdict_about_the_harmless_end_of_a_branch_makes_no_control_met(team: Releasing) -> None:
    """The gate is shown one commit of documentation; the branch brings more."""
    team.ready()
    (first,) = branch(team, "d")
    head = team.repo.commit({"docs/a.md": "x\n"}, author=ADA, branch="work")
    before = status(team, "soc2", "CC5.2")
    judged(team, first, head, team.bo)
    sha = merged(team, head)
    row = changes(team)[sha]
    assert (row["gate"], row["unexplained"]) == (None, [PART_ONLY])
    assert before == "met"
    assert status(team, "nist-800-53", "CM-5") != "met"
