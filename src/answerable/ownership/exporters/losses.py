"""What formats without duties cannot say of an owners file, told in one way."""

from __future__ import annotations

from collections.abc import Iterator

from answerable.ownership.importers.imported import Left
from answerable.ownership.model import Service

_DUTIES = ("communication", "escalation", "fallback", "cover", "clocks", "templates")


def of_duties(service: Service, *carried: str) -> Iterator[Left]:
    """The duties of a service but for those that are carried."""
    where = f"services: {service.id}: duties"
    if service.duties.response not in (None, service.owner) and "response" not in carried:
        yield Left(where=where, value=f"response: {service.duties.response}", why="the format has no place for it")
    for name in _DUTIES:
        found = getattr(service.duties, name)
        if found and name not in carried:
            told = found if isinstance(found, str) else f"{len(found)}"
            yield Left(where=where, value=f"{name}: {told}", why="the format has no place for it")


def of(where: str, **values: object) -> Iterator[Left]:
    """Values that have no place."""
    for name, value in values.items():
        if value:
            told = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
            yield Left(where=where, value=f"{name}: {told}", why="the format has no place for it")
