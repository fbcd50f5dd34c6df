"""Ways to hide where something runs, or to have it run where it does not. Whoever may not say so only declares."""

from __future__ import annotations

import json
import os
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from answerable.domain.decision import Decision, Kind, Principal, PrincipalType, Subject, new_id
from answerable.git.repository import Repository
from answerable.incident.deployments import Deployments
from answerable.ledger.admission import digests_of
from answerable.ledger.envelope import Envelope, decode
from answerable.ledger.log import opened_store
from answerable.ledger.statement import read_statement
from answerable.ledger.store import NewEntry
from answerable.provenance.decisions import Vouched
from builders import RepoBuilder
from e2e.deploying import IMAGE, Deploying
from e2e.ledgers import Someone


@pytest.fixture
def team(repo: RepoBuilder, tmp_path: Path) -> Deploying:
    return Deploying(repo, tmp_path)


def written(team: Deploying, *arguments: str, by: Someone) -> Envelope:
    """A signed decision that the ledger has not been given."""
    file = team.root.parent / "decision.json"
    said = team.run("record", *arguments, "-o", os.fspath(file), *by.signing)
    assert said.code == 0, said.out + said.err
    return decode(file.read_bytes().strip())


def slipped_in(team: Deploying, envelope: Envelope) -> None:
    """Put an entry into the database past all checks, as whoever runs the log could."""
    decision = read_statement(envelope.payload)
    with closing(opened_store(team.root / ".git" / "answerable" / "ledger", readonly=False)) as store:
        store.append([NewEntry(decision.decision_id, envelope.encode(), digests_of(decision))])


def forged(team: Deploying, revision: str, *options: str) -> None:
    """A stranger's deployment, in the ledger past all checks."""
    eve = team.stranger("eve")
    slipped_in(team, written(team, "deploy", revision, "--environment", "production", *options, by=eve))


def test_a_stranger_cannot_record_a_deployment(team: Deploying) -> None:
    eve = team.stranger("eve")
    said = team.run("record", "deploy", team.two, "--environment", "production", *eve.signing, "--format", "json")
    assert (said.code, said.json["code"]) == (3, "key-untrusted")
    assert team.running(1) == []


def test_a_key_that_may_not_deploy_cannot_record_one(team: Deploying) -> None:
    gate = team.add("gate", "--type", "service", "--kind", "gate")
    given = ("--environment", "production", "--as", "service", *gate.signing, "--format", "json")
    assert team.run("record", "deploy", team.two, *given).json["code"] == "key-untrusted"


def test_a_forged_deployment_is_declared_and_said_to_be(team: Deploying) -> None:
    forged(team, team.two)
    assert team.running(1) == [("production", "two", "active", "declared")]
    sixth = team.sixth(1)
    assert (sixth["grade"], sixth["gap"]) == ("declared", "a key that the ledger does not trust says so")


@pytest.mark.parametrize("state", ["rolled_back", "removed", "superseded"])
def test_a_forged_end_hides_nothing(team: Deploying, state: str) -> None:
    team.deploy(team.two)
    forged(team, team.two, "--state", state)
    assert team.running(1) == [("production", "two", "active", "recorded")]


def test_a_forged_newer_deployment_takes_no_place(team: Deploying) -> None:
    team.deploy(team.two)
    forged(team, team.repo.git("rev-list", "--max-parents=0", "HEAD").decode().strip())
    assert team.running(2) == [("production", "two", "active", "recorded")]


def test_a_forged_rollback_brings_back_nothing_that_is_believed(team: Deploying) -> None:
    team.deploy(team.one)
    team.deploy(team.two)
    forged(team, team.two, "--state", "rolled_back")
    assert team.running(1) == [
        ("production", "one", "active", "declared"),
        ("production", "two", "active", "recorded"),
    ]


def test_a_forged_correction_replaces_nothing(team: Deploying) -> None:
    name = team.deploy(team.two)
    forged(team, team.one, "--supersedes", name)
    assert ("production", "two", "active", "recorded") in team.running(1)


def test_a_changed_decision_is_only_declared(team: Deploying) -> None:
    envelope = written(team, "deploy", team.two, "--environment", "staging", "--as", "service", by=team.pipeline)
    payload = envelope.payload.replace(b'"staging"', b'"production"')
    slipped_in(team, replace(envelope, payload=payload))
    assert team.running(1) == [("production", "two", "active", "declared")]


def test_a_stranger_cannot_say_what_an_artifact_was_made_of(team: Deploying) -> None:
    team.done("record", "deploy", IMAGE, "--environment", "production", "--as", "service", *team.pipeline.signing)
    slipped_in(team, written(team, "release", IMAGE, team.two, by=team.stranger("eve")))
    assert team.running(1) == [("production", "two", "active", "declared")]


def test_a_deployment_of_a_commit_that_is_not_here_is_no_evidence_that_a_line_does_not_run(team: Deploying) -> None:
    team.deploy("gitCommit:" + "ab" * 20)
    sixth = team.sixth(1)
    assert sixth["answer"] is None
    assert "1 revision that runs is not in this clone (abababababab)" in sixth["gap"]
    team.deploy(team.two, "--region", "eu")
    sixth = team.sixth(1)
    assert sixth["answer"].startswith("production, eu: ")
    assert "not in this clone" in sixth["gap"]


def test_a_moment_that_is_still_to_come_is_only_declared_and_does_not_count_yet(team: Deploying) -> None:
    team.deploy(team.one)
    team.deploy(team.three, "--at", "2099-01-01")
    assert team.running(1) == [("production", "one", "active", "recorded")]
    with Repository(team.root) as repository, closing(Deployments(repository, as_of="2099-06-01")) as deployments:
        assert {(one.revision, one.grade.word) for one in deployments.standing()} == {
            (team.one, "recorded"),
            (team.three, "declared"),
        }


def test_a_clock_in_the_future_does_not_count_now(team: Deploying) -> None:
    """A decision that travels, whose signer's clock is years ahead; the ledger takes none such."""
    team.deploy(team.one)
    ahead = (datetime.now(UTC) + timedelta(days=900)).strftime("%Y-%m-%dT%H:%M:%SZ")
    decision = Decision(
        decision_id=new_id(),
        kind=Kind.DEPLOY,
        subjects=(Subject(digest={"gitCommit": team.three}),),
        principal=Principal(type=PrincipalType.SERVICE, id="pipeline@example.com"),
        observed_at=ahead,
        details={"environment": "production"},
    )

    class Told:
        def named(self) -> None:
            return None

        def of_kind(self, kind: Kind) -> list[Vouched]:
            return [Vouched(decision=decision, ref="x", in_ledger=True)]

    with Repository(team.root) as repository:
        assert Deployments(repository, Told()).standing() == ()  # type: ignore[arg-type]


def test_a_forged_deployment_is_not_taken_for_the_revision_that_ran(team: Deploying) -> None:
    forged(team, team.three)
    with Repository(team.root) as repository, closing(Deployments(repository)) as found:
        assert found.deployed("production") is None
    team.deploy(team.one, "--at", "2026-06-01")
    with Repository(team.root) as repository, closing(Deployments(repository)) as found:
        assert found.deployed("production") == team.one


def test_events_are_put_in_order_by_when_they_happened(team: Deploying) -> None:
    """A rollback is told late, after the deployment that followed it."""
    team.deploy(team.one, "--at", "2026-06-01")
    team.deploy(team.three, "--at", "2026-06-03")
    team.deploy(team.two, "--at", "2026-06-02")
    team.deploy(team.two, "--at", "2026-06-02T12:00:00Z", "--state", "rolled_back")
    assert team.running(1) == [("production", "three", "active", "recorded")]
    assert team.running(1, "--as-of", "2026-06-02T13:00:00Z") == [("production", "one", "active", "recorded")]


@pytest.mark.parametrize(
    "details",
    [
        {"at": "2026-02-30T00:00:00Z"},
        {"at": "yesterday"},
        {"percent": 101},
        {"percent": "10"},
        {"state": "running"},
        {"devices": -1},
        {"devices": 1, "reported": 2},
        {"environment": ""},
        {"environment": ["production"]},
        {"cohort": "a" * 400},
    ],
)
def test_details_that_make_no_sense_are_in_no_ledger(team: Deploying, details: dict[str, object]) -> None:
    text = json.dumps({"environment": "production"} | details)
    said = team.run("record", "deploy", team.two, "--details", text, *team.ada.signing, "--format", "json")
    assert (said.code, said.json["code"]) == (2, "decision-invalid")
    assert team.sixth(1)["answer"] is None


def test_a_name_cannot_write_on_a_terminal(team: Deploying) -> None:
    details = json.dumps({"environment": "pro\x1b[31mduction"})
    said = team.run("record", "deploy", team.two, "--details", details, *team.ada.signing)
    assert said.code == 2
    assert "\x1b" not in said.err + said.out


def test_a_key_that_was_revoked_later_still_says_what_it_said_before(team: Deploying) -> None:
    team.deploy(team.two)
    fingerprint = team.pipeline.public.fingerprint
    team.done("ledger", "key", "revoke", fingerprint, *team.ada.signing)
    assert team.running(1) == [("production", "two", "active", "recorded")]
    given = ("--environment", "production", "--as", "service", *team.pipeline.signing)
    assert team.run("record", "deploy", team.one, *given).code == 3
