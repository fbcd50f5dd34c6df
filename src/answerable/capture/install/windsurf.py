"""Windsurf: `hooks.json` for Cascade (docs.windsurf.com/windsurf/cascade/hooks), of the editor and of its plugins."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from answerable.capture.install import claude_format
from answerable.capture.install.command import Program
from answerable.capture.install.model import Machine, Managed, Target
from answerable.capture.install.settings import Entry

NAME = "windsurf"
_EVENTS = (
    "pre_write_code", "post_write_code", "pre_run_command", "post_run_command", "pre_mcp_tool_use", "post_mcp_tool_use",
)  # fmt: skip
_SYSTEMS = {"linux": "/etc/windsurf", "macos": "/Library/Application Support/Windsurf"}


def used(root: Path | None, machine: Machine) -> bool:
    """Its folder is there."""
    return claude_format.any_there(machine.home / ".codeium", *([root / ".windsurf"] if root else []))


def repository(root: Path, machine: Machine) -> Sequence[Target]:
    """The hooks of a repository."""
    return (_target(root / ".windsurf" / "hooks.json", machine.program),)


def user(machine: Machine) -> Sequence[Target]:
    """The hooks of a person: the editor's, and those of the plugins for other editors."""
    folder = machine.home / ".codeium"
    return [_target(path / "hooks.json", machine.program) for path in (folder / "windsurf", folder)]


def managed(program: Program) -> Sequence[Managed]:
    """The hooks of a machine."""
    content, note = claude_format.document({}, _entries(program)), "join it with a hooks.json that is there"
    return [
        Managed(system=system, path=f"{folder}/hooks.json", content=content, note=note)
        for system, folder in _SYSTEMS.items()
    ]


def _target(path: Path, program: Program) -> Target:
    return Target(agent=NAME, path=path, entries=_entries(program))


def _entries(program: Program) -> tuple[Entry, ...]:
    hook = {"command": program.line(NAME), "show_output": False}
    return tuple(Entry(path=("hooks", event), value=hook) for event in _EVENTS)
