"""Payloads as the agents' own documentation has them; each names where its values come from."""

from __future__ import annotations

from typing import Any, NamedTuple


class Sample(NamedTuple):
    """A payload before an edit, and what must be read out of it."""

    payload: dict[str, Any]
    paths: tuple[str, ...]
    tool: str
    model: str | None = None
    session: str | None = None
    call: str | None = None
    cwd: str | None = None
    new: str | None = None


PATCH = """\
*** Begin Patch
*** Update File: src/a.py
@@ def f():
-    return 1
+    return 2
*** Add File: src/b.py
+x = 1
+y = 2
*** Delete File: old.py
*** Update File: from.py
*** Move to: to.py
@@
-a
+b
*** End Patch"""

SAMPLES: dict[str, Sample] = {
    # code.claude.com/docs/en/hooks: PreToolUse input
    "claude-code": Sample(
        {
            "session_id": "abc123",
            "transcript_path": "/home/user/.claude/projects/p/00893aaf.jsonl",
            "cwd": "/home/user/my-project",
            "permission_mode": "default",
            "hook_event_name": "PreToolUse",
            "tool_name": "Write",
            "tool_input": {"file_path": "/path/to/file.txt", "content": "file content"},
            "tool_use_id": "toolu_01ABC123",
        },
        ("/path/to/file.txt",), "Write", None, "abc123", "toolu_01ABC123", "/home/user/my-project", "file content",
    ),
    # openai/codex: codex-rs/hooks/schema/generated/pre-tool-use.command.input.schema.json
    "codex": Sample(
        {
            "cwd": "/home/user/p",
            "hook_event_name": "PreToolUse",
            "model": "gpt-5-codex",
            "permission_mode": "default",
            "session_id": "0199a213",
            "tool_input": {"command": PATCH},
            "tool_name": "apply_patch",
            "tool_use_id": "call_1",
            "transcript_path": None,
            "turn_id": "turn-1",
        },
        ("src/a.py", "src/b.py", "old.py", "from.py", "to.py"), "apply_patch", "gpt-5-codex", "0199a213", "call_1",
        "/home/user/p", "    return 2\n",
    ),
    # github/docs: content/copilot/reference/hooks-reference.md, preToolUse, camelCase input; `create` of the CLI
    "copilot": Sample(
        {
            "sessionId": "sess-cli",
            "timestamp": 1764000000000,
            "cwd": "/home/user/project",
            "toolName": "create",
            "toolArgs": {"path": "/home/user/project/very_fun.md", "file_text": "# heading\n"},
        },
        ("/home/user/project/very_fun.md",), "create", None, "sess-cli", None, "/home/user/project", "# heading\n",
    ),
    # cursor.com/docs/hooks: preToolUse input
    "cursor": Sample(
        {
            "conversation_id": "conv-123",
            "generation_id": "gen-456",
            "model": "claude-4.5-sonnet",
            "hook_event_name": "preToolUse",
            "cursor_version": "2.0.77",
            "workspace_roots": ["/home/user/project"],
            "user_email": "user@example.com",
            "transcript_path": None,
            "tool_name": "StrReplace",
            "tool_input": {"path": "src/main.ts", "old_string": "const foo = 1", "new_string": "const foo = 2"},
            "tool_use_id": "tool-1",
        },
        ("src/main.ts",), "StrReplace", "claude-4.5-sonnet", "conv-123", "tool-1", "/home/user/project",
        "const foo = 2",
    ),
    # google-gemini/gemini-cli: docs/hooks/reference.md, BeforeTool
    "gemini-cli": Sample(
        {
            "session_id": "g-1",
            "transcript_path": "/home/user/.gemini/tmp/x/chats/session.json",
            "cwd": "/home/user/p",
            "hook_event_name": "BeforeTool",
            "timestamp": "2026-01-01T00:00:00Z",
            "tool_name": "replace",
            "tool_input": {"file_path": "/home/user/p/a.ts", "old_string": "a", "new_string": "b"},
        },
        ("/home/user/p/a.ts",), "replace", None, "g-1", None, "/home/user/p", "b",
    ),
    # docs.windsurf.com/windsurf/cascade/hooks: pre_write_code
    "windsurf": Sample(
        {
            "agent_action_name": "pre_write_code",
            "trajectory_id": "traj-1",
            "execution_id": "exec-1",
            "timestamp": "2026-01-01T00:00:00Z",
            "model_name": "Claude Sonnet 4",
            "tool_info": {
                "file_path": "/Users/yourname/project/file.py",
                "edits": [
                    {
                        "old_string": "def old_function():\n    pass",
                        "new_string": "def new_function():\n    return True",
                    }
                ],
            },
        },
        ("/Users/yourname/project/file.py",), "write_code", "Claude Sonnet 4", "traj-1", "exec-1", None,
        "def new_function():\n    return True",
    ),
    # cline/cline: docs/features/hooks/hook-reference.mdx, PreToolUse
    "cline": Sample(
        {
            "clineVersion": "3.17.0",
            "hookName": "PreToolUse",
            "timestamp": "1730000000000",
            "taskId": "task-abc",
            "workspaceRoots": ["/home/user/project"],
            "userId": "u-1",
            "model": {"provider": "anthropic", "slug": "claude-sonnet-4-5"},
            "preToolUse": {
                "toolName": "write_to_file",
                "parameters": {"path": "src/main.rs", "content": "fn main() {}"},
            },
        },
        ("src/main.rs",), "write_to_file", "claude-sonnet-4-5", "task-abc", None, "/home/user/project", "fn main() {}",
    ),
    # kiro.dev/docs/cli/hooks: PreToolUse
    "kiro": Sample(
        {
            "hook_event_name": "preToolUse",
            "cwd": "/home/user/project",
            "session_id": "f2946a26-3735-4b08-8d05-c928010302d5",
            "tool_name": "fs_write",
            "tool_input": {"command": "create", "path": "src/main.rs", "file_text": "fn main() {}"},
        },
        ("src/main.rs",), "fs_write", None, "f2946a26-3735-4b08-8d05-c928010302d5", None, "/home/user/project",
        "fn main() {}",
    ),
    # opencode.ai/docs/plugins: tool.execute.before, as the plugin of docs/how-to/guard-an-agent.md passes it on
    "opencode": Sample(
        {
            "host": "opencode",
            "event": "tool.execute.before",
            "tool": "edit",
            "sessionID": "ses_1",
            "callID": "call_1",
            "args": {"filePath": "/home/user/p/a.go", "oldString": "a", "newString": "b"},
            "directory": "/home/user/p",
        },
        ("/home/user/p/a.go",), "edit", None, "ses_1", "call_1", "/home/user/p", "b",
    ),
    # ampcode.com/manual/plugin-api: tool.call, as the plugin of docs/how-to/guard-an-agent.md passes it on
    "amp": Sample(
        {
            "host": "amp",
            "event": "tool.call",
            "tool": "create_file",
            "toolUseID": "toolu_1",
            "thread_id": "T-1",
            "input": {"path": "/home/user/p/a.md", "content": "hello"},
            "cwd": "/home/user/p",
        },
        ("/home/user/p/a.md",), "create_file", None, "T-1", "toolu_1", "/home/user/p", "hello",
    ),
    "generic": Sample(
        {
            "event": "before",
            "agent": "my-agent",
            "tool": "put",
            "kind": "write",
            "cwd": "/home/user/p",
            "session": "s",
            "model": "m-1",
            "edits": [{"path": "a.py", "new": "x\n", "whole": True}],
        },
        ("a.py",), "put", "m-1", "s", None, "/home/user/p", "x\n",
    ),
}  # fmt: skip
