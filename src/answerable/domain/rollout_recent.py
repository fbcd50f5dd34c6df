"""Leaves out events that can no longer matter, so that years of deployments cost little; what runs stays the same.

An event is under every deployment of its whole place that came after it. Whatever else happens there may take at most
one of those away and let two others become one. So where more than twice as many whole deployments as other events
followed, something still covers it, and nothing of it can be seen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from answerable.domain.decision import order
from answerable.domain.deployment import Event, Place, Shape, State

Part = tuple[str | None, ...]


def recent(events: Iterable[Event]) -> list[Event]:
    """The events that may matter for what runs after all of them, in the order of their moments."""
    told = sorted(events, key=lambda each: order(each.at))
    return list(_kept(told))[::-1]


class _Others:
    """Counts events by their place, and tells how many of them were where something is in common with a place."""

    def __init__(self, shapes: Iterable[Shape]) -> None:
        self._shapes = tuple(dict.fromkeys(shapes))
        self._counts: Counter[tuple[Shape, Shape, Part]] = Counter()

    def add(self, place: Place) -> None:
        """Count one."""
        self._counts.update((place.shape, other, _common(place, other)) for other in self._shapes)

    def near(self, place: Place) -> int:
        """How many were near a place."""
        return sum(self._counts[other, place.shape, _common(place, other)] for other in self._shapes)


def _common(place: Place, shape: Shape) -> Part:
    """The parts of a place that another shape narrows as well: places of it meet this one where theirs are the same."""
    return tuple(part if narrowed else None for part, narrowed in zip(place, shape, strict=True))


def _kept(told: list[Event]) -> Iterator[Event]:
    """From the newest to the oldest."""
    covers: Counter[Place] = Counter()
    others = _Others(event.place.shape for event in told)
    last: dict[Place, str] = {}
    for event in reversed(told):
        place = event.place
        above = covers[place] - (last.get(place) == event.revision)  # it may be what runs, and since when it does
        if above <= 2 * others.near(place):
            yield event
        if not _is_whole(event):
            others.add(place)
        elif last.get(place) != event.revision:
            covers[place] += 1
            last[place] = event.revision


def _is_whole(event: Event) -> bool:
    """True for what takes all of its place, with nobody left who was not heard of."""
    return event.state is State.ACTIVE and event.percent in (None, 100) and not event.unreported
