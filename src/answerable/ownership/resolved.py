"""The owner of a path with everything a responder needs, and why it is so."""

from __future__ import annotations

from dataclasses import dataclass

from answerable.domain.grade import Grade
from answerable.domain.owner import Owner
from answerable.ownership.model import Clock, Member, Service, Step, Template


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A decision by which somebody took the ownership on: who, when, in which decision."""

    by: str
    at: str  # RFC 3339 UTC
    decision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Somebody to call: after how many minutes, who by name, and how they are reached."""

    after: int
    target: str  # the id of the team or person, as the file names it
    people: tuple[Member, ...]
    contact: str | None = None
    covers: str | None = None  # the region whose hours it is now


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """Who is answerable for a path at a moment; what the registry cannot say is empty, and `gaps` names it."""

    path: bytes
    owner: Owner | None
    service: Service | None = None
    response: tuple[Member, ...] = ()  # the people behind the duty, present at that moment
    communication: tuple[Member, ...] = ()
    escalation: tuple[Step, ...] = ()
    calls: tuple[Call, ...] = ()  # the escalation walked for that moment
    clocks: tuple[Clock, ...] = ()
    templates: tuple[Template, ...] = ()
    signed: tuple[Signed, ...] = ()
    grade: Grade = Grade.NONE
    why: tuple[str, ...] = ()  # sentences: by which file and line, which rule lost, where two files disagree
    gaps: tuple[str, ...] = ()
