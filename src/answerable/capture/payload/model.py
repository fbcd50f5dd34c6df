"""What all agents' payloads have in common once they are read, and what can be answered; plain values, immutable.

They are named tuples, not dataclasses: a hook runs at every edit, and importing `dataclasses` alone costs it 9 ms.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, NamedTuple, Protocol

Payload = dict[str, Any]
"""A payload as JSON; any key may be missing, and hold anything."""


class Event(StrEnum):
    """When a hook was called: around a tool use, or for something else."""

    BEFORE = "before"
    AFTER = "after"
    OTHER = "other"


class Kind(StrEnum):
    """What a tool does."""

    EDIT = "edit"  # changes parts of files, or moves or removes them
    WRITE = "write"  # writes whole files
    SHELL = "shell"  # runs a command: which files it changes is not said
    READ = "read"
    OTHER = "other"

    @property
    def changes_files(self) -> bool:
        """True where the files are named that it changes."""
        return self in (Kind.EDIT, Kind.WRITE)


class Edit(NamedTuple):
    """What a tool does to one file, as far as the payload says it."""

    path: str  # as the agent wrote it: absolute, or from the folder it works in
    new: str | None = None  # the text that comes in; several pieces are joined by ends of lines
    old: str | None = None  # the text that it takes the place of
    whole: bool = False  # `new` is all that the file then holds
    gone: bool = False  # the file is removed, or moved away
    moved_from: str | None = None


class ToolUse(NamedTuple):
    """One use of a tool by an agent. Prompts and answers are not kept."""

    agent: str | None  # canonical name of the coding tool, such as `claude-code`; None: not known
    event: Event
    kind: Kind = Kind.OTHER
    tool: str = ""  # what the agent calls the tool that it uses, such as `Edit`
    edits: tuple[Edit, ...] = ()
    model: str | None = None
    session: str | None = None
    call: str | None = None  # which use it is: the same before and after
    cwd: str | None = None
    version: str | None = None  # of the agent
    transcript: str | None = None  # the file in which the agent keeps what was said
    digest: str | None = None  # ``sha256:`` over the tool's input, as JSON with sorted keys

    @property
    def paths(self) -> tuple[str, ...]:
        """The files that it is about, each once."""
        return tuple(dict.fromkeys(edit.path for edit in self.edits))


class Decision(StrEnum):
    """What a guard says of a tool use that is about to happen."""

    ALLOW = "allow"  # nothing speaks against it: the agent's own permissions decide, they are never granted here
    ASK = "ask"  # a person should decide
    DENY = "deny"

    @property
    def strength(self) -> int:
        """An order: `deny` is the most."""
        return tuple(Decision).index(self)


class Answer(NamedTuple):
    """A decision and what goes with it, as words without control characters."""

    decision: Decision = Decision.ALLOW
    reason: str = ""  # why it is not simply allowed, and what is allowed instead
    context: str = ""  # what the agent should know, where it is allowed


class Reply(NamedTuple):
    """What a hook writes and ends with, so that its host understands it."""

    out: str = ""
    err: str = ""
    code: int = 0


class Adapter(Protocol):
    """What the module of an agent has."""

    NAME: str | None  # canonical

    def is_mine(self, payload: Payload) -> bool:
        """True where nothing but this agent writes such a payload, as the keys at its top say."""

    def read(self, payload: Payload) -> ToolUse:
        """Read it; what is missing or of another type is not known, never an error.

        Raises:
            PayloadInvalid: it names more than can be looked at.
        """

    def reply(self, payload: Payload, answer: Answer) -> Reply:
        """Say an answer in its own words. Where it cannot ask, asking is allowing with a message."""
