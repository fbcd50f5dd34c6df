"""The store keeps what it acknowledged, in order, once, on either engine."""

from __future__ import annotations

from contextlib import closing
from random import Random

import pytest

from answerable.errors import DecisionConflict, DecisionTooLarge, LedgerMissing, LedgerUnwritable, UsageError
from answerable.ledger.merkle import leaf_hash, root
from answerable.ledger.store import NewEntry, Store, open_store
from ledger.store_entries import entries, entry, root_of, stored


def test_a_new_ledger_is_empty(store: Store) -> None:
    assert store.size() == 0
    assert stored(store) == []
    assert store.index_of("id") is None
    assert store.about("digest") == []
    assert store.checkpoints() == []
    assert list(store.check()) == []


def test_entries_get_the_next_places_in_the_order_given(store: Store) -> None:
    assert store.append(entries(3)) == [0, 1, 2]
    assert store.append(entries(2, start=3)) == [3, 4]
    assert store.size() == 5
    assert stored(store) == [each.leaf for each in entries(5)]
    assert [store.leaf(n) for n in range(5)] == stored(store)
    assert [store.index_of(each.decision_id) for each in entries(5)] == [0, 1, 2, 3, 4]


def test_appending_nothing_changes_nothing(store: Store) -> None:
    assert store.append([]) == []
    assert store.size() == 0


def test_a_decision_that_is_there_keeps_its_place(store: Store) -> None:
    store.append(entries(3))
    assert store.append(entries(1, start=1)) == [1]
    assert store.append([*entries(1, start=7), *entries(3), *entries(1, start=7)]) == [3, 0, 1, 2, 3]
    assert store.size() == 4
    assert list(store.check()) == []


def test_another_decision_of_the_same_id_is_refused_and_nothing_is_written(store: Store) -> None:
    store.append(entries(2))
    for batch in (
        [*entries(2, start=5), NewEntry("id-000001", b"other", ())],
        [NewEntry("new", b"one", ()), NewEntry("new", b"two", ())],
    ):
        with pytest.raises(DecisionConflict, match="nothing was written"):
            store.append(batch)
    assert stored(store) == [each.leaf for each in entries(2)]


def test_a_leaf_of_65535_bytes_is_kept_and_one_byte_more_is_refused(store: Store) -> None:
    store.append([NewEntry("empty", b"", ()), NewEntry("longest", b"\0" * 65_535, ())])
    with pytest.raises(DecisionTooLarge, match="65536 bytes"):
        store.append([*entries(3), NewEntry("longer", b"\0" * 65_536, ())])
    assert stored(store) == [b"", b"\0" * 65_535]


def test_leaves_are_any_bytes(store: Store) -> None:
    every = bytes(range(256)) + b"\\x00\\\\\t\r\n'\";--"
    store.append([NewEntry("one", every, ()), NewEntry("two", every[::-1], ())])
    assert stored(store) == [every, every[::-1]]


def test_thousands_are_one_transaction(store: Store) -> None:
    batch = entries(5_000)
    assert store.append(batch) == list(range(5_000))
    assert store.append([*batch, *entries(2, start=5_000)])[-2:] == [5_000, 5_001]
    assert stored(store) == [each.leaf for each in entries(5_002)]
    assert list(store.leaves(4_990, 4_993)) == [each.leaf for each in batch[4_990:4_993]]


def test_an_entry_or_a_range_that_is_not_there_is_a_question_without_an_answer(store: Store) -> None:
    store.append(entries(3))
    for index in (-1, 3, 10**12):
        with pytest.raises(UsageError, match="it has 3"):
            store.leaf(index)
    for start, end in ((0, 4), (2, 1), (-1, 2)):
        with pytest.raises(UsageError, match="it has 3"):
            list(store.leaves(start, end))
    assert list(store.leaves(3, 3)) == []


def test_the_nodes_give_the_root_that_the_leaves_have_at_every_size(store: Store, seed: int) -> None:
    rng = Random(seed)
    count = 0
    while count < 70:
        new = rng.choice((1, 1, 2, 3, 8, 21))
        store.append(entries(new, start=count))
        count += new
        for size in {count, rng.randrange(count + 1)}:
            assert root(size, store.nodes) == root_of(stored(store)[:size])
    assert list(store.check()) == []


def test_nodes_come_in_the_order_asked_and_as_often(store: Store) -> None:
    store.append(entries(4))
    zero, one = (leaf_hash(each.leaf) for each in entries(2))
    assert store.nodes([(0, 1), (0, 0), (0, 1)]) == [one, zero, one]
    (pair,) = store.nodes([(1, 0)])
    assert store.nodes([(1, 0), (0, 0), (1, 0)]) == [pair, zero, pair]
    assert store.nodes([]) == []


def test_any_number_of_nodes_can_be_asked_for(store: Store) -> None:
    store.append(entries(2_048))
    wanted = [(level, n) for level in range(12) for n in range(2_048 >> level)]
    assert len(store.nodes(wanted)) == len(wanted) == 4_095


def test_decisions_are_found_by_their_subjects(store: Store) -> None:
    store.append([entry("a", "x", "y"), entry("b", "y", "y", "y"), entry("c")])
    store.append([entry("d", "y", "é 'quoted'")])
    assert store.about("x") == [0]
    assert store.about("y") == [0, 1, 3]
    assert store.about("é 'quoted'") == [3]
    assert store.about("z") == []


def test_the_index_by_subject_can_be_made_again(store: Store) -> None:
    store.append(entries(600))
    store.rebuild_index(lambda leaf: [f"new {leaf[:14].decode()}", "all", "all"])
    assert store.about("digest-5") == []
    assert store.about("all") == list(range(600))
    assert store.about("new leaf of id-000") == list(range(600))


def test_an_index_that_cannot_be_made_stays_as_it_was(store: Store) -> None:
    store.append(entries(3))
    with pytest.raises(ZeroDivisionError):
        store.rebuild_index(lambda leaf: [str(1 // 0)])
    assert store.about("digest-1") == [1]


def test_checkpoints_are_kept_by_size_and_then_as_they_came(store: Store) -> None:
    long = "note\n" * 5_000
    for size, note in ((3, "b"), (1, "z"), (3, "a"), (3, "b"), (2, long)):
        store.add_checkpoint(size, note)
    assert store.checkpoints() == [(1, "z"), (2, long), (3, "b"), (3, "a")]


def test_everything_outlives_the_store_that_wrote_it(place: str) -> None:
    with closing(open_store(place, create=True)) as store:
        store.append(entries(9))
        store.add_checkpoint(9, "note")
    with closing(open_store(place)) as store:
        assert stored(store) == [each.leaf for each in entries(9)]
        assert store.checkpoints() == [(9, "note")]
        assert store.append(entries(10)) == list(range(10))


def test_making_a_ledger_where_one_is_leaves_it_alone(place: str) -> None:
    with closing(open_store(place, create=True)) as store, closing(open_store(place, create=True)) as other:
        store.append(entries(2))
        assert other.size() == 2


def test_where_no_ledger_is_none_is_made_unasked(place: str) -> None:
    for read_only in (False, True):
        with pytest.raises(LedgerMissing) as refusal:
            open_store(place, read_only=read_only)
        assert refusal.value.hint


def test_a_store_that_is_read_only_reads_and_refuses_to_write(place: str) -> None:
    with closing(open_store(place, create=True)) as store:
        store.append(entries(5))
        with closing(open_store(place, read_only=True)) as reader:
            assert stored(reader) == [each.leaf for each in entries(5)]
            assert list(reader.check()) == []
            with pytest.raises(LedgerUnwritable):
                reader.append(entries(1, start=8))
        assert store.size() == 5


def test_what_others_append_is_seen_at_once(place: str) -> None:
    with closing(open_store(place, create=True)) as one, closing(open_store(place)) as other:
        for n in range(5):
            assert one.append(entries(1, start=2 * n)) == [2 * n]
            assert other.append(entries(1, start=2 * n + 1)) == [2 * n + 1]
            assert one.size() == 2 * n + 2


def test_a_batch_longer_than_a_page_is_streamed_while_others_append(place: str) -> None:
    with closing(open_store(place, create=True)) as one, closing(open_store(place)) as other:
        one.append(entries(600))
        read = []
        for leaf in one.leaves():
            read.append(leaf)
            if len(read) % 100 == 0:
                other.append(entries(1, start=10_000 + len(read)))
        assert read == [each.leaf for each in entries(600)]
