"""It makes no difference when the background drains: at every moment of an agent's work, or once at the end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from answerable.capture import drain
from answerable.capture.event import Event
from answerable.capture.keeping import Keeping
from e2e.agents import SCRIPTS, Agent, Use
from e2e.working import Desk

HUMAN, UNKNOWN = "human recorded", "unknown none"


class Drained(Agent):
    """An agent whose every hook has the background drain before and after it, and so between any two."""

    def __init__(self, desk: Desk, name: str) -> None:
        super().__init__(desk.root, name)
        self._desk = desk

    def fires(self, when: str, use: Use) -> None:
        self._desk.drain()
        super().fires(when, use)
        self._desk.drain()


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_drain_between_any_two_moments_changes_nothing(tmp_path: Path, name: str) -> None:
    desk = Desk(tmp_path / "repo")
    desk.types("src/old.py", "def main():\n    return first(1)\n\n\nmain()\n")
    desk.commit()
    agent = Drained(desk, name)
    ai, mixed = f"ai recorded {agent.tool}", f"mixed recorded {agent.tool}"
    agent.writes("src/new.py", "timeout_seconds = 30\nretries = 5\n")
    desk.types("src/new.py", "# settings, by hand\ntimeout_seconds = 45\nretries = 5\n")
    agent.edits("src/old.py", "    return first(1)\n", "    value = second(2)\n    return value\n")
    agent.writes("src/tool.py", "kept_as_it_is = 1\nchanged_by_a_shell = 2\n")
    agent.runs("sed -i s/shell.=.2/command=99/ src/tool.py && echo added_by_a_shell = 3 >> src/tool.py")
    desk.commit()
    desk.drain()
    assert desk.origins("src/new.py") == [HUMAN, mixed, ai]
    assert desk.origins("src/old.py") == [UNKNOWN, ai, ai, UNKNOWN, UNKNOWN, UNKNOWN]
    assert desk.origins("src/tool.py") == [ai] * 3


@pytest.mark.parametrize("before", [False, True], ids=["as it is", "drained in between"])
def test_what_a_link_leads_to_is_nobodys_whenever_it_is_drained(tmp_path: Path, *, before: bool) -> None:
    desk = Desk(tmp_path / "repo")
    desk.types("real.py", "one_of_before = 1\n")
    (desk.root / "link.py").symlink_to("real.py")
    desk.commit()
    desk.fires("PreToolUse", "Read", "real.py", call="look")
    desk.drain()
    given = {"content": "written_through_a_link = 2\n", "call": "c1"}
    desk.fires("PreToolUse", "Write", "link.py", **given)
    if before:
        desk.drain()
    desk.types("link.py", "written_through_a_link = 2\n")
    desk.fires("PreToolUse", "Read", "real.py", call="look-2")
    desk.fires("PostToolUse", "Write", "link.py", **given)
    desk.commit()
    desk.drain()
    assert "human" not in " ".join(desk.origins("real.py"))


@pytest.mark.parametrize("new", [False, True], ids=["as ever", "for the first time"])
def test_a_commit_that_is_made_while_a_drain_looks_what_waits_is_not_taken_without_its_events(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, new: bool
) -> None:
    desk = Desk(tmp_path / "repo")
    desk.types("old.py", "base = 1\n")
    desk.commit()
    desk.fires("PreToolUse", "Read", "old.py", call="look")
    if not new:
        desk.drain()
        desk.fires("PreToolUse", "Read", "old.py", call="look-again")
    listed, late = drain._Drain._events, iter([1])

    def events(self: drain._Drain) -> Iterator[Event]:
        yield from listed(self)
        for _ in late:
            desk.writes("app.py", "one_of_agents = 1\n")
            desk.commit()

    monkeypatch.setattr(drain._Drain, "_events", events)
    desk.drain()
    desk.drain()
    assert desk.origins("app.py") == ["ai recorded claude-code"]


def test_a_commit_that_is_made_while_the_first_drain_writes_is_not_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(tmp_path / "repo")
    desk.types("old.py", "base = 1\n")
    desk.commit()
    desk.fires("PreToolUse", "Read", "old.py", call="look")
    calm, late = Keeping.calm, iter([1])

    def then(self: Keeping) -> None:
        for _ in late:
            desk.writes("app.py", "one_of_agents = 1\n")
            desk.commit()
        calm(self)

    monkeypatch.setattr(Keeping, "calm", then)
    desk.drain()
    desk.drain()
    assert desk.origins("app.py") == ["ai recorded claude-code"]
