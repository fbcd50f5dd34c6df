"""Fires agents' hooks at the program as their hosts do, and reads the answer as they read it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

from e2e.asking import Said, ask_here

POLICY = """\
version: 1
layers:
  - {name: critical, paths: [/pay/], touches: [process], purpose: money}
  - {name: standard}
rules:
  - name: tools
    match: {layers: [critical], origins: [ai]}
    require: {tools: {allow: [claude-code]}}
  - name: eyes
    match: {layers: [critical], origins: [ai]}
    require: {reviewers: {humans: 2}}
"""


class Heard(NamedTuple):
    """What a host makes of an answer."""

    decision: str  # allow, ask or deny
    words: str


def claude(root: Path, path: str | Path, text: str = "x = 1\n", **more: Any) -> dict[str, Any]:
    """Claude Code's payload before it writes a file."""
    return {
        "session_id": "s",
        "transcript_path": "/home/user/.claude/projects/p/s.jsonl",
        "cwd": str(root),
        "permission_mode": "default",
        "hook_event_name": "PreToolUse",
        "tool_name": "Write",
        "tool_input": {"file_path": str(path), "content": text},
        "tool_use_id": "toolu_1",
        **more,
    }


def codex(root: Path, *rows: str, **more: Any) -> dict[str, Any]:
    """Codex's payload before it applies a patch with these rows."""
    patch = "\n".join(["*** Begin Patch", *rows, "*** End Patch"])
    return {
        "cwd": str(root),
        "hook_event_name": "PreToolUse",
        "model": "gpt-5-codex",
        "permission_mode": "default",
        "session_id": "s",
        "tool_name": "apply_patch",
        "tool_input": {"command": patch},
        "tool_use_id": "call_1",
        "transcript_path": None,
        "turn_id": "t",
        **more,
    }


def fire(cwd: Path, payload: dict[str, Any] | bytes, *agent: str, **env: str) -> Said:
    """Run the hook."""
    feed = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return ask_here("guard", *agent, cwd=cwd, feed=feed, **env)


def heard(said: Said) -> Heard:
    """What Claude Code, Codex or VS Code makes of it: exit 2 stops, else the JSON says it."""
    if said.code == 2:
        return Heard("deny", said.err)
    assert said.code in (0, 1)
    found = json.loads(said.out)["hookSpecificOutput"] if said.out else {}
    words = " ".join(found.get(key, "") for key in ("permissionDecisionReason", "additionalContext"))
    return Heard(found.get("permissionDecision", "allow"), words.strip())
