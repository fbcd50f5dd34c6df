"""PagerDuty: the event of a V3 webhook subscription about an incident.

It carries a title, a service and a priority, and no stack: a trace in the title or in the details of its body is read
where there is one. Source: PagerDuty/developer-docs, docs/webhooks/01-Overview.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from answerable.incident.alerts import alert
from answerable.incident.alerts.alert import Alert
from answerable.incident.alerts.trace import thrown
from answerable.incident.frames import parse_trace

_MOST_TEXTS = 200


def read(found: dict[str, Any]) -> Alert | None:
    """An event about an incident, or None where it is something else."""
    event = alert.mapping(found.get("event"))
    kind, data = event.get("event_type"), alert.mapping(event.get("data"))
    if not isinstance(kind, str) or not kind.startswith(("incident.", "service.")) or not data:
        return None
    incident = data if data.get("type") == "incident" else alert.mapping(data.get("incident"))
    service = alert.mapping(data.get("service"))
    told = {key: data.get(key) for key in ("title", "body", "content", "message")}
    words = "\n".join(islice(_texts(told), _MOST_TEXTS))
    links = (*alert.link(incident.get("html_url")), *alert.link(data.get("html_url")))
    return Alert(
        source="pagerduty",
        frames=tuple(frame for frame in parse_trace(words) if frame.line),
        kind=thrown(words),
        title=alert.text(data.get("title")) or alert.text(incident.get("summary")),
        at=alert.moment(data.get("created_at")) or alert.moment(event.get("occurred_at")),
        severity=_severity(data),
        services=alert.some((alert.text(service.get("summary")), alert.text(service.get("id")))),
        links=alert.some(links),
    )


def _severity(data: Any) -> str | None:
    """The priority, which an account names itself; else the urgency, which is high or low."""
    return alert.severity(alert.mapping(data.get("priority")).get("summary")) or alert.severity(data.get("urgency"))


def _texts(value: object, depth: int = 0) -> Iterator[str]:
    """Every text in it."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list) and depth < 8:
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner, depth + 1)
