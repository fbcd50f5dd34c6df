"""Merkle trees by the definition of RFC 6962, section 2.1, as it stands there: slow, and obviously right."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from answerable.ledger.merkle import Node, Reader


def hashes_of(count: int) -> list[bytes]:
    """The hashes of so many different leaves."""
    return [sha256(b"\0leaf %d" % index).digest() for index in range(count)]


def naive_root(leaf_hashes: Sequence[bytes]) -> bytes:
    if not leaf_hashes:
        return sha256(b"").digest()
    if len(leaf_hashes) == 1:
        return leaf_hashes[0]
    half = 1
    while half * 2 < len(leaf_hashes):
        half *= 2
    return sha256(b"\x01" + naive_root(leaf_hashes[:half]) + naive_root(leaf_hashes[half:])).digest()


def reader_of(leaf_hashes: Sequence[bytes]) -> Reader:
    """Reads perfect subtrees by computing them anew."""

    def read(nodes: Sequence[Node]) -> list[bytes]:
        found = []
        for level, index in nodes:
            leaves = leaf_hashes[index << level : (index + 1) << level]
            assert len(leaves) == 1 << level, "only perfect subtrees may be asked for"
            found.append(naive_root(leaves))
        return found

    return read


class EqualLeaves:
    """A tree of any size whose leaves are all the same, so that a hash depends on its level; counts reads."""

    def __init__(self) -> None:
        self.reads = 0
        self.calls = 0
        self._levels = [sha256(b"\0same").digest()]
        for _ in range(64):
            self._levels.append(sha256(b"\x01" + self._levels[-1] * 2).digest())
        self.leaf_hash = self._levels[0]

    def __call__(self, nodes: Sequence[Node]) -> list[bytes]:
        self.reads += len(nodes)
        self.calls += 1
        return [self._levels[level] for level, _ in nodes]
