"""What an owners file says, as values: teams, people, services and their duties. Nothing here resolves anything.

Every part keeps its position in the file, so that whoever finds a fault later can still name line and column.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from answerable.domain.fault import Position

PATH = ".answerable/owners.yaml"
"""Where a repository keeps it."""

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person. Identities are as the system writes them: mail addresses, logins without `@`, an SSO subject."""

    id: str  # the key in `people`
    name: str
    git: tuple[str, ...] = ()  # mail addresses in commits
    forge: tuple[str, ...] = ()  # logins
    sso: str | None = None
    pagerduty: str | None = None
    contact: str | None = None  # how they are reached: an address, a number, a handle
    until: date | None = None  # the last day they are here
    position: Position | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """People by their ids, and how the team is reached; the members of `parent` are not members of it."""

    id: str
    name: str
    members: tuple[str, ...] = ()
    parent: str | None = None
    forge: tuple[str, ...] = ()  # names on the forge, such as `larkspur/payments`
    contact: str | None = None
    position: Position | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of an escalation: whom to notify, and after how many minutes without an acknowledgement."""

    notify: tuple[str, ...]  # ids of teams, people, or `cover` for whoever covers the hour
    after: int = 0  # minutes since the incident was opened
    position: Position | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """Hours in which somebody answers, in the local time of a zone; an end before the start is the next day's."""

    region: str
    timezone: str  # IANA, such as `Europe/Stockholm`
    who: str
    days: tuple[str, ...] = DAYS
    start: str = "00:00"
    end: str = "24:00"
    position: Position | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A duty to report: to whom, within how many hours of becoming aware, in a jurisdiction."""

    jurisdiction: str
    to: str  # the authority or the customer
    within: int  # hours
    regulation: str | None = None
    severity: tuple[str, ...] = ()  # empty: every severity
    who: str | None = None  # a team or a person; else who communicates
    position: Position | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """What those outside are told; `{service}`, `{severity}`, `{since}` and the like are filled in."""

    text: str
    severity: tuple[str, ...] = ()  # empty: every severity
    jurisdiction: tuple[str, ...] = ()  # empty: every jurisdiction
    audience: str = "customers"
    position: Position | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Duties:
    """The duties of one service that no other format carries."""

    response: str | None = None  # a team or a person
    communication: str | None = None  # who speaks to those outside
    escalation: tuple[Step, ...] = ()
    fallback: str | None = None  # called when nobody on the path acknowledged
    cover: tuple[Cover, ...] = ()
    clocks: tuple[Clock, ...] = ()
    templates: tuple[Template, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service: its paths, its owner and its duties."""

    id: str
    name: str
    owner: str  # a team or a person
    paths: tuple[str, ...] = ()  # patterns with the meaning of CODEOWNERS on GitHub
    tier: int | None = None  # 0 is the most severe
    jurisdictions: tuple[str, ...] = ()
    duties: Duties = field(default_factory=Duties)
    links: tuple[tuple[str, str], ...] = ()  # (what, address): runbook, dashboard …
    position: Position | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PathRule:
    """An owner of paths that belong to no service; the last rule that matches decides."""

    pattern: str
    owners: tuple[str, ...]  # none: nobody owns it, and that was meant
    position: Position | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owners:
    """A whole file. Services decide before `paths`; of services that claim one path, the last in the file."""

    people: tuple[Member, ...] = ()
    teams: tuple[Team, ...] = ()
    services: tuple[Service, ...] = ()
    paths: tuple[PathRule, ...] = ()
    source: str = ""  # how answers name the file
    digest: str = ""  # "sha256:" and hex, of its bytes
