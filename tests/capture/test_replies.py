"""Each agent is answered in its own words, and none is ever granted a permission."""

from __future__ import annotations

import json

import pytest

from answerable.capture.payload import registry
from answerable.capture.payload.model import Answer, Decision, Payload, Reply
from capture.payloads import SAMPLES

DENY = Answer(Decision.DENY, "no, because", "")
ASK = Answer(Decision.ASK, "a person should look", "it needs two")
TELL = Answer(Decision.ALLOW, "", "it needs two")
QUIET = Answer()


def reply(name: str, answer: Answer, payload: Payload | None = None) -> Reply:
    return registry.adapter(name).reply(SAMPLES[name].payload if payload is None else payload, answer)


def out(name: str, answer: Answer) -> object:
    found = reply(name, answer)
    assert found.code == 0
    return json.loads(found.out)


def test_a_denial_stops_the_edit_and_says_why() -> None:
    said = {"hookEventName": "PreToolUse", "permissionDecision": "deny", "permissionDecisionReason": "no, because"}
    assert out("claude-code", DENY) == {"hookSpecificOutput": said}
    assert out("codex", DENY) == {"hookSpecificOutput": said}
    assert out("copilot", DENY) == {"permissionDecision": "deny", "permissionDecisionReason": "no, because"}
    assert out("cursor", DENY) == {"permission": "deny", "user_message": "no, because", "agent_message": "no, because"}
    assert out("gemini-cli", DENY) == {"decision": "deny", "reason": "no, because"}
    assert out("cline", DENY) == {"cancel": True, "errorMessage": "no, because", "contextModification": "no, because"}
    assert out("opencode", DENY) == out("amp", DENY) == {"decision": "deny", "reason": "no, because", "context": None}
    for name in ("windsurf", "kiro"):
        assert reply(name, DENY) == Reply(err="answerable: no, because\n", code=2)
    generic = reply("generic", DENY)
    assert (generic.code, json.loads(generic.out)["decision"], generic.err) == (2, "deny", "answerable: no, because\n")


def test_a_question_is_put_where_the_host_can_put_one() -> None:
    said = {
        "hookEventName": "PreToolUse",
        "permissionDecision": "ask",
        "permissionDecisionReason": "a person should look",
    }
    assert out("claude-code", ASK) == {"hookSpecificOutput": {**said, "additionalContext": "it needs two"}}
    assert out("copilot", ASK) == {"permissionDecision": "ask", "permissionDecisionReason": "a person should look"}
    assert out("generic", ASK) == {"decision": "ask", "reason": "a person should look", "context": "it needs two"}
    shell = {"cursor_version": "2", "hook_event_name": "beforeShellExecution"}
    assert json.loads(reply("cursor", ASK, shell).out)["permission"] == "ask"


def test_elsewhere_a_question_lets_the_edit_happen_with_a_message() -> None:
    words = "a person should look it needs two"
    context = {"hookEventName": "PreToolUse", "additionalContext": words}
    assert out("codex", ASK) == {"systemMessage": "a person should look", "hookSpecificOutput": context}
    assert out("cursor", ASK) == {"agent_message": words}
    assert out("gemini-cli", ASK) == {"systemMessage": words}
    assert out("cline", ASK) == {"cancel": False, "contextModification": words}
    assert reply("windsurf", ASK) == Reply(err=f"answerable: {words}\n")
    assert reply("kiro", ASK) == Reply(err=f"answerable: {words}\n", code=1)


def test_copilots_cloud_agent_has_nobody_to_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPILOT_AGENT_PROMPT", "do it")
    assert reply("copilot", ASK) == Reply(err="answerable: a person should look it needs two\n")
    code = {"hookEventName": "PreToolUse"}
    assert "permissionDecision" not in reply("copilot", ASK, code).out
    assert json.loads(reply("copilot", DENY).out)["permissionDecision"] == "deny"


def test_vs_code_and_the_cli_both_find_the_decision() -> None:
    found = json.loads(reply("copilot", DENY, {"hook_event_name": "PreToolUse"}).out)
    assert found["permissionDecision"] == found["hookSpecificOutput"]["permissionDecision"] == "deny"


@pytest.mark.parametrize("name", SAMPLES)
def test_nothing_is_ever_granted(name: str) -> None:
    for answer in (QUIET, TELL):
        found = reply(name, answer)
        assert found.code == 0
        said = json.loads(found.out) if found.out else {}
        inner = said.get("hookSpecificOutput", {})
        assert "permissionDecision" not in said
        assert "permissionDecision" not in inner
        assert "permission" not in said
        assert said.get("cancel", False) is False
    quiet = reply(name, QUIET)
    assert quiet.err == ""
    assert quiet.out == {
        "cursor": "{}\n",
        "cline": '{"cancel": false}\n',
        **dict.fromkeys(("generic", "opencode", "amp"), '{"decision": "allow", "reason": null, "context": null}\n'),
    }.get(name, "")


@pytest.mark.parametrize("name", SAMPLES)
def test_an_answer_can_be_given_to_any_payload(name: str) -> None:
    for answer in (DENY, ASK, TELL, QUIET):
        assert registry.adapter(name).reply({}, answer).code in (0, 1, 2)
