"""Windsurf: Cascade hooks in `.windsurf/hooks.json` (docs.windsurf.com/windsurf/cascade/hooks).

A hook before an action stops it by ending with 2; what it wrote to standard error is the reason.
"""

from __future__ import annotations

from answerable.capture.payload import claude_format, exits, fields
from answerable.capture.payload.kinds import kind_of
from answerable.capture.payload.model import Answer, Event, Kind, Payload, Reply, ToolUse

NAME = "windsurf"

_KINDS = {
    "write_code": Kind.EDIT,
    "code_action": Kind.EDIT,
    "run_command": Kind.SHELL,
    "read_code": Kind.READ,
}
_EVENTS = {"pre": Event.BEFORE, "post": Event.AFTER}


def is_mine(payload: Payload) -> bool:
    """Only it names actions of the agent."""
    return "agent_action_name" in payload


def read(payload: Payload) -> ToolUse:
    """Read it; raises as `Adapter.read`."""
    action = fields.name(payload, "agent_action_name") or ""
    when, _, tool = action.partition("_")
    info = fields.mapping(payload, "tool_info")
    kind, given = _KINDS.get(tool, Kind.OTHER), info
    if tool == "mcp_tool_use":
        tool, given = fields.name(info, "mcp_tool_name") or tool, fields.mapping(info, "mcp_tool_arguments")
        kind = kind_of(tool)
    use = ToolUse(
        agent=NAME,
        event=_EVENTS.get(when, Event.OTHER),
        tool=tool,
        model=_model(payload),
        session=fields.name(payload, "trajectory_id"),
        call=fields.name(info, "execution_id") or fields.name(payload, "execution_id"),
        cwd=fields.text(info, "cwd") or fields.text(payload, "cwd"),
        transcript=fields.text(info, "transcript_path"),
    )
    if kind is Kind.SHELL:
        given = {"command": given.get("command_line", given.get("command"))}
    elif kind is Kind.EDIT and tool in _KINDS:
        given = {key: given[key] for key in ("file_path", "edits") if key in given}
    return claude_format.made(use, given, kind)


def reply(payload: Payload, answer: Answer) -> Reply:  # noqa: ARG001 - all adapters get it
    """Answer it."""
    return exits.reply(answer)


def _model(payload: Payload) -> str | None:
    found = fields.name(payload, "model_name")
    return None if found is not None and found.lower() == "unknown" else found
