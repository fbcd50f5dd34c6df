"""The MCP server as an agent's client uses it: over standard streams, typed answers, errors in our words."""

from __future__ import annotations

import asyncio
import builtins
import os
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

import answerable
from answerable.policy.file.source import PATH
from builders import RepoBuilder
from e2e.asking import ask_here
from e2e.hooking import POLICY

client = pytest.importorskip("mcp.client")
stdio = pytest.importorskip("mcp.client.stdio")

CLAUDE = "Co-Authored-By: Claude <noreply@anthropic.com>\n"


@pytest.fixture
def shop(repo: RepoBuilder) -> RepoBuilder:
    repo.commit({PATH: POLICY, "pay/a.py": "one\n", "lib/b.py": "x\n"})
    repo.commit({"pay/a.py": "one\ntwo\n"}, f"Add a line\n\n{CLAUDE}")
    repo.checkout()
    return repo


def served(root: Path, talk: Callable[[Any], Coroutine[Any, Any, Any]]) -> Any:
    """What a conversation with the server gives; nothing of it goes to standard error but what we say."""
    source = os.fspath(Path(answerable.__file__).parent.parent)
    parameters = stdio.StdioServerParameters(
        command=sys.executable,
        args=["-m", "answerable", "-C", str(root), "mcp"],
        env={**os.environ, "PYTHONPATH": source},
        cwd=str(root.parent),
    )

    async def run() -> Any:
        async with client.Client(stdio.stdio_client(parameters)) as session:
            return await talk(session)

    return asyncio.run(run())


def calls(root: Path, *asked: tuple[str, dict[str, Any]]) -> list[Any]:
    async def talk(session: Any) -> list[Any]:
        return [await session.call_tool(name, given) for name, given in asked]

    found: list[Any] = served(root, talk)
    return found


def test_the_tools_are_listed_with_the_shape_of_what_they_answer(shop: RepoBuilder) -> None:
    async def talk(session: Any) -> tuple[Any, Any]:
        return await session.list_tools(), session.instructions

    listed, instructions = served(shop.root, talk)
    tools = {tool.name: tool for tool in listed.tools}
    assert sorted(tools) == ["explain_layer", "explain_verdict", "may_edit"]
    assert "may_edit" in instructions
    for tool in tools.values():
        assert tool.annotations.read_only_hint is True
        assert tool.description
        assert tool.output_schema["properties"]
    assert sorted(tools["may_edit"].input_schema["properties"]) == ["model", "path", "tool"]
    assert tools["may_edit"].input_schema["required"] == ["path"]
    assert sorted(tools["may_edit"].output_schema["required"]) == ["context", "decision", "path", "reason"]


def test_an_agent_asks_whether_it_may_edit(shop: RepoBuilder) -> None:
    denied, named, allowed, other = calls(
        shop.root,
        ("may_edit", {"path": "pay/a.py", "tool": "codex"}),
        ("may_edit", {"path": str(shop.root / "pay" / "a.py")}),
        ("may_edit", {"path": "pay/a.py", "tool": "Claude Code", "model": "claude-opus-4"}),
        ("may_edit", {"path": "lib/b.py", "tool": "codex"}),
    )
    assert denied.structured_content["decision"] == "deny"
    assert "allowed here: claude-code" in denied.structured_content["reason"]
    assert "which tool edits here is not known" in named.structured_content["reason"]
    assert allowed.structured_content["decision"] == "allow"
    assert "approval by 2 independent people" in allowed.structured_content["context"]
    assert other.structured_content == {"path": "lib/b.py", "decision": "allow", "reason": None, "context": None}


def test_an_agent_asks_why_a_file_is_in_its_layer(shop: RepoBuilder) -> None:
    whole, line, new = calls(
        shop.root,
        ("explain_layer", {"path": "pay/a.py"}),
        ("explain_layer", {"path": "pay/a.py", "line": 2}),
        ("explain_layer", {"path": "pay/new.py"}),
    )
    found = whole.structured_content
    assert (found["layer"], found["rank"], found["purpose"], found["there"]) == ("critical", 0, "money", True)
    assert found["because"] == "the path matches /pay/"
    assert [rule["name"] for rule in found["rules"]] == ["tools", "eyes"]
    assert found["rules"][0]["asks"] == ["written with claude-code"]
    assert (line.structured_content["origin"], line.structured_content["grade"]) == ("ai", "declared")
    assert (new.structured_content["there"], new.structured_content["layer"]) == (False, "critical")


def test_an_agent_asks_what_its_change_lacks(shop: RepoBuilder) -> None:
    base = shop.commits[0]
    by_base, by_range = calls(
        shop.root, ("explain_verdict", {"base": base}), ("explain_verdict", {"base": f"{base}..HEAD"})
    )
    found = by_base.structured_content
    assert (found["verdict"], found["base"], found["head"]) == ("fail", base, shop.commits[1])
    assert found["findings"][0]["rule"] == "eyes"
    assert found["findings"][0]["path"] == "pay/a.py"
    assert found["obligations"][0]["met"] is False
    assert found["left_out"] == 0
    assert by_range.structured_content == found


def test_what_goes_wrong_is_an_error_of_the_tool_with_its_code_and_the_next_step(shop: RepoBuilder) -> None:
    hostile: list[tuple[str, dict[str, Any], str]] = [
        ("explain_layer", {"path": "../elsewhere"}, "[path-not-found]"),
        ("explain_layer", {"path": ".git/config"}, "[path-not-found]"),
        ("explain_layer", {"path": "x" * 5000}, "[path-not-found]"),
        ("explain_layer", {"path": "pay/a.py", "line": 99}, "[line-out-of-range]"),
        ("explain_layer", {"path": "pay/a.py", "line": -1}, "[line-out-of-range]"),
        ("explain_layer", {"path": "a\0b"}, "[path-not-found]"),
        ("may_edit", {"path": "/etc/passwd"}, "[path-not-found]"),
        ("explain_verdict", {"base": "--output=x"}, "[revision-not-found]"),
        ("explain_verdict", {"base": "nope\n\x1b[2J"}, "[revision-not-found]"),
        ("explain_verdict", {"base": ""}, "[revision-not-found]"),
        ("explain_verdict", {"base": "main", "head": "-x"}, "[revision-not-found]"),
        ("may_edit", {"path": 3}, "valid string"),
        ("may_edit", {}, "required"),
        ("no_such_tool", {}, "no_such_tool"),
    ]
    found = calls(shop.root, *((name, given) for name, given, _ in hostile))
    for (_, given, wanted), result in zip(hostile, found, strict=True):
        said = result.content[0].text
        assert result.is_error, given
        assert wanted in said
        assert "Traceback" not in said
        assert "site-packages" not in said
        assert "\x1b" not in said


def test_a_file_that_cannot_be_told_is_for_a_person(shop: RepoBuilder) -> None:
    (found,) = calls(shop.root, ("may_edit", {"path": "pay/a\0.py"}))
    assert found.structured_content["decision"] == "ask"


def test_a_policy_with_a_fault_is_an_error_that_says_where(repo: RepoBuilder) -> None:
    repo.commit({PATH: "version: 1\nrules: {}\n", "a": "x\n"})
    repo.checkout()
    asked, layer = calls(repo.root, ("may_edit", {"path": "a"}), ("explain_layer", {"path": "a"}))
    for result in (asked, layer):
        assert result.is_error
        assert f"{PATH}:2:8" in result.content[0].text
        assert "[policy-invalid]" in result.content[0].text


def test_a_fault_of_ours_tells_nothing_of_where_it_was(shop: RepoBuilder, monkeypatch: pytest.MonkeyPatch) -> None:
    from answerable.cli.mcp_ import server
    from answerable.policy import served as functions

    def broken(*_: object) -> None:
        raise RuntimeError(os.fspath(shop.root / "secret"))

    monkeypatch.setattr(functions, "may_edit", broken)

    async def talk() -> Any:
        async with client.Client(server(shop.root)) as session:
            return await session.call_tool("may_edit", {"path": "a"})

    result = asyncio.run(talk())
    assert result.is_error
    assert result.content[0].text.endswith("an internal fault, RuntimeError [internal]")


def test_without_the_extra_it_says_how_to_get_it(shop: RepoBuilder, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name.split(".")[0] == "mcp":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    said = ask_here("mcp", cwd=shop.root)
    assert said.code == 2
    assert "[extra-missing]" in said.err
    assert "answerable[mcp]" in said.err
