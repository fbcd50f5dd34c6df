"""Finds which files of agents run the recorder, and with which command: the very one that the host would run.

A repository that was cloned can hold such a file, too, so a command is taken for one to be run only where it is nothing
but the recorder: the program of this installation, or one that lies outside the repository and that nobody else can
change. Anything else is told, and not run.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from answerable.capture.install import files, settings
from answerable.capture.install.command import SCRIPT
from answerable.capture.install.jsonc import Unreadable, read
from answerable.capture.install.model import Machine, Target
from answerable.capture.install.registry import AGENTS, agent

_ANSWERS = re.compile(r"; echo ('[^']*'|\"[^\"`$]*\"|[\w{}:,.\"-]+)\Z")
_ARRAY = re.compile(r"=\s*(\[\"[^\n]*\"\])\s*;?\s*$", re.MULTILINE)
_PIPED = re.compile(r"\| (?P<command>[^|\n]+?) >/dev/null 2>&1$", re.MULTILINE)
_COMMITTED = {"claude-code": (Path(".claude", "settings.json"),)}  # where somebody may have put it by hand
_SYSTEMS = {"linux": "linux", "darwin": "macos"}
_MARK = "\ufeff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Configured:
    """One file of one agent that runs the recorder.

    Attributes:
        words: The commands in it, each once, as words that are run without a shell.
        strange: Those that are more, or other, than the recorder.
        without: The host's events that do not run it and should.
        note: What a person has to know of this file.
    """

    agent: str
    path: Path
    words: tuple[tuple[str, ...], ...] = ()
    strange: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    why: str = ""  # it is not as its host needs it
    note: str = ""


@dataclass(slots=True)
class _Commands:
    words: dict[tuple[str, ...], None] = field(default_factory=dict)
    strange: dict[str, None] = field(default_factory=dict)


def configured(machine: Machine, root: Path) -> list[Configured]:
    """The files that run the recorder: of a work tree, and of its person.

    Args:
        machine: Whose settings.
        root: The work tree's.
    """
    found: list[Configured] = []
    for name in AGENTS:
        one = agent(name)
        targets = [*one.repository(root, machine), *one.user(machine)]
        shared = [root / file for file in _COMMITTED.get(name, ())]
        system = _SYSTEMS.get(sys.platform)
        shared += [Path(file.path) for file in one.managed(machine.program) if file.system == system]
        targets += [Target(agent=name, path=path) for path in shared]
        found += [made for target in targets if (made := _of(target, machine, root))]
    return found


def words_of(command: str, machine: Machine, root: Path) -> tuple[str, ...] | None:
    """The words of a command that is the recorder and nothing else; None of any other.

    Args:
        command: As a settings file has it.
        machine: How this installation calls it.
        root: The work tree, out of which nothing is run.
    """
    bare = _ANSWERS.sub("", command.strip()).removesuffix(" || true")
    try:
        words = tuple(shlex.split(bare))
    except ValueError:
        return None
    return words if words and _is_recorder(words, machine, root) else None


def _is_recorder(words: tuple[str, ...], machine: Machine, root: Path) -> bool:
    *program, name = words
    if not re.fullmatch(r"[a-z][a-z-]{0,40}", name):
        return False
    if tuple(program) == machine.program.words:
        return True
    if len(program) == 1 and os.path.basename(program[0]) == SCRIPT:  # noqa: PTH119 - a word
        return _is_safe(shutil.which(program[0]), root)
    shape = len(program) == 4 and program[1:3] == ["-S", "-I"] and program[3].endswith("/answerable/capture/hook.py")
    return (
        shape and "python" in Path(program[0]).name and all(_is_safe(word, root) for word in (program[0], program[3]))
    )


def _is_safe(program: str | None, root: Path) -> bool:
    """Whether a program lies outside a work tree, where only its user or the system can change it."""
    if program is None or not os.path.isabs(program):  # noqa: PTH117 - a word
        return False
    try:
        real = Path(program).resolve()
        about = real.stat()
    except (OSError, ValueError):
        return True  # it is not there, and running it will say so
    return not real.is_relative_to(root) and about.st_uid in (0, os.geteuid()) and not about.st_mode & 0o002


def _of(target: Target, machine: Machine, root: Path) -> Configured | None:
    """What one file has of the recorder; None where it has nothing."""
    try:
        small = target.path.is_file() and target.path.stat().st_size <= files.MOST_BYTES
        text = target.path.read_bytes().decode().removeprefix(_MARK) if small else ""
    except (OSError, UnicodeDecodeError):
        return None
    if not settings.runs_ours(text):
        return None
    if target.executable:
        return _of_script(target, text, machine, root)
    if target.path.suffix == ".json":
        return _of_settings(target, text, machine, root)
    commands, match = _Commands(), _ARRAY.search(text)
    _take(_joined(match[1] if match else text), commands, machine, root)
    return _made(target, commands)


def _of_script(target: Target, text: str, machine: Machine, root: Path) -> Configured:
    """Only its line of the recorder counts: what was there before it is another's."""
    commands, match = _Commands(), _PIPED.search(text)
    _take(match["command"] if match else text, commands, machine, root)
    return _made(target, commands, why="" if os.access(target.path, os.X_OK) else "it cannot be executed")


def _of_settings(target: Target, text: str, machine: Machine, root: Path) -> Configured:
    try:
        value = read(text, comments=target.comments).value
    except Unreadable as error:
        return _made(target, _Commands(), why=f"its host cannot read it: {error}")
    commands = _Commands()
    for command in _commands(value):
        _take(command, commands, machine, root)
    events = dict.fromkeys(entry.path for entry in target.entries)
    without = [path[-1] for path in events if not _runs(_at(value, path))]
    off = isinstance(value, dict) and value.get("disableAllHooks") is True
    return _made(
        target, commands, without=tuple(without), why="it switches all hooks off (disableAllHooks)" if off else ""
    )


def _made(target: Target, commands: _Commands, *, without: tuple[str, ...] = (), why: str = "") -> Configured:
    return Configured(
        agent=target.agent, path=target.path, words=tuple(commands.words), strange=tuple(commands.strange),
        without=without, why=why, note=target.note,
    )  # fmt: skip


def _take(command: str, commands: _Commands, machine: Machine, root: Path) -> None:
    words = words_of(command, machine, root)
    if words is None:
        commands.strange[command[:200]] = None
    else:
        commands.words[words] = None


def _joined(array: str) -> str:
    """The words of a JavaScript array as a command."""
    try:
        words = json.loads(array)
        return shlex.join(words) if isinstance(words, list) else array
    except (ValueError, TypeError):
        return array


def _commands(value: Any, depth: int = 0) -> Iterator[str]:
    """Every command of the recorder below a value."""
    if depth > 20:
        return
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        if key in ("command", "bash") and isinstance(inner, str) and settings.runs_ours(inner):
            yield inner
        elif isinstance(inner, dict | list):
            yield from _commands(inner, depth + 1)


def _at(value: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _runs(value: Any) -> bool:
    return any(True for _ in _commands(value))
