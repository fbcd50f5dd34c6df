"""What the recorder signs of what was said: a commitment, and never a secret."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from answerable.capture.said import check
from answerable.domain.decision import Kind
from answerable.ledger.log import Ledger
from answerable.ledger.place import DATABASE, ledger_place
from answerable.ledger.vault import Vault
from e2e.recording import RecordedDesk, everything_in, kinds_of, worked

AI, HUMAN, MIXED = "ai recorded claude-code", "human recorded", "mixed recorded claude-code"


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def desk(tmp_path: Path) -> RecordedDesk:
    return RecordedDesk(tmp_path / "repo")


def test_what_was_said_is_committed_to_and_kept_nowhere(desk: RecordedDesk, tmp_path: Path) -> None:
    words = "please write the settings of the payment service"
    desk.transcript = tmp_path / "session.jsonl"
    desk.transcript.write_text(json.dumps({"type": "user", "message": words}) + "\n")
    worked(desk)
    desk.drain()
    (made,) = desk.signed(kind=Kind.GENERATE)
    (one,) = made.context
    assert one.name == "transcript"
    record = desk.root / ".git/answerable/said" / f"{one.sha256}.json"
    assert record.stat().st_mode & 0o777 == 0o600
    assert record.parent.stat().st_mode & 0o777 == 0o700
    assert check(record, desk.transcript)
    desk.transcript.write_text(desk.transcript.read_text() + "more\n")
    assert check(record, desk.transcript), "what came later is another part"
    desk.transcript.write_text(desk.transcript.read_text().replace("please", "PLEASE"))
    assert not check(record, desk.transcript)
    everything = everything_in(desk.root / ".git") + everything_in(tmp_path / "state")
    assert words.encode() not in everything
    assert b"payment" not in everything


def test_each_part_of_a_transcript_is_committed_to_once(desk: RecordedDesk, tmp_path: Path) -> None:
    desk.transcript = tmp_path / "session.jsonl"
    desk.transcript.write_text('{"n": 1}\n{"n": 2')  # a line that the agent is writing
    desk.writes("one.py", "one_of_these = 1\n")
    desk.commit()
    desk.drain()
    desk.writes("two.py", "two_of_these = 2\n")
    desk.commit()
    desk.drain()
    assert desk.signed(kind=Kind.GENERATE)[0].context == ()
    desk.transcript.write_text('{"n": 1}\n{"n": 2}\n{"n": 3}\n')
    desk.writes("three.py", "three_of_these = 3\n")
    desk.commit()
    desk.drain()
    (one,) = desk.signed(kind=Kind.GENERATE)[0].context
    record = json.loads((desk.root / ".git/answerable/said" / f"{one.sha256}.json").read_text())
    assert (record["from"], record["to"]) == (9, 27)


def test_a_copy_is_kept_encrypted_where_the_person_asks(desk: RecordedDesk, tmp_path: Path) -> None:
    words = "please write the settings of the payment service"
    desk.git("config", "answerable.keepPrompts", "true")
    desk.transcript = tmp_path / "session.jsonl"
    desk.transcript.write_text(words + "\n")
    worked(desk)
    desk.drain()
    (one,) = desk.signed(kind=Kind.GENERATE)[0].context
    with desk.repository() as repository, Ledger(ledger_place(repository.common_dir)) as ledger:
        assert Vault(ledger.store).read(one.sha256) == words.encode() + b"\n"
    assert words.encode() not in everything_in(desk.root / ".git")
    assert not (desk.root / ".git/answerable/said").exists()


def test_a_copy_with_a_secret_is_not_kept(desk: RecordedDesk, tmp_path: Path) -> None:
    secret = "ghp_" + "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0dF3gJ6"
    desk.git("config", "answerable.keepPrompts", "true")
    desk.transcript = tmp_path / "session.jsonl"
    desk.transcript.write_text(f"my token is {secret}\n")
    worked(desk)
    desk.drain()
    (one,) = desk.signed(kind=Kind.GENERATE)[0].context
    assert check(desk.root / ".git/answerable/said" / f"{one.sha256}.json", desk.transcript)
    with desk.repository() as repository:
        database = Path(str(ledger_place(repository.common_dir))) / DATABASE
    assert sqlite3.connect(database).execute("select count(*) from contents").fetchone() == (0,)
    assert "holds what looks like a secret" in desk.journal
    assert secret.encode() not in everything_in(desk.root / ".git")


def test_a_path_that_looks_like_a_secret_is_not_signed_and_does_not_hold_up_the_rest(desk: RecordedDesk) -> None:
    secret = "ghp_" + "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0dF3gJ6"
    desk.writes(f"{secret}.py", "one_of_these = 1\n")
    desk.writes("app.py", "two_of_these = 2\n")
    desk.commit()
    desk.drain()
    (made,) = desk.kept(kind=Kind.GENERATE)
    assert [row["path"] for row in made.details["lines"]] == ["app.py"]


def test_a_session_that_is_named_like_a_secret_is_not_named(desk: RecordedDesk) -> None:
    secret = "ghp_" + "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0dF3gJ6"
    desk.writes("app.py", "two_of_these = 2\n", session=secret)
    desk.commit()
    desk.drain()
    (made,) = desk.kept(kind=Kind.GENERATE)
    assert made.agent is not None
    assert made.agent.session is None


def test_a_carried_line_is_signed_for_the_new_commit_and_the_carry_with_it(desk: RecordedDesk) -> None:
    first = worked(desk)
    desk.drain()
    desk.git("commit", "-q", "--amend", "-m", "Said better")
    desk.drain()
    found = kinds_of(desk.signed())
    assert (found["generate"], found["accept"], found["attest"]) == (1, 2, 1)
    (carry,) = desk.signed(kind=Kind.ATTEST)
    assert [row["from"] for row in carry.details["carry"]] == [first]
    assert {one.decision_id for one in desk.kept()} == {one.decision_id for one in desk.signed()}
    assert desk.origins("app.py") == [HUMAN, MIXED, AI]
