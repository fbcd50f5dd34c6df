"""Rows that can be shown one by one and still are provably all of them: each is a leaf of a Merkle tree under a salt.

A row that is withheld leaves its leaf, from which nothing can be learned without the salt; the root stays the same. The
salts follow from a secret that is in no pack, so that one pack is the same bytes however often it is made.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import rfc8785

from answerable.audit.table import Table, as_json
from answerable.ledger.merkle import Frontier, leaf_hash

SALT = 16  # bytes


@dataclass(frozen=True, slots=True)
class Salted:
    """A row with its salt, or only its leaf where it is withheld."""

    leaf: bytes
    salt: bytes | None
    row: Mapping[str, Any] | None


def salted(of: Table, secret: bytes) -> list[Salted]:
    """Every row of a table under its salt, in order.

    Args:
        of: The table.
        secret: What the salts follow from; who knows it can guess withheld rows.
    """
    found = []
    for at, row in enumerate(as_json(of)):
        salt = hmac.digest(secret, b"%b\0%d" % (of.name.encode(), at), "sha256")[:SALT]
        found.append(Salted(leaf_hash(salt + canonical(row)), salt, row))
    return found


def withheld(rows: Iterable[Salted], shown: Sequence[bool]) -> list[Salted]:
    """The same, with only some rows shown."""
    return [row if show else Salted(row.leaf, None, None) for row, show in zip(rows, shown, strict=True)]


def root(rows: Iterable[Salted]) -> str:
    """The root over all rows, in hex."""
    tree = Frontier()
    for row in rows:
        tree.push(row.leaf)
    return tree.root().hex()


def document(rows: Iterable[Salted]) -> list[dict[str, Any]]:
    """The rows for JSON."""
    return [
        {"leaf": row.leaf.hex()} if row.row is None or row.salt is None else {"salt": row.salt.hex(), "row": row.row}
        for row in rows
    ]


def canonical(value: Any) -> bytes:
    """The one way in which JSON is hashed (RFC 8785); paths that are not UTF-8 are escaped first."""
    return rfc8785.dumps(_clean(value))


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, Mapping):
        return {_clean(key): _clean(item) for key, item in value.items()}
    return [_clean(item) for item in value] if isinstance(value, list | tuple) else value


def secret_of(private: bytes) -> bytes:
    """The secret that salts follow from, by the log's private key (RFC 5869, one block)."""
    key = hmac.digest(b"answerable evidence pack", private, "sha256")
    return hmac.digest(key, b"salts of rows\x01", sha256)
