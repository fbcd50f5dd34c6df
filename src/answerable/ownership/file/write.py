"""Writes owners as the file that says them: read again, they are equal but for where they stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from answerable.ownership.model import Clock, Cover, Duties, Member, Owners, PathRule, Service, Step, Team, Template
from answerable.strict_yaml.writing import block, flow

Data = Mapping[str, object]
_WHOLE_DAY = ("00:00", "24:00")


def write(owners: Owners) -> str:
    """The whole file, as YAML."""
    return "\n".join(_lines(owners)) + "\n"


def _lines(owners: Owners) -> Iterator[str]:
    yield "version: 1"
    yield from _named("people", {one.id: _person(one) for one in owners.people})
    yield from _named("teams", {one.id: _team(one) for one in owners.teams})
    if owners.services:
        yield from block({"services": [_service(one) for one in owners.services]})
    if owners.paths:
        yield "paths:"
        yield from (f"  - {flow(_rule(one))}" for one in owners.paths)


def _named(key: str, rows: Mapping[str, Data]) -> Iterator[str]:
    if rows:
        yield f"{key}:"
        yield from (f"  {flow(name)}: {flow(row)}" for name, row in rows.items())


def _person(one: Member) -> Data:
    keys = ("name", "git", "forge", "sso", "pagerduty", "contact")
    until = {"until": one.until.isoformat()} if one.until else {}
    return _kept({key: getattr(one, key) for key in keys} | until)


def _team(one: Team) -> Data:
    members = {"members": one.members} if one.members else {}
    return {"name": one.name, **members, **_kept({key: getattr(one, key) for key in ("parent", "forge", "contact")})}


def _service(one: Service) -> Data:
    return _kept(
        {
            "name": one.id,
            "title": one.name if one.name != one.id else None,
            "paths": one.paths,
            "owner": one.owner,
            "tier": one.tier,
            "jurisdictions": one.jurisdictions,
            "links": dict(one.links),
            "duties": _duties(one.duties),
        }
    )


def _duties(duties: Duties) -> Data:
    outside: Data = {}
    if duties.communication:
        outside = _kept({"who": duties.communication, "templates": [_template(one) for one in duties.templates]})
    return _kept(
        {
            "response": duties.response,
            "communication": outside,
            "escalation": [_step(one) for one in duties.escalation],
            "fallback": duties.fallback,
            "cover": [_cover(one) for one in duties.cover],
            "reporting": [_clock(one) for one in duties.clocks],
        }
    )


def _step(one: Step) -> Data:
    return _kept({"notify": one.notify, "after": one.after or None})


def _cover(one: Cover) -> Data:
    hours = {"start": one.start, "end": one.end} if (one.start, one.end) != _WHOLE_DAY else {}
    return {"region": one.region, "timezone": one.timezone, "days": one.days, **hours, "who": one.who}


def _clock(one: Clock) -> Data:
    keys = ("jurisdiction", "to", "within", "regulation", "severity", "who")
    return _kept({key: getattr(one, key) for key in keys})


def _template(one: Template) -> Data:
    audience = one.audience if one.audience != "customers" else None
    return _kept({"severity": one.severity, "jurisdiction": one.jurisdiction, "audience": audience, "text": one.text})


def _rule(one: PathRule) -> Data:
    return {"match": one.pattern, "owners": one.owners}


def _kept(data: Data) -> dict[str, object]:
    """Without what says nothing."""
    return {key: value for key, value in data.items() if value is not None and value not in ("", (), {}, [])}
