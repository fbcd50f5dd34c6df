"""OpenCode: a plugin passes on what `tool.execute.before` and `tool.execute.after` get (opencode.ai/docs/plugins).

`{"host": "opencode", "event": "tool.execute.before", "tool", "sessionID", "callID", "args", "directory", "model"}`;
the plugin throws what a `deny` says. There is no question at that place.
"""

from __future__ import annotations

from answerable.capture.payload import plugin
from answerable.capture.payload.model import Event, Kind, Payload, ToolUse

NAME = "opencode"
reply = plugin.reply

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
    return plugin.read(payload, NAME, _EVENTS, _TOOLS)
