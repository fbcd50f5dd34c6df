"""Codex: `hooks.json` beside its configuration (developers.openai.com/codex/hooks).

A person has to trust the hook once, and again when its command changes. The file may hold nothing but hooks.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path

from answerable.capture.install import claude_format
from answerable.capture.install.command import Program
from answerable.capture.install.model import Machine, Managed, Target

NAME = "codex"
_TRUST = "Codex asks you once to trust the hook: /hooks"
_OFF = "hooks are switched off in its config.toml: [features] hooks = false"
_TIMEOUT = 10  # seconds


def used(root: Path | None, machine: Machine) -> bool:
    """Its folder is there."""
    return claude_format.any_there(_home(machine), *([root / ".codex"] if root else []))


def repository(root: Path, machine: Machine) -> Sequence[Target]:
    """The hooks of a repository, which Codex reads where the project is trusted."""
    return (_target(root / ".codex" / "hooks.json", machine),)


def user(machine: Machine) -> Sequence[Target]:
    """The hooks of a person."""
    return (_target(_home(machine) / "hooks.json", machine),)


def managed(program: Program) -> Sequence[Managed]:
    """Requirements, which need no trust: to be joined with those that there may be."""
    rows = ['[hooks]\nmanaged_dir = "/etc/codex"\n']
    rows += [
        f"[[hooks.{event}]]\n[[hooks.{event}.hooks]]\n"
        f'type = "command"\ncommand = {_toml(program.line(NAME))}\ntimeout = {_TIMEOUT}\n'
        for event in (*claude_format.AROUND, *claude_format.TURNS)
    ]
    note = "join it with a requirements.toml that is there"
    path = "/etc/codex/requirements.toml"
    return [Managed(system=system, path=path, content="\n".join(rows), note=note) for system in ("linux", "macos")]


def _target(path: Path, machine: Machine) -> Target:
    wanted = claude_format.entries(
        machine.program.line(NAME), claude_format.AROUND, claude_format.TURNS, timeout=_TIMEOUT
    )
    return Target(agent=NAME, path=path, entries=wanted, note=_OFF if _off(machine) else _TRUST)


def _home(machine: Machine) -> Path:
    return machine.folder("CODEX_HOME", ".codex")


def _off(machine: Machine) -> bool:
    try:
        said = tomllib.loads((_home(machine) / "config.toml").read_text("utf-8")).get("features")
    except (OSError, ValueError):
        return False
    return isinstance(said, dict) and False in (said.get("hooks"), said.get("codex_hooks"))


def _toml(text: str) -> str:
    """A text as TOML writes it; a path of a program holds no control characters."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
