from hypothesis import given
from hypothesis import strategies as st

from answerable.capture.lines.align import align

items = st.lists(st.sampled_from([b"a", b"b", b"c", b"d", b"}", b""]), max_size=40)


@given(items, items)
def test_blocks_are_equal_in_order_and_do_not_touch(old, new):
    i = j = 0
    for at, block in enumerate(align(old, new).blocks):
        assert block.size > 0
        assert block.old >= i
        assert block.new >= j
        assert at == 0 or (block.old, block.new) != (i, j)
        assert old[block.old : block.old + block.size] == new[block.new : block.new + block.size]
        i, j = block.old + block.size, block.new + block.size


@given(items, items)
def test_what_no_block_holds_is_in_the_gaps_and_begins_and_ends_differently(old, new):
    aligned = align(old, new)
    assert aligned.whole
    kept = sum(block.size for block in aligned.blocks)
    gaps = aligned.gaps(len(old), len(new))
    assert sum(end - start for start, end, _, _ in gaps) == len(old) - kept
    assert sum(to - at for _, _, at, to in gaps) == len(new) - kept
    for start, end, at, to in gaps:
        assert not set(old[start:end]) & set(new[at:to])


@given(items)
def test_the_same_is_one_block(old):
    assert sum(block.size for block in align(old, old).blocks) == len(old)


@given(items, items, items)
def test_an_insertion_leaves_everything_aligned(head, middle, tail):
    fresh = [b"new%d" % n for n in range(len(middle))]
    assert sum(block.size for block in align(head + tail, head + fresh + tail).blocks) == len(head + tail)


def test_work_is_bounded_where_everything_repeats():
    old = [b"x", b"y"] * 20_000
    new = [b"y", b"x", b"x"] * 15_000
    aligned = align(old, new)
    assert sum(block.size for block in aligned.blocks) <= len(old)


def test_a_change_in_a_large_file_costs_what_it_changes():
    old = [b"line %d" % n for n in range(50_000)]
    new = [*old[:25_000], b"new", *old[25_001:]]
    assert align(old, new).gaps(len(old), len(new)) == [(25_000, 25_001, 25_000, 25_001)]
