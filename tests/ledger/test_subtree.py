"""A part of a log is proven to belong to the whole, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.errors import ProofInvalid
from answerable.ledger.merkle import inclusion_proof
from answerable.ledger.subtree import verify_subtree_consistency, verify_subtree_inclusion
from ledger.trees import hashes_of, naive_root, reader_of

MOST = 40


@st.composite
def subtrees(draw: st.DrawFn) -> tuple[int, int, int]:
    """Start, end and the size of the tree."""
    size = draw(st.integers(1, MOST))
    width = draw(st.integers(1, size))
    step = 1 << (width - 1).bit_length()
    start = step * draw(st.integers(0, (size - width) // step))
    return start, start + width, size


def proof(start: int, end: int, size: int) -> list[bytes]:
    """The proof by its definition: the siblings on the way from the subtree's last leaf, from its root on."""
    hashes = hashes_of(size)

    def part(first: int, last: int, low: int, high: int, known: bool) -> list[bytes]:
        if (first, last) == (low, high):
            return [] if known else [naive_root(hashes[low:high])]
        middle = low + (1 << (high - low - 1).bit_length() - 1)
        if last <= middle:
            return [*part(first, last, low, middle, known), naive_root(hashes[middle:high])]
        if first >= middle:
            return [*part(first, last, middle, high, known), naive_root(hashes[low:middle])]
        return [*part(middle, last, middle, high, False), naive_root(hashes[low:middle])]

    return part(start, end, 0, size, True)


@given(subtrees())
def test_every_subtree_is_part_of_its_tree(given: tuple[int, int, int]) -> None:
    start, end, size = given
    hashes = hashes_of(size)
    roots = naive_root(hashes[start:end]), naive_root(hashes)
    verify_subtree_consistency(start, end, size, proof(*given), *roots)
    for index in range(start, end):
        path = inclusion_proof(index - start, end - start, reader_of(hashes[start:end]))
        verify_subtree_inclusion(hashes[index], index, start, end, path, roots[0])


@given(subtrees(), st.data())
def test_another_hash_anywhere_is_no_proof(given: tuple[int, int, int], data: st.DataObject) -> None:
    start, end, size = given
    hashes = hashes_of(size)
    parts = [naive_root(hashes[start:end]), naive_root(hashes), *proof(*given)]
    at = data.draw(st.integers(0, len(parts) - 1))
    parts[at] = bytes([parts[at][0] ^ 1]) + parts[at][1:]
    with pytest.raises(ProofInvalid):
        verify_subtree_consistency(start, end, size, parts[2:], *parts[:2])


@pytest.mark.parametrize(
    ("start", "end", "size"), [(1, 3, 8), (4, 9, 16), (-1, 1, 4), (2, 1, 4), (0, 5, 4), (0, 2**70, 2**71)]
)
def test_a_range_that_is_no_subtree_is_refused(start: int, end: int, size: int) -> None:
    with pytest.raises(ProofInvalid):
        verify_subtree_consistency(start, end, size, [], b"1" * 32, b"1" * 32)
