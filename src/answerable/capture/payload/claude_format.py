"""Reads and answers the payload that Claude Code made common: other agents write it with small differences.

`{"hook_event_name": "PreToolUse", "session_id", "cwd", "tool_name", "tool_input", "tool_use_id", …}`; the answer is
`{"hookSpecificOutput": {"hookEventName": "PreToolUse", "permissionDecision": "deny" | "ask", …}}`. What is allowed is
answered with silence: the word `allow` would grant the tool use past the permissions that a person gave the agent.
"""

from __future__ import annotations

import json

from answerable.capture.payload import fields
from answerable.capture.payload.edits import edits_in, patched_in
from answerable.capture.payload.kinds import kind_of
from answerable.capture.payload.model import Answer, Decision, Event, Kind, Payload, Reply, ToolUse

EVENTS = {
    "pretooluse": Event.BEFORE,
    "posttooluse": Event.AFTER,
    "posttoolusefailure": Event.AFTER,
}
_VIEWS = frozenset({"view", "cat", "read"})


def read(payload: Payload, agent: str | None, table: dict[str, Kind]) -> ToolUse:
    """Read a payload whose keys are in either spelling, `tool_name` or `toolName`.

    Args:
        payload: The payload.
        agent: Whose it is.
        table: What the agent's own tools do, by their names in small letters.

    Raises:
        PayloadInvalid: it names more files than can be looked at.
    """
    tool = fields.name(payload, "tool_name", "toolName", "tool") or ""
    given = fields.given(payload, "tool_input", "toolInput", "toolArgs", "tool_args", "args", "input")
    event = fields.name(payload, "hook_event_name", "hookEventName", "hookName", "event") or ""
    return made(
        ToolUse(
            agent=agent,
            event=EVENTS.get(event.lower(), Event.OTHER),
            tool=tool,
            model=fields.name(payload, "model"),
            session=fields.name(payload, "session_id", "sessionId", "sessionID", "thread_id", "conversation_id"),
            call=fields.name(payload, "tool_use_id", "toolUseId", "toolUseID", "callID", "call_id"),
            cwd=fields.text(payload, "cwd", "directory", "workspaceFolder", "workspace_folder"),
            transcript=fields.text(payload, "transcript_path", "transcriptPath"),
        ),
        given,
        kind_of(tool, table),
    )


def made(use: ToolUse, given: Payload, kind: Kind) -> ToolUse:
    """A tool use with what its input says.

    Raises:
        PayloadInvalid: it names more files than can be looked at.
    """
    if kind.changes_files and fields.name(given, "command") in _VIEWS:
        kind = Kind.READ
    edits = edits_in(given) if kind.changes_files else patched_in(given) if kind is Kind.SHELL else ()
    return use._replace(kind=kind, edits=edits, digest=fields.digest(given))


def reply(answer: Answer, *, asks: bool = True, event: str = "PreToolUse") -> Reply:
    """Say an answer.

    Args:
        answer: What to say.
        asks: Whether the host can ask a person.
        event: What the host calls the event.
    """
    said: dict[str, str] = {"hookEventName": event}
    above: dict[str, object] = {}
    decision = answer.decision
    if decision is Decision.ASK and not asks:
        above["systemMessage"] = answer.reason
        said["additionalContext"] = joined(answer)
    elif decision is not Decision.ALLOW:
        said |= {"permissionDecision": decision.value, "permissionDecisionReason": answer.reason or "see the policy"}
    if decision is not Decision.DENY and answer.context:
        said.setdefault("additionalContext", answer.context)
    return out({**above, "hookSpecificOutput": said}) if len(said) > 1 else Reply()


def joined(answer: Answer) -> str:
    """Reason and context as one text."""
    return " ".join(part for part in (answer.reason, answer.context) if part)


def out(document: dict[str, object]) -> Reply:
    """One JSON document on standard output."""
    return Reply(out=json.dumps(document, ensure_ascii=True) + "\n")
