"""Every agent, by its own payloads, with Ada at work beside it: who wrote each line of the commit."""

from pathlib import Path

import pytest

from e2e.agents import SCRIPTS, Agent
from e2e.working import Desk

HUMAN, UNKNOWN = "human recorded", "unknown none"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "repo")


@pytest.mark.parametrize("name", SCRIPTS)
def test_what_an_agent_writes_changes_and_runs_and_what_ada_adds_and_changes(desk: Desk, name: str) -> None:
    agent = Agent(desk.root, name)
    ai, mixed = f"ai recorded {agent.tool}", f"mixed recorded {agent.tool}"
    desk.types("src/old.py", "def main():\n    return first(1)\n\n\nmain()\n")
    desk.commit()

    agent.writes("src/new.py", "timeout_seconds = 30\nretries = 5\n")
    desk.types("src/new.py", "# settings, by hand\ntimeout_seconds = 45\nretries = 5\n")

    agent.edits("src/old.py", "    return first(1)\n", "    value = second(2)\n    return value\n")
    desk.types("src/old.py", (desk.root / "src/old.py").read_text() + "print('typed by hand')\n")

    agent.writes("src/tool.py", "kept_as_it_is = 1\nchanged_by_a_shell = 2\n")
    agent.runs("sed -i s/shell.=.2/command=99/ src/tool.py && echo added_by_a_shell = 3 >> src/tool.py")

    agent.writes("src/formatted.py", 'call(first, "second")\n', formatted="call(\n    first,\n    'second',\n)\n")

    desk.commit()
    desk.drain()
    assert desk.origins("src/new.py") == [HUMAN, mixed, ai]
    assert desk.origins("src/old.py") == [UNKNOWN, ai, ai, UNKNOWN, UNKNOWN, UNKNOWN, HUMAN]
    assert desk.origins("src/tool.py") == [ai, ai, ai]
    assert desk.origins("src/formatted.py") == [ai] * 4
