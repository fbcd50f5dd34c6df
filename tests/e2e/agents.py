"""Agents that are scripted: each fires the payloads that its vendor documents, and does to files what they say.

Where the values come from stands in `capture.payloads`. A shell command is really run.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from answerable.capture import hook

Payload = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Use:
    """One use of a tool: a file that is written, a part of one that is changed, or a command."""

    root: Path
    session: str
    call: str
    path: str = ""
    old: str | None = None
    new: str = ""
    command: str | None = None

    @property
    def full(self) -> str:
        """The path from the top of the disk."""
        return str(self.root / self.path)


def _claude(when: str, use: Use) -> list[Payload]:
    given: Payload = {"file_path": use.full, "content": use.new}
    tool = "Write"
    if use.command is not None:
        tool, given = "Bash", {"command": use.command, "description": "Run it"}
    elif use.old is not None:
        given = {"file_path": use.full, "old_string": use.old, "new_string": use.new, "replace_all": False}
        tool = "Edit"
    said: Payload = {
        "session_id": use.session, "transcript_path": "/home/ada/.claude/projects/p/00893aaf.jsonl",
        "cwd": str(use.root), "permission_mode": "default", "hook_event_name": f"{when}ToolUse",
        "tool_name": tool, "tool_input": given, "tool_use_id": use.call,
    }  # fmt: skip
    if when == "Post":
        said |= {"tool_response": {"filePath": use.full, "success": True}, "duration_ms": 12}
    return [said]


def _codex(when: str, use: Use) -> list[Payload]:
    tool, command = ("Bash", use.command) if use.command is not None else ("apply_patch", _patch(use))
    said: Payload = {
        "cwd": str(use.root), "hook_event_name": f"{when}ToolUse", "model": "gpt-5-codex", "permission_mode": "default",
        "session_id": use.session, "tool_input": {"command": command}, "tool_name": tool, "tool_use_id": use.call,
        "transcript_path": None, "turn_id": "turn-1",
    }  # fmt: skip
    return [said | ({"tool_response": "Exit code: 0"} if when == "Post" else {})]


def _patch(use: Use) -> str:
    if use.old is None:
        rows = [f"*** Add File: {use.path}", *(f"+{line}" for line in use.new.splitlines())]
    else:
        rows = [f"*** Update File: {use.path}", "@@", *(f"-{line}" for line in use.old.splitlines())]
        rows += [f"+{line}" for line in use.new.splitlines()]
    return "\n".join(["*** Begin Patch", *rows, "*** End Patch"])


def _copilot(when: str, use: Use) -> list[Payload]:
    """Its CLI, whose events are written with a small letter."""
    given: Payload = {"path": use.full, "file_text": use.new}
    tool = "create"
    if use.command is not None:
        tool, given = "bash", {"command": use.command, "description": "Run it"}
    elif use.old is not None:
        tool, given = "edit", {"path": use.full, "old_str": use.old, "new_str": use.new}
    said: Payload = {
        "sessionId": use.session, "timestamp": 1764000000000, "cwd": str(use.root), "toolName": tool,
        "toolArgs": json.dumps(given),
    }  # fmt: skip
    return [said | ({"toolResult": {"resultType": "success", "textResultForLlm": "ok"}} if when == "Post" else {})]


def _vscode(when: str, use: Use) -> list[Payload]:
    given: Payload = {"filePath": use.full, "content": use.new}
    tool = "create_file"
    if use.command is not None:
        tool, given = "run_in_terminal", {"command": use.command, "explanation": "Run it", "isBackground": False}
    elif use.old is not None:
        given = {"filePath": use.full, "oldString": use.old, "newString": use.new}
        tool = "replace_string_in_file"
    said: Payload = {
        "timestamp": "2026-02-09T10:30:00.000Z", "cwd": str(use.root), "sessionId": use.session,
        "hookEventName": f"{when}ToolUse", "tool_name": tool, "tool_input": given, "tool_use_id": use.call,
        "transcript_path": "/home/ada/.config/Code/User/workspaceStorage/x/GitHub.copilot-chat/transcripts/s.jsonl",
    }  # fmt: skip
    return [said | ({"tool_response": "done"} if when == "Post" else {})]


def _cursor(when: str, use: Use) -> list[Payload]:
    given: Payload = {"file_path": use.full, "content": use.new}
    tool = "Write"
    if use.command is not None:
        tool, given = "Shell", {"command": use.command, "working_directory": str(use.root)}
    elif use.old is not None:
        tool, given = "StrReplace", {"path": use.full, "old_string": use.old, "new_string": use.new}
    common: Payload = {
        "conversation_id": use.session, "generation_id": "gen-456", "model": "claude-4.5-sonnet",
        "cursor_version": "2.0.77", "workspace_roots": [str(use.root)], "user_email": "ada@example.com",
        "transcript_path": None,
    }  # fmt: skip
    said: Payload = {**common, "tool_name": tool, "tool_input": given, "tool_use_id": use.call}
    if when == "Pre":
        return [said | {"hook_event_name": "preToolUse"}]
    edit = {"old_string": use.old or "", "new_string": use.new}
    edited = {**common, "hook_event_name": "afterFileEdit", "file_path": use.full, "edits": [edit]}
    done = said | {"hook_event_name": "postToolUse", "tool_output": "{}", "duration": 5}
    return [done] if use.command is not None else [edited, done]


def _gemini(when: str, use: Use) -> list[Payload]:
    given: Payload = {"file_path": use.full, "content": use.new}
    tool = "write_file"
    if use.command is not None:
        tool, given = "run_shell_command", {"command": use.command, "description": "Run it"}
    elif use.old is not None:
        tool, given = "replace", {"file_path": use.full, "old_string": use.old, "new_string": use.new}
    said: Payload = {
        "session_id": use.session, "transcript_path": "/home/ada/.gemini/tmp/x/chats/session.json",
        "cwd": str(use.root), "hook_event_name": "BeforeTool" if when == "Pre" else "AfterTool",
        "timestamp": "2026-01-01T00:00:00Z", "tool_name": tool, "tool_input": given,
    }  # fmt: skip
    return [said | ({"tool_response": {"llmContent": "ok", "returnDisplay": "ok"}} if when == "Post" else {})]


def _windsurf(when: str, use: Use) -> list[Payload]:
    action = "run_command" if use.command is not None else "write_code"
    info: Payload = {"file_path": use.full, "edits": [{"old_string": use.old or "", "new_string": use.new}]}
    if use.command is not None:
        info = {"command_line": use.command, "cwd": str(use.root)}
    return [
        {
            "agent_action_name": f"{when.lower()}_{action}", "trajectory_id": use.session, "execution_id": use.call,
            "timestamp": "2026-01-01T00:00:00Z", "model_name": "Claude Sonnet 4", "tool_info": info,
        }
    ]  # fmt: skip


def _cline(when: str, use: Use) -> list[Payload]:
    given: Payload = {"path": use.path, "content": use.new}
    tool = "write_to_file"
    if use.command is not None:
        tool, given = "execute_command", {"command": use.command, "requires_approval": "false"}
    elif use.old is not None:
        diff = f"------- SEARCH\n{use.old}\n=======\n{use.new}\n+++++++ REPLACE\n"
        tool, given = "replace_in_file", {"path": use.path, "diff": diff}
    inner: Payload = {"toolName": tool, "parameters": given}
    if when == "Post":
        inner |= {"result": "ok", "success": True, "executionTimeMs": 12}
    return [
        {
            "clineVersion": "3.17.0", "hookName": f"{when}ToolUse", "timestamp": "1730000000000", "taskId": use.session,
            "workspaceRoots": [str(use.root)], "userId": "u-1",
            "model": {"provider": "anthropic", "slug": "claude-sonnet-4-5"}, f"{when.lower()}ToolUse": inner,
        }
    ]  # fmt: skip


def _kiro(when: str, use: Use) -> list[Payload]:
    given: Payload = {"command": "create", "path": use.full, "file_text": use.new}
    tool = "fs_write"
    if use.command is not None:
        tool, given = "execute_bash", {"command": use.command}
    elif use.old is not None:
        given = {"command": "str_replace", "path": use.full, "old_str": use.old, "new_str": use.new}
    said: Payload = {
        "hook_event_name": f"{when.lower()}ToolUse", "cwd": str(use.root), "session_id": use.session,
        "tool_name": tool, "tool_input": given,
    }  # fmt: skip
    return [said | ({"tool_response": {"success": True, "result": [""]}} if when == "Post" else {})]


def _opencode(when: str, use: Use) -> list[Payload]:
    given: Payload = {"filePath": use.full, "content": use.new}
    tool = "write"
    if use.command is not None:
        tool, given = "bash", {"command": use.command, "description": "Run it"}
    elif use.old is not None:
        tool, given = "edit", {"filePath": use.full, "oldString": use.old, "newString": use.new}
    return [
        {
            "host": "opencode", "event": "tool.execute.before" if when == "Pre" else "tool.execute.after",
            "tool": tool, "sessionID": use.session, "callID": use.call, "args": given, "directory": str(use.root),
        }
    ]  # fmt: skip


def _amp(when: str, use: Use) -> list[Payload]:
    given: Payload = {"path": use.full, "content": use.new}
    tool = "create_file"
    if use.command is not None:
        tool, given = "Bash", {"cmd": use.command, "cwd": str(use.root)}
    elif use.old is not None:
        tool, given = "edit_file", {"path": use.full, "old_str": use.old, "new_str": use.new}
    return [
        {
            "host": "amp", "event": "tool.call" if when == "Pre" else "tool.result", "tool": tool,
            "toolUseID": use.call, "thread_id": use.session, "input": given, "cwd": str(use.root),
        }
    ]  # fmt: skip


def _generic(when: str, use: Use) -> list[Payload]:
    said: Payload = {
        "event": "before" if when == "Pre" else "after", "agent": "my-agent", "cwd": str(use.root),
        "session": use.session, "call": use.call, "model": "m-1",
    }  # fmt: skip
    if use.command is not None:
        return [said | {"tool": "sh", "kind": "shell", "tool_input": {"command": use.command}}]
    edit = {"path": use.path, "new": use.new, "old": use.old, "whole": use.old is None}
    return [said | {"tool": "put", "kind": "write" if use.old is None else "edit", "edits": [edit]}]


SCRIPTS: dict[str, Callable[[str, Use], list[Payload]]] = {
    "claude-code": _claude,
    "codex": _codex,
    "copilot": _copilot,
    "vscode": _vscode,
    "cursor": _cursor,
    "gemini-cli": _gemini,
    "windsurf": _windsurf,
    "cline": _cline,
    "kiro": _kiro,
    "opencode": _opencode,
    "amp": _amp,
    "generic": _generic,
}
"""What each agent's hooks get. VS Code is Copilot under another roof."""

_CALLS = count(1)


class Agent:
    """One session of an agent in a repository.

    Args:
        root: The repository's.
        name: One of `SCRIPTS`.
        session: Its conversation.
    """

    def __init__(self, root: Path, name: str = "claude-code", session: str = "session-1") -> None:
        self.root = root
        self.name = name
        self.session = session
        self.host = "copilot" if name == "vscode" else name

    @property
    def tool(self) -> str:
        """What Answerable calls it."""
        return "my-agent" if self.name == "generic" else self.host

    def use(self, **given: Any) -> Use:
        """A use of a tool that is about to be."""
        return Use(root=self.root, session=self.session, call=f"call-{next(_CALLS)}", **given)

    def fires(self, when: str, use: Use) -> None:
        """Its hooks fire, before (`Pre`) or after (`Post`) the use of a tool."""
        for said in SCRIPTS[self.name](when, use):
            fire(self.host, said, self.root)

    def writes(self, path: str, text: str, *, formatted: str | None = None) -> None:
        """It writes a whole file, and perhaps a formatter runs on that."""
        use = self.use(path=path, new=text)
        self.fires("Pre", use)
        put(self.root / path, text if formatted is None else formatted)
        self.fires("Post", use)

    def edits(self, path: str, old: str, new: str, *, also: Callable[[str], str] = str) -> None:
        """It changes a part of a file; `also` is done to the text before the hook after it."""
        use = self.use(path=path, old=old, new=new)
        self.fires("Pre", use)
        text = (self.root / path).read_bytes().decode()
        assert old in text
        put(self.root / path, also(text.replace(old, new, 1)))
        self.fires("Post", use)

    def runs(self, command: str, *, meanwhile: Callable[[], object] = bool) -> None:
        """It runs a command; `meanwhile` is done before it ends."""
        use = self.use(command=command)
        self.fires("Pre", use)
        subprocess.run(["/bin/sh", "-c", command], cwd=self.root, check=False, capture_output=True)
        meanwhile()
        self.fires("Post", use)

    def looks(self, path: str) -> None:
        """It reads a file, as Claude Code does: its hook sees what the file holds."""
        said = _claude("Pre", self.use(path=path))[0] | {"tool_name": "Read", "tool_input": {"file_path": path}}
        fire("claude-code", said, self.root)

    def stops(self) -> None:
        """Its turn ends, as Claude Code says it."""
        said = _claude("Pre", self.use())[0]
        gone = ("tool_name", "tool_input", "tool_use_id")
        fire("claude-code", {k: v for k, v in said.items() if k not in gone} | {"hook_event_name": "Stop"}, self.root)


def put(full: Path, text: str) -> None:
    """Save a file, as it is."""
    full.parent.mkdir(parents=True, exist_ok=True)
    full.write_bytes(text.encode())


def fire(host: str, said: Payload, cwd: Path) -> None:
    """Run the hook of an agent with a payload: it says nothing and ends with 0."""
    command = [sys.executable, "-S", "-I", str(hook.__file__), host]
    done = subprocess.run(command, cwd=cwd, input=json.dumps(said).encode(), capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
