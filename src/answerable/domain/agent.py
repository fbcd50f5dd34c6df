"""The tool that wrote code: its name, version, model and session, as far as evidence says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """An AI tool at work; `tool` is a canonical name such as ``claude-code``."""

    tool: str
    tool_version: str | None = None
    model: str | None = None
    session: str | None = None
