"""Any other agent: a documented payload (docs/how-to/guard-an-agent.md), and the answer in one JSON document.

`{"event": "before", "agent": "my-agent", "tool": "write", "kind": "write", "cwd": "/repo", "edits": [{"path": "a.py",
"new": "…"}], "model": …, "session": …, "call": …}`, or Claude Code's form. The answer is
`{"decision": "allow" | "ask" | "deny", "reason", "context"}`; `deny` also ends with 2.
"""

from __future__ import annotations

from answerable.capture.payload import claude_format, fields
from answerable.capture.payload.edits import MOST
from answerable.capture.payload.exits import STOPS
from answerable.capture.payload.kinds import kind_of
from answerable.capture.payload.model import Answer, Decision, Edit, Event, Kind, Payload, Reply, ToolUse
from answerable.errors import PayloadInvalid

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
    if told is not found.kind:
        found = claude_format.made(found, fields.given(payload, "tool_input", "input"), told)
    said = payload.get("edits")
    own = tuple(_edit(each) for each in said if isinstance(each, dict)) if isinstance(said, list) else ()
    if len(own) > MOST:
        raise PayloadInvalid(f"one tool use names more than {MOST} files", hint="change fewer files at a time")
    digest = found.digest or fields.digest(said)
    return found._replace(
        edits=(*found.edits, *filter(None, own)),
        session=found.session or fields.name(payload, "session"),
        call=found.call or fields.name(payload, "call"),
        digest=digest,
    )


def reply(payload: Payload, answer: Answer) -> Reply:  # noqa: ARG001 - all adapters get it
    """Answer it."""
    said = claude_format.out(
        {"decision": answer.decision.value, "reason": answer.reason or None, "context": answer.context or None}
    )
    denied = answer.decision is Decision.DENY
    return said._replace(err=f"answerable: {answer.reason}\n", code=STOPS) if denied else said


def _edit(said: Payload) -> Edit | None:
    """One of `edits`; None where it names no file."""
    path = fields.text(said, "path")
    if path is None:
        return None
    new, old = said.get("new"), said.get("old")
    return Edit(
        path,
        new=new if isinstance(new, str) else None,
        old=old if isinstance(old, str) else None,
        whole=said.get("whole") is True,
        gone=said.get("gone") is True,
        moved_from=fields.text(said, "moved_from"),
    )
