"""What `answerable owners resolve` found, as `answerable/owners/v1`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from answerable.incident.document import text
from answerable.ownership.model import Clock, Member, Service, Template
from answerable.ownership.registry import Registry
from answerable.ownership.resolved import Call, Resolved

Json = dict[str, Any]


def document(registry: Registry, found: Iterable[Resolved], at: datetime, elapsed_ms: int) -> Json:
    """Everything that was resolved, and by which file."""
    owners = registry.owners
    return {
        "schema": "answerable/owners/v1",
        "commit": registry.commit,
        "at": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "owners": {"source": owners.source, "digest": owners.digest} if owners else None,
        "paths": [resolved_document(one) for one in found],
        "elapsed_ms": elapsed_ms,
    }


def resolved_document(one: Resolved) -> Json:
    """One path."""
    owner = one.owner
    return {
        "path": text(one.path),
        "owner": {"teams": list(owner.teams), "people": list(owner.people), "source": owner.source} if owner else None,
        "grade": one.grade.word,
        "service": _service(one.service) if one.service else None,
        "response": [_member(member) for member in one.response],
        "communication": [_member(member) for member in one.communication],
        "escalation": [{"notify": list(step.notify), "after": step.after} for step in one.escalation],
        "calls": [_call(call) for call in one.calls],
        "clocks": [_clock(clock) for clock in one.clocks],
        "templates": [_template(template) for template in one.templates],
        "signed": [{"by": each.by, "at": each.at, "decision": each.decision} for each in one.signed],
        "why": list(one.why),
        "gaps": list(one.gaps),
    }


def _service(service: Service) -> Json:
    return {
        "id": service.id,
        "name": service.name,
        "tier": service.tier,
        "jurisdictions": list(service.jurisdictions),
        "links": [{"what": what, "address": address} for what, address in service.links],
    }


def _member(member: Member) -> Json:
    return {
        "id": member.id,
        "name": member.name,
        "contact": member.contact,
        "git": list(member.git),
        "forge": list(member.forge),
        "pagerduty": member.pagerduty,
    }


def _call(call: Call) -> Json:
    return {
        "after": call.after,
        "notify": call.target,
        "people": [_member(member) for member in call.people],
        "contact": call.contact,
        "region": call.covers,
    }


def _clock(clock: Clock) -> Json:
    return {
        "jurisdiction": clock.jurisdiction,
        "regulation": clock.regulation,
        "to": clock.to,
        "within": clock.within,
        "severity": list(clock.severity),
        "who": clock.who,
    }


def _template(template: Template) -> Json:
    return {
        "text": template.text,
        "severity": list(template.severity),
        "jurisdiction": list(template.jurisdiction),
        "audience": template.audience,
    }
