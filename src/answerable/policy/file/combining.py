"""What joining two parts of a policy takes: more of both, what both allow, and names that are there once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from answerable.domain.fault import Position
from answerable.strict_yaml.reading import Notes

T = TypeVar("T")
_TOP = Position(1, 1)


def unique(notes: Notes, what: str, names: Iterable[tuple[str, Position | None]]) -> None:
    """Note each name that an earlier part has already."""
    seen: dict[str, Position | None] = {}
    for name, at in names:
        first = seen.setdefault(name, at)
        if name and first is not at and first:
            notes.add(
                at or _TOP, f"the {what} {name} is here twice, first at line {first.line}", "give it another name"
            )


def union(upper: tuple[T, ...], own: tuple[T, ...]) -> tuple[T, ...]:
    """What either has, in the order of the upper."""
    return tuple(dict.fromkeys((*upper, *own)))


def common(upper: tuple[T, ...] | None, own: tuple[T, ...] | None) -> tuple[T, ...] | None:
    """What both allow; None allows everything."""
    if upper is None or own is None:
        return own if upper is None else upper
    return tuple(each for each in upper if each in own)
