"""`answerable gate` as it is run: exits, formats, where policy and context come from, and the ledger."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from builders import RepoBuilder
from e2e.asking import ask, ask_here
from e2e.ledgers import Team
from policy.gating import ADA, AUTH, CLAUDE, LAYERS, REVIEWED, approval, known, policed


@pytest.fixture
def changed(repo: RepoBuilder) -> RepoBuilder:
    """A policy on main~1, and a change of a critical file on main."""
    policed(repo)
    repo.commit({AUTH: "a\nb\nc\n"}, f"Do\n\n{CLAUDE}\n", author=ADA)
    repo.checkout()
    return repo


def test_a_fail_is_exit_one_and_says_first_what_then_who_then_where(changed: RepoBuilder) -> None:
    said = ask("gate", "HEAD~1..HEAD", cwd=changed.root)
    assert said.code == 1
    rows = said.out.splitlines()
    assert rows[0] == "FAIL: 1 rule is not met"
    assert "Owed" in rows
    assert any(
        row.strip().startswith("[ ] 1 independent person who approved exactly this head: 0 of 1") for row in rows
    )
    assert any(f"{AUTH}:3  ai, declared" in row for row in rows)
    assert any("next: have it approved" in row for row in rows)
    assert any("Claude" in row for row in rows), "the evidence is quoted"


def test_lines_of_which_the_same_is_known_are_told_in_one_row(repo: RepoBuilder) -> None:
    base = policed(repo)
    repo.commit({AUTH: "0\na\n1\nb\n2\n3\n"}, author=ADA)
    said = ask_here("gate", f"{base}..main", cwd=repo.root)
    assert f"    {AUTH}:1, 3, 5-6  unknown, none" in said.out.splitlines()
    assert said.out.count("written by commit") == 1


def test_a_pass_is_exit_zero_with_a_context_from_a_file_or_standard_input(changed: RepoBuilder, tmp_path: Path) -> None:
    context = known(approval("bo@example.com", changed.resolve("main")))
    (tmp_path / "context.json").write_bytes(context)
    given = ask_here("gate", "HEAD~1..HEAD", "--context", str(tmp_path / "context.json"), cwd=changed.root)
    fed = ask_here("gate", "HEAD~1..HEAD", "--context", "-", cwd=changed.root, feed=context)
    assert (given.code, fed.code) == (0, 0)
    assert given.out.startswith("PASS: nothing stands against it")
    assert "[x] 1 independent person" in given.out


def test_the_json_document_is_the_one_of_the_contract(changed: RepoBuilder) -> None:
    said = ask_here("gate", "HEAD~1..HEAD", "--format", "json", cwd=changed.root)
    assert said.code == 1
    document = said.json
    assert (document["schema"], document["verdict"]) == ("answerable/verdict/v1", "fail")
    assert document["range"] == {"base": changed.resolve("main~1"), "head": changed.resolve("main")}
    (finding,) = document["findings"]
    assert (finding["rule"], finding["severity"], finding["layer"]) == ("reviewed", "error", "critical")
    assert (finding["path"], finding["start"], finding["end"]) == (AUTH, 3, 3)
    assert (finding["origin"], finding["grade"]) == ("ai", "declared")
    assert document["elapsed_ms"] >= 0


@pytest.mark.parametrize("form", ["sarif", "github", "gitlab", "rdjson", "junit", "markdown"])
def test_every_format_says_which_rule_fails_where(changed: RepoBuilder, form: str) -> None:
    said = ask_here("gate", "HEAD~1..HEAD", "--format", form, cwd=changed.root)
    assert said.code == 1
    assert "reviewed" in said.out
    assert AUTH in said.out or AUTH.replace("/", "&#x2f;") in said.out


def test_an_error_is_exit_three_in_every_format(changed: RepoBuilder) -> None:
    for form in ("text", "json", "sarif", "github", "gitlab", "rdjson", "junit", "markdown"):
        said = ask_here("gate", "HEAD~1..HEAD", "--context", "-", "--format", form, cwd=changed.root, feed="no json")
        assert said.code == 3
        assert "no JSON" in said.out


def test_report_only_shows_the_same_and_always_ends_with_zero(changed: RepoBuilder) -> None:
    said = ask_here("gate", "HEAD~1..HEAD", "--report-only", cwd=changed.root)
    assert (said.code, said.out.splitlines()[0]) == (0, "FAIL: 1 rule is not met")
    said = ask_here("gate", "HEAD~1..HEAD", "--report-only", "--context", "-", cwd=changed.root, feed="{")
    assert (said.code, said.out[:5]) == (0, "ERROR")


def test_a_policy_may_be_given_as_a_file_or_a_commit_and_is_named(changed: RepoBuilder, tmp_path: Path) -> None:
    (tmp_path / "soft.yaml").write_text(LAYERS)
    file = ask_here("gate", "HEAD~1..HEAD", "--policy", str(tmp_path / "soft.yaml"), cwd=changed.root)
    assert file.code == 0
    assert "(given by --policy, not the base's)" in file.out
    changed.commit({".answerable/policy.yaml": LAYERS}, branch="soft")
    commit = ask_here("gate", "HEAD~1..HEAD", "--policy", "soft", cwd=changed.root)
    assert commit.code == 0
    neither = ask_here("gate", "HEAD~1..HEAD", "--policy", "nothing", cwd=changed.root)
    assert neither.code == 3


@pytest.mark.parametrize("given", ["HEAD", "nothing..HEAD", "HEAD..nothing", "main"])
def test_a_range_that_names_nothing_is_exit_two(changed: RepoBuilder, given: str) -> None:
    said = ask_here("gate", given, "--format", "json", cwd=changed.root)
    assert said.code == 2
    assert said.json["schema"] == "answerable/error/v1"


def test_the_context_must_be_of_the_change_that_is_named(changed: RepoBuilder) -> None:
    context = known(approval("bo", changed.resolve("main")), id="8", target="main")
    asked = ("gate", "HEAD~1..HEAD", "--context", "-", "--target", "main")
    assert ask_here(*asked, "--change", "8", cwd=changed.root, feed=context).code == 0
    assert ask_here(*asked, "--change", "7", cwd=changed.root, feed=context).code == 3


def test_a_path_cannot_act_on_the_terminal(repo: RepoBuilder) -> None:
    base = policed(repo)
    repo.commit({b"src/auth/\x1b[2J\xe2\x80\xae": "1\n"}, author=ADA)
    said = ask_here("gate", f"{base}..main", cwd=repo.root)
    assert said.code == 1
    assert "\x1b" not in said.out
    assert "\u202e" not in said.out


@pytest.fixture
def team(repo: RepoBuilder, tmp_path: Path) -> Team:
    """A ledger, a policy and a change of a critical file by Ada."""
    team = Team(repo, tmp_path)
    repo.commit({".answerable/policy.yaml": REVIEWED, AUTH: "a\nb\n"}, author=("Root", "root@example.com"))
    repo.commit({AUTH: "a\nb\nc\n"}, author=ADA)
    repo.checkout()
    return team


def test_a_verdict_is_kept_as_a_decision_with_the_digests_of_policy_and_inputs(team: Team) -> None:
    before = team.size()
    said = team.run("gate", "HEAD~1..HEAD", "--record", *team.ada.signing, "--format", "json")
    assert (said.code, team.size()) == (1, before + 1)
    assert any("recorded as entry" in note for note in said.json["notes"])
    shown = json.dumps(team.entries()[-1])
    assert "gate" in shown
    assert said.json["policy"]["digest"] in shown
    assert team.run("ledger", "verify").code == 0


def test_nothing_is_kept_unless_it_is_asked_for_and_what_cannot_be_kept_does_not_pass(team: Team) -> None:
    before = team.size()
    team.run("gate", "HEAD~1..HEAD", *team.ada.signing)
    assert team.size() == before
    stranger = team.stranger("eve")
    said = team.run("gate", "HEAD~2..HEAD~1", "--record", *stranger.signing, "--format", "json")
    assert (said.code, said.json["verdict"]) == (3, "error")
    assert "could not be recorded" in said.json["problem"]["message"]
    assert team.size() == before


def test_a_signed_review_counts_as_an_approval_of_its_commit_and_a_later_no_takes_it_back(team: Team) -> None:
    bo = team.add("bo")
    assert team.run("gate", "HEAD~1..HEAD").code == 1
    team.review(bo)
    assert team.run("gate", "HEAD~1..HEAD").code == 0
    team.record(bo, "review", "HEAD", "--verdict", "changes_requested")
    assert team.run("gate", "HEAD~1..HEAD").code == 1


def test_a_signed_review_by_the_author_does_not_count(team: Team) -> None:
    team.review(team.ada)
    assert team.run("gate", "HEAD~1..HEAD").code == 1


def test_a_countersign_covers_exactly_its_lines(team: Team) -> None:
    rule = LAYERS + "rules:\n  - {name: signed, match: {layers: [critical]}, require: {countersign: true}}\n"
    (team.root / "p.yaml").write_text(rule)
    asked = ("gate", "HEAD~1..HEAD", "--policy", str(team.root / "p.yaml"))
    assert team.run(*asked).code == 1
    bo = team.add("bo")
    team.record(bo, "countersign", "HEAD", "--intent", "log in", "--lines", f"{AUTH}:3-3")
    assert team.run(*asked).code == 0
    team.repo.commit({AUTH: "a\nb\nc\nd\n"}, author=ADA)
    team.repo.commit({"docs/x": "1\n"}, author=ADA)
    team.repo.checkout()
    whole = ("gate", "HEAD~3..HEAD", *asked[2:])
    found = team.run(*whole, "--format", "json").json["findings"]
    assert [(one["start"], one["end"]) for one in found] == [(4, 4)]
    team.record(bo, "countersign", "HEAD", "--intent", "log out", "--lines", f"{AUTH}:4-4")
    assert team.run(*whole).code == 0, "signed as it stands at the head, though an older commit wrote it"
