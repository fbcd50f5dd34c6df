"""OpenCode: a plugin passes on what `tool.execute.before` and `tool.execute.after` get (opencode.ai/docs/plugins).

`{"host": "opencode", "event": "tool.execute.before", "tool", "sessionID", "callID", "args", "directory", "model"}`;
the plugin throws what a `deny` says. There is no question at that place.
"""

from __future__ import annotations

from answerable.capture.payload import claude_format, generic
from answerable.capture.payload.model import Answer, Event, Kind, Payload, Reply, ToolUse

NAME = "opencode"

_EVENTS = {"tool.execute.before": Event.BEFORE, "tool.execute.after": Event.AFTER}
_TOOLS = {
    "edit": Kind.EDIT,
    "multiedit": Kind.EDIT,
    "patch": Kind.EDIT,
    "apply_patch": Kind.EDIT,
    "write": Kind.WRITE,
    "bash": Kind.SHELL,
    "shell": Kind.SHELL,
    "read": Kind.READ,
}


def is_mine(payload: Payload) -> bool:
    """The plugin says so."""
    return payload.get("host") == NAME


def read(payload: Payload) -> ToolUse:
    """Read it; raises as `Adapter.read`."""
    found = claude_format.read(payload, NAME, _TOOLS)
    event = payload.get("event")
    return found._replace(event=_EVENTS[event]) if isinstance(event, str) and event in _EVENTS else found


def reply(payload: Payload, answer: Answer) -> Reply:
    """Answer it."""
    return generic.reply(payload, answer)._replace(code=0, err="")
