"""Reading the ledger: rows are checked one by one, in memory that does not grow with the ledger.

A page of rows is read at a time, by key. Entries never change, so no transaction is held open between pages.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from answerable.ledger import sql
from answerable.ledger.database import Database
from answerable.ledger.merkle import Node
from answerable.ledger.rows import Damage, Entry, entry_of, hash_of, leaf_hash_of

PAGE = 256
"""Entries read at once: at most 16 MiB."""
_T = TypeVar("_T")


def size(database: Database) -> int:
    """Return how many entries there are.

    Raises:
        Damage: The ledger has lost some, or was given some past it.
    """
    said, last = database.rows(sql.SIZE)[0]
    there = 0 if last is None else last + 1
    if said != str(there):
        raise Damage(f"it says that it has {said} entries, and its last one makes that {there}")
    return there


def entry(database: Database, index: int) -> Entry:
    """Return one entry.

    Raises:
        Damage: It is not what was written, or not there.
    """
    for row in database.rows(sql.ENTRY, (index,)):
        return _expected(entry_of(row), index)
    raise Damage(f"entry {index} is missing")


def entries(database: Database, start: int, end: int) -> Iterator[Entry]:
    """Stream entries in order.

    Raises:
        Damage: One is not what was written, or not there.
    """
    for first in range(start, end, PAGE):
        page = database.rows(sql.ENTRIES, (first, min(first + PAGE, end)))
        for index, row in enumerate(page, first):
            yield _expected(entry_of(row), index)
        if len(page) < min(PAGE, end - first):
            raise Damage(f"entry {first + len(page)} is missing")


def nodes(database: Database, wanted: Sequence[Node]) -> list[bytes]:
    """Return the hashes of perfect subtrees, in the order asked.

    Raises:
        Damage: One is not what was written, or not there.
    """
    found: dict[Node, bytes] = {}
    for indexes in chunks([index for level, index in wanted if not level]):
        found.update(map(leaf_hash_of, database.rows(sql.leaf_hashes(len(indexes)), indexes)))
    for inner in chunks([node for node in wanted if node[0]]):
        flat = [number for node in inner for number in node]
        found.update(map(hash_of, database.rows(sql.nodes(len(inner)), flat)))
    for level, index in wanted:
        if (level, index) not in found:
            raise Damage(f"node {index} of level {level} is missing")
    return [found[node] for node in wanted]


def chunks(values: Sequence[_T]) -> Iterator[Sequence[_T]]:
    """Divide values so that one statement can take each part."""
    for start in range(0, len(values), sql.CHUNK):
        yield values[start : start + sql.CHUNK]


def _expected(found: Entry, index: int) -> Entry:
    if found.idx != index:
        raise Damage(f"entry {index} is missing")
    return found
