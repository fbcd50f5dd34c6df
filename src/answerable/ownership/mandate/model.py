"""What a mandate says, as values; who signed it is no part of it, because the signatures are over its bytes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

PATH = ".answerable/mandate.md"
"""Where a repository keeps it."""

ROLES = ("legal", "security", "platform")
"""The roles that must have signed where nobody asks for others."""

ACCEPTED = "accepted"
"""The one status of a decision record in which a mandate can be in force."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A role that must sign, and one of the people who may sign in it; several of one role: any of them."""

    role: str
    person: str  # the id under which the ledger knows their key, such as `linnea@example.com`


@dataclass(frozen=True, slots=True, kw_only=True)
class Mandate:
    """A whole file."""

    title: str
    status: str  # of MADR: `proposed`, `accepted`, `rejected`, `deprecated`, or `superseded by …`
    begins: date  # `date`: the first day on which it can be in force
    expires: date  # the last one
    governance: str  # who owns AI-code governance: a team or a person
    response: str  # who owns the response
    communication: str  # who speaks to those outside
    standards: tuple[str, ...]
    approvals: tuple[Approval, ...]
    person_owns: tuple[str, ...]  # the two-sided contract: what whoever accepts AI output answers for
    organisation_owns: tuple[str, ...]  # and what the organisation owes them
    decision_makers: tuple[str, ...] = ()
    consulted: tuple[str, ...] = ()
    informed: tuple[str, ...] = ()
    replaces: str | None = None  # "sha256:" and hex of the mandate before it
    source: str = ""  # how answers name the file
    digest: str = ""  # "sha256:" and hex, of its bytes

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles that it names, in the order of the file."""
        return tuple(dict.fromkeys(approval.role for approval in self.approvals))

    def needed(self, asked: Iterable[str] = ROLES) -> tuple[str, ...]:
        """The roles that must have signed: those that are asked for, and those that it names."""
        return tuple(dict.fromkeys((*asked, *self.roles)))

    def people(self, role: str) -> tuple[str, ...]:
        """Who may sign in a role."""
        return tuple(dict.fromkeys(one.person for one in self.approvals if one.role == role))
