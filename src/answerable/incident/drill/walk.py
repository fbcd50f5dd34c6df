"""Walks an escalation as in an incident: step after step, until somebody who was called says that they are there.

An acknowledgement counts only where it names a person who was called, and the call that it answers. Whatever else comes
back is told and changes nothing. In a dry run nobody is called: what is told is who would be, and when.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Protocol
from uuid import uuid4

from answerable.incident.open.safe import safe
from answerable.ownership.model import Member
from answerable.ownership.resolved import Call

MOST_TOLD = 20
"""Odd replies that are told of one step."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: whether the call was taken, who acknowledges which call, and what was wrong."""

    taken: bool
    by: str | None = None
    call: str | None = None
    problem: str | None = None


class Caller(Protocol):
    """Something that calls people, and can be asked whether one of them answered."""

    def call(self, name: str, step: int, calls: Sequence[Call]) -> Reply:
        """Call all of one step; `name` is the call's own."""

    def ask(self, name: str) -> Reply:
        """Ask whether somebody acknowledged a call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """A step as it was walked: after how many minutes by the file, whom, and what came back."""

    after: int
    calls: tuple[Call, ...]
    called: bool  # somebody was told
    waited_ms: int
    told: tuple[str, ...] = ()  # what went wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """The whole way; `by` is who acknowledged, and `elapsed_ms` the time from the first call until they did."""

    stations: tuple[Station, ...]
    by: Member | None = None
    step: int | None = None  # 1 for the first
    elapsed_ms: int | None = None

    @property
    def first(self) -> tuple[int, Member] | None:
        """Whom the file would have called first by name, and after how many minutes."""
        found = ((station.after, one) for station in self.stations for call in station.calls for one in call.people)
        return next(found, None)


class Walk:
    """Walks one escalation.

    Args:
        calls: In their order, as the registry resolves them.
        caller: Who calls; None: a dry run.
        wait: Seconds for an acknowledgement before the next step; None: the minutes that the file says.
        every: Seconds between two times of asking.
        clock: Seconds that only go forward.
        sleep: Waits for seconds.
    """

    def __init__(
        self,
        calls: Sequence[Call],
        caller: Caller | None,
        *,
        wait: float | None = 60.0,
        every: float = 2.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._caller, self._wait, self._every = caller, wait, every
        self._clock, self._sleep = clock, sleep
        self._steps = [(after, tuple(each)) for after, each in groupby(calls, key=lambda call: call.after)]
        self._names: dict[str, set[str]] = {}  # of calls, to the ids of people who may acknowledge them
        self._people: dict[str, Member] = {}

    def walk(self) -> Walked:
        """Walk it, until somebody acknowledges or its end."""
        if self._caller is None:
            return Walked(stations=tuple(Station(after=a, calls=c, called=False, waited_ms=0) for a, c in self._steps))
        began, stations = self._clock(), list[Station]()
        waits = [*((b - a) * 60.0 for (a, _), (b, _) in pairwise(self._steps)), 0.0]
        waits[-1] = waits[-2] if len(waits) > 1 else 60.0
        for number, (after, calls) in enumerate(self._steps, 1):
            seconds = waits[number - 1] if self._wait is None else self._wait
            station, by = self._station(self._caller, number, after, calls, seconds)
            stations.append(station)
            if by:
                elapsed = round((self._clock() - began) * 1000)
                return Walked(stations=tuple(stations), by=by, step=number, elapsed_ms=elapsed)
        return Walked(stations=tuple(stations))

    def _station(
        self, caller: Caller, number: int, after: int, calls: tuple[Call, ...], seconds: float
    ) -> tuple[Station, Member | None]:
        began = self._clock()
        name = str(uuid4())
        self._people.update((one.id, one) for call in calls for one in call.people)
        self._names[name] = set(self._people)
        told: dict[str, None] = {}
        taken, by = False, None
        for reply in self._replies(caller, name, number, calls, began + seconds):
            taken = taken or reply.taken
            by, problem = self._acknowledged(reply)
            if problem and len(told) < MOST_TOLD:
                told[problem] = None
            if by:
                break
        waited = round((self._clock() - began) * 1000)
        return Station(after=after, calls=calls, called=taken, waited_ms=waited, told=tuple(told)), by

    def _replies(self, caller: Caller, name: str, number: int, calls: Sequence[Call], end: float) -> Iterator[Reply]:
        """What comes back to a call, and to being asked again until the time is over."""
        first = caller.call(name, number, calls)
        yield first
        while first.taken and self._clock() < end:
            self._sleep(max(0.0, min(self._every, end - self._clock())))
            yield caller.ask(name)

    def _acknowledged(self, reply: Reply) -> tuple[Member | None, str | None]:
        """The person who acknowledged, or what is wrong with the reply."""
        if reply.problem or reply.by is None:
            return None, reply.problem
        who = safe(reply.by[:200])
        if reply.call not in self._names:
            return None, f"{who} acknowledges a call that was never made"
        people = {one: self._people[one] for one in self._names[reply.call]}
        found = called_so(people, reply.by)
        return (found, None) if found else (None, f"{who} acknowledges, and is nobody who was called")


def called_so(people: Mapping[str, Member], name: str) -> Member | None:
    """The one person who goes by a name: an id, a login, an address, an SSO subject or an id in a pager."""
    asked = name.strip().lstrip("@").casefold()
    found = [one for one in people.values() if asked in {word.casefold() for word in _names(one)}]
    return found[0] if len(found) == 1 and asked else None


def _names(one: Member) -> Iterator[str]:
    yield from (one.id, *one.git, *one.forge)
    yield from (word for word in (one.sso, one.pagerduty) if word)
