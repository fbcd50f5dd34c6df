"""Copilot: its CLI and cloud agent (`.github/hooks/*.json`) and VS Code.

Sources: github/docs content/copilot/reference/hooks-reference.md, and microsoft/vscode-docs
docs/copilot/customization/hooks.md.
A hook of the CLI whose event is written `preToolUse` gets `toolName` and `toolArgs` and answers at the top of the
document; one that is written `PreToolUse`, and VS Code, use Claude Code's form. The cloud agent has nobody to ask and
takes `ask` for `deny`: there a question is a message.
"""

from __future__ import annotations

import os

from answerable.capture.payload import claude_format
from answerable.capture.payload.model import Answer, Decision, Event, Kind, Payload, Reply, ToolUse

NAME = "copilot"

_CLOUD = "COPILOT_AGENT_PROMPT"  # set where the cloud agent runs
_TOOLS = {
    "create": Kind.WRITE,
    "create_file": Kind.WRITE,
    "createfile": Kind.WRITE,
    "write": Kind.WRITE,
    "edit": Kind.EDIT,
    "editfiles": Kind.EDIT,
    "str_replace": Kind.EDIT,
    "str_replace_editor": Kind.EDIT,
    "apply_patch": Kind.EDIT,
    "git_apply_patch": Kind.EDIT,
    "insert_edit_into_file": Kind.EDIT,
    "replace_string_in_file": Kind.EDIT,
    "multi_replace_string_in_file": Kind.EDIT,
    "edit_notebook_file": Kind.EDIT,
    "delete_file": Kind.EDIT,
    "rename_file": Kind.EDIT,
    "move_file": Kind.EDIT,
    "bash": Kind.SHELL,
    "powershell": Kind.SHELL,
    "write_bash": Kind.SHELL,
    "write_powershell": Kind.SHELL,
    "run_in_terminal": Kind.SHELL,
    "runterminalcommand": Kind.SHELL,
    "view": Kind.READ,
    "read": Kind.READ,
}


def is_mine(payload: Payload) -> bool:
    """Its spelling, its transcripts, or a moment where Claude Code has none."""
    if any(
        key in payload for key in ("cursor_version", "clineVersion", "agent_action_name", "turn_id", "workspaceRoots")
    ):
        return False
    transcript = payload.get("transcript_path")
    if isinstance(transcript, str) and ("copilot" in transcript.lower() or "/workspacestorage/" in transcript.lower()):
        return True
    if "hookEventName" in payload or ("toolName" in payload and "toolArgs" in payload):
        return True
    event = payload.get("hook_event_name")
    known = isinstance(event, str) and event in ("PreToolUse", "PostToolUse", "PostToolUseFailure")
    return known and "timestamp" in payload and "transcript_path" not in payload


def read(payload: Payload) -> ToolUse:
    """Read it; raises as `Adapter.read`."""
    use = claude_format.read(payload, NAME, _TOOLS)
    if _camel(payload):  # it does not say which event it is; only after a use is there a result
        return use._replace(event=Event.AFTER if {"toolResult", "error"} & payload.keys() else Event.BEFORE)
    return use


def reply(payload: Payload, answer: Answer) -> Reply:
    """Answer it."""
    asks = _CLOUD not in os.environ
    given = claude_format.reply(answer, asks=asks)
    decision = answer.decision
    if decision is Decision.ALLOW or (decision is Decision.ASK and not asks):
        return Reply(err=given.err or _message(answer)) if _camel(payload) else given
    above: dict[str, object] = {"permissionDecision": decision.value, "permissionDecisionReason": answer.reason}
    if _camel(payload):
        return claude_format.out(above)
    said = {"hookEventName": "PreToolUse", **above}
    return claude_format.out({**above, "hookSpecificOutput": said})


def _camel(payload: Payload) -> bool:
    return "toolName" in payload and "hookEventName" not in payload and "hook_event_name" not in payload


def _message(answer: Answer) -> str:
    words = claude_format.joined(answer)
    return f"answerable: {words}\n" if words else ""
