"""Guarantees: an agent is one module and one line here. Aider has no hooks: what it wrote is told by its commits."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import cast

from answerable.capture.install.model import Agent
from answerable.errors import AgentUnknown

AGENTS = {
    "claude-code": "claude_code",
    "codex": "codex",
    "copilot": "copilot",
    "cursor": "cursor",
    "gemini-cli": "gemini",
    "windsurf": "windsurf",
    "cline": "cline",
    "kiro": "kiro",
    "opencode": "opencode",
    "amp": "amp",
}
USUAL = "claude-code"  # where nothing says which: several hosts read its settings


def agent(name: str) -> Agent:
    """What installs the recorder for an agent.

    Raises:
        AgentUnknown: nothing does.
    """
    if name not in AGENTS:
        hint = f"one of: {', '.join(AGENTS)}; any other can call answerable-hook generic"
        raise AgentUnknown(f"the recorder cannot be installed for {name!r}", hint=hint)
    return cast(Agent, import_module(f"answerable.capture.install.{AGENTS[name]}"))


def agents(names: Iterable[str]) -> list[Agent]:
    """Those of some names, each once.

    Raises:
        AgentUnknown: nothing installs one of them.
    """
    return [agent(name) for name in dict.fromkeys(names)]
