"""What a hook keeps of a payload says all that is understood of it later, and nothing that was said."""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.capture.payload import registry
from answerable.capture.payload.model import Kind
from answerable.capture.recording.kept import AGENTS, kept
from capture.payloads import SAMPLES


def test_every_agent_that_comes_with_the_program_is_known() -> None:
    assert set(AGENTS) == set(registry.AGENTS)


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_what_is_understood_of_a_payload_is_the_same(name: str) -> None:
    whole = SAMPLES[name].payload
    less = kept(name, whole)
    for guess in (name, None):
        assert (
            registry.read(json.dumps(less).encode(), guess).use == registry.read(json.dumps(whole).encode(), guess).use
        )
        assert registry.read(json.dumps(less).encode(), guess).adapter is registry.adapter(name)


def changing() -> list[tuple[str, str]]:
    """Every tool that an adapter knows to change files or to run commands."""
    found = []
    for name, module in registry.AGENTS.items():
        table = getattr(import_module(f"answerable.capture.payload.{module}"), "_TOOLS", {})
        found += [(name, tool) for tool, kind in table.items() if kind.changes_files or kind is Kind.SHELL]
    return found


@pytest.mark.parametrize(("name", "tool"), changing())
def test_what_a_tool_was_given_that_may_change_files_is_kept(name: str, tool: str) -> None:
    given = {"file_path": "/p/a.py", "content": "x", "command": "make"}
    said: dict[str, Any] = {"tool_name": tool, "toolName": tool, "tool": tool, "tool_input": given, "parameters": given}
    assert kept(name, said)["tool_input"] == given
    assert kept(name, {"preToolUse": {"toolName": tool, "parameters": given}})["preToolUse"]["parameters"] == given  # type: ignore[index]


@pytest.mark.parametrize(
    "tool", ["mcp__files__edit_file", "mcp__sh__run", "str_replace_based_edit_tool", "create_file"]
)
def test_tools_that_nobody_knows_and_that_may_change_files_are_taken_for_such(tool: str) -> None:
    assert kept("claude-code", {"tool_name": tool, "tool_input": {"x": "y"}})["tool_input"] == {"x": "y"}


@pytest.mark.parametrize(
    "tool", ["Task", "TodoWrite", "WebSearch", "AskUserQuestion", "ExitPlanMode", "new_task", "x", ""]
)
def test_what_other_tools_were_given_is_not(tool: str) -> None:
    said = {
        "tool_name": tool,
        "tool_input": {"content": "y", "command": "z"},
        "toolArgs": "{}",
        "edits": [{"new": "y"}],
    }
    found = kept("claude-code", said)
    assert (found["tool_input"], found["toolArgs"], found["edits"]) == ({}, None, [])


def test_a_tool_behind_another_is_what_it_is_called() -> None:
    for name, is_kept in (("edit_file", True), ("send_mail", False)):
        given = {"server_name": "x", "tool_name": name, "arguments": {"path": "a.py"}}
        said = {
            "hookName": "PreToolUse",
            "taskId": "t",
            "preToolUse": {"toolName": "use_mcp_tool", "parameters": given},
        }
        found = kept("cline", said)["preToolUse"]
        assert isinstance(found, dict)
        assert found["parameters"] == (given if is_kept else {})


def test_what_is_too_long_for_a_name_is_none() -> None:
    long = "x" * 5000
    said = {"model": long, "cwd": "/p", "workspace_roots": ["/p", long], long: 1}
    assert kept("cursor", said) == {"model": None, "cwd": "/p", "workspace_roots": ["/p"]}


def test_a_key_that_is_not_known_keeps_its_name_alone() -> None:
    said = {"a_key_of_tomorrow": "said", "deep": {"a": ["said"]}, "count": 3, "tool_info": {"user_prompt": "said"}}
    assert kept("windsurf", said) == {
        "a_key_of_tomorrow": None, "deep": None, "count": 3, "tool_info": {"user_prompt": None},
    }  # fmt: skip


def test_of_an_agent_that_others_brought_what_is_known_to_be_said_goes() -> None:
    assert kept("theirs", {"prompt": "said", "its_own": {"a": 1}}) == {"prompt": None, "its_own": {"a": 1}}


_TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)
_ANY = st.recursive(
    _TEXTS | st.integers() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXTS, inner),
    max_leaves=20,
)


@given(st.dictionaries(_TEXTS, _ANY, max_size=8), st.sampled_from(AGENTS))
def test_any_payload_is_taken_and_says_no_more_than_it_did(said: dict[str, Any], name: str) -> None:
    found = kept(name, {"x": "canary", **said, "message": {"content": "canary"}})
    assert "canary" not in json.dumps(found)
    assert found.keys() <= {"x", *said, "message"}
