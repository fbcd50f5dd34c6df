"""Kiro: hooks `preToolUse` of its CLI and IDE (kiro.dev/docs/cli/hooks).

It ends a tool use on exit 2, with standard error for the agent; any other exit than 0 shows standard error as a warning
and goes on.
"""

from __future__ import annotations

from answerable.capture.payload import claude_format, exits, fields
from answerable.capture.payload.model import Answer, Kind, Payload, Reply, ToolUse

NAME = "kiro"

_TOOLS = {
    "fs_write": Kind.EDIT,
    "write": Kind.EDIT,
    "execute_bash": Kind.SHELL,
    "shell": Kind.SHELL,
    "fs_read": Kind.READ,
    "read": Kind.READ,
    "use_aws": Kind.OTHER,
    "aws": Kind.OTHER,
    "todo_list": Kind.OTHER,
}
_EVENTS = ("preToolUse", "postToolUse", "agentSpawn", "userPromptSubmit")
_WARNS = 1


def is_mine(payload: Payload) -> bool:
    """It writes the events of Claude's form with a small letter, and has no conversation as Cursor has."""
    event = payload.get("hook_event_name")
    others = ("cursor_version", "conversation_id", "timestamp")
    return isinstance(event, str) and event in _EVENTS and not any(key in payload for key in others)


def read(payload: Payload) -> ToolUse:
    """Read it; raises as `Adapter.read`."""
    found = claude_format.read(payload, NAME, _TOOLS)
    command = fields.mapping(payload, "tool_input").get("command")
    if found.kind is Kind.EDIT and command != "create":  # a text that is not the whole file
        return found._replace(edits=tuple(edit._replace(whole=False) for edit in found.edits))
    return found


def reply(payload: Payload, answer: Answer) -> Reply:  # noqa: ARG001 - all adapters get it
    """Answer it."""
    return exits.reply(answer, _WARNS)
