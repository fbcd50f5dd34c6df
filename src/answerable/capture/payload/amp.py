"""Amp: a plugin passes on what `tool.call` and `tool.result` get (ampcode.com/manual/plugin-api).

`{"host": "amp", "event": "tool.call", "tool", "input", "toolUseID", "thread_id", "cwd"}`; the plugin answers Amp with
`reject-and-continue` and what a `deny` says.
"""

from __future__ import annotations

from answerable.capture.payload import plugin
from answerable.capture.payload.model import Event, Kind, Payload, ToolUse

NAME = "amp"
reply = plugin.reply

_EVENTS = {"tool.call": Event.BEFORE, "tool.result": Event.AFTER}
_TOOLS = {
    "edit_file": Kind.EDIT,
    "apply_patch": Kind.EDIT,
    "undo_edit": Kind.EDIT,
    "edit": Kind.EDIT,
    "create_file": Kind.WRITE,
    "write": Kind.WRITE,
    "bash": Kind.SHELL,
    "shell_command": Kind.SHELL,
    "read": Kind.READ,
}


def is_mine(payload: Payload) -> bool:
    """The plugin says so."""
    return payload.get("host") == NAME


def read(payload: Payload) -> ToolUse:
    """Read it; raises as `Adapter.read`."""
    return plugin.read(payload, NAME, _EVENTS, _TOOLS)
