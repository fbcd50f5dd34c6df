"""Where a line runs, as recorded deployments say: `record deploy`, and `for` and `recall` that answer from it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from answerable.git.repository import Repository
from answerable.incident.deployments import Deployments
from builders import RepoBuilder
from e2e.deploying import IMAGE, OTHER, RUNNING, Deploying
from e2e.shape import wrong


@pytest.fixture
def team(repo: RepoBuilder, tmp_path: Path) -> Deploying:
    return Deploying(repo, tmp_path)


def test_a_line_runs_where_a_revision_runs_that_has_its_commit(team: Deploying) -> None:
    team.deploy(team.two, "--region", "eu-north-1", "--jurisdiction", "EU")
    here = [("production eu-north-1", "two", "active", "recorded")]
    assert (team.running(1), team.running(2), team.running(3)) == (here, here, [])
    sixth = team.sixth(2)
    assert sixth["answer"].startswith(f"production, eu-north-1 (EU): {team.two[:12]} since 2")
    assert (sixth["grade"], sixth["gap"], sixth["remedy"]) == ("recorded", None, None)
    assert team.sixth(3)["answer"] == "nowhere that is recorded: the only place where something runs lacks it"


def test_a_person_who_records_it_answers_for_it(team: Deploying) -> None:
    team.deploy(team.two, by=team.ada)
    assert team.running(1) == [("production", "two", "active", "attested")]


def test_every_part_of_a_place_is_told_as_it_was_recorded(team: Deploying) -> None:
    options = ("--service", "shop", "--region", "eu", "--jurisdiction", "EU", "--cohort", "cars", "--wave", "2")
    figures = ("--percent", "25", "--devices", "400", "--artifact", f"registry.example/shop@{IMAGE}")
    name = team.deploy(team.two, *options, *figures, "--at", "2026-01-02T03:04:05+01:00")
    (span,) = team.answer(1)["spans"]
    (one,) = span["running"]
    assert wrong(one, RUNNING) == []
    assert one == {
        "environment": "production", "revision": team.two, "since": "2026-01-02T02:04:05Z", "state": "active",
        "service": "shop", "region": "eu", "jurisdiction": "EU", "cohort": "cars", "wave": "2", "percent": 25,
        "devices": 400, "artifact": IMAGE, "but_not": [], "grade": "recorded", "decision": name,
    }  # fmt: skip


def test_the_first_sentence_says_where_it_runs(team: Deploying) -> None:
    assert " runs in " not in team.answer(1)["headline"]
    team.deploy(team.two, "--at", "2026-06-02")
    team.deploy(team.two, "--at", "2026-06-01", environment="staging")
    assert team.answer(1)["headline"].endswith(" It runs in production, staging.")
    assert team.done("for", "shop.py")["headline"].endswith(" Some of it runs in production, staging.")
    assert " runs in " not in team.answer(3)["headline"]


def test_a_rollback_a_partial_rollout_and_devices_that_lag(team: Deploying) -> None:
    team.deploy(team.one, "--cohort", "cars", "--devices", "100")
    team.deploy(team.two, "--cohort", "cars", "--devices", "100", "--reported", "60")
    assert team.running(1) == [
        ("production cars", "one", "unreported", "recorded"),
        ("production cars", "two", "active", "recorded"),
    ]
    assert "maybe on up to 40 devices that have not reported since" in team.sixth(1)["answer"]
    assert team.running(2) == [("production cars", "two", "active", "recorded")]
    team.deploy(team.two, "--cohort", "cars", "--state", "rolled_back")
    assert team.running(1) == [("production cars", "one", "active", "recorded")]
    assert team.running(2) == []
    team.deploy(team.three, "--cohort", "cars", "--percent", "10")
    assert team.running(3) == [("production cars", "three", "active", "recorded")]
    assert "at most 90% of it" in team.sixth(1)["answer"]


def test_a_region_that_differs_is_told(team: Deploying) -> None:
    team.deploy(team.three)
    team.deploy(team.one, "--region", "us-east-1")
    (one,) = team.answer(3)["spans"][0]["running"]
    assert one["but_not"] == [{"region": "us-east-1"}]
    assert "production (not in us-east-1)" in team.sixth(3)["answer"]


def test_as_of_a_day_it_is_what_ran_then(team: Deploying) -> None:
    team.deploy(team.one, "--at", "2026-06-01")
    team.deploy(team.three, "--at", "2026-07-01")
    assert team.running(1, "--as-of", "2026-06-15") == [("production", "one", "active", "recorded")]
    assert team.running(1) == [("production", "three", "active", "recorded")]
    assert team.sixth(1, "--as-of", "2026-05-01")["answer"] is None


def test_a_deployment_of_an_artifact_is_one_of_what_it_was_made_of(team: Deploying) -> None:
    given = ("--as", "service", *team.pipeline.signing)
    team.done("record", "deploy", IMAGE, "--environment", "production", *given)
    assert team.running(1) == []
    team.done("record", "release", IMAGE, team.two, *given)
    (one,) = team.answer(2)["spans"][0]["running"]
    assert (one["revision"], one["artifact"], one["grade"]) == (team.two, IMAGE, "recorded")


def test_the_revision_that_ran_somewhere_at_a_moment_is_told(team: Deploying) -> None:
    team.deploy(team.one, "--at", "2026-06-01")
    team.deploy(team.two, "--at", "2026-06-02", "--cohort", "cars")
    team.deploy(team.three, "--at", "2026-06-03", "--service", "pay")
    with Repository(team.root) as repository, closing(Deployments(repository)) as found:
        asked = found.deployed
        assert asked("staging") is None
        assert asked("production", cohort="cars", service="shop") == team.two
        assert asked("production", cohort="vans", service="shop") == team.one
        assert asked("production") == team.three
        assert asked("production", as_of="2026-06-01T12:00:00+02:00") == team.one
        assert asked("production", as_of="2026-05-01") is None


def test_a_decision_that_corrects_another_stands_for_it(team: Deploying) -> None:
    wrong_one = team.deploy(team.three)
    team.deploy(team.one, "--supersedes", wrong_one)
    assert team.running(3) == []


def test_recall_tells_where_what_it_found_runs(team: Deploying) -> None:
    team.deploy(team.two, "--region", "eu")
    team.deploy(team.one, "--region", "us")
    found = team.done("recall", "--tool", "claude-code")
    assert [(one["region"], one["lines"]) for one in found["running"]] == [("eu", 2), ("us", 1)]
    assert wrong(found["running"][0], RUNNING | {"lines": int}) == []
    assert [len(span["running"]) for span in found["spans"]] == [2, 1, 0]
    said = team.run("recall", "--tool", "claude-code").out
    assert f"2 lines  production, eu: {team.two[:12]}" in said


def test_recall_says_so_where_nothing_of_it_runs(team: Deploying) -> None:
    assert "where it runs is not recorded in git" in team.run("recall").out
    first = team.repo.git("rev-list", "--max-parents=0", "HEAD").decode().strip()
    team.deploy(first)
    assert "it runs nowhere that is recorded" in team.run("recall").out


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--region", "eu"), "decision-invalid"),
        (("--environment", "production", "--devices", "1", "--reported", "2"), "decision-invalid"),
        (("--environment", "production", "--reported", "2"), "decision-invalid"),
        (("--environment", "production", "--state", "running"), "decision-invalid"),
        (("--environment", "production", "--state", "removed", "--percent", "5"), "decision-invalid"),
        (("--environment", "production", "--percent", "101"), "usage"),
        (("--environment", "a\nb"), "decision-invalid"),
        (("--environment", "production", "--artifact", OTHER[:20]), "decision-invalid"),
    ],
)
def test_what_makes_no_sense_is_refused(team: Deploying, options: tuple[str, ...], code: str) -> None:
    said = team.run("record", "deploy", "HEAD", *options, *team.ada.signing, "--format", "json")
    assert (said.code, said.json["code"]) == (2, code), said.err
    assert said.json["hint"]


def test_only_a_deployment_has_a_place(team: Deploying) -> None:
    said = team.run("record", "release", "HEAD", "--region", "eu", *team.ada.signing)
    assert said.code == 2
    assert "--region is of a deploy" in said.err


def test_an_artifact_is_what_it_brought_since_the_one_before(team: Deploying) -> None:
    given = ("--as", "service", *team.pipeline.signing)
    team.done("record", "release", OTHER, team.one, *given)
    team.deploy(team.three, "--artifact", IMAGE)
    found = team.done("for", f"artifact:{IMAGE}")
    assert found["target"] == {"kind": "artifact", "given": f"artifact:{IMAGE}"}
    assert [(span["start"], span["end"], span["commit"]) for span in found["spans"]] == [
        (2, 2, team.two),
        (3, 3, team.three),
    ]
    made, since, runs = found["notes"]
    assert made == f"it was made of {team.three[:12]}, says deploy by pipeline@example.com (ledger entry 3, recorded)"
    assert team.one[:12] in since
    assert runs.startswith(f"the artifact itself: production: {team.three[:12]} since ")
    (first,) = team.done("for", f"artifact:{OTHER}")["spans"]
    assert (first["path"], first["commit"]) == ("shop.py", team.one)


def test_an_artifact_of_which_nothing_is_known_or_too_much(team: Deploying) -> None:
    said = team.run("for", f"artifact:{IMAGE}", "--format", "json")
    assert (said.code, said.json["code"]) == (2, "target-unsupported")
    given = ("--as", "service", *team.pipeline.signing)
    team.done("record", "release", IMAGE, "gitCommit:" + "ab" * 20, *given)
    assert team.run("for", f"artifact:{IMAGE}", "--format", "json").json["code"] == "revision-not-found"
    team.done("record", "release", IMAGE, team.one, *given)
    assert "2 revisions" in team.run("for", f"artifact:{IMAGE}", "--format", "json").json["message"]
    assert team.run("for", "artifact:sha256:12", "--format", "json").json["code"] == "target-invalid"
