"""Gemini CLI: `BeforeTool` and `AfterTool` in `.gemini/settings.json`.

Source: google-gemini/gemini-cli docs/hooks/reference.md. It takes `deny`; there is no question, and what is only to be
known is shown to the person (`systemMessage`).
"""

from __future__ import annotations

from answerable.capture.payload import claude_format
from answerable.capture.payload.model import Answer, Decision, Event, Kind, Payload, Reply, ToolUse

NAME = "gemini-cli"

_EVENTS = {"BeforeTool": Event.BEFORE, "AfterTool": Event.AFTER}
_OTHERS = ("BeforeAgent", "AfterAgent", "BeforeModel", "AfterModel", "BeforeToolSelection", "PreCompress")
_TOOLS = {
    "write_file": Kind.WRITE,
    "writefile": Kind.WRITE,
    "replace": Kind.EDIT,
    "edit": Kind.EDIT,
    "run_shell_command": Kind.SHELL,
    "shell": Kind.SHELL,
    "read_file": Kind.READ,
    "read_many_files": Kind.READ,
    "save_memory": Kind.OTHER,
    "write_todos": Kind.OTHER,
}


def is_mine(payload: Payload) -> bool:
    """Only it calls its events so."""
    event = payload.get("hook_event_name")
    return isinstance(event, str) and (event in _EVENTS or event in _OTHERS)


def read(payload: Payload) -> ToolUse:
    """Read it; raises as `Adapter.read`."""
    event = payload.get("hook_event_name")
    found = claude_format.read(payload, NAME, _TOOLS)
    return found._replace(event=_EVENTS.get(event, Event.OTHER) if isinstance(event, str) else Event.OTHER)


def reply(payload: Payload, answer: Answer) -> Reply:  # noqa: ARG001 - all adapters get it
    """Answer it."""
    if answer.decision is Decision.DENY:
        return claude_format.out({"decision": "deny", "reason": answer.reason})
    words = claude_format.joined(answer)
    return claude_format.out({"systemMessage": words}) if words else Reply()
