"""Each agent's own payload is read as what it is, whichever agent the hook was set up for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from answerable.capture.payload import registry
from answerable.capture.payload.model import Event, Kind, ToolUse
from answerable.capture.payload.parse import MOST_BYTES
from answerable.errors import AgentUnknown, PayloadInvalid
from capture.payloads import PATCH, SAMPLES


def use(payload: dict[str, Any], name: str | None = None) -> ToolUse:
    return registry.read(json.dumps(payload).encode(), name).use


@pytest.mark.parametrize("name", SAMPLES)
def test_the_documented_payload_is_read(name: str) -> None:
    sample = SAMPLES[name]
    for named in (name, None):
        found = use(sample.payload, named)
        assert found.event is Event.BEFORE
        assert found.kind.changes_files
        assert found.agent == ("my-agent" if name == "generic" else name)
        assert (found.tool, found.paths) == (sample.tool, sample.paths)
        assert (found.model, found.call, found.cwd) == (sample.model, sample.call, sample.cwd)
        assert found.edits[0].new == sample.new
        assert (found.digest or "").startswith("sha256:")
        if sample.session:
            assert found.session == sample.session


@pytest.mark.parametrize("name", [name for name in SAMPLES if name != "generic"])
@pytest.mark.parametrize("other", ["claude-code", "generic"])
def test_a_payload_of_another_agent_than_the_hook_is_for_is_that_agents(name: str, other: str) -> None:
    assert use(SAMPLES[name].payload, other).agent == name


def test_no_two_agents_take_the_same_payload() -> None:
    for name, sample in SAMPLES.items():
        assert [each for each in registry.AGENTS if registry.adapter(each).is_mine(sample.payload)] == [name]


@pytest.mark.parametrize("name", SAMPLES)
def test_what_a_model_wrote_does_not_say_whose_payload_it_is(name: str) -> None:
    sample = SAMPLES[name].payload
    marks = {"cursor_version": "1", "agent_action_name": "pre_write_code", "clineVersion": "1", "host": "amp"}
    changed = {key: {**value, **marks} if isinstance(value, dict) else value for key, value in sample.items()}
    assert changed != sample or name == "generic"
    assert use(changed).agent == use(sample).agent


def test_keys_that_are_not_known_are_passed_over() -> None:
    for sample in SAMPLES.values():
        assert use({**sample.payload, "brand_new": {"path": "/elsewhere"}}).paths == sample.paths


def test_an_agent_that_begins_to_say_more_stays_the_one_it_is() -> None:
    more = {"timestamp": "2026-01-01T00:00:00Z", "model": "claude-opus-5", "permission_mode": "plan"}
    assert use({**SAMPLES["claude-code"].payload, **more}).agent == "claude-code"
    assert use({**SAMPLES["codex"].payload, **more, "transcript_path": "/home/user/.codex/r.jsonl"}).agent == "codex"
    elsewhere = {**SAMPLES["claude-code"].payload, "transcript_path": "/srv/config/projects/t.jsonl"}
    assert use(elsewhere).agent == "claude-code"


def test_a_patch_says_what_it_adds_moves_and_removes() -> None:
    found = use(SAMPLES["codex"].payload)
    assert [(e.path, e.whole, e.gone, e.moved_from) for e in found.edits] == [
        ("src/a.py", False, False, None),
        ("src/b.py", True, False, None),
        ("old.py", False, True, None),
        ("from.py", False, True, None),
        ("to.py", False, False, "from.py"),
    ]
    assert found.edits[1].new == "x = 1\ny = 2\n"


def test_a_patch_that_a_shell_runs_names_its_files() -> None:
    command = f"apply_patch <<'EOF'\n{PATCH}\nEOF"
    for given in ({"command": command}, {"command": ["bash", "-lc", command]}, command):
        found = use({**SAMPLES["codex"].payload, "tool_name": "Bash", "tool_input": given})
        assert found.kind is Kind.SHELL
        assert found.paths == SAMPLES["codex"].paths


def test_a_command_names_no_files() -> None:
    found = use({**SAMPLES["claude-code"].payload, "tool_name": "Bash", "tool_input": {"command": "cat > /etc/x"}})
    assert (found.kind, found.paths) == (Kind.SHELL, ())


def test_copilot_in_vs_code_and_its_cli_with_capital_events() -> None:
    # microsoft/vscode-docs: docs/copilot/customization/hooks.md
    code = {
        "timestamp": "2026-02-09T10:30:00.000Z",
        "cwd": "/path/to/workspace",
        "sessionId": "session-identifier",
        "hookEventName": "PreToolUse",
        "transcript_path": "/path/to/transcript.json",
        "tool_name": "editFiles",
        "tool_input": {"files": ["src/main.ts"]},
        "tool_use_id": "tool-123",
    }
    found = use(code)
    assert (found.agent, found.kind, found.paths, found.call) == ("copilot", Kind.EDIT, ("src/main.ts",), "tool-123")
    # github/docs: content/copilot/reference/hooks-reference.md, the table of Claude's names
    cli = {
        "hook_event_name": "PreToolUse",
        "session_id": "s",
        "timestamp": "2026-02-09T10:30:00.000Z",
        "cwd": "/p",
        "tool_name": "Edit",
        "tool_input": {"path": "a.md", "old_str": "hello", "new_str": "world"},
    }
    found = use(cli, "claude-code")
    assert (found.agent, found.kind, found.paths, found.edits[0].new) == ("copilot", Kind.EDIT, ("a.md",), "world")


def test_copilots_arguments_may_be_a_text_in_json() -> None:
    sample = SAMPLES["copilot"]
    assert use({**sample.payload, "toolArgs": json.dumps(sample.payload["toolArgs"])}).paths == sample.paths


def test_after_a_tool_use_is_told_from_before() -> None:
    after = {
        "claude-code": {"hook_event_name": "PostToolUse", "tool_response": {"success": True}},
        "codex": {"hook_event_name": "PostToolUse", "tool_response": "ok"},
        "copilot": {"toolResult": {"resultType": "success"}},
        "cursor": {"hook_event_name": "postToolUse"},
        "gemini-cli": {"hook_event_name": "AfterTool", "tool_response": {}},
        "windsurf": {"agent_action_name": "post_write_code"},
        "cline": {"hookName": "PostToolUse"},
        "kiro": {"hook_event_name": "postToolUse"},
        "opencode": {"event": "tool.execute.after"},
        "amp": {"event": "tool.result"},
        "generic": {"event": "after"},
    }
    for name, changed in after.items():
        found = use({**SAMPLES[name].payload, **changed}, name)
        assert (found.event, found.paths) == (Event.AFTER, SAMPLES[name].paths), name


def test_other_events_are_none_of_a_tool() -> None:
    assert use({**SAMPLES["claude-code"].payload, "hook_event_name": "SessionStart"}).event is Event.OTHER
    assert use({**SAMPLES["windsurf"].payload, "agent_action_name": "user_prompt"}).event is Event.OTHER


def test_cursors_own_events_of_files_and_commands() -> None:
    # cursor.com/docs/hooks: afterFileEdit, beforeShellExecution, beforeReadFile
    common = {"conversation_id": "c", "workspace_roots": ["/p"], "cursor_version": "2.0"}
    edits = [{"old_string": "a", "new_string": "b"}]
    after = use({**common, "hook_event_name": "afterFileEdit", "file_path": "/p/a.ts", "edits": edits})
    assert (after.event, after.kind, after.paths, after.edits[0].new) == (Event.AFTER, Kind.EDIT, ("/p/a.ts",), "b")
    shell = use({**common, "hook_event_name": "beforeShellExecution", "command": "npm i", "cwd": "/p/q"})
    assert (shell.event, shell.kind, shell.cwd) == (Event.BEFORE, Kind.SHELL, "/p/q")
    assert use({**common, "hook_event_name": "beforeReadFile", "file_path": "/p/.env"}).kind is Kind.READ
    gone = use({**common, "hook_event_name": "preToolUse", "tool_name": "Delete", "tool_input": {"path": "a"}})
    assert gone.edits[0].gone


def test_several_edits_of_one_file_are_each_told() -> None:
    given = {
        "file_path": "/p/a",
        "edits": [{"old_string": "1", "new_string": "2"}, {"old_string": "3", "new_string": ""}],
    }
    found = use({**SAMPLES["claude-code"].payload, "tool_name": "MultiEdit", "tool_input": given})
    assert [(e.path, e.old, e.new) for e in found.edits] == [("/p/a", "1", "2"), ("/p/a", "3", "")]


def test_a_notebooks_path_is_one() -> None:
    given = {"notebook_path": "/p/a.ipynb", "new_source": "x = 1", "cell_id": "3"}
    found = use({**SAMPLES["claude-code"].payload, "tool_name": "NotebookEdit", "tool_input": given})
    assert [(e.path, e.new, e.whole) for e in found.edits] == [("/p/a.ipynb", "x = 1", False)]


def test_both_names_of_a_moved_file_are_told() -> None:
    given = {"old_path": "auth/a.py", "new_path": "docs/a.py"}
    found = use({**SAMPLES["claude-code"].payload, "tool_name": "mcp__fs__move_file", "tool_input": given})
    assert [(e.path, e.gone, e.moved_from) for e in found.edits] == [
        ("docs/a.py", False, "auth/a.py"),
        ("auth/a.py", True, None),
    ]


def test_a_tool_that_only_looks_is_no_edit() -> None:
    given = {"command": "view", "path": "/p/a.py"}
    assert use({**SAMPLES["copilot"].payload, "toolName": "str_replace_editor", "toolArgs": given}).kind is Kind.READ


def test_control_characters_in_texts_are_taken_as_they_are() -> None:
    edit = b'{"new_string":"a\nb\tc\x01"}'
    raw = b'{"agent_action_name":"pre_write_code","tool_info":{"file_path":"/p/a","edits":[%b]}}' % edit
    assert registry.read(raw).use.edits[0].new == "a\nb\tc\x01"


def test_bytes_that_are_no_utf_8_keep_their_names() -> None:
    raw = b'\xef\xbb\xbf{"agent_action_name":"pre_write_code","tool_info":{"file_path":"/p/\xff"}}'
    assert registry.read(raw).use.paths[0].encode("utf-8", "surrogateescape") == b"/p/\xff"


@pytest.mark.parametrize("data", [b"", b"[]", b"null", b"{", b'{"a":', b"[" * 100_000, b'{"a":' + b"9" * 5000 + b"}"])
def test_what_is_no_payload_is_one_error(data: bytes) -> None:
    with pytest.raises(PayloadInvalid) as error:
        registry.read(data, "claude-code")
    assert error.value.hint


def test_a_payload_beyond_all_measure_is_not_read() -> None:
    with pytest.raises(PayloadInvalid, match="16 MiB"):
        registry.read(b" " * (MOST_BYTES + 1), "codex")


def test_more_files_than_can_be_looked_at_are_an_error() -> None:
    many = {"files": [f"f{number}" for number in range(1001)]}
    with pytest.raises(PayloadInvalid, match="more than 1000 files"):
        use({**SAMPLES["claude-code"].payload, "tool_input": many})


def test_an_agent_that_is_not_known_is_named() -> None:
    with pytest.raises(AgentUnknown) as error:
        registry.adapter("clod")
    assert "claude-code" in (error.value.hint or "")
    with pytest.raises(AgentUnknown) as error:
        registry.adapter("aider")
    assert "no hooks" in (error.value.hint or "")


def test_another_package_can_bring_an_agent(monkeypatch: pytest.MonkeyPatch) -> None:
    from importlib import metadata

    point = metadata.EntryPoint("theirs", "answerable.capture.payload.kiro", registry.GROUP)
    monkeypatch.setattr(
        metadata,
        "entry_points",
        lambda **given: [point] if given == {"group": registry.GROUP, "name": "theirs"} else [],
    )
    with pytest.raises(AgentUnknown):
        registry.adapter("theirs")
    monkeypatch.setenv("ANSWERABLE_PLUGINS", "1")
    assert registry.adapter("theirs").NAME == "kiro"
    with pytest.raises(AgentUnknown):
        registry.adapter("others")


def test_blocks_that_are_searched_for_and_replaced_say_both():
    diff = "------- SEARCH\nold line\n=======\nnew line\nand more\n+++++++ REPLACE\n"
    diff += "<<<<<<< SEARCH\na\n=======\n>>>>>>> REPLACE"
    given = {"toolName": "replace_in_file", "parameters": {"path": "a.py", "diff": diff}}
    said = {"clineVersion": "3", "hookName": "PreToolUse", "taskId": "t", "preToolUse": given}
    use = registry.read(json.dumps(said).encode()).use
    assert [(edit.old, edit.new) for edit in use.edits] == [("old line\n", "new line\nand more\n"), ("a\n", "")]
