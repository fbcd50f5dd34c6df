"""What is put where: the files of an agent into which the recorder goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from answerable.capture.install.command import Program
from answerable.capture.install.settings import Entry

KEPT = ".before-answerable"  # a script that was there, beside ours, which runs it


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One file: entries in its JSON, or all that it holds (`content`), or a script that then runs the one before it."""

    agent: str
    path: Path
    entries: tuple[Entry, ...] = ()
    defaults: Mapping[str, Any] = field(default_factory=dict)
    comments: bool = False  # its host allows comments in JSON
    content: str | None = None
    executable: bool = False
    chains: bool = False  # what is there already is run after it, and answers the host
    note: str = ""  # what a person has to do, or to know


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """Whose settings, and how the recorder is called."""

    home: Path
    environment: Mapping[str, str]
    program: Program

    def folder(self, variable: str, usual: str) -> Path:
        """A folder that a variable names, else the usual one in the home."""
        named = self.environment.get(variable)
        return Path(named) if named and Path(named).is_absolute() else self.home / usual

    @property
    def config(self) -> Path:
        """Where programs keep a person's configuration."""
        return self.folder("XDG_CONFIG_HOME", ".config")


@dataclass(frozen=True, slots=True, kw_only=True)
class Managed:
    """A file that an organisation puts onto its machines: `system` is `linux` or `macos`."""

    system: str
    path: str  # absolute on that machine
    content: str
    note: str = ""


class Agent(Protocol):
    """What a module of an agent has."""

    NAME: str

    def used(self, root: Path | None, machine: Machine) -> bool:
        """Whether the person, or the repository at `root`, has it."""

    def repository(self, root: Path, machine: Machine) -> Sequence[Target]:
        """The files of one repository."""

    def user(self, machine: Machine) -> Sequence[Target]:
        """The files of a person, for all repositories."""

    def managed(self, program: Program) -> Sequence[Managed]:
        """The files of an organisation; none where the host knows no such."""
