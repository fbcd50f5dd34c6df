"""What an import makes: owners that can be written and read again, and everything that had no place in them.

Names become ids that an owners file takes; two names never become one id. What has not the form that the file asks for
is left, and told.
"""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterable
from dataclasses import dataclass, replace

from answerable.ownership.file.words import ADDRESS, COVER, FORGE, MAIL, MOST_TIER
from answerable.ownership.model import Duties, Member, Owners, PathRule, Service, Team

MOST_BYTES = 1 << 20  # of one file
_ODD = re.compile(r"[^a-z0-9._-]+")
_ID = re.compile("[a-z0-9][a-z0-9._-]{0,63}")
_LONGEST = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file to import: its path below the root of the repository, or its name, and its bytes."""

    name: str
    data: bytes

    @property
    def folder(self) -> str:
        """The pattern of the folder that it lies in."""
        above = self.name.rpartition("/")[0].strip("/")
        return f"/{above}/" if above else "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """Something that could not be carried: where it stands, what it is, and why."""

    where: str
    value: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What came of it."""

    owners: Owners
    left: tuple[Left, ...] = ()


class Gathering:
    """Owners as they come together; the first word on a person or a team stays, later ones add to it."""

    def __init__(self) -> None:
        self.left: list[Left] = []
        self._people: dict[str, Member] = {}
        self._teams: dict[str, Team] = {}
        self._services: dict[str, Service] = {}
        self._paths: list[PathRule] = []
        self._ids: dict[tuple[str, str], str] = {}  # (kind, name as written) to id
        self._counts: dict[tuple[str, str], int] = {}  # (kind, id) to the last number that parted names of one id
        self._members: dict[str, dict[str, None]] = {}  # of a team, in their order

    def leave(self, where: str, value: object, why: str) -> None:
        """Tell what could not be carried, whole: it cannot be more than the file is long."""
        told = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        self.left.append(Left(where=where, value=told, why=why))

    def person(self, name: str, **given: object) -> str:
        """Somebody, by what they are called; returns the id.

        Args:
            name: As written.
            given: `title` (a name for people), and lists or texts of `Member`: git, forge, sso, pagerduty, contact.
        """
        named = self._id("person", name, self._teams, self._people)
        one = self._people.get(named) or Member(id=named, name=name)
        title = given.get("title")
        one = replace(
            one,
            name=str(title) if title else one.name,
            git=_joined(one.git, given.get("git")),
            forge=_joined(one.forge, given.get("forge")),
            sso=one.sso or _maybe(given, "sso"),
            pagerduty=one.pagerduty or _maybe(given, "pagerduty"),
            contact=one.contact or _maybe(given, "contact"),
        )
        self._people[named] = one
        return named

    def team(self, name: str, **given: object) -> str:
        """A team, likewise: `title`, `members` (ids), `parent` (an id), `forge`, `contact`."""
        named = self._id("team", name, self._people, self._teams)
        one = self._teams.get(named) or Team(id=named, name=name)
        self._members.setdefault(named, {}).update(dict.fromkeys(_joined((), given.get("members"))))
        title = given.get("title")
        self._teams[named] = replace(
            one,
            name=str(title) if title else one.name,
            parent=one.parent or _maybe(given, "parent"),
            forge=_joined(one.forge, given.get("forge")),
            contact=one.contact or _maybe(given, "contact"),
        )
        return named

    def service(self, where: str, name: str, owner: str | None, **given: object) -> str | None:
        """A service; one that is there already, or that nobody owns, is left.

        Args:
            where: Where it stands.
            name: As written.
            owner: An id.
            given: `title`, `paths`, `tier`, `links` (pairs), `duties`.
        """
        named = self._id("service", name, {}, self._services)
        why = "nobody owns it, and a service of owners.yaml has an owner" if owner is None else ""
        why = "the service is there already" if named in self._services else why
        if why or owner is None:
            self.leave(where, name, why)
            for key, value in given.items():
                if value not in (None, (), []) and key != "paths":
                    self.leave(f"{where}: {key}", value if isinstance(value, str | int) else repr(value), why)
            return None
        tier = given.get("tier")
        duties = given.get("duties")
        self._services[named] = Service(
            id=named,
            name=str(given.get("title") or name),
            owner=owner,
            paths=_joined((), given.get("paths")),
            tier=tier if isinstance(tier, int) else None,
            links=self._links(where, given.get("links")),
            duties=duties if isinstance(duties, Duties) else Duties(),
        )
        return named

    def path(self, pattern: str, owners: Iterable[str]) -> None:
        """A rule of paths, after those before it."""
        self._paths.append(PathRule(pattern=pattern, owners=tuple(dict.fromkeys(owners))))

    def handle(self, where: str, written: str) -> str | None:
        """Whom CODEOWNERS or a forge names: `@user`, `@org/team`, a mail address; the id, or None where it is none."""
        name = written.lstrip("@")
        if not name.isprintable():
            pass  # bytes that are no text, or controls
        elif "@" in name:
            if MAIL.fullmatch(name):
                return self.person(name, title=name.partition("@")[0], git=(name,))
        elif FORGE.fullmatch(name) and not name.startswith("@"):
            if "/" in name:
                return self.team(name, title=name.rpartition("/")[2], forge=(name,))
            return self.person(name, forge=(name,))
        self.leave(where, written, "this is no login, team or mail address")
        return None

    def mail(self, where: str, written: str | None) -> tuple[str, ...]:
        """A mail address, where it is one."""
        if written and not MAIL.fullmatch(written):
            self.leave(where, written, "this is no mail address")
            return ()
        return (written,) if written else ()

    def login(self, where: str, written: str | None) -> tuple[str, ...]:
        """A name on a forge, where it is one."""
        if written and not FORGE.fullmatch(written):
            self.leave(where, written, "this is no login or team of a forge")
            return ()
        return (written,) if written else ()

    def tier(self, where: str, written: str | None) -> int | None:
        """A tier, where it is a number from 0 to 4, alone or at the end of `tier…`."""
        found = re.fullmatch(r"(?:tier[ _-]?)?([0-9])", (written or "").strip().lower())
        if found and int(found[1]) <= MOST_TIER:
            return int(found[1])
        if written:
            self.leave(where, written, f"owners.yaml has tiers from 0, the most severe, to {MOST_TIER}")
        return None

    def imported(self) -> Imported:
        """All of it."""
        owners = Owners(
            people=tuple(self._people.values()),
            teams=tuple(replace(one, members=tuple(self._members[one.id])) for one in self._teams.values()),
            services=tuple(self._services.values()),
            paths=tuple(self._paths),
        )
        return Imported(owners=owners, left=tuple(self.left))

    def _links(self, where: str, given: object) -> tuple[tuple[str, str], ...]:
        found: dict[str, str] = {}
        for name, address in given if isinstance(given, list | tuple) else ():
            key, count = slug(name), 2
            while key in found and found[key] != address:
                key, count = f"{slug(name)[:56]}-{count}", count + 1
            if ADDRESS.fullmatch(address):
                found[key] = address
            else:
                self.leave(where, address, "this is no address that begins with https://, and no path")
        return tuple(found.items())

    def _id(self, kind: str, name: str, others: Container[str], mine: Container[str]) -> str:
        """The id of a name; another name never gets the same one."""
        key = (kind, name)
        if key not in self._ids:
            begun = named = slug(name)
            while named in others or named in mine or (kind != "service" and named == COVER):
                count = self._counts[kind, begun] = self._counts.get((kind, begun), 1) + 1
                tail = f"-{kind if count == 2 and kind == 'team' else count}"
                named = f"{begun[: _LONGEST - len(tail)]}{tail}"
            self._ids[key] = named
        return self._ids[key]


def slug(name: str) -> str:
    """A name in the letters that an id has."""
    if _ID.fullmatch(name):
        return name
    found = _ODD.sub("-", name.lower()).strip("-._")[:_LONGEST]
    return found or "unnamed"


def _joined(before: tuple[str, ...], given: object) -> tuple[str, ...]:
    more = given if isinstance(given, list | tuple) else ()
    return tuple(dict.fromkeys((*before, *(str(one) for one in more))))


def _maybe(given: dict[str, object], key: str) -> str | None:
    found = given.get(key)
    return str(found) if found else None
