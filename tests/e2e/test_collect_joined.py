"""From an agent's exporter to the answer: what a collector receives is joined with what the agent's hooks saw."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from capture.telemetry import Sent, claude, codex, copilot, gemini
from e2e.agents import Agent, Use, put
from e2e.asking import ask_here
from e2e.recording import RecordedDesk
from e2e.test_collect import collecting, send

Tell = Callable[[Use, str], Sent]


def _claude(use: Use, head: str) -> Sent:
    return claude("accept", "user_permanent", **{"session.id": use.session, "tool_use_id": use.call})


def _codex(use: Use, head: str) -> Sent:
    return codex("approved", "Config", **{"conversation.id": use.session, "call_id": use.call})


def _gemini(use: Use, head: str) -> Sent:
    given = {"content": use.new, "file_path": use.full}
    return gemini("modify", given, **{"session.id": use.session})


def _copilot(use: Use, head: str) -> Sent:
    path = {"copilot_chat.file.relative_path": use.path, "github.copilot.git.commit_sha": head}
    return copilot("accepted", **path)


AGENTS: dict[str, tuple[Tell, str, str]] = {
    "claude-code": (_claude, "standing_grant", "as_is"),
    "codex": (_codex, "automatic", "as_is"),
    "gemini-cli": (_gemini, "human_explicit", "modified"),
    "vscode": (_copilot, "human_explicit", "as_is"),
}


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RecordedDesk:
    monkeypatch.setenv("XDG_STATE_HOME", os.fspath(tmp_path / "state"))
    made = RecordedDesk(tmp_path / "desk")
    made.types("begin.txt", "a beginning\n")
    made.commit()
    return made


def work(desk: RecordedDesk) -> dict[str, Use]:
    """Each agent writes one file."""
    uses = {}
    for name in AGENTS:
        agent = Agent(desk.root, name, f"session-of-{name}")
        uses[name] = use = agent.use(path=f"{name}.py", new=f"written_by = '{name}'\n")
        agent.fires("Pre", use)
        put(desk.root / use.path, use.new)
        agent.fires("Post", use)
    return uses


def acceptance(desk: RecordedDesk, path: str) -> dict[str, Any]:
    said = ask_here("for", path, "--format", "json", cwd=desk.root)
    found: dict[str, Any] = said.json["spans"][0]["acceptance"]
    return found


@pytest.mark.parametrize("kind", ["json", "protobuf"])
@pytest.mark.parametrize("late", [False, True])
def test_what_each_agent_exports_becomes_how_its_lines_were_accepted(desk: RecordedDesk, kind: str, late: bool) -> None:
    head = desk.git("rev-parse", "HEAD")
    uses = work(desk)
    if late:
        desk.commit()
        assert acceptance(desk, "codex.py")["how"] == "unknown"
    with collecting("--once") as (process, port):
        assert send(port, *(tell(uses[name], head) for name, (tell, _, _) in AGENTS.items()), kind=kind) == 200
        process.communicate(timeout=30)
    if not late:
        desk.commit()
    for name, (_, how, state) in AGENTS.items():
        found = acceptance(desk, f"{name}.py")
        assert (found["how"], found["state"], found["grade"]) == (how, state, "recorded"), name


def test_what_is_exported_of_other_sessions_calls_and_files_says_nothing_of_these(desk: RecordedDesk) -> None:
    head = desk.git("rev-parse", "HEAD")
    uses = work(desk)
    others = [tell(use, head) for name, use in uses.items() for tell in [AGENTS[name][0]]]
    strange = []
    for sent in others:
        attributes = dict(sent["attributes"])
        for key in ("tool_use_id", "call_id", "copilot_chat.file.relative_path"):
            if key in attributes:
                attributes[key] = "another"
        if "function_args" in attributes:
            attributes["function_args"] = json.dumps({"file_path": "another"})
        strange.append({**sent, "attributes": attributes})
    with collecting("--once") as (process, port):
        assert send(port, *strange) == 200
        process.communicate(timeout=30)
    desk.commit()
    assert {acceptance(desk, f"{name}.py")["how"] for name in AGENTS} == {"unknown"}
