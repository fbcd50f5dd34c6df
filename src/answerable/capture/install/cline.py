"""Cline: executable files named as the events (docs.cline.bot/customization/hooks). It wants one JSON document.

A file of that name that is there already is kept beside ours and run after it, with the same payload; it answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from answerable.capture.install import claude_format
from answerable.capture.install.command import Program
from answerable.capture.install.model import KEPT, Machine, Managed, Target

NAME = "cline"
_EVENTS = claude_format.AROUND
_SCRIPT = """\
#!/bin/sh
# Made by `answerable init`: records what the agent does. Taken out by `answerable uninit`.
payload=$(cat)
printf '%s' "$payload" | {command} >/dev/null 2>&1
if [ -x "$0{kept}" ]; then
    printf '%s' "$payload" | "$0{kept}"
    exit $?
fi
echo '{{"cancel": false}}'
"""


def used(root: Path | None, machine: Machine) -> bool:
    """Its folder is there."""
    own = (machine.home / ".cline", machine.home / "Documents" / "Cline")
    return claude_format.any_there(*own, *([root / ".clinerules"] if root else []))


def repository(root: Path, machine: Machine) -> Sequence[Target]:
    """The hooks of a repository."""
    return _targets(root / ".clinerules" / "hooks", machine.program)


def user(machine: Machine) -> Sequence[Target]:
    """The hooks of a person, where the version that is there looks for them."""
    documents = machine.home / "Documents" / "Cline"
    return _targets(documents / "Hooks" if documents.is_dir() else machine.home / ".cline" / "hooks", machine.program)


def managed(program: Program) -> Sequence[Managed]:  # noqa: ARG001 - all agents get it
    """It has none."""
    return ()


def _targets(folder: Path, program: Program) -> list[Target]:
    script = _SCRIPT.format(command=program.line(NAME).removesuffix(" || true"), kept=KEPT)
    return [Target(agent=NAME, path=folder / event, content=script, executable=True, chains=True) for event in _EVENTS]
