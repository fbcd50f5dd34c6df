"""Cline: an executable `PreToolUse` in `.clinerules/hooks/` (cline/cline docs/features/hooks/hook-reference.mdx).

It must write one JSON document and end with 0: anything else stops the tool use. There is no question.
"""

from __future__ import annotations

from answerable.capture.payload import claude_format, fields
from answerable.capture.payload.kinds import kind_of
from answerable.capture.payload.model import Answer, Decision, Kind, Payload, Reply, ToolUse

NAME = "cline"

_TOOLS = {
    "write_to_file": Kind.WRITE,
    "new_file": Kind.WRITE,
    "replace_in_file": Kind.EDIT,
    "apply_patch": Kind.EDIT,
    "editor": Kind.EDIT,
    "new_rule": Kind.EDIT,
    "execute_command": Kind.SHELL,
    "run_commands": Kind.SHELL,
    "read_file": Kind.READ,
    "list_files": Kind.READ,
    "search_files": Kind.READ,
    "list_code_definition_names": Kind.READ,
    "use_mcp_tool": Kind.OTHER,
    "new_task": Kind.OTHER,
}


def is_mine(payload: Payload) -> bool:
    """It names its version, or its hooks and tasks."""
    return "clineVersion" in payload or ("hookName" in payload and "taskId" in payload)


def read(payload: Payload) -> ToolUse:
    """Read it; raises as `Adapter.read`."""
    inner = fields.mapping(payload, "preToolUse", "postToolUse") or payload
    model = payload.get("model")
    tool = fields.name(inner, "toolName") or ""
    given = fields.mapping(inner, "parameters")
    kind = kind_of(tool, _TOOLS)
    if tool == "use_mcp_tool":
        tool = fields.name(given, "tool_name") or tool
        given, kind = fields.mapping(given, "arguments"), kind_of(tool)
    use = claude_format.read({"event": payload.get("hookName")}, NAME, {})._replace(
        tool=tool,
        model=fields.name(model, "slug", "id") if isinstance(model, dict) else fields.name(payload, "model"),
        session=fields.name(payload, "taskId"),
        cwd=fields.first(payload, "workspaceRoots"),
        version=fields.name(payload, "clineVersion"),
    )
    return claude_format.made(use, given, kind)


def reply(payload: Payload, answer: Answer) -> Reply:  # noqa: ARG001 - all adapters get it
    """Answer it."""
    if answer.decision is Decision.DENY:
        said: dict[str, object] = {"cancel": True, "errorMessage": answer.reason}
        return claude_format.out({**said, "contextModification": answer.reason})
    words = claude_format.joined(answer)
    return claude_format.out({"cancel": False, "contextModification": words} if words else {"cancel": False})
