"""Every agent from `init` to the note: its host runs what its settings name, git its hooks, the background ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from answerable.capture.note_read import read_back
from e2e.agents import SCRIPTS
from e2e.hosts import Hosted, ended
from e2e.machine import Machine

HUMAN, UNKNOWN = "human recorded", "unknown none"
MODELS = {
    "claude-code": "claude-opus-4-8",
    "codex": "gpt-5-codex",
    "cursor": "claude-4.5-sonnet",
    "windsurf": "Claude Sonnet 4",
    "cline": "claude-sonnet-4-5",
    "generic": "m-1",
}  # the others' hooks do not tell it


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path / "home")


def hosted(machine: Machine, name: str) -> Hosted:
    """An agent on a machine on which `answerable init` was run once."""
    user = ["--user"] if name == "copilot" else []
    agent = {"vscode": "copilot", "generic": "codex"}.get(name, name)
    machine.done("init", *user, "--agents", agent)
    said = {"type": "assistant", "sessionId": f"session-of-{name}", "message": {"model": "claude-opus-4-8"}}
    return Hosted(machine, name, machine.write(".claude/projects/p/s.jsonl", json.dumps(said) + "\n"))


def origins(machine: Machine, path: str) -> list[str]:
    """What is said of each line: origin and grade, and the tool where there is one."""
    said = machine.run("lines", path, "--format", "jsonl")
    assert said.code == 0, said.err
    found: list[str] = []
    for row in map(json.loads, said.out.splitlines()):
        words = [row["origin"], row["grade"], row["tool"] or ""]
        found += [" ".join(filter(None, words))] * (row["end"] - row["start"] + 1)
    return found


@pytest.mark.parametrize("name", SCRIPTS)
def test_an_agent_in_its_host_and_ada_beside_it(machine: Machine, name: str) -> None:
    agent = hosted(machine, name)
    ai, mixed = f"ai recorded {agent.tool}", f"mixed recorded {agent.tool}"
    machine.write("shop/src/old.py", "def main():\n    return first(1)\n\n\nmain()\n")
    machine.git("add", "-A")
    machine.git("commit", "-qm", "Before")

    agent.writes("src/new.py", "timeout_seconds = 30\nretries = 5\n")
    machine.write("shop/src/new.py", "# settings, by hand\ntimeout_seconds = 45\nretries = 5\n")
    agent.edits("src/old.py", "    return first(1)\n", "    value = second(2)\n    return value\n")
    agent.writes("src/tool.py", "kept_as_it_is = 1\nchanged_by_a_shell = 2\n")
    agent.runs("sed -i s/shell.=.2/command=99/ src/tool.py && echo added_by_a_shell = 3 >> src/tool.py")
    assert agent.ran >= 8, "its settings name a command before and after each use"
    machine.git("add", "src")
    machine.git("commit", "-qm", "Work")
    ended(machine.shop)

    note = machine.git("notes", "--ref=ai", "show", "HEAD").encode()
    (session,) = read_back(note).sessions.values()
    assert (session.tool, session.conversation, session.model) == (
        agent.tool, f"session-of-{name}", MODELS.get(name, "unknown"),
    )  # fmt: skip
    assert origins(machine, "src/new.py") == [HUMAN, mixed, ai]
    assert origins(machine, "src/old.py") == [UNKNOWN, ai, ai, UNKNOWN, UNKNOWN, UNKNOWN]
    assert origins(machine, "src/tool.py") == [ai] * 3
    trailer = machine.git("log", "-1", "--format=%(trailers:key=Assisted-by,valueonly)")
    assert trailer.startswith(agent.tool)


def test_aider_that_has_no_hooks_is_known_by_its_commits(machine: Machine) -> None:
    machine.done("init")
    machine.write("shop/src/new.py", "timeout_seconds = 30\nretries = 5\n")
    machine.git("add", "src")
    who = ("-c", "user.name=Ada (aider)")
    message = "feat: settings\n\nCo-authored-by: aider (claude-opus-4-8) <noreply@aider.chat>"
    machine.git(*who, "commit", "-q", "--no-verify", "-m", message)
    assert origins(machine, "src/new.py") == ["ai declared aider"] * 2
