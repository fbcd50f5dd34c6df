"""Exports escalations in the shape of PagerDuty: a policy for each service that has one, and a schedule for its hours.

Format: the bodies of the REST API v2 (https://developer.pagerduty.com/api-reference/). People are named by their id
there. Schedules have none before they are made: a policy names them as `NEW:<name>`, to be put in their place.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from answerable.ownership.directory import Directory
from answerable.ownership.exporters import Exported, losses
from answerable.ownership.hours import minutes
from answerable.ownership.importers.imported import Left
from answerable.ownership.model import DAYS, Cover, Owners, Service, Step

_DAY = 24 * 60
_LAST = 15  # minutes that the last step has
COVER = "cover"

Json = dict[str, Any]


def write(owners: Owners, day: date) -> Exported:
    """Two lists in one document.

    Args:
        owners: What to export.
        day: Whoever has left by then is not called.
    """
    one = _Writer(owners, day)
    escalated = [service for service in owners.services if service.duties.escalation]
    policies = [one.policy(service) for service in escalated]
    schedules = [one.schedule(service) for service in escalated if service.duties.cover]
    for service in owners.services:
        one.left += losses.of_duties(service, "escalation", "cover", "fallback", "response")
        if service not in escalated:
            one.left += losses.of(f"services: {service.id}", service=f"{service.id} has no escalation")
    text = json.dumps({"escalation_policies": policies, "schedules": schedules}, indent=2, ensure_ascii=True) + "\n"
    return Exported(text=text, left=tuple(dict.fromkeys(one.left)))


class _Writer:
    def __init__(self, owners: Owners, day: date) -> None:
        self._directory, self._day = Directory(owners), day
        self.left: list[Left] = []

    def policy(self, service: Service) -> Json:
        """The policy of a service."""
        steps = sorted(service.duties.escalation, key=lambda step: step.after)
        if service.duties.fallback:
            last = steps[-1].after
            gap = last - steps[-2].after if len(steps) > 1 else 0
            steps.append(Step(notify=(service.duties.fallback,), after=last + (gap or _LAST)))
        rules = [
            {"escalation_delay_in_minutes": max(1, delay), "targets": list(self._targets(service, notify))}
            for notify, delay in _delays(steps)
        ]
        return {
            "type": "escalation_policy",
            "name": service.name,
            "escalation_rules": [rule for rule in rules if rule["targets"]],
            "num_loops": 0,
            "services": [{"type": "service_reference", "summary": service.name}],
        }

    def schedule(self, service: Service) -> Json:
        """The schedule of a service: a layer for each of its hours of cover."""
        zones = dict.fromkeys(cover.timezone for cover in service.duties.cover)
        first = next(iter(zones))
        for cover in service.duties.cover:
            if cover.timezone != first:
                where = f"services: {service.id}: cover: {cover.region}"
                why = f"a schedule has one time zone, this one has {first}: its hours are left out"
                self.left.append(Left(where=where, value=cover.timezone, why=why))
        layers = [self._layer(service, cover) for cover in service.duties.cover if cover.timezone == first]
        return {"type": "schedule", "name": _name(service), "time_zone": first, "schedule_layers": layers}

    def _layer(self, service: Service, cover: Cover) -> Json:
        users = [{"user": one} for one in self._people(f"services: {service.id}: cover", cover.who)]
        start, whole = minutes(cover.start), cover.days == DAYS
        length = (minutes(cover.end) - start) % _DAY or _DAY
        clock = {"start_time_of_day": f"{cover.start}:00", "duration_seconds": length * 60}
        restrictions = [
            {"type": "weekly_restriction", "start_day_of_week": DAYS.index(day) + 1, **clock} for day in cover.days
        ]
        if whole:
            restrictions = [] if length == _DAY and not start else [{"type": "daily_restriction", **clock}]
        return {
            "name": cover.region,
            "start": f"{self._day}T00:00:00Z",
            "rotation_virtual_start": f"{self._day}T00:00:00Z",
            "rotation_turn_length_seconds": 7 * _DAY * 60,
            "users": users,
            "restrictions": restrictions,
        }

    def _targets(self, service: Service, notify: Sequence[str]) -> Iterator[Json]:
        where = f"services: {service.id}: escalation"
        for name in notify:
            if name == COVER and service.duties.cover:
                yield {"type": "schedule_reference", "id": f"NEW:{_name(service)}", "summary": _name(service)}
            elif name == COVER:
                self.left.append(Left(where=where, value=name, why="the service has no hours of cover"))
            else:
                yield from self._people(where, name)

    def _people(self, where: str, name: str) -> Iterator[Json]:
        """The people behind a name who have an id there."""
        people, gaps = self._directory.here(name, self._day)
        self.left += [Left(where=where, value=name, why=gap) for gap in gaps]
        for one in people:
            if one.pagerduty:
                yield {"type": "user_reference", "id": one.pagerduty, "summary": one.name}
            else:
                self.left.append(Left(where=where, value=one.id, why=f"{one.id} has no id in PagerDuty"))


def _name(service: Service) -> str:
    return f"{service.name} cover"


def _delays(steps: Sequence[Step]) -> Iterator[tuple[tuple[str, ...], int]]:
    """Those who are called at one time, and how long until the next are."""
    called: dict[int, tuple[str, ...]] = {}
    for step in steps:
        called[step.after] = tuple(dict.fromkeys((*called.get(step.after, ()), *step.notify)))
    times = list(called)
    for at, after in zip(times, (*times[1:], times[-1] + _LAST), strict=True):
        yield called[at], after - at
