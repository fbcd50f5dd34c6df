"""Claude Code: hooks `PreToolUse` and `PostToolUse` in its settings files (code.claude.com/docs/en/hooks).

The model is not in these payloads; the transcript names it (`capture.transcript`).
"""

from __future__ import annotations

from answerable.capture.payload import claude_format
from answerable.capture.payload.model import Answer, Kind, Payload, Reply, ToolUse

NAME = "claude-code"

_TOOLS = {
    "edit": Kind.EDIT,
    "multiedit": Kind.EDIT,
    "notebookedit": Kind.EDIT,
    "write": Kind.WRITE,
    "bash": Kind.SHELL,
    "powershell": Kind.SHELL,
    "read": Kind.READ,
    "glob": Kind.READ,
    "grep": Kind.READ,
}
_NOT_HERE = ("timestamp", "turn_id", "sessionId", "hookEventName", "model")


def is_mine(payload: Payload) -> bool:
    """Its own transcript says so, or the keys that only it writes together."""
    transcript = payload.get("transcript_path")
    if not isinstance(transcript, str) or "cursor_version" in payload:
        return False
    if "/.claude/" in transcript.replace("\\", "/"):
        return True
    return "permission_mode" in payload and not any(key in payload for key in _NOT_HERE)


def read(payload: Payload) -> ToolUse:
    """Read it; raises as `Adapter.read`."""
    return claude_format.read(payload, NAME, _TOOLS)


def reply(payload: Payload, answer: Answer) -> Reply:  # noqa: ARG001 - all adapters get it
    """Answer it."""
    return claude_format.reply(answer)
