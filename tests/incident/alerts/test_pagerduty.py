"""PagerDuty's V3 webhooks. The example is that of PagerDuty/developer-docs, docs/webhooks/01-Overview.md, in short."""

from __future__ import annotations

import json
from typing import Any

import pytest

from answerable.incident.alerts import read_alert

DATA = {
    "id": "PGR0VU2",
    "type": "incident",
    "html_url": "https://acme.pagerduty.com/incidents/PGR0VU2",
    "number": 2,
    "status": "triggered",
    "created_at": "2020-04-09T15:16:27Z",
    "title": "A little bump in the road",
    "service": {"id": "PF9KMXH", "summary": "API Service", "type": "service_reference"},
    "priority": {"id": "PSO75BM", "summary": "P1", "type": "priority_reference"},
    "urgency": "high",
    "resolve_reason": None,
}
EVENT = {
    "id": "5ac64822-4adc-4fda-ade0-410becf0de4f",
    "event_type": "incident.triggered",
    "resource_type": "incident",
    "occurred_at": "2020-10-02T18:45:22.169Z",
    "data": DATA,
}


def read(**data: Any) -> Any:
    return read_alert(json.dumps({"event": {**EVENT, "data": {**DATA, **data}}}).encode())


def test_an_incident_names_a_service_a_priority_and_when_it_began() -> None:
    alert = read()
    assert (alert.source, alert.title) == ("pagerduty", "A little bump in the road")
    assert (alert.at, alert.severity) == ("2020-04-09T15:16:27Z", "critical")
    assert alert.services == ("API Service", "PF9KMXH")
    assert alert.links == ("https://acme.pagerduty.com/incidents/PGR0VU2",)
    assert alert.frames == ()


@pytest.mark.parametrize(("priority", "urgency", "severity"), [
    ({"summary": "SEV-2"}, "low", "high"), ({"summary": "our own word"}, "low", "low"), (None, "high", "high"),
    (None, None, None),
])  # fmt: skip
def test_a_priority_comes_before_the_urgency(priority: Any, urgency: Any, severity: str | None) -> None:
    assert read(priority=priority, urgency=urgency).severity == severity


def test_a_trace_in_the_details_of_its_body_is_read() -> None:
    trace = 'Traceback (most recent call last):\n  File "shop/cart.py", line 3, in total\nValueError: no'
    alert = read(body={"type": "incident_body", "details": {"log": trace}})
    assert [(frame.path, frame.line) for frame in alert.frames] == [("shop/cart.py", 3)]
    assert alert.kind == "ValueError"


def test_a_note_is_about_its_incident() -> None:
    incident = {"html_url": "https://acme.pagerduty.com/incidents/PGR0VU2", "summary": "A little bump"}
    event = {**EVENT, "event_type": "incident.annotated",
             "data": {"type": "incident_note", "content": "shop/cart.py:3", "incident": incident}}  # fmt: skip
    alert = read_alert(json.dumps({"event": event}).encode())
    assert (alert.title, alert.links) == ("A little bump", (incident["html_url"],))
    assert [(frame.path, frame.line) for frame in alert.frames] == [("shop/cart.py", 3)]
