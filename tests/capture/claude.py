"""Payloads as Claude Code writes them, for tests of capture."""

import json
from pathlib import Path


def payload(
    folder: Path, event: str, tool: str, path: str | None, *, session="session-1", call="call-1", **given
) -> bytes:
    return json.dumps(
        {
            "session_id": session,
            "transcript_path": "/home/ada/.claude/projects/x.jsonl",
            "cwd": str(folder),
            "permission_mode": "default",
            "hook_event_name": event,
            "tool_name": tool,
            "tool_input": {**({"file_path": path} if path is not None else {}), **given},
            "tool_use_id": call,
        }
    ).encode("utf-8", "surrogateescape")
