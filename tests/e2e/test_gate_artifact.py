"""`gate --artifact`: the recorded verdict on the revision that an artifact was made of, and what has happened since."""

from __future__ import annotations

from pathlib import Path

import pytest

from builders import RepoBuilder
from e2e.asking import ask_here
from e2e.releasing import IMAGE, OTHER, Releasing, let_pass
from policy.gating import ADA, AUTH, REVIEWED


@pytest.fixture
def team(repo: RepoBuilder, tmp_path: Path) -> Releasing:
    return Releasing(repo, tmp_path)


def test_an_artifact_of_a_revision_that_passed_may_be_deployed(team: Releasing) -> None:
    team.ready()
    said = team.ask(IMAGE, "--environment", "production", "--format", "json")
    assert said.code == 0
    found = said.json
    assert (found["schema"], found["verdict"]) == ("answerable/verdict/v1", "pass")
    assert found["range"] == {"base": team.base, "head": team.head}
    artifact = found["artifact"]
    assert (artifact["digest"], artifact["environment"]) == (IMAGE, "production")
    assert artifact["revision"] == team.head
    assert [(one["kind"], one["by"]) for one in artifact["tied_by"]] == [("release", "builder@example.com")]
    assert (artifact["judged_by"]["kind"], artifact["judged_by"]["by"]) == ("gate", "gatekeeper@example.com")
    assert artifact["since"] == []
    assert found["policy"]["digest"].startswith("sha256:")
    assert [owed["met"] for owed in found["obligations"]] == [True], "as it was stored"


def test_people_read_what_it_rests_on(team: Releasing) -> None:
    team.ready()
    out = team.ask().out
    assert out.startswith("PASS: ")
    assert f"was made of {team.head[:12]}" in out
    assert "shown as it was, not judged again" in out
    assert "gatekeeper@example.com" in out


def test_a_verdict_that_failed_is_shown_as_it_was_and_keeps_the_artifact_out(team: Releasing) -> None:
    assert team.gate().code == 1
    team.release()
    code, verdict, why = team.told()
    assert (code, verdict) == (1, "fail")
    assert "is fail" in why
    rows = team.ask(IMAGE, "--format", "json").json["findings"]
    assert {row["rule"] for row in rows} == {"artifact", "reviewed"}
    assert next(row for row in rows if row["rule"] == "reviewed")["path"] == AUTH
    for form in ("text", "sarif", "github", "gitlab", "rdjson", "junit", "markdown"):
        assert team.ask(IMAGE, "--format", form).code == 1


def test_the_newest_verdict_counts(team: Releasing) -> None:
    assert team.gate().code == 1
    team.ready()
    assert team.told()[:2] == (0, "pass")
    team.record(team.bo, "review", team.head, "--verdict", "changes_requested")
    assert team.told()[:2] == (0, "pass"), "it is not judged again"
    assert team.gate().code == 1
    assert team.told()[:2] == (1, "fail")


def test_what_happened_since_is_told(team: Releasing) -> None:
    team.ready()
    team.record(team.bo, "incident", IMAGE, "--rationale", "nobody can log in")
    team.record(team.bo, "review", team.head, "--verdict", "changes_requested")
    since = team.ask(IMAGE, "--format", "json").json["artifact"]["since"]
    assert [row["kind"] for row in since] == ["incident", "review"]
    assert "nobody can log in" in since[0]["says"]
    assert "changes_requested" in since[1]["says"]
    assert "nobody can log in" in team.ask().out


def test_an_artifact_that_nobody_tied_to_a_revision_is_an_error_that_says_how(team: Releasing) -> None:
    team.ready()
    said = team.ask(OTHER, "--format", "json")
    assert (said.code, said.json["verdict"]) == (3, "error")
    assert f"answerable record release {OTHER}" in said.json["problem"]["remedy"]


def test_a_revision_without_a_verdict_is_an_error_that_says_how(team: Releasing) -> None:
    team.release()
    said = team.ask(IMAGE, "--format", "json")
    assert (said.code, said.json["verdict"]) == (3, "error")
    assert said.json["problem"]["remedy"].endswith(f"{team.base[:12]}..{team.head[:12]} --record")


def test_a_policy_that_changed_since_needs_a_verdict_by_it(team: Releasing) -> None:
    team.ready()
    team.repo.commit({".answerable/policy.yaml": REVIEWED + "# stricter\n"}, author=ADA)
    code, verdict, why = team.told()
    assert (code, verdict) == (1, "fail")
    assert "not the one in force" in why
    assert team.gate("", "--policy", "HEAD").code == 0
    assert team.told()[:2] == (0, "pass")


def test_the_policy_in_force_may_be_named(team: Releasing) -> None:
    team.ready()
    team.repo.commit({".answerable/policy.yaml": REVIEWED + "# stricter\n"}, branch="next", author=ADA)
    assert team.told(IMAGE, "--policy", team.base)[:2] == (0, "pass")
    assert team.told(IMAGE, "--policy", "next")[:2] == (1, "fail")
    assert team.told(IMAGE, "--policy", "nothing")[:2] == (3, "error")


def test_a_policy_of_a_folder_is_part_of_what_is_in_force(repo: RepoBuilder, tmp_path: Path) -> None:
    team = Releasing(repo, tmp_path)
    below = {"src/.answerable/policy.yaml": "version: 1\nrules:\n  - {name: more, require: {reviewers: {humans: 1}}}\n"}
    base = repo.commit(below, author=("Root", "r@example.com"))
    repo.commit({AUTH: "a\nb\nc\nd\n"}, author=ADA)
    repo.checkout()
    team.review(team.bo)
    assert team.gate(f"{base}..HEAD").code == 0
    team.release()
    assert team.told()[:2] == (0, "pass")
    repo.commit({"src/.answerable/policy.yaml": None}, author=ADA)
    assert "not the one in force" in team.told()[2]


def test_a_merge_stands_on_the_verdict_of_its_change(team: Releasing) -> None:
    team.ready()
    topic = team.repo.commit({"src/auth/b.py": "1\n"}, author=ADA, branch="topic", parents=[team.head])
    team.repo.commit({"docs/x": "1\n"}, author=("Cy", "cy@example.com"))
    team.record(team.bo, "review", topic, "--verdict", "approved")
    assert team.gate(f"main..{topic}").code == 0
    merge = team.repo.merge("topic", author=("Cy", "cy@example.com"))
    team.release(OTHER, merge)
    found = team.ask(OTHER, "--format", "json")
    assert (found.code, found.json["range"]["head"]) == (0, topic)
    assert found.json["artifact"]["revision"] == merge


@pytest.fixture
def urgent(repo: RepoBuilder, tmp_path: Path) -> Releasing:
    """A change that passed as an emergency, and its artifact."""
    team = let_pass(repo, tmp_path)
    team.release()
    return team


def test_an_emergency_is_deployed_while_its_review_is_not_overdue(urgent: Releasing) -> None:
    found = urgent.ask(IMAGE, "--format", "json").json
    assert found["verdict"] == "pass"
    (owed,) = [row for row in found["obligations"] if row["rule"] == "emergency"]
    assert (owed["have"], owed["met"]) == ("none yet", False)
    assert found["emergency"]["why"] == "nobody can log in"


@pytest.mark.parametrize("name", ["RANGE", "--context", "--change", "--target", "--record", "--failure-modes"])
def test_what_is_not_for_an_artifact_is_refused(team: Releasing, name: str) -> None:
    options = {"RANGE": ("A..B",), "--record": ("--record",), "--failure-modes": ("--failure-modes",)}.get(
        name, (name, "1")
    )
    said = team.ask(IMAGE, *options, "--format", "json")
    assert (said.code, said.json["code"]) == (2, "usage")
    assert name in said.json["message"]


@pytest.mark.parametrize("digest", ["", "sha256:", "sha256:" + "A1" * 32, "sha256:a1", "md5:" + "a" * 32, "HEAD"])
def test_what_is_no_digest_is_a_usage_fault(team: Releasing, digest: str) -> None:
    said = team.ask(digest, "--format", "json")
    assert (said.code, said.json["code"]) == (2, "target-invalid")


def test_without_a_ledger_there_is_nothing_to_believe(repo: RepoBuilder) -> None:
    repo.commit({"a": "1\n"})
    said = ask_here("gate", "--artifact", IMAGE, "--format", "json", cwd=repo.root)
    assert (said.code, said.json["verdict"]) == (3, "error")
    assert "no ledger" in said.json["problem"]["message"]


def test_report_only_shows_the_same_and_ends_with_zero(team: Releasing) -> None:
    said = team.ask(OTHER, "--report-only")
    assert (said.code, said.out[:5]) == (0, "ERROR")
