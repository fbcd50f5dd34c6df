"""Codex: hooks in `~/.codex/hooks.json` or `config.toml` (openai/codex: codex-rs/hooks/schema/generated).

It edits with `apply_patch`, whose files stand in the patch, also where a shell runs it. Of decisions it takes `deny`
only (codex-rs/hooks/src/engine/output_parser.rs): anything else makes the hook a failed one.
"""

from __future__ import annotations

from answerable.capture.payload import claude_format
from answerable.capture.payload.model import Answer, Kind, Payload, Reply, ToolUse

NAME = "codex"

_TOOLS = {
    "apply_patch": Kind.EDIT,
    "functions.apply_patch": Kind.EDIT,
    "bash": Kind.SHELL,
    "shell": Kind.SHELL,
    "shell_command": Kind.SHELL,
    "exec_command": Kind.SHELL,
    "unified_exec": Kind.SHELL,
    "local_shell": Kind.SHELL,
    "multi_tool_use.parallel": Kind.SHELL,
    "update_plan": Kind.OTHER,
    "view_image": Kind.READ,
}


def is_mine(payload: Payload) -> bool:
    """It names turns, or the model beside a permission mode."""
    if "cursor_version" in payload or "hook_event_name" not in payload:
        return False
    transcript = payload.get("transcript_path")
    folders = transcript.replace("\\", "/") if isinstance(transcript, str) else ""
    if "/.codex/" in folders or "/.claude/" in folders:
        return "/.codex/" in folders
    return "turn_id" in payload or ("model" in payload and "permission_mode" in payload)


def read(payload: Payload) -> ToolUse:
    """Read it; raises as `Adapter.read`."""
    return claude_format.read(payload, NAME, _TOOLS)


def reply(payload: Payload, answer: Answer) -> Reply:  # noqa: ARG001 - all adapters get it
    """Answer it."""
    return claude_format.reply(answer, asks=False)
