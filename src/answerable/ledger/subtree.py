"""Subtrees: a range of leaves that starts where a perfect tree of its width could, proven to be part of a whole tree.

A monitor that keeps a part of a log proves with them that the part belongs to the whole, without the rest.

Source: draft-ietf-plants-merkle-tree-certs, section "Subtrees".
"""

from __future__ import annotations

from collections.abc import Sequence

from answerable.errors import ProofInvalid
from answerable.ledger.merkle import EMPTY_ROOT, HASH_SIZE, MAX_SIZE, node_hash, verify_inclusion


def verify_subtree_inclusion(
    leaf_hash: bytes, index: int, start: int, end: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Accept that a leaf is at `index` of the tree, inside the subtree from `start` to, not including, `end`.

    Args:
        leaf_hash: The 32-byte hash of the leaf.
        index: Which leaf of the whole tree it is.
        start: The subtree's first leaf.
        end: Where it ends.
        proof: The hashes of the siblings, from the leaf up to the subtree's root.
        root: The subtree's root hash.

    Raises:
        ProofInvalid: There is no such subtree, or the proof does not lead from this leaf to its root.
    """
    _check(start, end, MAX_SIZE)
    if not start <= index < end:
        raise ProofInvalid(f"leaf {index} is not in the subtree from {start} to {end}")
    verify_inclusion(leaf_hash, index - start, end - start, proof, root)


def verify_subtree_consistency(
    start: int, end: int, size: int, proof: Sequence[bytes], subtree_root: bytes, root: bytes
) -> None:
    """Accept that a subtree is part of the tree of `size` leaves with this root.

    Raises:
        ProofInvalid: There is no such subtree, or the proof does not lead from one root to the other.
    """
    if 0 <= start == end <= size and subtree_root == EMPTY_ROOT and not proof:
        return  # nothing is part of every tree, and proves nothing
    _check(start, end, size)
    if any(len(hashed) != HASH_SIZE for hashed in proof):
        raise ProofInvalid("a hash that is not 32 bytes long")
    first, last, whole = start, end - 1, size - 1  # of the row that is looked at; each row has half of the one below
    while first != last and (last == whole or last & 1):
        first, last, whole = first >> 1, last >> 1, whole >> 1
    rest = list(proof)
    below = subtree_root if first == last else (rest.pop(0) if rest else b"")
    inside = outside = below
    for hashed in rest:
        if whole == 0:
            raise ProofInvalid("the proof has more hashes than there is way to go")
        if last & 1 or last == whole:
            inside = node_hash(hashed, inside) if first < last else inside
            outside = node_hash(hashed, outside)
            while not last & 1 and last:
                first, last, whole = first >> 1, last >> 1, whole >> 1
        else:
            outside = node_hash(outside, hashed)
        first, last, whole = first >> 1, last >> 1, whole >> 1
    if whole or inside != subtree_root or outside != root:
        raise ProofInvalid(f"the tree of {size} leaves does not hold that subtree from {start} to {end}")


def _check(start: int, end: int, size: int) -> None:
    width = end - start
    if not 0 <= start < end <= size <= MAX_SIZE or start & ((1 << (width - 1).bit_length()) - 1):
        raise ProofInvalid(f"a tree of {size} leaves has no subtree from {start} to {end}")
