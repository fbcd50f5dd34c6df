"""Signals of groups: by layer, team, tool, model or part of the period. There is no group of a person.

A change that is of several teams, tools or models counts in each of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from answerable.audit.facts.change import Change
from answerable.audit.facts.drilled import Drilled
from answerable.audit.facts.facts import Facts
from answerable.audit.period import Period
from answerable.audit.signal.definitions import DEFINITIONS, REHEARSED
from answerable.audit.signal.model import Measured, measure

NONE = "(none)"
BY: dict[str, Callable[[Change], Sequence[str]]] = {
    "layer": lambda change: [change.layer or NONE],
    "team": lambda change: change.teams or [NONE],
    "service": lambda change: change.services or [NONE],
    "tool": lambda change: change.tools or [NONE],
    "model": lambda change: change.models or [NONE],
}
"""What signals can be told by."""


@dataclass(frozen=True, slots=True)
class Group:
    """Changes that have a word in common, and their signals."""

    name: str
    changes: int
    signals: tuple[Measured, ...]


def signals(changes: Sequence[Change], drills: Sequence[Drilled] = ()) -> tuple[Measured, ...]:
    """Every signal over some changes and rehearsals."""
    over_changes = (measure(definition, changes) for definition in DEFINITIONS)
    return (*over_changes, *(measure(definition, drills) for definition in REHEARSED))


def by(word: str, facts: Facts) -> tuple[Group, ...]:
    """Signals of every group, the layers in their order, all else by name.

    Args:
        word: A key of `BY`.
        facts: Of a period.
    """
    found: dict[str, list[Change]] = {}
    for change in facts.changes:
        for name in BY[word](change):
            found.setdefault(name, []).append(change)
    rank = {name: at for at, name in enumerate(facts.layers if word == "layer" else ())}
    names = sorted(found, key=lambda name: (rank.get(name, len(rank)), name == NONE, name))
    return tuple(Group(name, len(found[name]), signals(found[name])) for name in names)


def trend(facts: Facts, parts: Iterable[Period]) -> tuple[Group, ...]:
    """Signals of every part of the period, the first part first; one without changes has nothing to measure."""
    groups = []
    for part in parts:
        own = [change for change in facts.changes if part.holds(change.at)]
        rehearsed = [drill for drill in facts.drills if part.holds(drill.at)]
        groups.append(Group(part.start.strftime("%Y-%m-%d"), len(own), signals(own, rehearsed)))
    return tuple(groups)
