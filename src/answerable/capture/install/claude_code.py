"""Claude Code: `hooks` in its settings (code.claude.com/docs/en/hooks); VS Code and Copilot CLI read the local ones.

Only events that its versions of the last year know are asked for: older ones ignore a whole file for one they do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from answerable.capture.install import claude_format
from answerable.capture.install.command import Program
from answerable.capture.install.model import Machine, Managed, Target
from answerable.capture.install.settings import Entry

NAME = "claude-code"
LOCAL = Path(".claude", "settings.local.json")
MATCHER = "Edit|Write|MultiEdit|NotebookEdit|Bash|PowerShell|mcp__.*"
_TIMEOUT = 10  # seconds
_SYSTEMS = {"linux": "/etc/claude-code", "macos": "/Library/Application Support/ClaudeCode"}


def used(root: Path | None, machine: Machine) -> bool:
    """Its folder is there."""
    return claude_format.any_there(
        machine.folder("CLAUDE_CONFIG_DIR", ".claude"), *([root / ".claude"] if root else [])
    )


def repository(root: Path, machine: Machine) -> Sequence[Target]:
    """The settings that it keeps out of commits."""
    return (target(NAME, root / LOCAL, machine.program),)


def user(machine: Machine) -> Sequence[Target]:
    """The settings of a person."""
    return (target(NAME, machine.folder("CLAUDE_CONFIG_DIR", ".claude") / "settings.json", machine.program),)


def managed(program: Program) -> Sequence[Managed]:
    """A file beside the managed settings that there may be."""
    content = claude_format.document({}, _entries(program))
    return [
        Managed(system=system, path=f"{folder}/managed-settings.d/answerable.json", content=content)
        for system, folder in _SYSTEMS.items()
    ]


def target(agent: str, path: Path, program: Program) -> Target:
    """Settings in its form, of whichever agent reads them."""
    return Target(agent=agent, path=path, entries=_entries(program))


def _entries(program: Program) -> tuple[Entry, ...]:
    around = (*claude_format.AROUND, "PostToolUseFailure")
    turns = (*claude_format.TURNS, "SessionEnd")
    return claude_format.entries(program.line(NAME), around, turns, matcher=MATCHER, timeout=_TIMEOUT)
