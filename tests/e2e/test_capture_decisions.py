"""What the recorder signs: who generated which lines, how they came in, how complete the record is."""

from __future__ import annotations

import json
import os
import sqlite3
from collections import Counter
from pathlib import Path

import pytest

from answerable.capture import deciding, keeping, saved, signing
from answerable.capture import drain as draining
from answerable.capture.recorder import place as recorder_file
from answerable.capture.recording import pending
from answerable.capture.said import check
from answerable.capture.signing import Signing
from answerable.domain.acceptance import How
from answerable.domain.decision import Decision, Kind, PrincipalType
from answerable.errors import GitFailed, LedgerUnwritable
from answerable.ledger.log import Ledger
from answerable.ledger.place import DATABASE, ledger_place
from answerable.ledger.vault import Vault
from answerable.provenance.decisions import digest_of_lines
from e2e.asking import ask_here
from e2e.ledgers import run
from e2e.recording import RecordedDesk, everything_in, tells

AI, HUMAN, MIXED, UNKNOWN = "ai recorded claude-code", "human recorded", "mixed recorded claude-code", "unknown none"


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def desk(tmp_path: Path) -> RecordedDesk:
    return RecordedDesk(tmp_path / "repo")


def _worked(desk: RecordedDesk) -> str:
    """An agent writes, Ada adds and changes."""
    desk.writes("app.py", "timeout_seconds = 30\nretries = 5\n")
    desk.types("app.py", "# settings, by hand\ntimeout_seconds = 45\nretries = 5\n")
    return desk.commit()


def _told(found: list[Decision]) -> Counter[str]:
    return Counter(one.kind.value for one in found)


def test_who_generated_which_lines_is_signed_by_the_recorder_for_the_person(desk: RecordedDesk) -> None:
    sha = _worked(desk)
    assert desk.drain().signed == 3
    (made,) = desk.signed(kind=Kind.GENERATE)
    assert made.subjects[0].digest == {"gitCommit": sha}
    assert (made.principal.type, made.principal.id) == (PrincipalType.SERVICE, desk.recorder.id)
    assert made.principal.on_behalf_of == "ada@example.com"
    assert [(who.type, who.id, who.on_behalf_of) for who in made.authored_by] == [
        (PrincipalType.AGENT, "claude-code", "ada@example.com")
    ]
    assert made.agent is not None
    assert (made.agent.tool, made.agent.session) == ("claude-code", "session-1")
    data = (desk.root / "app.py").read_bytes()
    assert made.details["lines"] == [
        {"path": "app.py", "start": 2, "end": 2, "digest": digest_of_lines(data, 2, 2), "changedBy": "ada@example.com"},
        {"path": "app.py", "start": 3, "end": 3, "digest": digest_of_lines(data, 3, 3)},
    ]
    assert made.details["completeness"] == {"recorder": "on", "events": {"first": 1, "last": 2, "missing": []}}
    assert {one.decision_id for one in desk.signed()} == {one.decision_id for one in desk.kept()}
    assert desk.origins("app.py") == [HUMAN, MIXED, AI]
    assert desk.journal == ""


def test_without_the_note_the_signed_record_says_the_same_of_what_agents_wrote(desk: RecordedDesk) -> None:
    _worked(desk)
    desk.drain()
    desk.git("update-ref", "-d", "refs/notes/ai")
    desk.git("update-ref", "-d", "refs/notes/answerable")
    assert desk.origins("app.py") == [UNKNOWN, MIXED, AI]


def test_each_session_is_a_decision_of_its_own(desk: RecordedDesk) -> None:
    desk.writes("one.py", "one_of_these = 1\n", session="s-1")
    desk.writes("two.py", "two_of_these = 2\n", session="s-2")
    desk.commit()
    desk.drain()
    found = {one.agent.session: one.details["lines"][0]["path"] for one in desk.signed(kind=Kind.GENERATE) if one.agent}
    assert found == {"s-1": "one.py", "s-2": "two.py"}


def test_more_lines_than_fit_into_one_decision_take_several(desk: RecordedDesk) -> None:
    text = "".join(f"generated_{n} = {n}\nby_hand_{n} = 'x'\n" for n in range(700))
    desk.types("app.py", "".join(f"by_hand_{n} = 'x'\n" for n in range(700)))
    desk.commit()
    desk.writes("app.py", text)
    desk.commit()
    desk.drain()
    made = sorted(desk.signed(kind=Kind.GENERATE), key=lambda one: one.details["part"]["number"])
    assert [one.details["part"] for one in made] == [{"number": n + 1, "of": len(made)} for n in range(len(made))]
    assert sum(len(one.details["lines"]) for one in made) == 700
    assert len(desk.kept(kind=Kind.GENERATE)) == len(made) > 2
    assert Counter(desk.origins("app.py"))[AI] == 700


@pytest.mark.parametrize(
    ("mode", "wrote", "ran"),
    [
        ("default", "unknown as_is permission_mode:default", "unknown as_is permission_mode:default"),
        ("plan", "unknown as_is permission_mode:plan", "unknown as_is permission_mode:plan"),
        (
            "acceptEdits",
            "standing_grant as_is permission_mode:acceptEdits",
            "unknown as_is permission_mode:acceptEdits",
        ),
        ("bypassPermissions", *["automatic as_is permission_mode:bypassPermissions"] * 2),
        ("somethingNew", *["unknown as_is permission_mode:somethingNew"] * 2),
    ],
)
def test_the_mode_of_a_session_says_how_its_lines_came_in(desk: RecordedDesk, mode: str, wrote: str, ran: str) -> None:
    desk.mode = mode
    desk.writes("app.py", "one_of_these = 1\n")
    desk.shell("made.py", "two_of_these = 2\n")
    desk.commit()
    desk.drain()
    found = desk.hows()
    expected: dict[str, list[str]] = {}
    for word, row in ((wrote, "app.py:1-1"), (ran, "made.py:1-1")):
        expected.setdefault(word, []).append(row)
    assert {word: rows for word, rows in found.items() if rows != []} == expected


def test_nobody_is_named_where_nobody_let_it_in(desk: RecordedDesk) -> None:
    desk.mode = "bypassPermissions"
    desk.writes("app.py", "one_of_these = 1\n")
    desk.commit()
    desk.drain()
    (accepted,) = desk.signed(kind=Kind.ACCEPT)
    assert accepted.principal.on_behalf_of is None
    said = ask_here("for", "app.py", "--format", "json", cwd=desk.root).json
    acceptance = said["spans"][0]["acceptance"]
    assert (acceptance["how"], acceptance["state"], acceptance["by"], acceptance["grade"]) == (
        "automatic", "as_is", None, "recorded",
    )  # fmt: skip


def test_what_telemetry_told_before_is_joined_by_call(desk: RecordedDesk) -> None:
    desk.writes("one.py", "one_of_these = 1\n")
    desk.writes("two.py", "two_of_these = 2\n")
    tells("call-1", How.HUMAN_EXPLICIT, "tool_decision:accept,user_temporary")
    tells("call-2", How.AUTOMATIC, "tool_decision:accept,config", session="another")
    desk.commit()
    desk.drain()
    assert desk.hows() == {
        "human_explicit as_is tool_decision:accept,user_temporary; permission_mode:default": ["one.py:1-1"],
        "unknown as_is permission_mode:default": ["two.py:1-1"],
    }
    said = ask_here("for", "one.py", "--format", "json", cwd=desk.root).json
    acceptance = said["spans"][0]["acceptance"]
    assert (acceptance["how"], acceptance["by"], acceptance["grade"]) == (
        "human_explicit", "ada@example.com", "recorded",
    )  # fmt: skip
    assert said["spans"][0]["grade"] == "recorded", "a permission in a terminal is no signature of a person"


def test_of_mode_and_telemetry_the_weaker_holds(desk: RecordedDesk) -> None:
    desk.mode = "bypassPermissions"
    desk.writes("app.py", "one_of_these = 1\n")
    tells("call-1", How.HUMAN_EXPLICIT, "tool_decision:accept,user_temporary")
    desk.commit()
    desk.drain()
    assert [word.split()[0] for word in desk.hows()] == ["automatic"]


def test_what_telemetry_tells_after_the_commit_takes_the_place_of_what_was_signed(desk: RecordedDesk) -> None:
    desk.writes("one.py", "one_of_these = 1\n")
    desk.writes("two.py", "two_of_these = 2\n")
    desk.commit()
    desk.drain()
    (first,) = desk.signed(kind=Kind.ACCEPT)
    tells("call-1", How.STANDING_GRANT, "tool_decision:accept,user_permanent")
    assert desk.waits, "whoever asks next takes it in"
    assert desk.drain().signed == 2
    granted = "standing_grant as_is tool_decision:accept,user_permanent; permission_mode:default"
    assert desk.hows() == {granted: ["one.py:1-1"], "unknown as_is permission_mode:default": ["two.py:1-1"]}
    assert all(one.supersedes == (first.decision_id,) for one in desk.signed(kind=Kind.ACCEPT) if one != first)
    assert not desk.waits
    assert desk.drain().signed == 0
    said = ask_here("for", "one.py", "--format", "json", cwd=desk.root).json
    assert said["spans"][0]["acceptance"]["how"] == "standing_grant"
    tells("call-2", How.AUTOMATIC, "tool_decision:accept,config")
    assert desk.drain().signed == 2
    assert sorted(word.split()[0] for word in desk.hows()) == ["automatic", "standing_grant"]
    assert len(desk.kept(kind=Kind.ACCEPT)) == 5
    assert not (desk.home / "late").exists(), "all is told"


def test_a_refusal_is_told_although_the_lines_came_in(desk: RecordedDesk) -> None:
    desk.writes("app.py", "one_of_these = 1\n")
    tells("call-1", How.HUMAN_REJECT, "tool_decision:reject,user_reject")
    desk.commit()
    desk.drain()
    assert [word.split()[0] for word in desk.hows()] == ["human_reject"]


def test_where_no_agent_wrote_it_is_said_how_complete_the_record_is(desk: RecordedDesk) -> None:
    _worked(desk)
    desk.drain()
    desk.types("by_hand.py", "typed_by_hand = True\n")
    desk.commit()
    desk.drain()
    (only,) = desk.signed()
    assert only.kind is Kind.ATTEST
    assert only.details["source"] == "answerable-capture"
    assert only.details["completeness"]["recorder"] == "on"
    assert [ref.uri for ref in only.evidence] == ["refs/notes/ai"]
    assert _told(desk.kept()) == {"attest": 1}


def test_a_commit_that_was_only_fetched_is_not_attested(desk: RecordedDesk, tmp_path: Path) -> None:
    _worked(desk)
    desk.drain()
    desk.git("clone", "-q", str(desk.root), str(tmp_path / "other"))
    other = tmp_path / "other"
    (other / "theirs.py").write_text("theirs = 1\n")
    for words in (("add", "-A"), ("-c", "user.name=Bo", "-c", "user.email=bo@example.com", "commit", "-qm", "Theirs")):
        desk.git("-C", str(other), *words)
    desk.git("pull", "-q", "--ff-only", str(other), "main")
    desk.drain()
    assert desk.signed() == []
    desk.git("checkout", "-q", "HEAD~1")
    desk.git("checkout", "-q", "main")
    desk.drain()
    assert desk.signed() == []


def test_events_that_are_missing_are_a_gap(desk: RecordedDesk) -> None:
    desk.writes("app.py", "one_of_these = 1\n")
    (desk.home / "spool/000000000002.json").unlink()
    desk.fires("PreToolUse", "Read", "app.py", call="r")
    desk.commit()
    desk.drain()
    (only,) = desk.signed()
    assert only.details["completeness"] == {
        "recorder": "gap", "events": {"first": 1, "last": 3, "missing": [{"first": 2, "last": 2}]},
    }  # fmt: skip


def test_events_that_are_missing_at_the_end_are_a_gap_too(desk: RecordedDesk) -> None:
    _worked(desk)
    desk.drain()
    desk.writes("app.py", "one_of_these = 1\n")
    for name in ("3", "4"):
        (desk.home / f"spool/00000000000{name}.json").unlink()
    desk.commit()
    desk.drain()
    (only,) = desk.signed()
    assert only.details["completeness"]["recorder"] == "gap"
    assert set(desk.origins("app.py")) == {UNKNOWN}, "what nobody recorded is nobody's, least of all Ada's"
    desk.types("calm.py", "typed_by_hand = True\n")
    desk.commit()
    desk.drain()
    assert desk.origins("calm.py") == [HUMAN]


def test_while_the_recorder_is_off_nothing_is_said(desk: RecordedDesk) -> None:
    _worked(desk)
    desk.drain()
    off = desk.home.parent / "off"
    off.touch()
    desk.writes("app.py", "one_of_these = 1\n")
    desk.types("calm.py", "typed_by_hand = True\n")
    desk.commit()
    desk.drain()
    assert desk.signed() == []
    assert desk.origins("app.py") + desk.origins("calm.py") == [UNKNOWN, UNKNOWN]
    off.unlink()
    desk.drain()
    desk.writes("app.py", "one_of_these = 1\ntwo_of_these = 2\n")
    desk.commit()
    desk.drain()
    assert desk.origins("app.py")[0] == UNKNOWN, "what came while it was off stays nobody's"


def test_without_a_recorder_notes_are_written_and_nothing_is_signed(desk: RecordedDesk) -> None:
    with desk.repository() as repository:
        recorder_file(repository).unlink()
    _worked(desk)
    done = desk.drain()
    assert (done.noted, done.signed) == (1, 0)
    assert desk.lines() == []


def test_a_recorder_that_others_may_read_signs_nothing_and_that_is_told(desk: RecordedDesk) -> None:
    with desk.repository() as repository:
        recorder_file(repository).chmod(0o644)
    _worked(desk)
    done = desk.drain()
    assert (done.noted, done.signed) == (1, 0)
    assert "open to others" in desk.journal


def test_without_a_ledger_decisions_travel_in_notes(tmp_path: Path) -> None:
    desk = RecordedDesk(tmp_path / "repo", ledger=False)
    _worked(desk)
    assert desk.drain().signed == 3
    assert _told(desk.signed()) == {"generate": 1, "accept": 2}
    assert not (desk.home / "owed").exists()
    assert desk.origins("app.py") == [HUMAN, MIXED, AI]


def test_a_ledger_that_does_not_trust_the_recorder_is_left_alone(desk: RecordedDesk) -> None:
    key = desk.recorder.public.fingerprint
    assert ask_here("ledger", "key", "revoke", key, *desk.ada.signing, cwd=desk.root).code == 0
    _worked(desk)
    desk.drain()
    assert desk.kept() == []
    assert len(desk.signed()) == 3


def test_what_a_ledger_could_not_take_is_brought_later(desk: RecordedDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*_: object) -> list[int]:
        raise LedgerUnwritable("the disk is full", hint="free some space")

    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "append", refuses)
        first = _worked(desk)
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
    sha = _worked(desk)
    desk.drain()
    assert len(desk.kept(sha)) == 3


def test_where_the_notes_cannot_be_written_nothing_is_taken(desk: RecordedDesk) -> None:
    _worked(desk)
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
    assert _told(desk.kept(sha)) == {"attest": 1}


def test_a_ledger_in_use_is_asked_again_when_some_time_has_passed(desk: RecordedDesk) -> None:
    sha = _worked(desk)
    with desk.repository() as repository:
        database = Path(str(ledger_place(repository.common_dir))) / DATABASE
    good = database.read_bytes()
    database.write_bytes(good[:100])
    desk.drain()
    assert "the ledger lacks the records of 1 commits" in desk.journal
    database.write_bytes(good)
    assert not desk.waits
    owed = desk.home / "owed"
    _aged(owed, 120)
    assert desk.waits
    desk.drain()
    assert _told(desk.kept(sha)) == {"generate": 1, "accept": 2}
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
    sha = _worked(desk)
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
    assert _told(desk.signed(sha)) == {"generate": 1, "accept": 2}
    assert {one.decision_id for one in desk.kept(sha)} == {one.decision_id for one in desk.signed(sha)}
    assert desk.origins("app.py") == [HUMAN, MIXED, AI]
    assert list((desk.home / "spool").iterdir()) == []
    assert not (desk.home / "owed").exists()
    assert run("ledger", "verify", cwd=desk.root).code == 0


def test_what_was_learned_meanwhile_does_not_sign_a_commit_twice(
    desk: RecordedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sha = _worked(desk)
    with monkeypatch.context() as patch:
        patch.setattr(saved, "save", lambda *_: False)
        desk.drain()
    tells("call-1", How.AUTOMATIC, "tool_decision:accept,config")
    desk.drain()
    assert _told(desk.signed(sha))["generate"] == 1
    generate = desk.signed(sha, Kind.GENERATE)
    assert desk.kept(sha, Kind.GENERATE) == generate


def test_what_was_said_is_committed_to_and_kept_nowhere(desk: RecordedDesk, tmp_path: Path) -> None:
    words = "please write the settings of the payment service"
    desk.transcript = tmp_path / "session.jsonl"
    desk.transcript.write_text(json.dumps({"type": "user", "message": words}) + "\n")
    _worked(desk)
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
    _worked(desk)
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
    _worked(desk)
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
    first = _worked(desk)
    desk.drain()
    desk.git("commit", "-q", "--amend", "-m", "Said better")
    desk.drain()
    found = _told(desk.signed())
    assert (found["generate"], found["accept"], found["attest"]) == (1, 2, 1)
    (carry,) = desk.signed(kind=Kind.ATTEST)
    assert [row["from"] for row in carry.details["carry"]] == [first]
    assert {one.decision_id for one in desk.kept()} == {one.decision_id for one in desk.signed()}
    assert desk.origins("app.py") == [HUMAN, MIXED, AI]
