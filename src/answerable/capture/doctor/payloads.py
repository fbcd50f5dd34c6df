"""The payloads of a dry edit: what each agent's host gives to its hooks before and after it writes one file.

They hold what the vendors document (the modules of `capture.payload` name the pages), so that an event that arrives is
read by the same code as a real one.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

Payload = dict[str, Any]


class Dry(NamedTuple):
    """One dry edit: a file that is written as a whole."""

    root: Path
    path: str  # below the root
    text: str
    session: str
    call: str

    @property
    def full(self) -> str:
        """The file from the top of the disk."""
        return str(self.root / self.path)


def payload(agent: str, dry: Dry, *, after: bool) -> bytes:
    """What an agent's host gives to a hook.

    Args:
        agent: Its canonical name.
        dry: The edit.
        after: After the edit, else before it.
    """
    return json.dumps(_MADE[agent](dry, after)).encode()


def known(agent: str) -> bool:
    """Whether there is a dry edit for an agent."""
    return agent in _MADE


def _claude(dry: Dry, after: bool) -> Payload:
    return {
        "session_id": dry.session, "transcript_path": str(dry.root / ".claude" / "projects" / "dry.jsonl"),
        "cwd": str(dry.root), "permission_mode": "default", "hook_event_name": _pascal(after), "tool_name": "Write",
        "tool_input": {"file_path": dry.full, "content": dry.text}, "tool_use_id": dry.call,
    }  # fmt: skip


def _codex(dry: Dry, after: bool) -> Payload:
    rows = ["*** Begin Patch", f"*** Add File: {dry.path}", *(f"+{row}" for row in dry.text.splitlines())]
    return {
        "cwd": str(dry.root), "hook_event_name": _pascal(after), "model": "dry", "permission_mode": "default",
        "session_id": dry.session, "tool_name": "apply_patch", "tool_use_id": dry.call, "transcript_path": None,
        "turn_id": "1", "tool_input": {"command": "\n".join([*rows, "*** End Patch"])},
    }  # fmt: skip


def _copilot(dry: Dry, after: bool) -> Payload:
    said = {
        "sessionId": dry.session, "timestamp": 1, "cwd": str(dry.root), "toolName": "create",
        "toolArgs": {"path": dry.full, "file_text": dry.text},
    }  # fmt: skip
    return said | ({"toolResult": {"resultType": "success"}} if after else {})


def _cursor(dry: Dry, after: bool) -> Payload:
    return {
        "conversation_id": dry.session, "generation_id": "1", "model": "dry", "cursor_version": "dry",
        "hook_event_name": "postToolUse" if after else "preToolUse", "workspace_roots": [str(dry.root)],
        "transcript_path": None, "tool_name": "Write", "tool_input": {"file_path": dry.full, "content": dry.text},
        "tool_use_id": dry.call,
    }  # fmt: skip


def _gemini(dry: Dry, after: bool) -> Payload:
    return {
        "session_id": dry.session, "transcript_path": str(dry.root / ".gemini" / "tmp" / "dry.json"),
        "cwd": str(dry.root), "hook_event_name": "AfterTool" if after else "BeforeTool",
        "timestamp": "2026-01-01T00:00:00Z", "tool_name": "write_file",
        "tool_input": {"file_path": dry.full, "content": dry.text},
    }  # fmt: skip


def _windsurf(dry: Dry, after: bool) -> Payload:
    edits = [{"old_string": "", "new_string": dry.text}]
    return {
        "agent_action_name": "post_write_code" if after else "pre_write_code", "trajectory_id": dry.session,
        "execution_id": dry.call, "timestamp": "2026-01-01T00:00:00Z", "model_name": "dry",
        "tool_info": {"file_path": dry.full, "edits": edits},
    }  # fmt: skip


def _cline(dry: Dry, after: bool) -> Payload:
    inner: Payload = {"toolName": "write_to_file", "parameters": {"path": dry.path, "content": dry.text}}
    return {
        "clineVersion": "dry", "hookName": _pascal(after), "timestamp": "1", "taskId": dry.session,
        "workspaceRoots": [str(dry.root)], "model": {"provider": "dry", "slug": "dry"},
        "postToolUse" if after else "preToolUse": inner | ({"success": True} if after else {}),
    }  # fmt: skip


def _kiro(dry: Dry, after: bool) -> Payload:
    return {
        "hook_event_name": "postToolUse" if after else "preToolUse", "cwd": str(dry.root), "session_id": dry.session,
        "tool_name": "fs_write", "tool_input": {"command": "create", "path": dry.full, "file_text": dry.text},
    }  # fmt: skip


def _opencode(dry: Dry, after: bool) -> Payload:
    return {
        "host": "opencode", "event": "tool.execute.after" if after else "tool.execute.before", "tool": "write",
        "sessionID": dry.session, "callID": dry.call, "directory": str(dry.root),
        "args": {"filePath": dry.full, "content": dry.text},
    }  # fmt: skip


def _amp(dry: Dry, after: bool) -> Payload:
    return {
        "host": "amp", "event": "tool.result" if after else "tool.call", "tool": "create_file", "cwd": str(dry.root),
        "toolUseID": dry.call, "thread_id": dry.session, "input": {"path": dry.full, "content": dry.text},
    }  # fmt: skip


def _pascal(after: bool) -> str:
    return "PostToolUse" if after else "PreToolUse"


_MADE: dict[str, Callable[[Dry, bool], Payload]] = {
    "claude-code": _claude,
    "codex": _codex,
    "copilot": _copilot,
    "cursor": _cursor,
    "gemini-cli": _gemini,
    "windsurf": _windsurf,
    "cline": _cline,
    "kiro": _kiro,
    "opencode": _opencode,
    "amp": _amp,
}
