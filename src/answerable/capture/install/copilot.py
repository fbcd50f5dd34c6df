"""Copilot: its CLI, and VS Code (github/docs content/copilot/reference/hooks-reference.md).

In a repository both read Claude Code's local settings, so these are used: a hook that is in two files runs twice, and
the CLI gives its calls no number by which that could be told. Of a person's the CLI reads a folder of its own, and
VS Code Claude Code's settings (microsoft/vscode-docs docs/copilot/customization/hooks.md). Events are written as Claude
Code's, so that a payload is the same from either file. The cloud agent reads only what is committed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from answerable.capture.install import claude_code, claude_format
from answerable.capture.install.command import Program
from answerable.capture.install.model import Machine, Managed, Target
from answerable.capture.install.settings import Entry

NAME = "copilot"
_EVENTS = (*claude_format.AROUND, "PostToolUseFailure", *claude_format.TURNS, "SessionEnd")
_TIMEOUT = 10  # seconds
_VERSION = {"version": 1}


def used(root: Path | None, machine: Machine) -> bool:
    """Its folder is there."""
    here = [root / ".github" / "copilot", root / ".github" / "hooks"] if root else []
    editor = any((machine.home / ".vscode" / "extensions").glob("github.copilot*"))
    return editor or claude_format.any_there(_home(machine), *here)


def repository(root: Path, machine: Machine) -> Sequence[Target]:
    """Claude Code's local settings, which it reads."""
    return (claude_code.target(NAME, root / claude_code.LOCAL, machine.program),)


def user(machine: Machine) -> Sequence[Target]:
    """A file of our own among the hooks of the CLI, and the settings that VS Code reads."""
    path = _home(machine) / "hooks" / "answerable-recorder.json"
    own = Target(agent=NAME, path=path, content=claude_format.document(_VERSION, _entries(machine.program)))
    return (own, *(replace(target, agent=NAME) for target in claude_code.user(machine)))


def managed(program: Program) -> Sequence[Managed]:
    """A policy file, which must be root's."""
    content = claude_format.document(_VERSION, _entries(program))
    path = "/etc/github-copilot/policy.d/answerable.json"
    note = "owned by root, and not to be written by others"
    return [Managed(system=system, path=path, content=content, note=note) for system in ("linux", "macos")]


def _entries(program: Program) -> tuple[Entry, ...]:
    hook = {"type": "command", "bash": program.line(NAME), "timeoutSec": _TIMEOUT}
    return tuple(Entry(path=("hooks", event), value=hook) for event in _EVENTS)


def _home(machine: Machine) -> Path:
    return machine.folder("COPILOT_HOME", ".copilot")
