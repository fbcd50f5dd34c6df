"""What a check looks at, gathered once: the two files, the tree, who was seen in git, and the moment."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property

from answerable.domain.fault import Fault, Position
from answerable.domain.layer import Placed
from answerable.domain.verdict import Severity
from answerable.git.activity import Activity
from answerable.ownership.check.finding import Finding, Kind
from answerable.ownership.codeowners import Codeowners
from answerable.ownership.directory import Directory
from answerable.ownership.model import PATH, Owners, Service

START = Position(1, 1)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Everything that findings follow from.

    Attributes:
        owners: The owners file, where there is one that can be read.
        codeowners: CODEOWNERS, where there is one.
        source: How findings name CODEOWNERS.
        files: Every file of the tree.
        at: The moment asked about, with its zone.
        faults: What is wrong with an owners file that cannot be read.
        placed: In which trust layer files are that nobody owns, as far as that is known.
        activity: Who was seen in git; None: nobody looked.
        cut: History is cut off here, so that nobody could look.
        ignored: Other CODEOWNERS files of the tree, which say something else and do not count.
    """

    owners: Owners | None
    codeowners: Codeowners | None
    source: str
    files: Sequence[bytes]
    at: datetime
    faults: tuple[Fault, ...] = ()
    placed: Mapping[bytes, Placed] = field(default_factory=dict)
    activity: Activity | None = None
    cut: bool = False
    ignored: tuple[str, ...] = ()

    @cached_property
    def declared(self) -> Owners:
        """The owners file, or one that says nothing."""
        return self.owners or Owners(source=PATH)

    @cached_property
    def directory(self) -> Directory:
        """Its people and teams."""
        return Directory(self.declared)

    @property
    def day(self) -> date:
        """The day asked about, as `resolve` counts days."""
        return self.at.date()

    def known(self, names: Iterable[str]) -> list[str]:
        """Those names that are people or teams of the file."""
        return [name for name in names if name in self.directory]

    def until(self, name: str) -> date | None:
        """The last day, from the one asked about, on which somebody answers for a name; None: nobody does now.

        People can only leave, so that somebody is there on every day before.
        """
        if name not in self.directory or not self.directory.here(name, self.day)[0]:
            return None
        here, days = self.directory.here, self._leave
        at = bisect_left(days, True, key=lambda leaves: not here(name, leaves + timedelta(days=1))[0])
        return days[at] if at < len(days) else date.max

    def finding(
        self,
        kind: Kind,
        severity: Severity,
        about: str,
        what: str,
        remedy: str,
        position: Position | None = None,
        **more: object,
    ) -> Finding:
        """A finding about the owners file, or about CODEOWNERS for want of one."""
        file = self.declared.source if self.owners or not self.codeowners else self.source
        found = {"kind": kind, "severity": severity, "about": about, "what": what, "remedy": remedy, "file": file}
        return Finding(**{**found, "position": position or START, **more})  # type: ignore[arg-type]

    @cached_property
    def _leave(self) -> list[date]:
        days = {one.until for one in self.declared.people if one.until is not None}
        return sorted(day for day in days if self.day <= day < date.max)


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody whom the owners file names: where, and for what, in words."""

    name: str
    role: str
    position: Position | None
    service: Service | None = None


def named(owners: Owners) -> Iterator[Named]:
    """Everybody whom an owners file names as a member, an owner or for a duty, in the order of the file."""
    for team in owners.teams:
        yield from (Named(one, f"a member of {team.id}", team.position) for one in team.members)
        if team.parent:
            yield Named(team.parent, f"the parent of {team.id}", team.position)
    for service in owners.services:
        yield from _of_service(service)
    for rule in owners.paths:
        yield from (Named(name, f"the owner of `{rule.pattern}`", rule.position) for name in rule.owners)


def _of_service(service: Service) -> Iterator[Named]:
    duties, at = service.duties, service.position
    yield Named(service.owner, f"the owner of {service.id}", at, service)
    if duties.response:
        yield Named(duties.response, f"who responds for {service.id}", at, service)
    if duties.communication:
        yield Named(duties.communication, f"who speaks for {service.id}", at, service)
    for step in duties.escalation:
        role = f"the step after {step.after} minutes of {service.id}"
        yield from (Named(name, role, step.position, service) for name in step.notify if name != "cover")
    if duties.fallback:
        yield Named(duties.fallback, f"the fallback of {service.id}", at, service)
    for cover in duties.cover:
        yield Named(cover.who, f"the cover of {service.id} in {cover.region}", cover.position, service)
    for clock in duties.clocks:
        if clock.who:
            yield Named(clock.who, f"who reports to {clock.to} for {service.id}", clock.position, service)
