"""What people and agents said to each other, and secrets that passed by, are nowhere in a repository after a day.

Searched are all files below .git, every object in it, unpacked, and what is kept of the person outside of it; before
the spool is drained, and after.
"""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from answerable.capture import hook
from answerable.capture.otlp.server import JSON, PROTOBUF, Collector
from answerable.capture.otlp_store import Decisions
from capture import telemetry
from e2e import agents
from e2e.agents import SCRIPTS, Agent
from e2e.recording import RecordedDesk

PROMPT = "canary-prompt-5e1c"
ANSWER = "canary-answer-91d0"
THOUGHT = "canary-thought-77aa"
SECRET = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
SAID = (PROMPT, ANSWER, THOUGHT)

_ASKED = {
    "prompt": PROMPT, "user_prompt": PROMPT, "userPrompt": PROMPT, "initialPrompt": PROMPT, "message": PROMPT,
    "messages": [{"role": "user", "content": PROMPT}], "attachments": [{"text": PROMPT}],
}  # fmt: skip
_ANSWERED = {
    "tool_response": {"stdout": ANSWER, "content": [{"type": "text", "text": ANSWER}]}, "toolResult": ANSWER,
    "tool_output": ANSWER, "result": ANSWER, "response": ANSWER, "output": ANSWER, "last_assistant_message": ANSWER,
    "stdout": ANSWER, "stderr": ANSWER, "error": ANSWER, "llmContent": ANSWER,
}  # fmt: skip
_THOUGHT = {"prompt": PROMPT, "description": THOUGHT, "query": PROMPT, "explanation": THOUGHT, "instructions": THOUGHT}


@pytest.fixture
def desk(tmp_path: Path) -> RecordedDesk:
    """A desk whose recorder signs, with a state of the person's own."""
    made = RecordedDesk(tmp_path / "repo")
    made.types("README", "read me\n")
    made.commit("Begin")
    return made


def kept(desk: RecordedDesk) -> dict[str, bytes]:
    """All that is kept, by where."""
    every = ["git", "cat-file", "--batch-all-objects", "--batch", "--unordered"]
    found = {"objects": subprocess.run(every, cwd=desk.root, capture_output=True, check=True).stdout}
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    for top in (desk.root / ".git", state):
        for path in top.rglob("*"):
            if path.is_file() and not path.is_symlink():
                found[str(path)] = path.read_bytes()
    return found


def where(desk: RecordedDesk, *words: str) -> list[str]:
    """Where any of these words is kept."""
    return [f"{word} in {place}" for place, data in kept(desk).items() for word in words if word.encode() in data]


def fires(desk: RecordedDesk, host: str, said: dict[str, Any]) -> None:
    command = [sys.executable, "-S", "-I", str(hook.__file__), host]
    done = subprocess.run(command, cwd=desk.root, input=json.dumps(said).encode(), capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def a_day(desk: RecordedDesk, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An agent is asked, thinks, edits, runs and answers, and all of it is in what its hooks get."""

    def chatty(host: str, said: dict[str, Any], cwd: Path) -> None:
        before = "Pre" in json.dumps(said) or "before" in json.dumps(said).lower()
        more = _ASKED if before else _ASKED | _ANSWERED
        nested = {
            key: value | more
            for key, value in said.items()
            if key in ("tool_info", "preToolUse", "postToolUse", "data") and isinstance(value, dict)
        }
        fires(desk, host, {**more, **said, **nested})

    monkeypatch.setattr(agents, "fire", chatty)
    agent = Agent(desk.root, name)
    agent.writes("a.py", "one = 1\ntwo = 2\n")
    agent.edits("a.py", "two = 2", "two = 3")
    agent.runs("echo done")


@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_what_was_said_is_nowhere(desk: RecordedDesk, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    a_day(desk, name, monkeypatch)
    assert where(desk, *SAID) == [], "not even in the spool"
    desk.commit()
    assert desk.drain().signed > 0
    assert where(desk, *SAID) == []
    assert desk.origins("a.py")[0].startswith("ai recorded"), "and yet it was recorded"


EVENTS = [
    ("claude-code", {"hook_event_name": "UserPromptSubmit", "session_id": "s", "prompt": PROMPT}),
    ("claude-code", {"hook_event_name": "Stop", "session_id": "s", "last_assistant_message": ANSWER}),
    ("claude-code", {"hook_event_name": "Notification", "session_id": "s", "message": ANSWER, "title": THOUGHT}),
    ("claude-code", {"hook_event_name": "PreCompact", "session_id": "s", "custom_instructions": PROMPT}),
    ("copilot", {"sessionId": "s", "timestamp": 1, "initialPrompt": PROMPT, "source": "new"}),
    ("copilot", {"sessionId": "s", "timestamp": 1, "prompt": PROMPT}),
    ("cursor", {"hook_event_name": "beforeSubmitPrompt", "conversation_id": "s", "prompt": PROMPT, "attachments": []}),
    ("cursor", {"hook_event_name": "afterAgentResponse", "conversation_id": "s", "text": ANSWER}),
    ("cursor", {"hook_event_name": "afterAgentThought", "conversation_id": "s", "text": THOUGHT, "duration_ms": 5}),
    ("gemini-cli", {"hook_event_name": "BeforeAgent", "session_id": "s", "prompt": PROMPT}),
    ("gemini-cli", {"hook_event_name": "AfterAgent", "session_id": "s", "prompt": PROMPT, "prompt_response": ANSWER}),
    ("gemini-cli", {"hook_event_name": "BeforeModel", "session_id": "s", "llm_request": {"messages": [PROMPT]}}),
    ("gemini-cli", {"hook_event_name": "AfterModel", "session_id": "s", "llm_response": {"text": ANSWER}}),
    ("windsurf", {"agent_action_name": "pre_user_prompt", "tool_info": {"user_prompt": PROMPT}}),
    ("windsurf", {"agent_action_name": "post_cascade_response", "tool_info": {"response": ANSWER}}),
    ("cline", {"hookName": "UserPromptSubmit", "taskId": "s", "userPromptSubmit": {"prompt": PROMPT}}),
    ("cline", {"hookName": "TaskStart", "taskId": "s", "taskStart": {"taskMetadata": {"initialTask": PROMPT}}}),
    ("kiro", {"hook_event_name": "userPromptSubmit", "session_id": "s", "prompt": PROMPT}),
    ("generic", {"event": "before", "agent": "x", "tool": "ask", "kind": "other", "edits": [], "conversation": PROMPT}),
]


@pytest.mark.parametrize(("host", "said"), EVENTS, ids=[f"{host} {n}" for n, (host, _) in enumerate(EVENTS)])
def test_events_of_a_conversation_leave_none_of_it(desk: RecordedDesk, host: str, said: dict[str, Any]) -> None:
    fires(desk, host, said | {"cwd": str(desk.root), "a_key_of_tomorrow": PROMPT})
    assert where(desk, *SAID) == []
    desk.writes("a.py", "one = 1\n")
    desk.commit()
    desk.drain()
    assert where(desk, *SAID) == []


@pytest.mark.parametrize(
    ("tool", "given"),
    [
        ("Task", {"description": THOUGHT, "prompt": PROMPT, "subagent_type": "explore"}),
        ("WebSearch", {"query": PROMPT}),
        ("WebFetch", {"url": "https://example.com/", "prompt": PROMPT}),
        ("TodoWrite", {"todos": [{"content": THOUGHT, "status": "pending"}]}),
        ("AskUserQuestion", {"questions": [{"question": THOUGHT}], "answers": {THOUGHT: ANSWER}}),
        ("ExitPlanMode", {"plan": THOUGHT}),
        ("mcp__mail__send", {"to": "bo@example.com", "body": PROMPT, "text": PROMPT, "content": PROMPT}),
    ],
)
def test_tools_that_change_no_file_leave_nothing_of_what_they_were_given(
    desk: RecordedDesk, tool: str, given: dict[str, Any]
) -> None:
    for event in ("PreToolUse", "PostToolUse"):
        said = {"hook_event_name": event, "session_id": "s", "tool_name": tool, "tool_input": given, "tool_use_id": "c"}
        fires(desk, "claude-code", said | {"cwd": str(desk.root), "tool_response": {"result": ANSWER}})
    assert where(desk, *SAID) == []


def test_a_transcript_is_committed_to_and_not_kept(desk: RecordedDesk, tmp_path: Path) -> None:
    desk.transcript = tmp_path / "transcript.jsonl"
    rows = [{"type": "user", "message": {"content": PROMPT}}, {"type": "assistant", "message": {"content": ANSWER}}]
    desk.transcript.write_text("".join(json.dumps(row) + "\n" for row in rows))
    desk.writes("a.py", "one = 1\n")
    desk.commit()
    desk.drain()
    assert where(desk, *SAID) == []
    (made,) = desk.signed(kind=None)[:1]
    assert any(one.context for one in desk.signed()), made


def test_what_a_shell_was_told_is_not_kept_once_it_is_taken_in(desk: RecordedDesk) -> None:
    for event in ("PreToolUse", "PostToolUse"):
        given = {"command": f"curl -H 'Authorization: Bearer {SECRET}' https://example.com", "call": "c-9"}
        desk.fires(event, "Bash", None, **given)
    desk.writes("a.py", "one = 1\n")
    desk.commit()
    desk.drain()
    assert where(desk, SECRET) == []


def test_a_secret_in_a_name_is_in_no_decision(desk: RecordedDesk) -> None:
    desk.writes("a.py", "one = 1\n", session=SECRET)
    desk.commit()
    desk.drain()
    assert [one for one in desk.lines() if SECRET.encode() in one] == []


def test_only_the_person_can_read_what_is_kept(desk: RecordedDesk) -> None:
    before = os.umask(0)
    try:
        desk.writes("a.py", "one = 1\n")
        desk.commit()
        desk.writes("a.py", "one = 2\n")
        desk.drain()
        desk.writes("a.py", "one = 3\n")
    finally:
        os.umask(before)
    top = desk.root / ".git" / "answerable" / "capture"
    assert stat.S_IMODE(top.stat().st_mode) & 0o077 == 0 or stat.S_IMODE((top / "main").stat().st_mode) & 0o077 == 0
    for name in ("spool", "snapshots"):
        for path in (top / "main" / name).rglob("*"):
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
    assert stat.S_IMODE((top / "main" / "state.json").stat().st_mode) & 0o077 == 0
    assert stat.S_IMODE((desk.root / ".git" / "answerable" / "recorder").stat().st_mode) & 0o077 == 0


@pytest.mark.parametrize(
    "sent",
    [
        telemetry.claude(prompt=PROMPT, tool_parameters=json.dumps({"bash_command": THOUGHT}), tool_input=PROMPT),
        telemetry.claude(**{"event.name": "user_prompt", "prompt": PROMPT}),
        telemetry.claude(**{"event.name": "api_response_body", "body": ANSWER}),
        telemetry.codex(arguments=json.dumps({"command": PROMPT}), output=ANSWER),
        telemetry.codex(**{"event.name": "codex.user_prompt", "prompt": PROMPT}),
        telemetry.gemini(given={"file_path": "a.py", "content": PROMPT, "instruction": THOUGHT}, error=ANSWER),
        telemetry.gemini(**{"event.name": "gemini_cli.user_prompt", "prompt": PROMPT}),
        telemetry.copilot(prompt=PROMPT, response=ANSWER),
    ],
    ids=["claude", "claude asks", "claude answers", "codex", "codex asks", "gemini", "gemini asks", "copilot"],
)
def test_telemetry_leaves_none_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sent: telemetry.Sent) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", os.fspath(tmp_path))
    for body, kind in ((telemetry.as_json(sent), JSON), (telemetry.as_protobuf(sent), PROTOBUF)):
        with Decisions(write=True) as store:
            collector = Collector(store, port=0)
            collector.take("/v1/logs", kind, body)
            collector.server_close()
    stored = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert [word for word in SAID if word.encode() in stored] == []
