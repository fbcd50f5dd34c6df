"""Kiro: a file of our own in `.kiro/hooks/` (kiro.dev/docs/cli/v3/hooks), read by its IDE 1 and its CLI 3.

That is documented for a workspace, and for nothing above it. Its CLI before that has hooks in the configuration of each
agent, which are not touched.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from answerable.capture.install import claude_format
from answerable.capture.install.command import Program
from answerable.capture.install.model import Machine, Managed, Target

NAME = "kiro"
_FILE = Path(".kiro", "hooks", "answerable-recorder.json")
_TIMEOUT = 10  # seconds
_NOTE = "Kiro CLI 2 reads hooks in the configuration of an agent only"


def used(root: Path | None, machine: Machine) -> bool:
    """Its folder is there."""
    return claude_format.any_there(machine.home / ".kiro", *([root / ".kiro"] if root else []))


def repository(root: Path, machine: Machine) -> Sequence[Target]:
    """The hooks of a repository."""
    return (_target(root / _FILE, machine.program),)


def user(machine: Machine) -> Sequence[Target]:  # noqa: ARG001 - all agents get it
    """It has none."""
    return ()


def managed(program: Program) -> Sequence[Managed]:  # noqa: ARG001 - all agents get it
    """It has none."""
    return ()


def _target(path: Path, program: Program) -> Target:
    action = {"type": "command", "command": program.line(NAME)}
    hooks = [
        {"name": f"answerable-{event}", "trigger": event, **matched, "action": action, "timeout": _TIMEOUT}
        for events, matched in ((claude_format.AROUND, {"matcher": ".*"}), (claude_format.TURNS, {}))
        for event in events
    ]
    content = json.dumps({"version": "v1", "hooks": hooks}, indent=2) + "\n"
    return Target(agent=NAME, path=path, content=content, note=_NOTE)
