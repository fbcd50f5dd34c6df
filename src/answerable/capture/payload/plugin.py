"""What the plugins of hosts that have no hooks of their own pass on to us, and how they are answered.

A plugin says which `host` it is of, and names the `event` as that host does; it does itself what a `deny` says, so the
answer is a document and never an exit.
"""

from __future__ import annotations

from answerable.capture.payload import claude_format, generic
from answerable.capture.payload.model import Answer, Event, Kind, Payload, Reply, ToolUse


def read(payload: Payload, host: str, events: dict[str, Event], tools: dict[str, Kind]) -> ToolUse:
    """Read a payload; raises as `Adapter.read`.

    Args:
        payload: What the plugin passed on.
        host: The name of its agent.
        events: The host's names of events.
        tools: The host's names of tools.
    """
    found = claude_format.read(payload, host, tools)
    event = payload.get("event")
    return found._replace(event=events[event]) if isinstance(event, str) and event in events else found


def reply(payload: Payload, answer: Answer) -> Reply:
    """Answer a plugin."""
    return generic.reply(payload, answer)._replace(code=0, err="")
