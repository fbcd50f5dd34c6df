"""What the recorder signs: who generated which lines, how they came in, how complete the record is."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from answerable.domain.acceptance import How
from answerable.domain.decision import Kind, PrincipalType
from answerable.provenance.decisions import digest_of_lines
from e2e.asking import ask_here
from e2e.recording import RecordedDesk, kinds_of, tells, worked

AI, HUMAN, MIXED, UNKNOWN = "ai recorded claude-code", "human recorded", "mixed recorded claude-code", "unknown none"


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def desk(tmp_path: Path) -> RecordedDesk:
    return RecordedDesk(tmp_path / "repo")


def test_who_generated_which_lines_is_signed_by_the_recorder_for_the_person(desk: RecordedDesk) -> None:
    sha = worked(desk)
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
    worked(desk)
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
    worked(desk)
    desk.drain()
    desk.types("by_hand.py", "typed_by_hand = True\n")
    desk.commit()
    desk.drain()
    (only,) = desk.signed()
    assert only.kind is Kind.ATTEST
    assert only.details["source"] == "answerable-capture"
    assert only.details["completeness"]["recorder"] == "on"
    assert [ref.uri for ref in only.evidence] == ["refs/notes/ai"]
    assert kinds_of(desk.kept()) == {"attest": 1}


def test_a_commit_that_was_only_fetched_is_not_attested(desk: RecordedDesk, tmp_path: Path) -> None:
    worked(desk)
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
    worked(desk)
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
    worked(desk)
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
