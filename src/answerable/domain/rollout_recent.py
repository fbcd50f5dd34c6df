"""Leaves out events that can no longer matter, so that years of deployments cost little; what runs stays the same.

An event is under every deployment of its whole place that came after it. Whatever else happens there may take at most
one of those away and let two others become one. So where more than twice as many whole deployments as other events
followed, something still covers it, and nothing of it can be seen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from answerable.domain.decision import order
from answerable.domain.deployment import Event, Place, State


def recent(events: Iterable[Event]) -> list[Event]:
    """The events that may matter for what runs after all of them, in the order of their moments."""
    told = sorted(events, key=lambda each: order(each.at))
    return list(_kept(told))[::-1]


def _kept(told: list[Event]) -> Iterator[Event]:
    """From the newest to the oldest."""
    covers: Counter[Place] = Counter()
    others: dict[str, Counter[Place]] = {}
    last: dict[Place, str] = {}
    meeting: dict[Place, tuple[int, list[Place]]] = {}
    for event in reversed(told):
        place, here = event.place, others.setdefault(event.place.environment, Counter())
        if place not in meeting or meeting[place][0] < len(here):
            meeting[place] = len(here), [other for other in here if other.meet(place)]
        above = covers[place] - (last.get(place) == event.revision)  # it may be what runs, and since when it does
        if above <= 2 * sum(here[other] for other in meeting[place][1]):
            yield event
        if _is_whole(event):
            if last.get(place) != event.revision:
                covers[place] += 1
                last[place] = event.revision
        else:
            here[place] += 1


def _is_whole(event: Event) -> bool:
    """True for what takes all of its place, with nobody left who was not heard of."""
    return event.state is State.ACTIVE and event.percent in (None, 100) and not event.unreported
