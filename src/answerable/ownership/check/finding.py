"""A finding about who owns what: what kind, how bad, where, and what to do about it. Nothing in it ranks people."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from answerable.domain.fault import Position
from answerable.domain.verdict import Severity
from answerable.ownership.check.cover import Gap


class Kind(StrEnum):
    """What is wrong."""

    UNREADABLE = "unreadable"
    UNKNOWN = "unknown-name"
    TEAM_CYCLE = "team-cycle"
    ORPHANED = "orphaned"
    BROAD = "over-broad"
    UNUSED = "matches-nothing"
    LEFT = "left"
    SILENT = "silent"
    CONTRADICTORY = "contradictory"
    UNCOVERED = "uncovered-hours"
    CYCLE = "escalation-cycle"
    NOWHERE = "escalates-to-nobody-new"
    LATE = "nobody-at-first"
    DUTIES = "no-duties"


MEANINGS = {
    Kind.UNREADABLE: "a file that says who owns what cannot be read, or a line of it is skipped",
    Kind.UNKNOWN: "somebody is named who is no person and no team of the file",
    Kind.TEAM_CYCLE: "teams are each other's parents",
    Kind.ORPHANED: "files that nobody owns, or a duty behind which nobody is there",
    Kind.BROAD: "everybody owns it, or so many that no one does",
    Kind.UNUSED: "a pattern that decides for no file",
    Kind.LEFT: "a person who has left, or soon will have, is still named",
    Kind.SILENT: "nobody behind a duty was seen in git for long",
    Kind.CONTRADICTORY: "two entries or two files name different owners for the same files",
    Kind.UNCOVERED: "hours that nobody covers",
    Kind.CYCLE: "an escalation comes back to somebody who did not answer",
    Kind.NOWHERE: "a step calls only people who were called before",
    Kind.LATE: "nobody is called when it begins",
    Kind.DUTIES: "a service whose response, communication or escalation nobody took on",
}
"""What each kind means, for the documentation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One finding; `about` is the service, team, person or folder that it concerns."""

    kind: Kind
    severity: Severity
    file: str
    position: Position
    about: str
    what: str
    remedy: str
    files: int = 0  # how many files of the tree are concerned
    hours: tuple[Gap, ...] = ()

    @property
    def where(self) -> str:
        """File, line and column as editors and compilers write them."""
        return f"{self.file}:{self.position.line}:{self.position.column}"
