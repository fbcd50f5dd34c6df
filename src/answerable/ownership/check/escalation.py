"""What is wrong with the duties of a service: none, an escalation that goes in a circle, or one that starts late."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from answerable.domain.fault import Position
from answerable.domain.verdict import Severity
from answerable.ownership.check.asked import Asked
from answerable.ownership.check.cover import Covered
from answerable.ownership.check.finding import Finding, Kind
from answerable.ownership.file.words import COVER
from answerable.ownership.model import Duties, Service, Step

SEVERE = 1
"""A service of this tier, or of a more severe one, must not be without duties."""


def duties(asked: Asked) -> Iterator[Finding]:
    """Services whose response, communication or escalation nobody took on."""
    if asked.owners is None and not asked.faults:
        what = "there is no owners file: who is called when, who speaks and who reports is nowhere written"
        yield asked.finding(
            Kind.DUTIES, Severity.WARNING, asked.declared.source, what, f"write {asked.declared.source}"
        )
    for service in asked.declared.services:
        lacking = list(_lacking(service.duties))
        severe = service.tier is not None and service.tier <= SEVERE
        if lacking:
            what = f"for {service.id}{f' (tier {service.tier})' if severe else ''} it is not said {', '.join(lacking)}"
            severity = Severity.ERROR if severe else Severity.WARNING
            remedy = f"write it under duties of {service.id}, after those named have agreed"
            yield asked.finding(Kind.DUTIES, severity, service.id, what, remedy, service.position)
        if service.jurisdictions and not service.duties.clocks:
            what = f"{service.id} runs under {', '.join(service.jurisdictions)}, and no duty to report is written"
            remedy = "write reporting under its duties: to whom, within how many hours, and who"
            yield asked.finding(Kind.DUTIES, Severity.NOTE, service.id, what, remedy, service.position)


def _lacking(found: Duties) -> Iterator[str]:
    """What is not said; where no response is named the owner responds, as long as somebody is called at all."""
    if not found.response and not found.escalation:
        yield "who responds"
    if not found.communication:
        yield "who speaks to those outside"
    if not found.escalation:
        yield "who is called when"


def paths(asked: Asked, years: Mapping[str, Covered]) -> Iterator[Finding]:
    """Escalations that come back to somebody, reach nobody new, or begin late.

    Args:
        asked: What is looked at.
        years: The coming year of services, by their ids: who is called by the hour was called for certain only then,
            when it is the same at every hour.
    """
    for service in asked.declared.services:
        steps = sorted(service.duties.escalation, key=lambda step: step.after)
        if not steps:
            continue
        if steps[0].after:
            what = f"for the first {steps[0].after} minutes of {service.id} nobody is called"
            remedy = "let the first step have `after: 0`"
            yield asked.finding(Kind.LATE, Severity.WARNING, service.id, what, remedy, steps[0].position)
        yield from _again(asked, service, steps, years.get(service.id))


def _again(asked: Asked, service: Service, steps: list[Step], year: Covered | None) -> Iterator[Finding]:
    """Each step, and at the end the fallback, held against those before it."""
    called: dict[str, str] = {}  # names, and when
    people: set[str] = set()
    for names, when, at in _stations(service, steps):
        circle = next((name for name in names if name in called and name != COVER), None)
        reached = _people(asked, (name for name in names if name != COVER))
        by_hour = _at_every_hour(asked, service, year) if COVER in names else set[str]()
        if circle:
            what = f"{when} {service.id} comes back to {circle}, who was called {called[circle]} and did not answer"
            remedy = "name somebody else there, or leave it out; the fallback is the last who is called"
            yield asked.finding(Kind.CYCLE, Severity.ERROR, service.id, what, remedy, at)
        elif reached and reached <= people and COVER not in names:
            last = when == "at the fallback"
            what = f"{when} {service.id} calls nobody who was not called before: {', '.join(sorted(reached))}"
            severity = Severity.NOTE if last else Severity.WARNING
            remedy = "name somebody who can decide when those before do not answer"
            yield asked.finding(Kind.NOWHERE, severity, service.id, what, remedy, at)
        called.update((name, when) for name in names if name not in called)
        people |= reached | by_hour


def _stations(service: Service, steps: list[Step]) -> Iterator[tuple[tuple[str, ...], str, Position | None]]:
    for step in steps:
        yield step.notify, f"after {step.after} minutes" if step.after else "at once", step.position
    if service.duties.fallback:
        yield (service.duties.fallback,), "at the fallback", service.position


def _at_every_hour(asked: Asked, service: Service, year: Covered | None) -> set[str]:
    """The people who are called at whatever hour it is."""
    if year is None or year.gaps:
        return set()
    return set.intersection(*(_people(asked, [cover.who]) for cover in service.duties.cover))


def _people(asked: Asked, names: Iterable[str]) -> set[str]:
    """The people behind names on that day."""
    return {person.id for name in asked.known(names) for person in asked.directory.here(name, asked.day)[0]}
