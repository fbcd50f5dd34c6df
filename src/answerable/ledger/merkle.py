"""The Merkle tree of the ledger: a proof is accepted only where the tree of RFC 6962 of that size and root has it.

No input or output: hashes come through a `Reader`, which is asked once for all that a root or a proof needs, never for
more than two hashes a level. Only perfect subtrees are read, so what is stored of them never changes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256

from answerable.errors import ProofInvalid

EMPTY_ROOT = sha256().digest()
HASH_SIZE = 32
MAX_SIZE = 2**63 - 1
"""The most leaves a tree may have; what claims more is refused before anything is computed."""

Node = tuple[int, int]
"""(level, index): the perfect subtree over the leaves `index << level` up to, not including, `(index + 1) << level`."""

Reader = Callable[[Sequence[Node]], Sequence[bytes]]
"""Returns the hashes of perfect subtrees, in the order asked."""

_Range = tuple[int, int]  # leaves, the end not included; the start is a multiple of a power of two >= the width


def leaf_hash(leaf: bytes) -> bytes:
    """Hash a leaf (RFC 6962, section 2.1: prefixed so that no leaf can pass for an inner node)."""
    return sha256(b"\0" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into the one above them (RFC 6962, section 2.1)."""
    return sha256(b"\1" + left + right).digest()


def root(size: int, read: Reader) -> bytes:
    """Return the root hash of the first `size` leaves.

    Raises:
        ProofInvalid: The size is negative or more than a tree can have.
    """
    _check_size(size)
    return _hashes([(0, size)], read)[0] if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, read: Reader) -> list[bytes]:
    """Prove that the leaf at `index` is in the tree of `size` (RFC 6962, section 2.1.1), from the leaf upwards.

    Raises:
        ProofInvalid: The tree has no such leaf.
    """
    _check_index(index, size)
    return _hashes(_beside(index, size), read)


def consistency_proof(old: int, new: int, read: Reader) -> list[bytes]:
    """Prove that the tree of `old` leaves is a prefix of that of `new` (RFC 6962, section 2.1.2), from below upwards.

    Every tree begins with the empty one and with itself: both proofs have no hashes.

    Raises:
        ProofInvalid: The sizes are not sizes of trees, or the old one is the larger.
    """
    _check_size(new)
    if not 0 <= old <= new:
        raise ProofInvalid(f"a tree of {new} leaves has no earlier tree of {_shown(old)}")
    if old in {0, new}:
        return []
    start, beside = _between(old, new)
    return _hashes([(start, old), *beside] if start else beside, read)


def verify_inclusion(leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Accept that a leaf is at `index` of the tree with this size and root, or raise.

    Args:
        leaf_hash: The 32-byte hash of the leaf, computed by whoever verifies.
        index: Which leaf it is, from 0.
        size: How many leaves the tree has, from a checkpoint that is trusted.
        proof: The hashes of the siblings, from the leaf upwards.
        root: The root hash, from the same checkpoint.

    Raises:
        ProofInvalid: The proof does not lead from this leaf to this root.
    """
    _check_index(index, size)
    beside = _beside(index, size)
    _check_hashes([leaf_hash, *proof], len(beside) + 1)
    computed = leaf_hash
    for (_, end), sibling in zip(beside, proof, strict=True):
        computed = node_hash(sibling, computed) if end <= index else node_hash(computed, sibling)
    if computed != root:
        raise ProofInvalid(f"the inclusion proof of leaf {index} does not lead to the root of {size} leaves")


def verify_consistency(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> None:
    """Accept that the tree of `old` leaves is a prefix of the tree of `new` leaves, or raise.

    Raises:
        ProofInvalid: The proof does not lead from one root to the other. So it is where `old` is 0: every tree begins
            with the empty one, whatever its root, and a caller that takes this for a proof would be misled.
    """
    _check_size(new)
    if not 0 < old <= new:
        raise ProofInvalid(f"nothing can show that a tree of {_shown(old)} leaves was the beginning of one of {new}")
    if old == new:
        if proof or old_root != new_root:
            raise ProofInvalid(f"two different trees of {new} leaves")
        return
    start, beside = _between(old, new)
    hashes = [*proof] if start else [old_root, *proof]  # a perfect old tree is itself the first hash, and left out
    _check_hashes([*hashes, old_root], len(beside) + 2)
    old_computed = new_computed = hashes[0]
    for (_, end), sibling in zip(beside, hashes[1:], strict=True):
        if end <= start:
            old_computed = node_hash(sibling, old_computed)
            new_computed = node_hash(sibling, new_computed)
        else:
            new_computed = node_hash(new_computed, sibling)
    if old_computed != old_root or new_computed != new_root:
        raise ProofInvalid(f"the tree of {new} leaves does not begin with that of {old}")


def new_nodes(size: int, leaves: Sequence[bytes], read: Reader) -> list[tuple[Node, bytes]]:
    """Return every perfect subtree that is completed by appending, level by level, the leaves themselves first.

    Args:
        size: How many leaves there are already.
        leaves: The hashes of the leaves to append.
        read: Gives the perfect subtrees at the right edge of what is there; asked at most once.

    Raises:
        ProofInvalid: The tree would have more leaves than a tree can have.
    """
    end = size + len(leaves)
    _check_size(size)
    _check_size(end)
    waiting = [(level, (size >> level) - 1) for level in range(end.bit_length()) if _is_completed(level, size, end)]
    left = dict(zip(waiting, _read(waiting, read), strict=True))
    found: list[tuple[Node, bytes]] = []
    row, level = list(leaves), 0
    while row:
        first = size >> level
        found += [((level, first + at), hashed) for at, hashed in enumerate(row)]
        if first & 1 and (level, first - 1) in left:
            row.insert(0, left[level, first - 1])
        row = [sha256(b"\1" + a + b).digest() for a, b in zip(row[::2], row[1::2], strict=False)]
        level += 1
    return found


class Frontier:
    """The root of a tree as it grows, in memory that grows with the number of levels only."""

    __slots__ = ("_peaks", "size")

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []  # the perfect subtrees from left to right, each smaller than the one before

    def push(self, leaf_hash: bytes) -> None:
        """Append the hash of a leaf."""
        hashed, above = leaf_hash, self.size
        while above & 1:
            hashed = sha256(b"\1" + self._peaks.pop() + hashed).digest()
            above >>= 1
        self._peaks.append(hashed)
        self.size += 1

    def root(self) -> bytes:
        """Return the root hash of what was appended so far."""
        return _fold(self._peaks) if self._peaks else EMPTY_ROOT


def _beside(index: int, size: int) -> list[_Range]:
    """The ranges of leaves whose hashes are the siblings on the way from a leaf up to the root."""
    start, end, beside = 0, size, []
    while end - start > 1:
        middle = _split(start, end)
        if index < middle:
            beside.append((middle, end))
            end = middle
        else:
            beside.append((start, middle))
            start = middle
    return beside[::-1]


def _between(old: int, new: int) -> tuple[int, list[_Range]]:
    """Where the last perfect subtree of the old tree starts, and the siblings from it up to the new root."""
    start, end, beside = 0, new, []
    while end != old:
        middle = _split(start, end)
        if old <= middle:
            beside.append((middle, end))
            end = middle
        else:
            beside.append((start, middle))
            start = middle
    return start, beside[::-1]


def _split(start: int, end: int) -> int:
    """Where a range divides: after the largest power of two smaller than its width."""
    return start + (1 << (end - start - 1).bit_length() - 1)


def _hashes(ranges: Sequence[_Range], read: Reader) -> list[bytes]:
    peaks = [_peaks(start, end) for start, end in ranges]
    hashes = iter(_read([node for nodes in peaks for node in nodes], read))
    return [_fold([next(hashes) for _ in nodes]) for nodes in peaks]


def _peaks(start: int, end: int) -> list[Node]:
    peaks = []
    while start < end:
        level = (end - start).bit_length() - 1
        peaks.append((level, start >> level))
        start += 1 << level
    return peaks


def _fold(peaks: Sequence[bytes]) -> bytes:
    folded = peaks[-1]
    for peak in reversed(peaks[:-1]):
        folded = node_hash(peak, folded)
    return folded


def _read(nodes: Sequence[Node], read: Reader) -> Sequence[bytes]:
    if not nodes:
        return []
    hashes = read(nodes)
    _check_hashes(hashes, len(nodes))
    return hashes


def _is_completed(level: int, size: int, end: int) -> bool:
    """Whether the rightmost subtree of this level has no sibling yet, and gets one."""
    return bool(size >> level & 1) and end >> level + 1 > size >> level + 1


def _check_size(size: int) -> None:
    if not 0 <= size <= MAX_SIZE:
        raise ProofInvalid(f"no tree has {_shown(size)} leaves")


def _check_index(index: int, size: int) -> None:
    _check_size(size)
    if not 0 <= index < size:
        raise ProofInvalid(f"a tree of {size} leaves has no leaf {_shown(index)}")


def _check_hashes(hashes: Sequence[bytes], wanted: int) -> None:
    if len(hashes) != wanted:
        raise ProofInvalid(f"{len(hashes)} hashes where {wanted} are needed")
    if any(len(hashed) != HASH_SIZE for hashed in hashes):
        raise ProofInvalid("a hash that is not 32 bytes long")


def _shown(number: int) -> str:
    """A number for a message: Python refuses to print one of more than 4,300 digits."""
    return str(number) if abs(number) < 2**80 else "that many"
