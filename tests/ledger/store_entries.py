"""Entries for tests of the store: their leaves say which they are."""

from __future__ import annotations

from collections.abc import Sequence

from answerable.ledger.merkle import Frontier, leaf_hash
from answerable.ledger.store import NewEntry, Store


def entry(name: str, *digests: str, size: int = 0) -> NewEntry:
    """An entry whose leaf holds its id, and is made at least `size` bytes long."""
    return NewEntry(name, f"leaf of {name}\n".encode().ljust(size, b"."), digests)


def entries(count: int, start: int = 0, size: int = 0) -> list[NewEntry]:
    """Numbered entries, each about a subject of its own."""
    return [entry(f"id-{n:06}", f"digest-{n}", size=size) for n in range(start, start + count)]


def id_of(leaf: bytes) -> str:
    """The id in a leaf made here."""
    return leaf.partition(b"\n")[0].decode().removeprefix("leaf of ")


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over leaves, computed from nothing else."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.push(leaf_hash(leaf))
    return frontier.root()


def stored(store: Store) -> list[bytes]:
    """All leaves of a store."""
    return list(store.leaves())
