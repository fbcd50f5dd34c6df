"""Who is called now, and who must be told by when: from the owners file as it is today, at the moment of awareness.

A clock runs from when somebody became aware, not from when it failed. A clock whose severity or jurisdiction is not
known yet is shown with what it depends on, never left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from answerable.domain.grade import Grade
from answerable.incident.open.model import Contact, Due, Message, Response
from answerable.ownership.model import Clock, Member, Owners, Service, Template
from answerable.ownership.registry import Registry
from answerable.ownership.resolved import Call, Resolved


def resolved_for(registry: Registry, path: bytes | None, services: Sequence[str], at: datetime) -> Resolved | None:
    """The duties for a path; else for the first service that an alert names and the owners file knows."""
    if path is not None:
        return registry.resolve(path, at)
    service = named_service(registry.owners, services)
    if service is None or not service.paths:
        return None
    inside = service.paths[0].strip("/").partition("*")[0].rstrip("/")
    found = registry.resolve(f"{inside}/incident".encode() if inside else b"incident", at)
    return found if found.service is service or (found.service and found.service.id == service.id) else None


def named_service(owners: Owners | None, names: Sequence[str]) -> Service | None:
    """The service that one of these names means, by its id or its name."""
    wanted = {name.casefold() for name in names}
    for service in owners.services if owners else ():
        if {service.id.casefold(), service.name.casefold()} & wanted:
            return service
    return None


def response(found: Resolved | None, path: bytes | None, services: Sequence[str]) -> Response:
    """Who answers now."""
    if found is None:
        what = f"no service here is called {' or '.join(services)}" if services else "no line and no service is known"
        return Response(path=path, gaps=(f"{what}, so nobody can be named",))
    service = found.service
    return Response(
        path=path,
        service=service.id if service else None,
        tier=service.tier if service else None,
        owner=found.owner.names if found.owner else (),
        calls=tuple(map(_contact, found.calls)),
        communication=tuple(map(_reached, found.communication)),
        links=service.links if service else (),
        grade=found.grade if found.owner else Grade.NONE,
        why=found.why,
        gaps=found.gaps,
    )


def dues(
    found: Resolved | None,
    severity: str | None,
    jurisdictions: Sequence[str],
    aware: datetime,
    owners: Owners | None = None,
) -> tuple[Due, ...]:
    """Everybody who must be told, the first due first.

    Args:
        found: The duties.
        severity: Of the incident; None: not said yet.
        jurisdictions: Where the code is known to run; empty: not known.
        aware: When somebody became aware, with its zone.
        owners: The owners file, which knows who its ids are.
    """
    told = [_due(found, clock, severity, jurisdictions, aware, owners) for clock in (found.clocks if found else ())]
    return tuple(sorted((due for due in told if due), key=lambda due: (due.by, due.jurisdiction)))


def _due(
    found: Resolved | None,
    clock: Clock,
    severity: str | None,
    jurisdictions: Sequence[str],
    aware: datetime,
    owners: Owners | None,
) -> Due | None:
    conditions = []
    if clock.severity and severity is None:
        conditions.append(f"if it is {' or '.join(clock.severity)}")
    elif clock.severity and severity not in clock.severity:
        return None
    if not jurisdictions:
        conditions.append(f"if it runs in {clock.jurisdiction}")
    elif not _within(clock.jurisdiction, jurisdictions):
        return None
    by = (aware.astimezone(UTC) + timedelta(hours=clock.within)).strftime("%Y-%m-%dT%H:%M:%SZ")
    who = (_called(clock.who, owners),) if clock.who else tuple(map(_reached, found.communication)) if found else ()
    return Due(
        jurisdiction=clock.jurisdiction,
        regulation=clock.regulation,
        to=clock.to,
        by=by,
        within=clock.within,
        who=who,
        applies=" and ".join(conditions) or None,
    )


def _called(name: str, owners: Owners | None) -> str:
    """A person or a team by their name, and how they are reached; an id that the file does not explain stays."""
    for member in owners.people if owners else ():
        if member.id == name:
            return _reached(member)
    for team in owners.teams if owners else ():
        if team.id == name:
            return f"{team.name} ({team.contact})" if team.contact else team.name
    return name


def _within(jurisdiction: str, running: Sequence[str]) -> bool:
    """True where a place lies in a jurisdiction: `US-CA` is in `US`, and a duty of `US-CA` may hold for `US`."""
    return any(
        place == jurisdiction or place.startswith(f"{jurisdiction}-") or jurisdiction.startswith(f"{place}-")
        for place in running
    )


def messages(
    found: Resolved | None, severity: str | None, jurisdictions: Sequence[str], since: str
) -> tuple[Message, ...]:
    """What those outside are told: the templates that fit, filled in as far as it is known."""
    service = found.service if found else None
    values = {
        "service": service.name if service else "{service}",
        "severity": severity or "{severity}",
        "since": since,
        "jurisdiction": ", ".join(jurisdictions) or "{jurisdiction}",
    }
    return tuple(
        Message(
            audience=template.audience,
            jurisdictions=template.jurisdiction,
            severities=template.severity,
            text=filled(template.text, values),
        )
        for template in _fitting(found.templates if found else (), severity, jurisdictions)
    )


def _fitting(found: Sequence[Template], severity: str | None, jurisdictions: Sequence[str]) -> Iterator[Template]:
    for template in found:
        right = not template.severity or severity is None or severity in template.severity
        places = template.jurisdiction
        if right and (not places or not jurisdictions or any(_within(place, jurisdictions) for place in places)):
            yield template


def filled(text: str, values: dict[str, str]) -> str:
    """A template with its names replaced; names that are not known stay as they are, for a person to fill in."""
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def _contact(call: Call) -> Contact:
    return Contact(
        after=call.after,
        target=call.target,
        people=tuple(map(_reached, call.people)),
        contact=call.contact,
        covers=call.covers,
    )


def _reached(member: Member) -> str:
    how = member.contact or next(iter(member.git), None)
    return f"{member.name} ({how})" if how else member.name
