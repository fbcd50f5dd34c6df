"""Prometheus Alertmanager: what its webhook receiver sends, version 4.

Labels say where, annotations are for people; a trace in an annotation is read where there is one. Source:
prometheus/alertmanager, notify/webhook/webhook.go (Message) and template/template.go (Data, Alert).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from answerable.incident.alerts import alert
from answerable.incident.alerts.alert import SEVERITIES, Alert, labelled
from answerable.incident.alerts.trace import thrown
from answerable.incident.frames import parse_trace

_MOST_ALERTS = 1_000
_SHOWN = 100  # whose annotations are read


def read(found: dict[str, Any]) -> Alert | None:
    """A group of alerts, or None where it is something else."""
    if not isinstance(found.get("alerts"), list) or not ({"groupKey", "commonLabels", "receiver"} & set(found)):
        return None
    alerts = list(alert.objects(found["alerts"], _MOST_ALERTS))
    firing = [one for one in alerts if one.get("status") != "resolved"] or alerts
    labels = dict(_labels(alert.mapping(found.get("groupLabels"))) | _labels(alert.mapping(found.get("commonLabels"))))
    each = [_labels(alert.mapping(one.get("labels"))) for one in firing]
    words = "\n".join(_annotations(found, firing))
    first = next((one for one in firing), {})
    return Alert(
        source="alertmanager",
        frames=tuple(frame for frame in parse_trace(words) if frame.line),
        kind=thrown(words),
        title=_title(found, first) or labelled(labels, "alertname"),
        at=min((at for one in firing if (at := alert.moment(one.get("startsAt")))), default=None),
        environment=_one(labels, each, "environment", "env", "stage", "deployment_environment"),
        release=_one(labels, each, "release", "revision", "commit", "git_commit", "version"),
        region=_one(labels, each, "region", "cloud_region"),
        cohort=_one(labels, each, "cohort", "fleet"),
        severity=_worst([labels, *each]),
        services=alert.some(tuple(labelled(one, "service", "app", "job") for one in [labels, *each])),
        links=alert.some((*alert.link(first.get("generatorURL")), *alert.link(found.get("externalURL")))),
        notes=_notes(found),
    )


def _labels(found: Mapping[str, Any]) -> dict[str, str]:
    return {key: value for key, value in found.items() if isinstance(value, str)}


def _annotations(found: Mapping[str, Any], firing: list[Mapping[str, Any]]) -> list[str]:
    told = [alert.mapping(found.get("commonAnnotations"))]
    told += [alert.mapping(one.get("annotations")) for one in firing[:_SHOWN]]
    return [value for one in told for value in one.values() if isinstance(value, str)]


def _title(found: Mapping[str, Any], first: Mapping[str, Any]) -> str | None:
    common, own = alert.mapping(found.get("commonAnnotations")), alert.mapping(first.get("annotations"))
    return labelled(common, "summary") or labelled(own, "summary", "message")


def _one(common: Mapping[str, Any], each: list[dict[str, str]], *names: str) -> str | None:
    """What all alerts of the group agree on; several are no answer."""
    found = labelled(common, *names)
    told = {value for one in each if (value := labelled(one, *names))}
    return found or (told.pop() if len(told) == 1 else None)


def _worst(found: list[dict[str, str]]) -> str | None:
    known = [word for one in found if (word := alert.severity(labelled(one, "severity", "priority")))]
    return max(known, key=SEVERITIES.index, default=None)


def _notes(found: Mapping[str, Any]) -> tuple[str, ...]:
    cut = found.get("truncatedAlerts")
    return (f"Alertmanager left out {cut} alerts of the group",) if isinstance(cut, int) and cut > 0 else ()
