"""Alertmanager's webhook, version 4. Members are those of prometheus/alertmanager: notify/webhook/webhook.go (Message)
and template/template.go (Data, Alert).
"""

from __future__ import annotations

import json
from typing import Any

from answerable.incident.alerts import read_alert

ALERT = {
    "status": "firing",
    "labels": {"alertname": "HighErrorRate", "service": "checkout", "severity": "warning", "region": "eu"},
    "annotations": {"summary": "5 % of requests fail"},
    "startsAt": "2026-06-11T02:13:07.123456789Z",
    "endsAt": "0001-01-01T00:00:00Z",
    "generatorURL": "https://prometheus.example/graph?g0",
    "fingerprint": "c4ca4238a0b92382",
}
GROUP = {
    "receiver": "answerable",
    "status": "firing",
    "alerts": [ALERT],
    "groupLabels": {"alertname": "HighErrorRate"},
    "commonLabels": {"alertname": "HighErrorRate", "environment": "production", "version": "1.1"},
    "commonAnnotations": {},
    "externalURL": "https://alertmanager.example",
    "version": "4",
    "groupKey": '{}:{alertname="HighErrorRate"}',
    "truncatedAlerts": 0,
}


def read(**members: Any) -> Any:
    return read_alert(json.dumps({**GROUP, **members}).encode())


def test_labels_say_where_and_annotations_what() -> None:
    alert = read()
    assert (alert.source, alert.title, alert.at) == ("alertmanager", "5 % of requests fail", "2026-06-11T02:13:07Z")
    assert (alert.environment, alert.release, alert.region) == ("production", "1.1", "eu")
    assert (alert.severity, alert.services) == ("medium", ("checkout",))
    assert alert.links == ("https://prometheus.example/graph?g0", "https://alertmanager.example")


def test_the_worst_of_a_group_counts_and_the_first_of_its_moments() -> None:
    worse = {**ALERT, "labels": {**ALERT["labels"], "severity": "critical", "region": "us"},  # type: ignore[dict-item]
             "startsAt": "2026-06-11T01:00:00Z"}  # fmt: skip
    alert = read(alerts=[ALERT, worse])
    assert (alert.severity, alert.at) == ("critical", "2026-06-11T01:00:00Z")
    assert alert.region is None  # they do not agree


def test_what_is_resolved_does_not_count_beside_what_fires() -> None:
    old = {**ALERT, "status": "resolved", "startsAt": "2025-01-01T00:00:00Z"}
    assert read(alerts=[old, ALERT]).at == "2026-06-11T02:13:07Z"
    assert read(alerts=[old]).at == "2025-01-01T00:00:00Z"


def test_a_trace_in_an_annotation_is_read_and_what_was_cut_is_said() -> None:
    words = {"description": "panic: boom\n\ngoroutine 1 [running]:\nmain.run()\n\t/srv/shop/main.go:12 +0x1"}
    alert = read(alerts=[{**ALERT, "annotations": words}], truncatedAlerts=3)
    assert [(frame.path, frame.line) for frame in alert.frames] == [("/srv/shop/main.go", 12)]
    assert alert.notes == ("Alertmanager left out 3 alerts of the group",)
