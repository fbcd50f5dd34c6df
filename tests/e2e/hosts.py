"""The hosts of agents as far as hooks go: each reads its settings as `init` left them, and runs what they name.

Where the host's programmes are plugins, what these start is started: that the plugins tell it is tested beside.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from answerable.capture import hook
from answerable.capture.recording.pending import waits
from answerable.capture.recording.place import find
from e2e.agents import SCRIPTS, Agent, Payload, Use
from e2e.machine import FILES, Machine, fire

AT = {  # what a host calls the moments before and after a use, where its payload does not say it
    "copilot": {"Pre": "PreToolUse", "Post": "PostToolUse"},
    "kiro": {"Pre": "PreToolUse", "Post": "PostToolUse"},
}
SHARED = {"vscode": "claude-code"}  # hosts that read another's settings


class Hosted(Agent):
    """A session of an agent in a host that runs what its settings name, and nothing else.

    Args:
        machine: The person's.
        name: One of `SCRIPTS`.
        transcript: What the payloads of Claude Code name as such.
    """

    def __init__(self, machine: Machine, name: str, transcript: Path | None = None) -> None:
        super().__init__(machine.shop, name, f"session-of-{name}")
        self.machine = machine
        self._transcript = transcript
        self.ran = 0

    def fires(self, when: str, use: Use) -> None:
        """Run the commands for a moment; each ends with 0, and what it prints is a document or nothing."""
        for said in SCRIPTS[self.name](when, use):
            payload = self._payload(said, when)
            for command in self._commands(payload, when):
                done = fire(command, self.machine, payload)
                assert (done.returncode, done.stderr) == (0, b"")
                assert not done.stdout or isinstance(json.loads(done.stdout), dict)
                self.ran += 1

    def _payload(self, said: Payload, when: str) -> Payload:
        if self.name == "claude-code" and self._transcript:
            return said | {"transcript_path": str(self._transcript)}
        if self.name != "copilot":
            return said
        found = {"hook_event_name": AT["copilot"][when], "session_id": said["sessionId"], "cwd": said["cwd"]}
        result = {"tool_result": {"result_type": "success"}} if when == "Post" else {}
        tool = {"tool_name": said["toolName"], "tool_input": json.loads(said["toolArgs"])}
        return {**found, "timestamp": "2026-02-09T10:30:00.000Z", **tool, **result}

    def _commands(self, payload: Payload, when: str) -> Iterator[str]:
        if self.name == "generic":  # as its documentation says
            yield shlex.join([sys.executable, "-S", "-I", str(hook.__file__), "generic"])
            return
        if self.name == "cline":
            yield shlex.quote(str(self.machine.shop / ".clinerules/hooks" / payload["hookName"]))
            return
        file = FILES.get(SHARED.get(self.name, self.name), ".copilot/hooks/answerable-recorder.json")
        if self.name in ("opencode", "amp"):
            named = re.search(r"const \[program, \.\.\.words\] = (.+)$", (self.machine.home / file).read_text(), re.M)
            assert named
            yield shlex.join(json.loads(named[1]))
            return
        yield from self._set(self.machine.settings(file)["hooks"], payload, when)

    def _set(self, hooks: Any, payload: Payload, when: str) -> Iterator[str]:
        names = ("hook_event_name", "hookEventName", "agent_action_name")
        event = AT.get(self.name, {}).get(when) or next(payload[name] for name in names if name in payload)
        rows = hooks.get(event, []) if isinstance(hooks, dict) else [row for row in hooks if row["trigger"] == event]
        for row in rows:
            matcher = ".*" if self.name == "vscode" else row.get("matcher", ".*")
            if re.fullmatch(matcher, payload.get("tool_name", "")):
                for one in row.get("hooks") or [row.get("action") or row]:
                    yield one.get("command") or one["bash"]


def ended(root: Path) -> None:
    """Wait for the background that a commit started, as nobody at a desk does."""
    pid = root / ".git/answerable/capture/main/drain.pid"
    place = find(os.fsencode(root))
    assert place
    until = time.monotonic() + 60
    while pid.exists() or waits(place):
        assert time.monotonic() < until, "the background does not end"
        time.sleep(0.01)
