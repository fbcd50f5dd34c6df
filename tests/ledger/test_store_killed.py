"""Whatever is killed, whenever: what was acknowledged is there, once, at the place it was given."""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from random import Random

import pytest

from answerable.ledger.merkle import root
from answerable.ledger.store import open_store
from builders.postgres import SAFE, own_server
from ledger.store_entries import entries, id_of, root_of, stored
from ledger.store_writers import Acknowledged, Writers

SOAK = os.environ.get("ANSWERABLE_PROFILE") == "soak"
KILLS = 500 if SOAK else 25
CRASHES = 60 if SOAK else 2


def assert_kept(place: str, heard: Sequence[Acknowledged]) -> None:
    """All that was acknowledged is there, exactly once, where it was said to be, and the tree is that of the leaves."""
    with closing(open_store(place)) as store:
        leaves = stored(store)
        ids = [id_of(leaf) for leaf in leaves]
        assert [name for name, count in Counter(ids).items() if count > 1] == []
        assert [each for each in heard if ids[each.index : each.index + 1] != [each.decision_id]] == []
        assert [store.index_of(name) for name in ids[::7]] == list(range(0, len(ids), 7))
        assert root(len(leaves), store.nodes) == root_of(leaves)
        assert list(store.check()) == []


@contextmanager
def writing(place: str, count: int = 3) -> Iterator[Writers]:
    open_store(place, create=True).close()
    writers = Writers(place, count)
    try:
        yield writers
    finally:
        writers.end()


def test_killed_writers_lose_nothing_that_was_acknowledged(place: str) -> None:
    rng = Random(1)
    with writing(place) as writers:
        for _ in range(KILLS):
            writers.hear(rng.randrange(1, 40))
            writers.kill_one()
    assert len(writers.killed) == KILLS
    assert_kept(place, writers.heard)


def test_a_server_that_crashes_loses_nothing_that_was_acknowledged() -> None:
    rng = Random(2)
    with own_server(SAFE) as server:
        place = server.url("crashed")
        with writing(place) as writers:
            for _ in range(CRASHES):
                writers.hear(rng.randrange(20, 200))
                server.kill()
                server.start()
            writers.hear(50)
        assert_kept(place, writers.heard)


@pytest.mark.parametrize("writers", [2, 8])
def test_threads_that_write_at_once_get_places_of_their_own(place: str, writers: int) -> None:
    open_store(place, create=True).close()
    given: dict[int, list[int]] = {}

    def write(number: int) -> None:
        with closing(open_store(place)) as store:
            given[number] = [
                index for n in range(12) for index in store.append(entries(1 + n % 3, start=1_000 * number + 10 * n))
            ]

    threads = [threading.Thread(target=write, args=(number,)) for number in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(index for indexes in given.values() for index in indexes) == list(range(24 * writers))
    heard = [
        Acknowledged(0, each.decision_id, index)
        for number, indexes in given.items()
        for each, index in zip(
            [each for n in range(12) for each in entries(1 + n % 3, start=1_000 * number + 10 * n)],
            indexes,
            strict=True,
        )
    ]
    assert_kept(place, heard)


def test_the_same_decisions_from_many_at_once_are_recorded_once(place: str) -> None:
    open_store(place, create=True).close()
    given: list[list[int]] = []

    def write() -> None:
        with closing(open_store(place)) as store:
            given.append([index for n in range(20) for index in store.append(entries(3, start=3 * n))])

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(given) == 4
    assert given[1:] == given[:-1]
    assert sorted(given[0]) == list(range(60))


def test_many_that_make_the_same_ledger_at_once_make_one(place: str) -> None:
    sizes: list[int] = []

    def make() -> None:
        with closing(open_store(place, create=True)) as store:
            sizes.append(len(store.append(entries(1))))

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sizes == [1] * 8
    with closing(open_store(place)) as store:
        assert store.size() == 1
