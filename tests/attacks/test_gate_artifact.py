"""Ways to get an artifact deployed that should not be. Each of them ends in a refusal or an error, none in a pass."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copytree

import pytest

from answerable.cli.ledger.verified import verified_store
from answerable.cli.ledger.verify_ import own_key
from answerable.domain.verdict import Outcome, Verdict
from answerable.errors import ContentErased
from answerable.git.repository import Repository
from answerable.ledger.admission import digests_of
from answerable.ledger.envelope import Envelope, decode
from answerable.ledger.log import Ledger, opened_store
from answerable.ledger.place import DATABASE
from answerable.ledger.statement import read_statement
from answerable.ledger.store import NewEntry
from answerable.policy.artifact.admit import Asked, admit
from answerable.policy.file.find import policy_at
from builders import RepoBuilder
from e2e.asking import ask_here
from e2e.ledgers import Someone
from e2e.releasing import IMAGE, OTHER, Releasing, let_pass
from policy.gating import ADA, AUTH, BO, LAYERS


@pytest.fixture
def team(repo: RepoBuilder, tmp_path: Path) -> Releasing:
    return Releasing(repo, tmp_path)


def place(team: Releasing) -> Path:
    return team.root / ".git" / "answerable" / "ledger"


def written(team: Releasing, *arguments: str, by: Someone) -> Envelope:
    """A signed decision that the ledger has not been given."""
    file = team.root.parent / "decision.json"
    said = team.run("record", *arguments, "-o", os.fspath(file), *by.signing)
    assert said.code == 0, said.out + said.err
    return decode(file.read_bytes().strip())


def slipped_in(team: Releasing, envelope: Envelope) -> None:
    """Put an entry into the database past all checks, and seal it, as whoever runs the log could."""
    decision = read_statement(envelope.payload)
    with closing(opened_store(place(team), readonly=False)) as store:
        store.append([NewEntry(decision.decision_id, envelope.encode(), digests_of(decision))])
    with Ledger(place(team)) as ledger:
        ledger.seal()


def verdict_by_hand(team: Releasing, said: str = "pass") -> tuple[str, ...]:
    return ("gate", team.head, "--details", json.dumps({"verdict": said, "base": team.base}))


def assert_kept_out(team: Releasing, outcome: str, why: str, image: str = IMAGE, *options: str) -> None:
    code, verdict, said = team.told(image, *options)
    assert (code, verdict) == ({"fail": 1, "error": 3}[outcome], outcome), said
    assert why in said


def test_what_all_of_this_begins_with_passes(team: Releasing) -> None:
    team.ready()
    assert team.told() == (0, "pass", "")


# -- who says so -----------------------------------------------------------------------------------------------------


def test_a_verdict_that_nobody_signed_makes_the_ledger_one_that_is_not_believed(team: Releasing) -> None:
    team.release()
    signed = written(team, *verdict_by_hand(team), by=team.gatekeeper)
    slipped_in(team, replace(signed, signatures=()))
    assert_kept_out(team, "error", "does not verify")


def test_a_verdict_by_a_key_that_the_ledger_does_not_know_does_neither(team: Releasing) -> None:
    team.release()
    slipped_in(team, written(team, *verdict_by_hand(team), by=team.stranger("eve")))
    assert_kept_out(team, "error", "does not verify")


def test_a_key_for_one_kind_of_decision_makes_no_other(team: Releasing) -> None:
    team.review(team.bo)
    assert team.gate(by=team.builder).code == 3
    team.release()
    slipped_in(team, written(team, *verdict_by_hand(team), "--as", "service", by=team.builder))
    assert_kept_out(team, "error", "may not be used for gate")


def test_a_key_that_is_expired_records_no_verdict(team: Releasing) -> None:
    late = team.add("late", "--type", "service", "--kind", "gate", "--valid-before", "2020-01-01T00:00:00Z")
    team.review(team.bo)
    team.release()
    assert team.gate("", "--as", "service", by=late).code == 3
    assert_kept_out(team, "error", "no verdict")
    slipped_in(team, written(team, *verdict_by_hand(team), "--as", "service", by=late))
    assert_kept_out(team, "error", "key-expired")


@pytest.mark.parametrize("whose", ["gatekeeper", "builder"])
def test_a_key_that_was_revoked_since_is_believed_no_more(team: Releasing, whose: str) -> None:
    team.ready()
    who: Someone = getattr(team, whose)
    team.done("ledger", "key", "revoke", who.public.fingerprint, "--reason", "stolen", *team.ada.signing)
    assert_kept_out(team, "fail", "stolen")


def test_a_verdict_that_only_travels_with_the_commit_is_none(team: Releasing) -> None:
    team.release()
    signed = written(team, *verdict_by_hand(team), by=team.gatekeeper)
    team.repo.note("answerable", team.head, signed.encode().decode())
    assert_kept_out(team, "error", "no verdict")


def test_a_verdict_by_hand_that_names_no_policy_is_no_pass(team: Releasing) -> None:
    team.release()
    team.record(team.gatekeeper, *verdict_by_hand(team), "--as", "service")
    assert_kept_out(team, "fail", "is error")


# -- what is tied to what --------------------------------------------------------------------------------------------


def test_an_artifact_of_two_revisions_is_of_none_until_one_is_taken_back(team: Releasing) -> None:
    team.ready()
    wrong = team.release(IMAGE, team.base)
    assert_kept_out(team, "error", "2 revisions")
    team.release(IMAGE, team.head, "--supersedes", wrong)
    assert team.told()[:2] == (0, "pass")


def test_one_release_of_two_revisions_ties_to_none(team: Releasing) -> None:
    team.review(team.bo)
    team.gate()
    team.done("record", "release", IMAGE, team.head, team.base, "--as", "service", *team.builder.signing)
    assert_kept_out(team, "error", "2 revisions")


def test_a_deployment_that_contradicts_the_release_is_not_overlooked(team: Releasing) -> None:
    team.ready()
    team.done("record", "deploy", IMAGE, team.base, "--as", "service", *team.builder.signing)
    assert_kept_out(team, "error", "2 revisions")


def test_a_review_or_an_attestation_ties_no_artifact_to_a_revision(team: Releasing) -> None:
    team.review(team.bo)
    team.gate()
    details = ("--details", '{"source": "ci", "claim": "built from it"}')
    team.record(team.bo, "attest", IMAGE, team.head, *details)
    assert_kept_out(team, "error", "which revision")


def test_a_verdict_on_a_sibling_of_the_same_tree_is_none_on_this_one(team: Releasing) -> None:
    sibling = team.repo.commit({AUTH: "a\nb\nc\n"}, "Another\n", author=BO, branch="sibling", parents=[team.base])
    team.record(team.ada, "review", sibling, "--verdict", "approved")
    assert team.gate(f"{team.base}..{sibling}").code == 0
    team.release()
    assert_kept_out(team, "error", "no verdict")


# -- what the verdict is about ---------------------------------------------------------------------------------------


def test_a_verdict_on_nothing_is_none(team: Releasing) -> None:
    assert team.gate(f"{team.head}..{team.head}").code == 0
    team.release()
    assert_kept_out(team, "error", "no verdict")


def test_a_verdict_on_the_last_commit_of_a_change_does_not_cover_its_merge(team: Releasing) -> None:
    team.repo.commit({"src/auth/evil.py": "1\n"}, author=ADA, branch="topic", parents=[team.head])
    topic = team.repo.commit({"docs/x": "1\n"}, author=ADA, branch="topic")
    merge = team.repo.merge("topic", author=BO)
    assert team.gate(f"{topic}~1..{topic}").code == 0
    team.release(IMAGE, merge)
    assert_kept_out(team, "error", "a part of it only")


def test_a_merge_that_is_judged_against_the_change_itself_is_not_covered(team: Releasing) -> None:
    topic = team.repo.commit({"src/auth/evil.py": "1\n"}, author=ADA, branch="topic", parents=[team.head])
    team.repo.commit({"docs/x": "1\n"}, author=BO)
    merge = team.repo.merge("topic", author=BO)
    assert team.gate(f"{topic}..{merge}").code == 0
    team.release(IMAGE, merge)
    assert_kept_out(team, "error", "a part of it only")


def merged(team: Releasing, **files: str) -> str:
    """A merge of a change that passed, with lines of its own hand or without."""
    topic = team.repo.commit({"docs/y": "1\n"}, author=ADA, branch="topic", parents=[team.head])
    team.repo.commit({"docs/x": "1\n"}, author=BO)
    assert team.gate(f"main..{topic}").code == 0
    merge = team.repo.merge("topic", author=BO, files=dict(files) or None)
    team.release(IMAGE, merge)
    return merge


def test_a_merge_that_adds_lines_of_its_own_needs_a_verdict_of_its_own(team: Releasing) -> None:
    merged(team, **{AUTH: "a\nb\nevil\n"})
    assert_kept_out(team, "error", "no verdict")


def test_a_merge_that_adds_nothing_does_not(team: Releasing) -> None:
    merged(team)
    assert team.told()[:2] == (0, "pass")


def test_an_octopus_needs_a_verdict_of_its_own(team: Releasing) -> None:
    for name in ("x", "y"):
        team.repo.commit({f"docs/{name}": "1\n"}, author=ADA, branch=name, parents=[team.head])
        assert team.gate(f"main..{name}").code == 0
    merge = team.repo.merge("x", "y", author=BO)
    team.release(IMAGE, merge)
    assert_kept_out(team, "error", "no verdict")


def test_a_clone_that_ends_before_the_revision_cannot_tell(team: Releasing, tmp_path: Path) -> None:
    team.ready()
    shallow = team.repo.clone(tmp_path / "shallow", "--depth=1")
    said = ask_here("gate", "--artifact", IMAGE, "--ledger", str(place(team)), "--format", "json", cwd=shallow.root)
    assert (said.code, said.json["verdict"]) == (3, "error")
    assert "--unshallow" in said.json["problem"]["remedy"]


# -- the policy ------------------------------------------------------------------------------------------------------


def test_a_verdict_by_a_softer_policy_is_not_one_by_the_policy_in_force(team: Releasing) -> None:
    (team.root / "soft.yaml").write_text(LAYERS)
    assert team.gate("", "--policy", str(team.root / "soft.yaml")).code == 0
    team.release()
    assert_kept_out(team, "fail", "not the one in force")


def test_a_policy_in_the_work_tree_is_not_in_force(team: Releasing) -> None:
    team.ready()
    (team.root / ".answerable" / "policy.yaml").write_text(LAYERS)
    assert team.told()[:2] == (0, "pass")
    team.gate("", "--policy", str(team.root / ".answerable" / "policy.yaml"))
    assert_kept_out(team, "fail", "not the one in force")


# -- the ledger ------------------------------------------------------------------------------------------------------


def cut(team: Releasing, size: int, *, checkpoints: bool = False) -> None:
    """Take the newest entries away, as whoever can write to the database can."""
    with closing(sqlite3.connect(place(team) / DATABASE, isolation_level=None)) as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
        for trigger in tables:
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute("DELETE FROM entries WHERE idx >= ?", (size,))
        connection.execute("UPDATE meta SET value = ? WHERE key = 'size'", (size,))
        if checkpoints:
            connection.execute("DELETE FROM checkpoints WHERE size > ?", (size,))


def test_a_ledger_whose_newest_verdict_was_cut_off_is_not_believed(team: Releasing) -> None:
    team.ready()
    size = team.size()
    team.record(team.bo, "review", team.head, "--verdict", "changes_requested")
    assert team.gate().code == 1
    assert team.told()[:2] == (1, "fail")
    cut(team, size)
    assert_kept_out(team, "error", "does not verify")


def test_a_ledger_that_was_rolled_back_is_seen_by_whoever_kept_a_checkpoint(team: Releasing, tmp_path: Path) -> None:
    team.ready()
    before = tmp_path / "before"
    place(team).rename(before)
    copytree(before, place(team))
    team.record(team.bo, "review", team.head, "--verdict", "changes_requested")
    assert team.gate().code == 1
    kept = tmp_path / "checkpoint"
    kept.write_text(team.run("ledger", "checkpoint").out)
    place(team).rename(tmp_path / "after")
    before.rename(place(team))
    assert team.told()[:2] == (0, "pass"), "the ledger alone cannot show it"
    assert_kept_out(team, "error", "log-rolled-back", IMAGE, "--older", str(kept))


def test_another_log_is_not_taken_for_the_one_that_is_known(team: Releasing) -> None:
    team.ready()
    other = "example.com/other+1a2b3c4d+" + team.vkey.rsplit("+", 1)[1]
    code, verdict, _ = team.told(IMAGE, "--vkey", other)
    assert verdict != "pass"
    assert code != 0
    assert team.told(IMAGE, "--vkey", team.vkey)[:2] == (0, "pass")


# -- emergencies -----------------------------------------------------------------------------------------------------


@pytest.fixture
def urgent(repo: RepoBuilder, tmp_path: Path) -> Releasing:
    """A change that passed as an emergency that Bo declared, and its artifact."""
    team = let_pass(repo, tmp_path)
    team.release()
    return team


def later(team: Releasing, hours: int) -> Verdict:
    """The verdict some hours from now."""
    with Repository(team.root) as repository, closing(opened_store(place(team))) as store:
        history = verified_store(store, own_key(store, place(team), None), ())
        now = datetime.now(UTC) + timedelta(hours=hours)
        policy = policy_at(repository, repository.resolve("HEAD"))

        def read(_commitment: str) -> bytes:
            raise ContentErased("gone")

        return admit(repository, history, Asked(digest=IMAGE[7:], policy=policy, now=now), read)


@pytest.mark.parametrize(("hours", "outcome"), [(1, Outcome.PASS), (25, Outcome.FAIL)])
def test_an_emergency_whose_review_is_overdue_is_deployed_no_more(
    urgent: Releasing, hours: int, outcome: Outcome
) -> None:
    assert later(urgent, hours).outcome is outcome


@pytest.mark.parametrize(("who", "outcome"), [("ada", Outcome.FAIL), ("bo", Outcome.FAIL), ("cy", Outcome.PASS)])
def test_neither_the_author_nor_whoever_declared_it_gives_that_review(
    urgent: Releasing, who: str, outcome: Outcome
) -> None:
    reviewer = urgent.add("cy") if who == "cy" else getattr(urgent, who)
    urgent.review(reviewer)
    assert later(urgent, 25).outcome is outcome


def test_an_override_after_the_verdict_is_told_and_lets_nothing_pass(team: Releasing) -> None:
    assert team.gate().code == 1
    team.release()
    team.record(team.bo, "override", team.head, "--emergency", "--rationale", "we want it")
    team.record(team.bo, "override", IMAGE, "--emergency", "--rationale", "we want it")
    assert_kept_out(team, "fail", "is fail")
    since = team.ask(IMAGE, "--format", "json").json["artifact"]["since"]
    assert [row["kind"] for row in since] == ["override", "override"]


# -- what is kept of the verdict -------------------------------------------------------------------------------------


def test_a_verdict_whose_document_is_gone_counts_by_what_was_signed(team: Releasing) -> None:
    assert team.gate().code == 1
    team.release()
    with closing(sqlite3.connect(place(team) / DATABASE)) as connection:
        connection.execute("DELETE FROM contents")
        connection.commit()
    assert_kept_out(team, "fail", "is fail")
    assert any("cannot be shown" in note for note in team.ask(IMAGE, "--format", "json").json["notes"])


def test_the_digest_of_a_commit_is_not_that_of_an_artifact(team: Releasing) -> None:
    team.ready()
    names: Sequence[str] = [f"sha256:{team.head}{'0' * 24}", OTHER]
    for image in names:
        assert_kept_out(team, "error", "which revision", image)
