"""Cursor: `.cursor/hooks.json` (cursor.com/docs/hooks).

`preToolUse` knows `allow` and `deny`; `ask` is accepted there and not enforced, so it is said only before a shell
command, where it is. An empty answer counts as a failed hook, so there is always a document.
"""

from __future__ import annotations

from answerable.capture.payload import claude_format, fields
from answerable.capture.payload.kinds import kind_of
from answerable.capture.payload.model import Answer, Decision, Event, Kind, Payload, Reply, ToolUse

NAME = "cursor"

_EVENTS = {
    "preToolUse": (Event.BEFORE, None),
    "postToolUse": (Event.AFTER, None),
    "postToolUseFailure": (Event.AFTER, None),
    "beforeShellExecution": (Event.BEFORE, Kind.SHELL),
    "afterShellExecution": (Event.AFTER, Kind.SHELL),
    "beforeMCPExecution": (Event.BEFORE, None),
    "afterMCPExecution": (Event.AFTER, None),
    "beforeReadFile": (Event.BEFORE, Kind.READ),
    "beforeTabFileRead": (Event.BEFORE, Kind.READ),
    "afterFileEdit": (Event.AFTER, Kind.EDIT),
    "afterTabFileEdit": (Event.AFTER, Kind.EDIT),
}
_ASKS = frozenset({"beforeShellExecution", "beforeMCPExecution"})
_TOOLS = {
    "write": Kind.WRITE,
    "strreplace": Kind.EDIT,
    "delete": Kind.EDIT,
    "applypatch": Kind.EDIT,
    "editnotebook": Kind.EDIT,
    "shell": Kind.SHELL,
    "read": Kind.READ,
}


def is_mine(payload: Payload) -> bool:
    """It names its version, or its conversations and the roots of the workspace."""
    return "cursor_version" in payload or ("conversation_id" in payload and "workspace_roots" in payload)


def read(payload: Payload) -> ToolUse:
    """Read it; raises as `Adapter.read`."""
    event, kind = _EVENTS.get(fields.name(payload, "hook_event_name") or "", (Event.OTHER, Kind.OTHER))
    tool = fields.name(payload, "tool_name") or fields.name(payload, "hook_event_name") or ""
    given = fields.given(payload, "tool_input") or {
        key: payload[key] for key in ("file_path", "edits", "command") if key in payload
    }
    use = ToolUse(
        agent=NAME,
        event=event,
        tool=tool,
        model=fields.name(payload, "model"),
        session=fields.name(payload, "conversation_id", "session_id"),
        call=fields.name(payload, "tool_use_id"),
        cwd=fields.text(payload, "cwd") or fields.text(given, "cwd") or fields.first(payload, "workspace_roots"),
        version=fields.name(payload, "cursor_version"),
        transcript=fields.text(payload, "transcript_path"),
    )
    found = claude_format.made(use, given, kind or kind_of(tool, _TOOLS))
    gone = tool.lower() == "delete"
    return found._replace(edits=tuple(edit._replace(gone=True) for edit in found.edits)) if gone else found


def reply(payload: Payload, answer: Answer) -> Reply:
    """Answer it."""
    asks = answer.decision is Decision.ASK and payload.get("hook_event_name") in _ASKS
    if answer.decision is Decision.DENY or asks:
        said: dict[str, object] = {"permission": answer.decision.value}
        return claude_format.out({**said, "user_message": answer.reason, "agent_message": answer.reason})
    words = claude_format.joined(answer)
    return claude_format.out({"agent_message": words} if words else {})
