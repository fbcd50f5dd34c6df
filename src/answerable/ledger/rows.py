"""What a row of the ledger must look like: a row that a disk or a hand has changed is never taken for one.

Databases do not notice bytes that changed below them, and a root computed over a changed hash would be signed. So each
row carries a checksum over everything it says, where it stands included, and a leaf is hashed again when it is read.
A checksum holds off accidents, not attackers: whoever may write could seal a forgery. That is what the Merkle tree, its
signed heads and their witnesses are for.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from answerable.errors import LedgerDamaged
from answerable.ledger.merkle import HASH_SIZE, Node, leaf_hash

Row = tuple[Any, ...]
_RECOVER = (
    "keep this copy; bring back a replica or a backup, or export what can be read into a new ledger, and compare its "
    "root with the last checkpoint that a witness has"
)


class Damage(Exception):
    """What is stored is not what was written; the store that meets it says what can still be read."""


def damaged(name: str, what: object, left: str = "no entry can be read") -> LedgerDamaged:
    """Tell damage so that a person can act on it.

    Args:
        name: Which ledger.
        what: What was found.
        left: What can still be read.
    """
    return LedgerDamaged(f"the ledger {name} is damaged: {what}; {left}", hint=_RECOVER)


class Defect(NamedTuple):
    """Something that is not as it was written: at which entry (None where it is no single one), and what."""

    entry: int | None
    what: str


class Entry(NamedTuple):
    """A row of the ledger, its hash computed from its leaf."""

    idx: int
    decision_id: str
    leaf_hash: bytes
    leaf: bytes


def entry_row(index: int, decision_id: str, hashed: bytes, leaf: bytes) -> Row:
    """The row of `entries`."""
    return index, decision_id, hashed, _seal(index, decision_id, hashed), leaf


def node_row(node: Node, hashed: bytes) -> Row:
    """The row of `nodes`."""
    return *node, hashed, _seal(*node, hashed)


def subject_row(digest: str, index: int) -> Row:
    """The row of `subjects`."""
    return digest, index, _seal(digest, index)


def entry_of(row: Sequence[Any]) -> Entry:
    """Read a row of `entries`: index, decision id, hash, seal, leaf.

    Raises:
        Damage: The leaf is not the one that was written, or not here.
    """
    index, decision_id, hashed, seal, leaf = row
    if not _holds(seal, index, decision_id, hashed):
        raise Damage(f"entry {_shown(index)} is not sealed by its checksum")
    if not isinstance(leaf, bytes) or leaf_hash(leaf) != hashed:
        raise Damage(f"entry {index} does not have the hash it was written with")
    return Entry(index, decision_id, hashed, leaf)


def hash_of(row: Sequence[Any]) -> tuple[Node, bytes]:
    """Read a row of `nodes`: level, index, hash, seal.

    Raises:
        Damage: The hash is not the one that was written, or not here.
    """
    level, index, hashed, seal = row
    if not _holds(seal, level, index, hashed) or len(hashed) != HASH_SIZE:
        raise Damage(f"the hash of node {_shown(index)} of level {_shown(level)} is not sealed by its checksum")
    return (level, index), hashed


def leaf_hash_of(row: Sequence[Any]) -> tuple[Node, bytes]:
    """Read a row of `entries` without its leaf, index, decision id, hash, seal, as the node it is.

    Raises:
        Damage: The hash is not the one that was written, or not here.
    """
    index, decision_id, hashed, seal = row
    if not _holds(seal, index, decision_id, hashed) or len(hashed) != HASH_SIZE:
        raise Damage(f"the hash of entry {_shown(index)} is not sealed by its checksum")
    return (0, index), hashed


def index_of(row: Sequence[Any]) -> int:
    """Read a row of `subjects`: digest, index, seal.

    Raises:
        Damage: The row is not the one that was written.
    """
    digest, index, seal = row
    if not _holds(seal, digest, index) or not isinstance(index, int):
        raise Damage("the index by subject does not match its checksums")
    return index


def _seal(*parts: object) -> int:
    """A CRC-32 that no shift of bytes from one part to the next leaves unchanged."""
    total = 0
    for part in parts:
        data = part.to_bytes(8, "big") if isinstance(part, int) else part if isinstance(part, bytes) else _text(part)
        total = zlib.crc32(data, zlib.crc32(len(data).to_bytes(4, "big"), total))
    return total


def _holds(seal: object, *parts: object) -> bool:
    with suppress(TypeError, ValueError, OverflowError):  # a damaged row may hold any type
        return seal == _seal(*parts)
    return False


def _text(part: object) -> bytes:
    if not isinstance(part, str):
        raise TypeError
    return part.encode()


def _shown(value: object) -> str:
    return str(value) if isinstance(value, int) else "?"
