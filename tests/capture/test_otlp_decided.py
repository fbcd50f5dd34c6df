"""What each agent's log record says of who let a call through, told in protobuf and in JSON alike."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.capture.otlp.decided import decisions
from answerable.capture.otlp.record import Record, of_json, of_protobuf
from answerable.capture.otlp_store import Decided, file_call
from answerable.capture.payload import registry
from answerable.domain.acceptance import How
from capture.telemetry import AT, HEAD, Sent, as_json, as_protobuf, claude, codex, copilot, gemini


def told(record: Sent) -> list[Decided]:
    """The decisions of a record, the same in both languages."""
    found = [[d for one in read.records for d in decisions(one)] for read in (
        of_json(as_json(record)), of_protobuf(as_protobuf(record)),
    )]  # fmt: skip
    assert found[0] == found[1]
    return found[0]


def one(record: Sent) -> Decided:
    (found,) = told(record)
    return found


@pytest.mark.parametrize(
    ("decision", "source", "how"),
    [
        ("accept", "config", How.AUTOMATIC),
        ("accept", "hook", How.AUTOMATIC),
        ("accept", "user_permanent", How.STANDING_GRANT),
        ("accept", "user_temporary", How.HUMAN_EXPLICIT),
        ("reject", "user_reject", How.HUMAN_REJECT),
        ("reject", "user_abort", How.HUMAN_REJECT),
        ("reject", "config", How.UNKNOWN),
        ("reject", "hook", How.UNKNOWN),
        ("accept", "user_reject", How.UNKNOWN),
        ("accept", "a_later_word", How.UNKNOWN),
    ],
)
def test_claude_code_says_who_let_a_call_through(decision: str, source: str, how: How) -> None:
    found = one(claude(decision, source))
    assert found.how is how
    assert found.source == f"tool_decision:{decision},{source}"
    assert (found.agent, found.at) == ("claude-code", AT)
    assert found.session == "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
    assert found.call == "toolu_01A09q90qw90lq917835lq9"


@pytest.mark.parametrize(
    ("decision", "source", "how"),
    [
        ("approved", "User", How.HUMAN_EXPLICIT),
        ("approved", "user", How.HUMAN_EXPLICIT),
        ("approved", "Config", How.AUTOMATIC),
        ("approved", "AutomatedReviewer", How.AUTOMATIC),
        ("approved_for_session", "User", How.STANDING_GRANT),
        ("approvedforsession", "User", How.STANDING_GRANT),
        ("approved_execpolicy_amendment", "User", How.STANDING_GRANT),
        ("denied", "User", How.HUMAN_REJECT),
        ("abort", "User", How.HUMAN_REJECT),
        ("denied", "Config", How.UNKNOWN),
        ("denied", "AutomatedReviewer", How.UNKNOWN),
        ("timed_out", "User", How.UNKNOWN),
        ("network_policy_amendment", "User", How.UNKNOWN),
    ],
)
def test_codex_says_it_in_its_own_words_and_only_a_user_is_a_person(decision: str, source: str, how: How) -> None:
    found = one(codex(decision, source))
    assert (found.how, found.source) == (how, f"tool_decision:{decision},{source}")
    assert (found.agent, found.session) == ("codex", "0199a213-81a0-7800-8aa1-bbab2a035a53")


def test_a_record_without_a_time_of_its_own_has_that_of_its_observer() -> None:
    assert one(codex()).at == AT


def test_a_record_without_any_time_has_that_of_its_text_or_the_moment_it_came() -> None:
    assert one({**codex(), "observed": 0}).at == AT
    without = {**codex(**{"event.timestamp": None}), "observed": 0}
    (found,) = decisions(of_json(as_json(without)).records[0])
    assert found.at > AT


@pytest.mark.parametrize("at", [-1, 1 << 63, (1 << 64) - 1])
def test_a_time_that_no_clock_tells_is_none(at: int) -> None:
    (found,) = decisions(of_json(as_json({**claude(), "at": at})).records[0])
    assert found.at == AT


@pytest.mark.parametrize(
    ("decision", "how", "modified"),
    [
        ("accept", How.HUMAN_EXPLICIT, None),
        ("modify", How.HUMAN_EXPLICIT, True),
        ("auto_accept", How.STANDING_GRANT, None),
        ("reject", How.HUMAN_REJECT, None),
        ("other", How.UNKNOWN, None),
    ],
)
def test_gemini_says_how_and_whether_the_proposal_was_changed(decision: str, how: How, modified: bool | None) -> None:
    found = one(gemini(decision))
    assert (found.how, found.modified, found.source) == (how, modified, f"tool_call:{decision}")


def test_what_gemini_accepts_by_itself_is_automatic_where_it_runs_without_asking() -> None:
    assert one(gemini("auto_accept", active_approval_mode="yolo")).how is How.AUTOMATIC
    assert one(gemini("auto_accept", active_approval_mode="yolo")).source == "tool_call:auto_accept,yolo"
    assert one(gemini("auto_accept", active_approval_mode="autoEdit")).how is How.STANDING_GRANT
    assert one(gemini("accept", active_approval_mode="yolo")).how is How.HUMAN_EXPLICIT


@pytest.mark.parametrize(
    ("metadata", "modified"),
    [
        ({"model_added_lines": 3, "user_added_lines": 0, "user_removed_lines": 0}, False),
        ({"model_added_lines": 3, "user_added_lines": 1}, True),
        ({"diffStat": {"model_added_lines": 3, "user_removed_chars": 2}}, True),
        ({"diffStat": {"model_added_lines": 3}}, None),
        ({"user_added_lines": "1"}, None),
        ([], None),
    ],
)
def test_gemini_tells_by_its_counts_whether_a_person_changed_the_proposal(metadata: Any, modified: bool | None) -> None:
    assert one(gemini(metadata=json.dumps(metadata))).modified is modified


def test_a_gemini_call_is_the_one_whose_hook_has_the_same_arguments() -> None:
    arguments = {"file_path": "/r/ä.py", "content": "x = '\u2028😀'\n", "n": 1.5, "deep": {"b": 1, "a": [True, None]}}
    hook = {"hook_event_name": "AfterTool", "session_id": "s", "cwd": "/r", "tool_name": "write_file"}
    use = registry.read(json.dumps({**hook, "tool_input": dict(reversed(arguments.items()))}).encode()).use
    assert use.call is None
    assert one(gemini(given=arguments)).call == use.digest


def test_a_tool_that_gemini_runs_without_a_decision_is_none() -> None:
    assert told(gemini(decision=None)) == []  # type: ignore[arg-type] # the attribute is not there


@pytest.mark.parametrize(
    ("record", "how", "source"),
    [
        (copilot(), How.HUMAN_EXPLICIT, "edit.feedback:accepted"),
        (copilot("rejected"), How.HUMAN_REJECT, "edit.feedback:rejected"),
        (copilot("rejected", "edit.hunk.action"), How.HUMAN_REJECT, "edit.hunk.action:rejected"),
        (copilot("", "inline.done", accepted=True), How.HUMAN_EXPLICIT, "inline.done:accepted"),
        (copilot("", "inline.done", accepted="false"), How.HUMAN_REJECT, "inline.done:rejected"),
    ],
)
def test_copilot_says_it_of_a_file_at_a_commit(record: Sent, how: How, source: str) -> None:
    found = one(record)
    assert (found.how, found.source, found.session) == (how, source, "window-1")
    assert found.call == file_call(HEAD, "src/pay.py")
    assert "pay" not in found.call


@pytest.mark.parametrize(
    "record",
    [
        copilot("saved"),
        copilot("", "inline.done"),
        copilot(**{"copilot_chat.file.relative_path": None}),
        copilot(**{"github.copilot.git.commit_sha": "main"}),
        copilot(event="user.feedback"),
        claude(tool_use_id=None),
        claude(**{"session.id": ""}),
        claude(tool_use_id="two words"),
        claude(tool_use_id="x" * 501),
        {**claude(), "body": "claude_code.tool_result"} | {"resource": {}},
        codex(**{"event.name": "codex.tool_result"}),
    ],
)
def test_a_record_that_decides_nothing_or_names_no_call_says_nothing(record: Sent) -> None:
    assert told(record) == []


def test_a_short_name_counts_only_from_the_service_it_belongs_to() -> None:
    short = {**claude(), "body": None}
    assert one(short).agent == "claude-code"
    assert told({**short, "resource": {"service.name": "another"}}) == []


def test_the_name_may_stand_in_the_field_for_it() -> None:
    assert one({**claude(**{"event.name": None}), "body": None, "event": "claude_code.tool_decision"}).how


def test_more_than_a_word_is_never_repeated_as_the_source() -> None:
    found = one(codex('denied { rejection: "the key is hunter2" }', "a" * 61))
    assert (found.how, found.source) == (How.UNKNOWN, "tool_decision:?,?")


_SCALARS = st.one_of(st.text(max_size=20), st.integers(), st.floats(), st.booleans())
_KEYS = st.sampled_from([
    "event.name", "event.timestamp", "session.id", "conversation.id", "tool_use_id", "call_id", "decision", "source",
    "outcome", "accepted", "function_args", "metadata", "active_approval_mode", "copilot_chat.file.relative_path",
    "github.copilot.git.commit_sha",
])  # fmt: skip
_NAMES = st.sampled_from([
    "claude_code.tool_decision", "codex.tool_decision", "gemini_cli.tool_call", "copilot_chat.edit.feedback",
    "copilot_chat.inline.done", "tool_decision", "",
])  # fmt: skip


@given(_NAMES, st.integers(), st.dictionaries(_KEYS, _SCALARS), st.dictionaries(_KEYS, _SCALARS))
def test_no_record_is_too_strange_and_none_makes_a_person_of_other_words(
    name: str, at: int, attributes: dict[str, Any], resource: dict[str, Any]
) -> None:
    record = Record(event=name, body=name, at=at, attributes=attributes, resource=resource)
    for decided in decisions(record):
        assert 0 < decided.at < 1 << 63
        if decided.how is How.HUMAN_EXPLICIT:
            assert {attributes.get("decision"), attributes.get("outcome"), attributes.get("accepted")} & {
                "accept", "approved", "modify", "accepted", True, "true",
            }  # fmt: skip
