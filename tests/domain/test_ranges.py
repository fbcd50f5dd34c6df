"""Ranges are sets of line numbers: whatever Python's sets say, they say."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from answerable.domain.ranges import Ranges

# Small numbers, so that ranges touch, overlap and nest all the time; some end before they start.
spans = st.lists(st.tuples(st.integers(1, 30), st.integers(0, 30)), max_size=8)
ranges = spans.map(Ranges.of)


def lines(of: Ranges) -> set[int]:
    return {line for start, end in of for line in range(start, end + 1)}


def is_normal(of: Ranges) -> bool:
    inner = all(start <= end for start, end in of.spans)
    return inner and all(a[1] + 1 < b[0] for a, b in zip(of.spans, of.spans[1:], strict=False))


@given(spans)
def test_any_spans_become_the_set_they_cover(given_spans: list[tuple[int, int]]) -> None:
    covered = {line for start, end in given_spans for line in range(start, end + 1)}
    assert lines(Ranges.of(given_spans)) == covered
    assert is_normal(Ranges.of(given_spans))


@given(ranges, ranges)
def test_union_intersection_and_difference_are_those_of_sets(a: Ranges, b: Ranges) -> None:
    for got, expected in (
        (a | b, lines(a) | lines(b)),
        (a & b, lines(a) & lines(b)),
        (a - b, lines(a) - lines(b)),
    ):
        assert lines(got) == expected
        assert is_normal(got)


@given(ranges, st.integers(-1, 32))
def test_membership_size_and_truth_are_those_of_sets(a: Ranges, line: int) -> None:
    assert (line in a) == (line in lines(a))
    assert len(a) == len(lines(a))
    assert bool(a) == bool(lines(a))


@given(ranges, ranges)
def test_equal_sets_are_equal_ranges_with_one_hash(a: Ranges, b: Ranges) -> None:
    assert (a == b) == (lines(a) == lines(b))
    again = Ranges.of(a.spans[::-1])
    assert again == a
    assert hash(again) == hash(a)


@given(ranges, ranges, ranges)
def test_the_laws_of_sets_hold(a: Ranges, b: Ranges, c: Ranges) -> None:
    assert (a - b) | (a & b) == a
    assert a & (b | c) == (a & b) | (a & c)
    assert a - (b | c) == (a - b) - c
    assert not (a - b) & b


@given(ranges)
def test_cuts_are_where_membership_changes_in_ascending_order(a: Ranges) -> None:
    assert list(a.cuts()) == [n for n in range(1, 40) if (n in lines(a)) != (n - 1 in lines(a))]


def test_one_span_may_be_huge() -> None:
    huge = Ranges.of([(1, 10**12)])
    assert len(huge) == 10**12
    assert (huge - Ranges.of([(5, 5)])).spans == ((1, 4), (6, 10**12))
