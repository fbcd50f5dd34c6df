"""The hours of a year in which nobody covers a service, with what happens then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from answerable.domain.verdict import Severity
from answerable.ownership.check.asked import Asked
from answerable.ownership.check.cover import Covered, year_of
from answerable.ownership.check.finding import Finding, Kind
from answerable.ownership.file.words import COVER
from answerable.ownership.hours import zone_of
from answerable.ownership.model import Service


def years(asked: Asked) -> dict[str, Covered]:
    """The coming year of every service that has hours of cover, by its id."""
    return {
        service.id: year_of(service.duties.cover, asked.until, asked.at)
        for service in asked.declared.services
        if service.duties.cover
    }


def uncovered(asked: Asked, found: Mapping[str, Covered]) -> Iterator[Finding]:
    """Hours that nobody covers, zones that are not known here, and cover that no step calls."""
    for service in asked.declared.services:
        yield from _zones(asked, service)
        calls = any(COVER in step.notify for step in service.duties.escalation)
        year = found.get(service.id)
        if year is None:
            if calls:
                what = f"the escalation of {service.id} calls who covers the hour, and no hours of cover are written"
                remedy = "write cover under its duties, or name somebody in the step"
                yield asked.finding(Kind.UNCOVERED, Severity.ERROR, service.id, what, remedy, service.position)
            continue
        if not calls and service.duties.escalation:
            what = f"{service.id} has hours of cover, and no step of its escalation calls whoever covers the hour"
            remedy = "let a step say `notify: [cover]`"
            yield asked.finding(Kind.UNCOVERED, Severity.WARNING, service.id, what, remedy, service.position)
        if year.gaps:
            yield _open(asked, service, year, calls=calls)


def _open(asked: Asked, service: Service, year: Covered, *, calls: bool) -> Finding:
    hours, of = year.open_seconds / 3600, round((year.end - year.start).total_seconds() / 3600)
    otherwise, severity = _otherwise(asked, service) if calls else ("", Severity.WARNING)
    at = service.duties.cover[0].position
    gap = year.gaps[0]
    told = f"{hours:,.{0 if hours.is_integer() else 1}f} of the next {of:,} hours"
    mostly = "mostly " if len(year.gaps) > 1 else ""
    what = f"nobody covers {service.id} in {told}, {mostly}from {gap.opens} to {gap.closes}{otherwise}"
    remedy = "agree on who takes those hours, and write them under cover"
    return asked.finding(Kind.UNCOVERED, severity, service.id, what, remedy, at, hours=year.gaps)


def _otherwise(asked: Asked, service: Service) -> tuple[str, Severity]:
    """What happens in hours that nobody covers: who is called instead, and when."""
    duties = service.duties
    for step in sorted(duties.escalation, key=lambda step: step.after):
        for name in asked.known(name for name in step.notify if name != COVER):
            if asked.directory.here(name, asked.day)[0]:
                when = f"{step.after} minutes later" if step.after else "at once"
                return f"; who is called then is {name}, {when}", Severity.WARNING
    if duties.fallback and asked.until(duties.fallback) is not None:
        return f"; only the fallback {duties.fallback} is called then", Severity.WARNING
    return "; nobody is called then", Severity.ERROR


def _zones(asked: Asked, service: Service) -> Iterator[Finding]:
    for cover in service.duties.cover:
        if zone_of(cover.timezone) is None:
            what = f"the zone {cover.timezone} of {service.id} in {cover.region} is not known here: it covers nothing"
            remedy = "write an IANA name such as Europe/Stockholm; if it is one, install newer time zone data"
            yield asked.finding(Kind.UNCOVERED, Severity.ERROR, service.id, what, remedy, cover.position)
