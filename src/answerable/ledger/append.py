"""Appending: all of a batch or nothing, each decision once, each at the next free place, the tree grown with it.

Everything is decided while the lock of the one writer is held, and nothing is answered before the commit is on disk.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from answerable.errors import DecisionConflict, DecisionTooLarge
from answerable.ledger import reading, sql
from answerable.ledger.database import Database
from answerable.ledger.merkle import leaf_hash, new_nodes
from answerable.ledger.rows import entry_of, entry_row, node_row, subject_row
from answerable.ledger.store import NewEntry, Outdated

MAX_LEAF = 65_535
"""The longest entry of a tile: its length is two bytes (c2sp.org/tlog-tiles)."""


def append(database: Database, entries: Sequence[NewEntry], only_if: Mapping[str, int]) -> list[int]:
    """Record decisions and return the index of each.

    Raises:
        Outdated: There are more entries about a digest of `only_if` than it says.
        DecisionTooLarge: A leaf is longer than an entry can be.
        DecisionConflict: An id is taken by another decision, here or in the ledger.
        Damage: What the new entries would be built on is not what was written.
    """
    batch = _by_id(entries)
    if not batch:
        return []
    with database.transaction():
        for digest, count in only_if.items():
            if len(database.rows(sql.SUBJECT, (digest,))) != count:
                raise Outdated(digest)
        places = _recorded(database, batch)
        fresh = [entry for entry in batch.values() if entry.decision_id not in places]
        if fresh:
            start = reading.size(database)
            places |= {entry.decision_id: index for index, entry in enumerate(fresh, start)}
            _insert(database, start, fresh)
    return [places[entry.decision_id] for entry in entries]


def _by_id(entries: Sequence[NewEntry]) -> dict[str, NewEntry]:
    batch: dict[str, NewEntry] = {}
    for entry in entries:
        if len(entry.leaf) > MAX_LEAF:
            raise DecisionTooLarge(
                f"decision {entry.decision_id} is {len(entry.leaf)} bytes long; an entry holds {MAX_LEAF}",
                hint="keep what is long in the vault, and name it in the decision by its commitment",
            )
        if batch.setdefault(entry.decision_id, entry).leaf != entry.leaf:
            raise _conflict(entry.decision_id)
    return batch


def _recorded(database: Database, batch: dict[str, NewEntry]) -> dict[str, int]:
    """Where those decisions are that the ledger has already."""
    places: dict[str, int] = {}
    for chunk in reading.chunks(list(batch)):
        for row in database.rows(sql.known(len(chunk)), chunk):
            entry = entry_of(row)
            if entry.decision_id not in batch or batch[entry.decision_id].leaf != entry.leaf:
                raise _conflict(entry.decision_id)
            places[entry.decision_id] = entry.idx
    return places


def _insert(database: Database, start: int, fresh: Sequence[NewEntry]) -> None:
    hashes = [leaf_hash(entry.leaf) for entry in fresh]
    grown = new_nodes(start, hashes, lambda wanted: reading.nodes(database, wanted))
    numbered = list(enumerate(fresh, start))
    database.insert(
        {
            "entries": [entry_row(at, each.decision_id, hashes[at - start], each.leaf) for at, each in numbered],
            "nodes": [node_row(node, hashed) for node, hashed in grown if node[0]],
            "subjects": [subject_row(digest, at) for at, each in numbered for digest in dict.fromkeys(each.digests)],
        }
    )
    database.rows(sql.SET_META, ("size", str(start + len(fresh))))


def _conflict(decision_id: str) -> DecisionConflict:
    return DecisionConflict(
        f"decision {decision_id} is already recorded with other content; nothing was written",
        hint="a decision is never changed: record a new one that supersedes it",
    )
