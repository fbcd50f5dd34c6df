"""Any other agent: a documented payload (docs/how-to/guard-an-agent.md), and the answer in one JSON document.

`{"event": "before", "agent": "my-agent", "tool": "write", "kind": "write", "cwd": "/repo", "edits": [{"path": "a.py",
"new": "…"}], "model": …, "session": …, "call": …}`, or Claude Code's form. The answer is
`{"decision": "allow" | "ask" | "deny", "reason", "context"}`; `deny` also ends with 2.
"""

from __future__ import annotations

from answerable.capture.payload import claude_format, fields
from answerable.capture.payload.exits import STOPS
from answerable.capture.payload.kinds import kind_of
from answerable.capture.payload.model import Answer, Decision, Edit, Event, Kind, Payload, Reply, ToolUse

NAME = None


def is_mine(payload: Payload) -> bool:
    """It names the agent and one of our events."""
    return isinstance(payload.get("agent"), str) and payload.get("event") in tuple(Event)


def read(payload: Payload) -> ToolUse:
    """Read it; raises as `Adapter.read`."""
    found = claude_format.read(payload, fields.name(payload, "agent"), {})
    event, kind = fields.name(payload, "event"), fields.name(payload, "kind")
    if event in tuple(Event):
        found = found._replace(event=Event(event))
    told = Kind(kind) if kind in tuple(Kind) else kind_of(found.tool)
    given: Payload = {key: payload[key] for key in ("edits", "path", "paths", "command") if key in payload}
    if given:
        found = claude_format.made(found, given, told)
    elif kind in tuple(Kind):
        found = claude_format.made(found, fields.given(payload, "tool_input", "input"), told)
    return found._replace(edits=_marked(payload, found.edits))


def reply(payload: Payload, answer: Answer) -> Reply:  # noqa: ARG001 - all adapters get it
    """Answer it."""
    said = claude_format.out(
        {"decision": answer.decision.value, "reason": answer.reason or None, "context": answer.context or None}
    )
    denied = answer.decision is Decision.DENY
    return said._replace(err=f"answerable: {answer.reason}\n", code=STOPS) if denied else said


def _marked(payload: Payload, edits: tuple[Edit, ...]) -> tuple[Edit, ...]:
    """With `whole` and `gone` as the payload says them of a path."""
    said = payload.get("edits")
    marks = {each.get("path"): each for each in said if isinstance(each, dict)} if isinstance(said, list) else {}
    return tuple(
        edit._replace(
            whole=marks.get(edit.path, {}).get("whole", edit.whole) is True,
            gone=marks.get(edit.path, {}).get("gone", edit.gone) is True,
        )
        for edit in edits
    )
