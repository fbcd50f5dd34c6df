"""CDEvents about services and environments, as they are or inside of a CloudEvent.

Format: https://cdevents.dev, continuous deployment events, versions 0.1 to 0.5 and what keeps to them. A service that
is rolled back names the artifact that runs after it; one that is removed names none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from answerable.domain.deployment import State
from answerable.errors import DecisionInvalid
from answerable.incident.reported.model import Found, Passed, Report, event_name, hexes, member, moment, word

_TYPE = re.compile(r"dev\.cdevents\.(service|environment|[a-z]+)\.([a-z]+)\.[0-9]+\.[0-9]+\.[0-9]+(?:-[a-z0-9.]+)?")
_RUNS = ("deployed", "upgraded", "rolledback")
_PURL = re.compile(r"pkg:(?P<type>[a-z0-9.+-]+)/(?P<name>[^@?#]+)@(?P<version>[^?#]+)(?:[?#].*)?", re.DOTALL)


def is_one(found: Mapping[str, Any]) -> bool:
    """True for a CDEvent, or a CloudEvent that holds one."""
    kinds = (found.get("type"), member(found, "context", "type"))
    return any(isinstance(kind, str) and kind.startswith("dev.cdevents.") for kind in kinds)


def read(found: Mapping[str, Any]) -> Found:
    """What an event says.

    Raises:
        DecisionInvalid: it is not as its format has it.
    """
    event = found["data"] if isinstance(found.get("data"), Mapping) else found
    kind = member(event, "context", "type")
    known = _TYPE.fullmatch(kind) if isinstance(kind, str) else None
    if known is None:
        raise DecisionInvalid(
            "context.type is no type of a CDEvent", hint="for example dev.cdevents.service.deployed.0.2.0"
        )
    subject, predicate = known[1], known[2]
    gone = (subject, predicate) in (("service", "removed"), ("environment", "deleted"))
    if not gone and (subject != "service" or predicate not in _RUNS):
        return Passed(why=f"{subject}.{predicate} changes nothing of what runs")
    name = word(member(event, "subject", "id"), "subject.id")
    environment = name if subject == "environment" else _environment(event)
    if environment is None:
        raise DecisionInvalid("subject.content.environment.id is missing", hint="a service runs in an environment")
    source, identity = member(event, "context", "source"), member(event, "context", "id")
    if not isinstance(source, str) or not isinstance(identity, str):
        raise DecisionInvalid("context.source and context.id are missing", hint="together they name the event")
    revisions, artifacts = ((), ()) if gone else _artifact(member(event, "subject", "content", "artifactId"))
    return Report(
        source="CDEvents",
        name=event_name("cdevents", source, identity),
        revisions=revisions,
        artifacts=artifacts,
        environment=environment,
        service=name if subject == "service" else None,
        state=State.REMOVED if gone else State.ACTIVE,
        at=moment(member(event, "context", "timestamp"), "context.timestamp"),
        empties=gone,
    )


def _environment(event: Mapping[str, Any]) -> str | None:
    return word(member(event, "subject", "content", "environment", "id"), "subject.content.environment.id")


def _artifact(value: object) -> tuple[tuple[str, ...], tuple[tuple[str | None, str], ...]]:
    """Revisions and artifacts that a package URL, or a bare digest, names."""
    if isinstance(value, str):
        purl = _PURL.fullmatch(value)
        version = unquote(purl["version"]) if purl else value
        digest = next(hexes([version.removeprefix("sha256:")], 64), None)
        if digest and (version.startswith("sha256:") or not purl):
            return (), ((unquote(purl["name"]) if purl else None, digest),)
        if purl and version:
            return (version,), ()
    hint = "write a package URL with a digest or a commit, for example pkg:oci/shop@sha256%3A…"
    raise DecisionInvalid("subject.content.artifactId names neither a digest nor a revision", hint=hint)
