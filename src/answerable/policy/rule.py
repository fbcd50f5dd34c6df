"""A rule of a policy: which lines it is about, what must be shown for them, and what happens otherwise.

The shape is that of Kubernetes admission: variables, match, conditions, validations, messages, an action. A condition
that is not given (an empty tuple, 0 or None) holds for everything. Positions take no part in comparisons: a rule
written out and read again is equal.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase

from answerable.domain.acceptance import How
from answerable.domain.fault import Position
from answerable.domain.grade import Grade
from answerable.domain.level import Level
from answerable.domain.origin import Origin


class Authority(StrEnum):
    """Whose policy something was written in, the highest first: a lower one adds to it and takes nothing away."""

    ORGANISATION = "organisation"
    REPOSITORY = "repository"
    FOLDER = "folder"

    @property
    def rank(self) -> int:
        """An order: 0 is the highest."""
        return tuple(Authority).index(self)


class Action(StrEnum):
    """What a rule that is not met does; the words are those of Kubernetes admission."""

    DENY = "Deny"  # fails the gate: severity `error`
    WARN = "Warn"  # is shown: `warning`
    AUDIT = "Audit"  # is kept for the record: `note`

    @property
    def strength(self) -> int:
        """An order: 0 does nothing but record, 2 fails."""
        return (Action.AUDIT, Action.WARN, Action.DENY).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Which lines a rule is about: all conditions that are given must hold.

    `origins` is complete: where a rule names `ai` or `mixed`, `unknown` is in it too, unless the rule says
    `unknown_counts_as_ai: false`.
    """

    layers: tuple[str, ...] = ()
    origins: tuple[Origin, ...] = ()
    grades: tuple[Grade, ...] = ()
    tools: tuple[str, ...] = ()  # names as `named` reads them
    models: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()  # patterns with the meaning of CODEOWNERS
    min_lines: int = 0  # of all lines of the change that the other conditions hold for
    tiers: tuple[int, ...] = ()  # of a service that the path is part of: 0 is the most severe
    data: tuple[str, ...] = ()  # classes of data, one of which such a service holds
    regions: tuple[str, ...] = ()  # where it runs: one of these, and so of the next two
    jurisdictions: tuple[str, ...] = ()
    fleets: tuple[str, ...] = ()


Scope = tuple[tuple[str, str], ...]
"""Variables that a policy defines itself: the whole name and the type of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """A CEL expression that has been compiled and type-checked once; `judge.expressions` evaluates it."""

    text: str
    scope: Scope = ()  # of the rule's own variables those that it may read
    position: Position | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A value that a policy computes once and its expressions read as `variables.NAME`."""

    name: str
    expression: Expression  # may read the variables before it
    type: str  # what it gives: a type of `judge.variables`


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """What must hold for each line that a rule is about, and what is said where it does not."""

    expression: Expression  # gives a truth value
    message: str | None = None
    message_expression: Expression | None = None  # gives a text; goes before `message`


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewers:
    """Who must have approved the exact head: independent humans, in all, from teams, and from the owners."""

    humans: int = 0  # how many different ones
    teams: tuple[str, ...] = ()  # at least one of each
    owners: bool = False  # at least one owner of every path concerned


@dataclass(frozen=True, slots=True, kw_only=True)
class RequireFindings:
    """Which findings of analysers, and how many of them, the lines may have."""

    level: Level = Level.WARNING  # this one and worse count
    tools: tuple[str, ...] = ()  # names of analysers; empty: all
    rules: tuple[str, ...] = ()  # names of their rules, `*` for any text; empty: all
    most: int = 0  # how many may be there
    required: bool = False  # without any report of findings it is not met either


@dataclass(frozen=True, slots=True, kw_only=True)
class Require:
    """What must be shown for the lines that a rule matches: all of it. Where it is nothing, they are not allowed."""

    reviewers: Reviewers = Reviewers()
    grade: Grade | None = None  # at least
    acceptance: tuple[How, ...] = ()  # one of these; empty: any, or none
    countersign: bool = False
    checks: tuple[str, ...] = ()  # names of checks that must have succeeded on the head
    tools: tuple[str, ...] | None = None  # allowed ones; None: not restricted; empty: none is allowed
    models: tuple[str, ...] | None = None  # a tool or model that is not known is not among the allowed ones
    findings: RequireFindings | None = None
    checklist: bool = False  # a reviewer has answered the checklist of the lines
    mandate: tuple[str, ...] | None = None  # one is in force, signed in these roles and those it names; None: not asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule; its name is unique in a policy file. The last four say where it holds, and come with joining files."""

    name: str
    match: Match = Match()
    variables: tuple[Variable, ...] = ()  # those that its expressions may read; each after those that it reads itself
    when: Expression | None = None  # gives a truth value
    require: Require = Require()
    validations: tuple[Validation, ...] = ()
    action: Action = Action.DENY
    message: str | None = None
    message_expression: Expression | None = None  # gives a text; goes before `message`
    overridable: bool = False  # a lower policy may waive it, or put one of its own in its place
    emergency: bool = False  # an emergency change passes it, and is looked at afterwards
    origin: str = field(default="", compare=False)  # the file or preset that it was read from
    position: Position | None = field(default=None, compare=False)
    authority: Authority = field(default=Authority.REPOSITORY, compare=False)
    folder: str = field(default="", compare=False)  # it is about paths below this one only; its patterns begin there
    outside: tuple[str, ...] = field(default=(), compare=False)  # folders where another stands in its place
    reports: bool | None = field(default=None, compare=False)  # only shown, whatever its action; None: as the policy

    @property
    def forbids(self) -> bool:
        """True where it asks for nothing: what it is about is not allowed."""
        return self.require == Require() and not self.validations


def named(name: str | None, patterns: tuple[str, ...]) -> bool:
    """True where the name of a tool or model is among patterns: letters of any case, `*` for any text.

    A name that is not known (None) is only named by `*`.
    """
    if name is None:
        return "*" in patterns
    return any(fnmatchcase(name.casefold(), _plain(pattern)) for pattern in patterns)


def _plain(pattern: str) -> str:
    """Only `*` is special."""
    return pattern.casefold().replace("[", "[[]").replace("?", "[?]")
