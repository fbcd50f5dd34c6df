"""Where an artifact of some revision runs: environment, region, cohort and wave, since when, and how surely."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from answerable.domain.grade import Grade

Shape = tuple[bool, ...]
"""Which parts of a place are narrowed."""


class State(StrEnum):
    """What became of a deployment."""

    ACTIVE = "active"
    ROLLED_BACK = "rolled_back"  # the one before it runs again
    SUPERSEDED = "superseded"  # a later one took its place
    REMOVED = "removed"  # nothing took its place
    UNREPORTED = "unreported"  # devices that have not been heard of since: they may run it still


class Place(NamedTuple):
    """A part of where things run; a part that is None is not narrowed: every region, every cohort."""

    environment: str
    service: str | None = None
    region: str | None = None
    jurisdiction: str | None = None
    cohort: str | None = None  # of devices
    wave: str | None = None  # of a rollout

    def holds(self, other: Place) -> bool:
        """True where the other is this place or a part of it."""
        return all(mine is None or mine == its for mine, its in zip(self, other, strict=True))

    def meet(self, other: Place) -> Place | None:
        """What two places have in common; None where that is nothing."""
        pairs = list(zip(self, other, strict=True))
        if any(None not in pair and pair[0] != pair[1] for pair in pairs):
            return None
        return Place(*(mine if its is None else its for mine, its in pairs))  # type: ignore[arg-type]

    def within(self, shapes: Iterable[Shape]) -> Iterator[Place]:
        """The places of some shapes that hold this one, itself where its own is among them."""
        for shape in shapes:
            if all(mine is not None or not narrowed for mine, narrowed in zip(self, shape, strict=True)):
                yield Place(*(mine if n else None for mine, n in zip(self, shape, strict=True)))  # type: ignore[arg-type]

    @property
    def shape(self) -> Shape:
        """Which parts are narrowed."""
        return tuple(part is not None for part in self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What a decision says happened to one revision in one place."""

    revision: str  # full commit id
    place: Place
    at: str  # RFC 3339 UTC
    state: State = State.ACTIVE
    percent: int | None = None  # of the place; None: not said, taken as all
    devices: int | None = None  # how many the place has
    unreported: int = 0  # of them, that had not been heard of by then
    deployment: str | None = None  # which one, as the system that runs it counts them
    artifact: str | None = None  # "sha256:" and hex
    grade: Grade = Grade.DECLARED
    decision: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """One place where a revision runs or may run."""

    environment: str
    revision: str  # full commit id
    since: str  # RFC 3339 UTC
    state: State = State.ACTIVE
    service: str | None = None
    region: str | None = None
    jurisdiction: str | None = None
    cohort: str | None = None  # of devices
    wave: str | None = None  # of a rollout
    percent: int | None = None  # of the cohort, or of the traffic, at most; None: not said, taken as all
    devices: int | None = None  # how many; of a state that is unreported, how many at most
    artifact: str | None = None  # "sha256:" and hex
    grade: Grade = Grade.DECLARED
    decision: str | None = None  # the decision that says so
    but_not: tuple[Place, ...] = ()  # parts of the place in which something else is told

    def runs_at(self, place: Place) -> bool:
        """True where a place is in this one, and not in a part of it where something else is told."""
        return self.place.holds(place) and not any(part.holds(place) for part in self.but_not)

    @property
    def place(self) -> Place:
        """Where."""
        return Place(self.environment, self.service, self.region, self.jurisdiction, self.cohort, self.wave)


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """Where what holds a commit runs, and what is recorded of deployments at all."""

    places: tuple[Running, ...] = ()
    recorded: int = 0  # places where some revision runs, as far as that is recorded
    absent: tuple[str, ...] = ()  # revisions that run and are not in this clone: whether they hold it is not known
    grade: Grade = Grade.NONE  # of the weakest of all that is recorded
