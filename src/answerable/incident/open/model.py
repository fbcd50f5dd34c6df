"""Everything an opened incident says, as values. Moments are RFC 3339 UTC; what is not known is None, never guessed."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from answerable.domain.answer import Answer, Question
from answerable.domain.deployment import Running
from answerable.domain.grade import Grade
from answerable.incident.rank import Candidate


class Basis(StrEnum):
    """On what ground a revision is taken for the deployed one, the surest first."""

    GIVEN = "given"  # by whoever opened the incident
    RELEASE = "release"  # the alert names a release, and a tag or a commit is called so
    DEPLOYED = "deployed"  # a deployment is recorded
    TAG = "tag"  # the newest tag before it failed
    HEAD = "head"  # nothing is known: the head of what is checked out


@dataclass(frozen=True, slots=True, kw_only=True)
class At:
    """The revision that is asked about, and why that one."""

    commit: str
    basis: Basis
    why: str
    grade: Grade


class Step(StrEnum):
    """The steps of a line's life, in their order."""

    GENERATED = "generated"
    ACCEPTED = "accepted"
    COMMITTED = "committed"
    REVIEWED = "reviewed"
    APPROVED = "approved"
    GATE = "gate"
    MERGED = "merged"
    RELEASED = "released"
    DEPLOYED = "deployed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One step: what is known of it, or that nothing is (`known` False)."""

    step: Step
    known: bool = True
    at: str | None = None
    by: str | None = None  # who did it, as recorded; never a judgement of them
    what: str = ""  # a sentence
    grade: Grade = Grade.NONE
    ref: str | None = None  # where that stands


class Side(StrEnum):
    """The two sides of the contract."""

    PERSON = "person"  # owns the intent
    ORGANISATION = "organisation"  # owns the environment: tools, review standards, gates


class Outcome(StrEnum):
    """What a control did."""

    APPLIED = "applied"  # it was there and let this pass
    SET_ASIDE = "set_aside"  # waived, overridden, passed as an emergency, or merged against its word
    ABSENT = "absent"  # nothing of the kind is recorded
    UNKNOWN = "unknown"  # it may have been there: what would tell is not here


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One thing that could have stopped it."""

    side: Side
    name: str
    outcome: Outcome
    what: str
    ref: str | None = None
    remedy: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Somebody who must be told, and by when. `applies` is None where it holds, else what it depends on."""

    jurisdiction: str
    regulation: str | None
    to: str
    by: str  # the moment
    within: int  # hours
    who: tuple[str, ...]  # who reports
    applies: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What those outside are told, filled in as far as it is known."""

    audience: str
    jurisdictions: tuple[str, ...]
    severities: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Somebody to call, `after` so many minutes without an answer."""

    after: int
    target: str
    people: tuple[str, ...]  # by name, with how they are reached
    contact: str | None = None
    covers: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """Who answers now, for the first candidate's path, or for the service that an alert names."""

    path: bytes | None = None
    service: str | None = None
    tier: int | None = None
    owner: tuple[str, ...] = ()
    calls: tuple[Contact, ...] = ()
    communication: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    grade: Grade = Grade.NONE
    why: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Consecutive lines that are reached, and the commit that wrote them."""

    path: bytes
    start: int
    end: int
    commit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far one thing reaches: the same line, the same session, the same model in that layer."""

    what: str  # line | session | model
    label: str
    lines: int = 0
    files: int = 0
    commits: tuple[str, ...] = ()
    spans: tuple[Lines, ...] = ()  # the first so many
    by_owner: tuple[tuple[str, int], ...] = ()
    running: tuple[Running, ...] = ()
    recall: str | None = None  # the command that lists all of it
    gap: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """An owner to be notified of lines that may have the same fault, and the issue to open for it."""

    owner: str
    lines: int
    paths: tuple[bytes, ...]
    title: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A candidate with its full answer."""

    candidate: Candidate
    questions: tuple[Question, ...]
    lineage: tuple[Event, ...]
    controls: tuple[Control, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """An incident as it was opened."""

    id: str
    title: str
    severity: str | None
    opened_at: str
    aware_at: str
    failed_at: str | None
    source: str
    environment: str | None
    kind: str | None
    links: tuple[str, ...]
    at: At
    answer: Answer
    ranked: tuple[Ranked, ...]
    response: Response
    dues: tuple[Due, ...] = ()
    messages: tuple[Message, ...] = ()
    reach: tuple[Reach, ...] = ()
    notices: tuple[Notice, ...] = ()
    notes: tuple[str, ...] = ()
    gaps: tuple[str, ...] = field(default=())
