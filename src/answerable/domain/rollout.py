"""What runs where after a number of deployments: the newest in each place, and the older ones under it that still may.

A deployment of a whole place takes that of every older one there. One of a part of it (percent) leaves older ones the
rest, and devices that have not been heard of since may run any of them. What is rolled back gives way to what ran
before it; what is removed or superseded gives way to nothing that is known. Events count in the order of the moments
that they claim; one that contradicts what was there before it changes nothing.

A place is a part of another where it narrows it. What is told of a place holds in all of its parts, until something is
told of a part. So the state is kept for every place that is named, and for what two of them have in common.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from answerable.domain.decision import order
from answerable.domain.deployment import Event, Place, Running, Shape, State

ALL = 100
_MOST_PLACES = 600  # of one environment: what more of them have in common is not looked at
_GONE = frozenset({State.REMOVED, State.SUPERSEDED})


def running(events: Iterable[Event]) -> list[Running]:
    """Everything that runs or may run after these events, the newest first; each place as wide as it is true.

    Args:
        events: In any order; those of one moment count in the order given.
    """
    by_environment: dict[str, list[Event]] = {}
    for event in sorted(events, key=lambda each: order(each.at)):
        by_environment.setdefault(event.place.environment, []).append(event)
    found = [one for told in by_environment.values() for one in _environment(_placed(told))]
    return sorted(found, key=lambda one: order(one.since), reverse=True)


class _Seen(NamedTuple):
    """A revision that can be seen in a place: what told of it, and how much of the place it has."""

    event: Event
    since: str
    state: State
    percent: int | None
    devices: int | None


@dataclass(slots=True)
class _Layer:
    """What an event put on top of what was there."""

    event: Event
    since: str
    runs: State | None  # None: it is gone, and what is under it did not come back
    cover: int  # percent of the place that it took
    devices: int | None  # that run it, at most; None: not said
    unreported: int  # that may still run what is under it


class _Told(NamedTuple):
    """Where something can be seen, and the parts of it in which it cannot."""

    seen: _Seen
    place: Place
    but_not: dict[Place, None]


_Key = tuple[object, ...]


def _key(seen: _Seen) -> _Key:
    return seen.event.revision, seen.event.artifact, seen.state, seen.percent, seen.devices


def _environment(events: Sequence[Event]) -> list[Running]:
    named = dict.fromkeys(event.place for event in events)
    places = _places(named)
    shapes = list(dict.fromkeys(place.shape for place in places))
    inside: dict[Place, list[Place]] = {place: [] for place in named}
    for place in places:
        for wide in place.within(shapes):
            if wide in inside:
                inside[wide].append(place)
    stacks: dict[Place, list[_Layer]] = {place: [] for place in places}
    for event in events:
        for place in inside[event.place]:
            _apply(stacks[place], event)
    return list(_told(stacks, shapes))


def _told(stacks: Mapping[Place, Sequence[_Layer]], shapes: Sequence[Shape]) -> Iterator[Running]:
    """What can be seen, each told of the widest places that it is true of, and of the parts where it is not."""
    told: dict[Place, dict[_Key, _Told]] = {}
    for place in sorted(stacks, key=lambda each: (sum(each.shape), _by_name(each))):  # the widest first
        visible = {_key(seen): seen for seen in _visible(stacks[place])}
        wider, covered = list(place.within(shapes)), set[_Key]()
        for key, one in ((key, one) for wide in wider for key, one in told.get(wide, {}).items()):
            if not one.but_not.keys().isdisjoint(wider):
                continue
            if key in visible:
                covered.add(key)
            else:
                one.but_not[place] = None
        told[place] = {key: _Told(seen, place, {}) for key, seen in visible.items() if key not in covered}
    return (_running(one) for found in told.values() for one in found.values())


def _apply(stack: list[_Layer], event: Event) -> None:
    """Change what is in a place by one event."""
    state = State.ROLLED_BACK if event.state is State.ACTIVE and event.percent == 0 else event.state
    if state is State.ACTIVE:
        _deploy(stack, event)
    elif state is State.UNREPORTED:
        _drop_unheard(stack, event.revision)
        stack.append(_unheard(event, event.devices))
    else:
        _withdraw(stack, event, state)


def _deploy(stack: list[_Layer], event: Event) -> None:
    percent = ALL if event.percent is None else event.percent
    layer = _Layer(event, event.at, State.ACTIVE, percent, event.devices, event.unreported)
    top = _top(stack)
    if top is not None and stack[top].runs and stack[top].event.revision == event.revision:
        layer.since = stack.pop(top).since
    stack.append(layer)


def _withdraw(stack: list[_Layer], event: Event, state: State) -> None:
    """Take out the newest deployment of a revision; a second report of it only says anew how many are not heard of."""
    known = _drop_unheard(stack, event.revision)
    at = next((n for n in reversed(range(len(stack))) if _is_meant(stack[n], event)), None)
    if known is not None and (at is None or at < known):
        if event.unreported:
            stack.append(_unheard(event, event.unreported))
        return
    if at is None:
        return  # it was not there: the order of what is told is wrong, or something was never told
    before = {id(layer) for layer, _ in _walk(stack)}
    if state in _GONE:
        stack[at].runs = None
    else:
        del stack[at]
    for layer, _ in _walk(stack):
        if id(layer) not in before:
            layer.since = event.at  # it runs again
    if event.unreported:
        stack.append(_unheard(event, event.unreported))


def _drop_unheard(stack: list[_Layer], revision: str) -> int | None:
    """Forget who was not heard of before; where in the stack that stood, or None."""
    found = None
    for at in reversed(range(len(stack))):
        if stack[at].runs is State.UNREPORTED and stack[at].event.revision == revision:
            del stack[at]
            found = at
    return found


def _unheard(event: Event, devices: int | None) -> _Layer:
    return _Layer(event, event.at, State.UNREPORTED, 0, devices, 0)


def _is_meant(layer: _Layer, event: Event) -> bool:
    """True for a deployment of the revision: of any, or of the very one where both say which one it is."""
    told = (layer.event.deployment, event.deployment)
    same = None in told or told[0] == told[1]
    return layer.runs is State.ACTIVE and layer.event.revision == event.revision and same


def _top(stack: Sequence[_Layer]) -> int | None:
    """The newest layer that is not only about devices unheard of."""
    return next((at for at in reversed(range(len(stack))) if stack[at].runs is not State.UNREPORTED), None)


def _walk(stack: Sequence[_Layer]) -> Iterator[tuple[_Layer, _Seen]]:
    """What can be seen from the top, each with its share: percent that is left for it, or devices not heard of."""
    left, unheard = ALL, 0
    for layer in reversed(stack):
        if not left and not unheard:
            return
        if layer.runs is not None:
            yield layer, _seen(layer, left, unheard)
        was, left = left, min(left, ALL - layer.cover)
        if not left and layer.cover:
            unheard = layer.unreported if was else min(unheard, layer.unreported)


def _seen(layer: _Layer, left: int, unheard: int) -> _Seen:
    state, devices = layer.runs or State.ACTIVE, layer.devices
    if not left:
        state, devices = State.UNREPORTED, unheard if devices is None else min(devices, unheard)
    percent = min(layer.cover, left)
    share = percent if state is State.ACTIVE and percent < ALL else None
    return _Seen(layer.event, layer.since, state, share, devices)


def _visible(stack: Sequence[_Layer]) -> list[_Seen]:
    """Each revision once, as surely as it runs."""
    found: dict[tuple[str, str | None], _Seen] = {}
    for _, seen in _walk(stack):
        key = (seen.event.revision, seen.event.artifact)
        if key not in found or (found[key].state is State.UNREPORTED and seen.state is State.ACTIVE):
            found[key] = seen
    return list(found.values())


def _running(told: _Told) -> Running:
    seen = told.seen
    return Running(
        **told.place._asdict(),
        revision=seen.event.revision,
        since=seen.since,
        state=seen.state,
        percent=seen.percent,
        devices=seen.devices,
        artifact=seen.event.artifact,
        grade=seen.event.grade,
        decision=seen.event.decision,
        but_not=tuple(sorted(told.but_not, key=_by_name)),
    )


def _by_name(place: Place) -> tuple[str, ...]:
    return tuple(part or "" for part in place)


def _placed(events: Sequence[Event]) -> list[Event]:
    """The events with the jurisdiction of their region, where one and only one is ever named for it."""
    known: dict[str, set[str]] = {}
    for event in events:
        if event.place.region and event.place.jurisdiction:
            known.setdefault(event.place.region, set()).add(event.place.jurisdiction)
    sure = {region: next(iter(names)) for region, names in known.items() if len(names) == 1}

    def placed(event: Event) -> Event:
        name = None if event.place.jurisdiction else sure.get(event.place.region or "")
        return replace(event, place=event.place._replace(jurisdiction=name)) if name else event

    return [placed(event) for event in events]


def _places(named: Iterable[Place]) -> list[Place]:
    """The places named, and everything that some of them have in common."""
    found = dict.fromkeys(named)
    shapes = sorted({place.shape for place in found}, key=sum)
    chained = all(all(b or not a for a, b in zip(*pair, strict=True)) for pair in pairwise(shapes))
    if chained:  # each narrows the one before: what two have in common is one of them
        return list(found)
    new = list(found)
    while new and len(found) <= _MOST_PLACES:
        one = new.pop()
        both = {meet for other in list(found) if (meet := one.meet(other)) is not None} - found.keys()
        found.update(dict.fromkeys(both))
        new += both
    return list(found)
