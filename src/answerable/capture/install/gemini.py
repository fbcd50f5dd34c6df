"""Gemini CLI: `hooks` in its settings, which may hold comments (geminicli.com/docs/hooks/reference)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from answerable.capture.install import claude_format
from answerable.capture.install.command import Program
from answerable.capture.install.model import Machine, Managed, Target
from answerable.capture.install.settings import Entry

NAME = "gemini-cli"
_AROUND = ("BeforeTool", "AfterTool")
_TURNS = ("SessionStart", "BeforeAgent", "AfterAgent", "SessionEnd")
_MATCHER = "write_file|replace|run_shell_command|mcp_.*"
_TIMEOUT = 10_000  # milliseconds
_SYSTEMS = {"linux": "/etc/gemini-cli", "macos": "/Library/Application Support/GeminiCli"}


def used(root: Path | None, machine: Machine) -> bool:
    """Its folder is there."""
    return claude_format.any_there(machine.home / ".gemini", *([root / ".gemini"] if root else []))


def repository(root: Path, machine: Machine) -> Sequence[Target]:
    """The settings of a repository."""
    return (_target(root / ".gemini" / "settings.json", machine.program),)


def user(machine: Machine) -> Sequence[Target]:
    """The settings of a person."""
    return (_target(machine.home / ".gemini" / "settings.json", machine.program),)


def managed(program: Program) -> Sequence[Managed]:
    """The settings of a machine."""
    content, note = claude_format.document({}, _entries(program)), "join it with a settings.json that is there"
    return [
        Managed(system=system, path=f"{folder}/settings.json", content=content, note=note)
        for system, folder in _SYSTEMS.items()
    ]


def _target(path: Path, program: Program) -> Target:
    return Target(agent=NAME, path=path, entries=_entries(program), comments=True)


def _entries(program: Program) -> tuple[Entry, ...]:
    given = {"matcher": _MATCHER, "name": "answerable-recorder", "timeout": _TIMEOUT}
    return claude_format.entries(program.line(NAME), _AROUND, _TURNS, **given)
