"""Cursor: `hooks.json` (cursor.com/docs/hooks). It takes silence for a failed hook, so it is answered.

`afterTabFileEdit` tells of accepted completions; of an agent's edits `preToolUse` and `postToolUse` tell, with a number
for each call, and so nothing else does.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from answerable.capture.install import claude_format
from answerable.capture.install.command import Program
from answerable.capture.install.model import Machine, Managed, Target
from answerable.capture.install.settings import Entry

NAME = "cursor"
_EVENTS = (
    "preToolUse", "postToolUse", "postToolUseFailure", "afterTabFileEdit", "sessionStart", "stop", "sessionEnd",
)  # fmt: skip
_VERSION = {"version": 1}
_SYSTEMS = {"linux": "/etc/cursor", "macos": "/Library/Application Support/Cursor"}


def used(root: Path | None, machine: Machine) -> bool:
    """Its folder is there."""
    return claude_format.any_there(machine.home / ".cursor", *([root / ".cursor"] if root else []))


def repository(root: Path, machine: Machine) -> Sequence[Target]:
    """The hooks of a repository."""
    return (_target(root / ".cursor" / "hooks.json", machine.program),)


def user(machine: Machine) -> Sequence[Target]:
    """The hooks of a person."""
    return (_target(machine.home / ".cursor" / "hooks.json", machine.program),)


def managed(program: Program) -> Sequence[Managed]:
    """The hooks of a machine."""
    content, note = claude_format.document(_VERSION, _entries(program)), "join it with a hooks.json that is there"
    return [
        Managed(system=system, path=f"{folder}/hooks.json", content=content, note=note)
        for system, folder in _SYSTEMS.items()
    ]


def _target(path: Path, program: Program) -> Target:
    return Target(agent=NAME, path=path, entries=_entries(program), defaults=_VERSION, comments=True)


def _entries(program: Program) -> tuple[Entry, ...]:
    hook = {"command": program.line(NAME, "{}")}
    return tuple(Entry(path=("hooks", event), value=hook) for event in _EVENTS)
