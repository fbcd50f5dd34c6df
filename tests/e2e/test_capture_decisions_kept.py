"""Where what the recorder signs is kept: whoever is killed, refused or locked out loses nothing and doubles nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from answerable.capture import deciding, keeping, saved, signing
from answerable.capture import drain as draining
from answerable.capture.recorder import place as recorder_file
from answerable.capture.recording import pending
from answerable.capture.signing import Signing
from answerable.domain.acceptance import How
from answerable.domain.decision import Kind
from answerable.errors import GitFailed, LedgerUnwritable
from answerable.ledger.log import Ledger
from answerable.ledger.place import DATABASE, ledger_place
from e2e.asking import ask_here
from e2e.ledgers import run
from e2e.recording import RecordedDesk, kinds_of, tells, worked

AI, HUMAN, MIXED = "ai recorded claude-code", "human recorded", "mixed recorded claude-code"


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def desk(tmp_path: Path) -> RecordedDesk:
    return RecordedDesk(tmp_path / "repo")


def test_without_a_recorder_notes_are_written_and_nothing_is_signed(desk: RecordedDesk) -> None:
    with desk.repository() as repository:
        recorder_file(repository).unlink()
    worked(desk)
    done = desk.drain()
    assert (done.noted, done.signed) == (1, 0)
    assert desk.lines() == []


def test_a_recorder_that_others_may_read_signs_nothing_and_that_iskinds_of(desk: RecordedDesk) -> None:
    with desk.repository() as repository:
        recorder_file(repository).chmod(0o644)
    worked(desk)
    done = desk.drain()
    assert (done.noted, done.signed) == (1, 0)
    assert "open to others" in desk.journal


def test_without_a_ledger_decisions_travel_in_notes(tmp_path: Path) -> None:
    desk = RecordedDesk(tmp_path / "repo", ledger=False)
    worked(desk)
    assert desk.drain().signed == 3
    assert kinds_of(desk.signed()) == {"generate": 1, "accept": 2}
    assert not (desk.home / "owed").exists()
    assert desk.origins("app.py") == [HUMAN, MIXED, AI]


def test_a_ledger_that_does_not_trust_the_recorder_is_left_alone(desk: RecordedDesk) -> None:
    key = desk.recorder.public.fingerprint
    assert ask_here("ledger", "key", "revoke", key, *desk.ada.signing, cwd=desk.root).code == 0
    worked(desk)
    desk.drain()
    assert desk.kept() == []
    assert len(desk.signed()) == 3


def test_what_a_ledger_could_not_take_is_brought_later(desk: RecordedDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*_: object) -> list[int]:
        raise LedgerUnwritable("the disk is full", hint="free some space")

    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "append", refuses)
        first = worked(desk)
        done = desk.drain()
        desk.writes("more.py", "more_of_these = 1\n")
        second = desk.commit()
        desk.drain()
    assert (done.noted, done.signed) == (1, 3)
    assert desk.kept(first) == desk.kept(second) == []
    assert "the disk is full" in desk.journal
    assert (desk.home / "owed").read_text().split() == [first, second]
    desk.types("by_hand.py", "typed_by_hand = True\n")
    third = desk.commit()
    desk.drain()
    for sha in (first, second, third):
        assert {one.decision_id for one in desk.kept(sha)} == {one.decision_id for one in desk.signed(sha)}
    assert not (desk.home / "owed").exists()


def test_where_it_cannot_be_noted_what_the_ledger_lacks_it_is_brought_at_once(
    desk: RecordedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing, "write", lambda *_: False)
    sha = worked(desk)
    desk.drain()
    assert len(desk.kept(sha)) == 3


def test_where_the_notes_cannot_be_written_nothing_is_taken(desk: RecordedDesk) -> None:
    worked(desk)
    desk.drain()
    desk.types("by_hand.py", "typed_by_hand = True\n")
    sha = desk.commit()
    lock = desk.root / ".git/answerable/notes.lock"
    lock.unlink()
    lock.mkdir()
    with pytest.raises((LedgerUnwritable, GitFailed)):
        desk.drain()
    lock.rmdir()
    desk.drain()
    assert kinds_of(desk.kept(sha)) == {"attest": 1}


def test_a_ledger_in_use_is_asked_again_when_some_time_has_passed(desk: RecordedDesk) -> None:
    sha = worked(desk)
    with desk.repository() as repository:
        database = Path(str(ledger_place(repository.common_dir))) / DATABASE
    good = database.read_bytes()
    database.write_bytes(good[:100])
    desk.drain()
    assert "the ledger lacks the records of 1 commits" in desk.journal
    owed = desk.home / "owed"
    _aged(owed, 120)
    assert desk.waits
    desk.drain()
    assert not desk.waits, "it was asked again just now"
    database.write_bytes(good)
    assert not desk.waits
    _aged(owed, -120)
    assert desk.waits, "a clock that was set back does not keep it from being asked"
    desk.drain()
    assert kinds_of(desk.kept(sha)) == {"generate": 1, "accept": 2}
    assert not owed.exists()


def _aged(file: Path, seconds: int) -> None:
    about = file.stat()
    os.utime(file, (about.st_atime - seconds, about.st_mtime - seconds))


class Killed(BaseException):
    """What no handler catches."""


_STEPS = [
    (draining, "annotate"), (draining.Deciding, "sign"), (Signing, "keep"), (Signing, "settle"), (Signing, "_add"),
    (Signing, "_append"), (Ledger, "append"), (Ledger, "seal"), (deciding.late, "forget"), (keeping.Keeping, "calm"),
    (keeping.Keeping, "keep"), (saved, "save"), (keeping.Keeping, "clear"), (pending, "mark"),
]  # fmt: skip


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(("owner", "name"), _STEPS, ids=[name for _, name in _STEPS])
def test_killed_at_any_step_nothing_is_lost_and_nothing_doubled(
    desk: RecordedDesk, monkeypatch: pytest.MonkeyPatch, owner: object, name: str, after: bool
) -> None:
    sha = worked(desk)
    whole = getattr(owner, name)

    def dies(*args: object, **given: object) -> None:
        if after:
            whole(*args, **given)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(owner, name, dies)
        with pytest.raises(Killed):
            desk.drain()
    desk.drain()
    desk.drain()
    assert kinds_of(desk.signed(sha)) == {"generate": 1, "accept": 2}
    assert {one.decision_id for one in desk.kept(sha)} == {one.decision_id for one in desk.signed(sha)}
    assert desk.origins("app.py") == [HUMAN, MIXED, AI]
    assert list((desk.home / "spool").iterdir()) == []
    assert not (desk.home / "owed").exists()
    assert run("ledger", "verify", cwd=desk.root).code == 0


def test_what_was_learned_meanwhile_does_not_sign_a_commit_twice(
    desk: RecordedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sha = worked(desk)
    with monkeypatch.context() as patch:
        patch.setattr(saved, "save", lambda *_: False)
        desk.drain()
    tells("call-1", How.AUTOMATIC, "tool_decision:accept,config")
    desk.drain()
    assert kinds_of(desk.signed(sha))["generate"] == 1
    generate = desk.signed(sha, Kind.GENERATE)
    assert desk.kept(sha, Kind.GENERATE) == generate
