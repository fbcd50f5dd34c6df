"""Guarantees: an agent is one module and one line here, and only the modules that a payload needs are loaded.

One settings file can be read by several agents, so the name that a hook was set up with is a first guess: where the
keys at the top of a payload are those of another agent, it is that one's. What a model wrote, the tool's input, is
never looked at for that. Agents of others are entry points of the group ``answerable.agents``.
"""

from __future__ import annotations

from importlib import import_module
from typing import NamedTuple, cast

from answerable.capture.payload.model import Adapter, Payload, ToolUse
from answerable.capture.payload.parse import parse
from answerable.errors import AgentUnknown

AGENTS = {
    "cursor": "cursor",
    "windsurf": "windsurf",
    "cline": "cline",
    "gemini-cli": "gemini",
    "opencode": "opencode",
    "amp": "amp",
    "copilot": "copilot",
    "codex": "codex",
    "kiro": "kiro",
    "claude-code": "claude_code",
    "generic": "generic",
}
"""Each agent's name and module, in the order in which a payload without a name is tried."""

GROUP = "answerable.agents"
_PLUGINS = "ANSWERABLE_PLUGINS"


class Read(NamedTuple):
    """A payload as read, and whose language the answer must be in."""

    adapter: Adapter
    payload: Payload
    use: ToolUse


def adapter(name: str) -> Adapter:
    """The adapter of an agent.

    Raises:
        AgentUnknown: there is none of that name.
    """
    if name in AGENTS:
        return cast(Adapter, import_module(f"answerable.capture.payload.{AGENTS[name]}"))
    return _others(name)


def read(data: bytes, name: str | None = None) -> Read:
    """Read a payload.

    Args:
        data: As it was given on standard input.
        name: Which agent's it should be; None: told by what is in it.

    Raises:
        AgentUnknown: there is no agent of that name.
        PayloadInvalid: it cannot be read.
    """
    named = adapter(name) if name else None
    payload = parse(data)
    found = named if named and named.is_mine(payload) else _detected(payload) or named or adapter("generic")
    return Read(found, payload, found.read(payload))


def _detected(payload: Payload) -> Adapter | None:
    return next((found for found in map(adapter, AGENTS) if found.is_mine(payload)), None)


def _others(name: str) -> Adapter:
    """One that another package brings, where the environment lets these run."""
    import os

    if os.environ.get(_PLUGINS):
        points = import_module("importlib.metadata").entry_points(group=GROUP, name=name)
        for point in points:
            return cast(Adapter, point.load())
    hint = "aider has no hooks: its commits say what it wrote" if name == "aider" else f"one of: {', '.join(AGENTS)}"
    raise AgentUnknown(f"no agent is called {name!r}", hint=hint)
