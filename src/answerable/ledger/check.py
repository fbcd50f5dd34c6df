"""Looking for damage: entries against their hashes, the index against the entries, nodes against those below them.

A page is read at a time; where that fails its rows are read one by one, so that one bad row hides no other.
"""

from __future__ import annotations

from collections.abc import Iterator

from answerable.ledger import reading, sql
from answerable.ledger.database import Database
from answerable.ledger.merkle import node_hash
from answerable.ledger.rows import Damage, Defect, Entry

_SHOWN = 5


def check(database: Database, start: int, end: int) -> Iterator[Defect]:
    """Report each entry that is not what was written, then each node that is not made of those below it."""
    for first in range(start, end, reading.PAGE):
        sound: list[Entry] = []
        for index, found in _page(database, first, min(first + reading.PAGE, end)):
            if isinstance(found, Damage):
                yield Defect(index, str(found))
            else:
                sound.append(found)
        yield from _not_found_by_id(database, sound)
    level = 1
    while end >> level:
        for first in range(start >> level, end >> level, reading.PAGE):
            yield from _wrong_nodes(database, level, first, min(first + reading.PAGE, end >> level))
        level += 1


def readable(database: Database) -> str:
    """Say in words which entries can still be read."""
    ranges: list[tuple[int, int]] = []
    end = last(database)
    for first in range(0, end, reading.PAGE):
        for index, found in _page(database, first, min(first + reading.PAGE, end)):
            if isinstance(found, Damage):
                continue
            joins = bool(ranges) and ranges[-1][1] == index - 1
            ranges.append((ranges.pop()[0] if joins else index, index))
    if not ranges:
        return "no entry can be read"
    shown = ", ".join(f"{first} to {last}" for first, last in ranges[:_SHOWN])
    return f"entries {shown}{' and more' * (len(ranges) > _SHOWN)} can be read"


def last(database: Database) -> int:
    """Return how far to look for entries where the size itself may be damaged."""
    try:
        said = str(database.rows(sql.META, ("size",))[0][0])
        return int(said) if said.isascii() and said.isdecimal() else int(database.rows(sql.COUNT)[0][0])
    except (Damage, IndexError):
        return 0


def _page(database: Database, first: int, last: int) -> Iterator[tuple[int, Entry | Damage]]:
    try:
        found = list(reading.entries(database, first, last))
    except Damage:
        for index in range(first, last):
            yield index, _one(database, index)
    else:
        yield from enumerate(found, first)


def _one(database: Database, index: int) -> Entry | Damage:
    try:
        return reading.entry(database, index)
    except Damage as damage:
        return damage


def _not_found_by_id(database: Database, sound: list[Entry]) -> Iterator[Defect]:
    """A decision that its id does not lead to could be recorded twice."""
    ids = [entry.decision_id for entry in sound]
    try:
        rows = [row for chunk in reading.chunks(ids) for row in database.rows(sql.places(len(chunk)), chunk)]
    except Damage as damage:
        yield Defect(None, f"the index by decision cannot be read: {damage}")
        return
    places = {(decision_id, index) for decision_id, index in rows}
    for entry in sound:
        if (entry.decision_id, entry.idx) not in places:
            yield Defect(entry.idx, f"the index by decision does not lead to entry {entry.idx}")


def _wrong_nodes(database: Database, level: int, first: int, last: int) -> Iterator[Defect]:
    try:
        found = reading.nodes(database, [(level, index) for index in range(first, last)])
        below = reading.nodes(database, [(level - 1, index) for index in range(2 * first, 2 * last)])
    except Damage as damage:
        if last - first == 1:
            yield Defect(None, str(damage))
        else:
            for index in range(first, last):
                yield from _wrong_nodes(database, level, index, index + 1)
        return
    for at, hashed in enumerate(found):
        if hashed != node_hash(below[2 * at], below[2 * at + 1]):
            yield Defect(None, f"node {first + at} of level {level} is not made of the two below it")
