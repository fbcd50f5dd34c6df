"""The form of hooks that Claude Code made common: lists of matchers, each with the commands to run."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from answerable.capture.install.settings import Entry

TURNS = ("SessionStart", "UserPromptSubmit", "Stop")
AROUND = ("PreToolUse", "PostToolUse")


def entries(command: str, around: Iterable[str], turns: Iterable[str], **given: Any) -> tuple[Entry, ...]:
    """Entries that run a command around tool uses and where turns begin and end.

    Args:
        command: For a shell.
        around: Events of tool uses.
        turns: Events of the session.
        given: `matcher`: for which tools, None for all; anything else goes beside the command.
    """
    matcher = given.pop("matcher", None)
    hook = {"type": "command", "command": command, **given}
    matched = {"matcher": matcher} if matcher else {}
    found = [Entry(path=("hooks", event), value={**matched, "hooks": [hook]}) for event in around]
    return (*found, *(Entry(path=("hooks", event), value={"hooks": [hook]}) for event in turns))


def document(defaults: dict[str, Any], wanted: Iterable[Entry]) -> str:
    """A whole file that holds nothing else."""
    hooks: dict[str, list[Any]] = {}
    for entry in wanted:
        hooks.setdefault(entry.path[-1], []).append(entry.value)
    return json.dumps({**defaults, "hooks": hooks}, indent=2) + "\n"


def any_there(*paths: Path) -> bool:
    """Whether one of these is there."""
    return any(path.exists() for path in paths)
