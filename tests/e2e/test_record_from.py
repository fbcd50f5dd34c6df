"""`record deploy --from FILE`: what other systems report, signed by whoever hands it on, each event once."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from builders import RepoBuilder
from e2e.asking import Said
from e2e.deploying import IMAGE, OTHER, Deploying
from incident.test_reported import cdevent, github, manifest, slsa


@pytest.fixture
def team(repo: RepoBuilder, tmp_path: Path) -> Deploying:
    return Deploying(repo, tmp_path)


def take(team: Deploying, document: object, *options: str, kind: str = "deploy") -> Said:
    """Hand a report on, as the pipeline does."""
    file = team.root.parent / "report.json"
    file.write_text(json.dumps(document))
    given = ("--from", os.fspath(file), "--as", "service", *team.pipeline.signing)
    return team.run("record", kind, *options, *given, "--format", "json")


def status(sha: str, number: int, state: str = "success", at: str = "2026-06-01T00:00:00Z") -> dict[str, Any]:
    found = github()
    found["deployment"] |= {"id": number, "sha": sha}
    found["deployment_status"] |= {"id": number * 10 + (state == "success"), "state": state, "created_at": at}
    return found


def purl(digest: str) -> str:
    return f"pkg:oci/shop@{digest.replace(':', '%3A')}"


def test_what_github_reports_runs_and_is_recorded_once(team: Deploying) -> None:
    assert take(team, status(team.two, 7)).code == 0
    again = take(team, status(team.two, 7))
    assert (again.code, again.out) == (0, "")
    assert "recorded before" in again.err
    assert team.running(1) == [("production", "two", "active", "recorded")]
    said = team.entries()[-1]["statement"]["predicate"]
    assert said["evidence"][0]["uri"] == "report:GitHub deployment_status"
    assert said["details"]["deployment"] == "github:Codertocat/Hello-World#7"


def test_an_older_deployment_that_becomes_inactive_late_does_not_end_the_newer(team: Deploying) -> None:
    take(team, [status(team.two, 1), status(team.one, 2, at="2026-06-02T00:00:00Z")])
    take(team, status(team.two, 3, at="2026-06-03T00:00:00Z"))
    take(team, status(team.two, 1, "inactive", at="2026-06-03T00:00:09Z"))
    assert team.running(2) == [("production", "two", "active", "recorded")]
    take(team, status(team.two, 3, "inactive", at="2026-06-04T00:00:00Z"))
    assert team.running(2) == []


def test_what_changes_nothing_is_said_and_not_recorded(team: Deploying) -> None:
    size = team.size()
    said = take(team, status(team.two, 1, "failure"))
    assert (said.code, said.out, team.size()) == (0, "", size)
    assert "not recorded: deployment_status.state is failure" in said.err


def test_a_service_is_deployed_rolled_back_and_removed(team: Deploying) -> None:
    given = ("--as", "service", *team.pipeline.signing)
    for image, sha in ((IMAGE, team.one), (OTHER, team.two)):
        team.done("record", "release", image, sha, *given)

    def event(predicate: str, image: str | None, day: int) -> dict[str, Any]:
        found = cdevent(f"service.{predicate}", artifact=purl(image) if image else None)
        found["context"] |= {"id": f"event-{day}", "timestamp": f"2026-06-{day:02}T00:00:00Z"}
        return found

    take(team, event("deployed", IMAGE, 1), "--environment", "production")
    take(team, event("upgraded", OTHER, 2), "--environment", "production")
    assert team.running(1) == [("production", "two", "active", "recorded")]
    take(team, event("rolledback", IMAGE, 3), "--environment", "production")
    assert team.running(1) == [("production", "one", "active", "recorded")]
    assert take(team, event("removed", None, 4), "--environment", "production").code == 0
    assert team.running(1) == []
    assert team.running(1, "--as-of", "2026-06-02T12:00:00Z") == [("production", "two", "active", "recorded")]
    assert "nothing is known to run there" in take(team, event("removed", None, 5)).err


def test_options_say_what_a_report_does_not(team: Deploying) -> None:
    assert take(team, status(team.two, 7), "--region", "eu", "--cohort", "cars").code == 0
    assert team.running(1) == [("production eu cars", "two", "active", "recorded")]


def test_provenance_is_a_release_or_with_an_environment_a_deployment(team: Deploying) -> None:
    statement = slsa([{"digest": {"gitCommit": team.two}}, {"digest": {"gitCommit": "ab" * 20}}])
    said = take(team, statement)
    assert (said.code, said.json["code"]) == (2, "decision-invalid")
    assert "names no environment" in said.json["message"]
    assert take(team, statement, "--environment", "production").code == 0
    (one,) = team.answer(2)["spans"][0]["running"]
    assert one["revision"] == team.two
    digest = statement["subject"][0]["digest"]["sha256"]
    assert one["artifact"] == f"sha256:{digest}"
    assert take(team, slsa([{"digest": {"gitCommit": team.two}}]), kind="release").code == 0


def test_a_report_that_means_two_commits_needs_one_to_be_named(team: Deploying) -> None:
    statement = slsa([{"digest": {"gitCommit": team.one}}, {"digest": {"gitCommit": team.two}}])
    said = take(team, statement, "--environment", "production")
    assert (said.code, said.json["code"]) == (2, "decision-invalid")
    assert "2 of these commits are here" in said.json["message"]
    assert take(team, statement, team.one, "--environment", "production").code == 0
    assert team.running(2) == []


def test_a_manifest_names_its_revision_by_any_name(team: Deploying) -> None:
    team.repo.git("tag", "v1", team.two)
    assert take(team, manifest("v1"), "--environment", "production").code == 0
    assert team.running(2) == [("production", "two", "active", "recorded")]
    said = take(team, manifest("v2"), "--environment", "production")
    assert (said.code, said.json["code"]) == (2, "decision-invalid")


def test_a_commit_that_is_not_here_may_be_deployed(team: Deploying) -> None:
    assert take(team, status("ab" * 20, 7)).code == 0
    assert "not in this clone" in team.sixth(1)["gap"]


def test_what_cannot_be_read_is_refused(team: Deploying, tmp_path: Path) -> None:
    assert take(team, {"what": 1}).json["code"] == "decision-invalid"
    assert take(team, status(team.two, 7), kind="release").json["code"] == "decision-invalid"
    assert take(team, status(team.two, 7), kind="merge").code == 2
    missing = team.run("record", "deploy", "--from", os.fspath(tmp_path / "none"), *team.ada.signing)
    assert missing.code == 2
    assert "cannot read" in missing.err
