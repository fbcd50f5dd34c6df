"""The store is a cache: whatever happens to its file, an answer is right, and no error is shown."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from answerable.git.attribution.store import VERSION, Store

HUNKS = {bytes([n]) * 40: bytes([n, 0, 0, 0] * 4 * n) for n in range(50)}
RENAMES = {b"one": b"caf\xe9\n", b"two": None, b"three": b"\0"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store(tmp_path / "answerable")) as store:
        yield store


def file_of(folder: Path) -> Path:
    return folder / f"attribution-v{VERSION}.sqlite"


def filled(folder: Path) -> Path:
    with closing(Store(folder)) as store:
        store.add_hunks(HUNKS)
        store.add_renames(RENAMES)
    return file_of(folder)


def assert_answers(folder: Path) -> None:
    """What it answers is right, if it answers at all."""
    with closing(Store(folder)) as store:
        assert store.hunks(HUNKS).items() <= HUNKS.items()
        assert store.renames(RENAMES).items() <= RENAMES.items()
        store.add_hunks(HUNKS)
        store.add_renames(RENAMES)
        assert store.hunks(HUNKS).items() <= HUNKS.items()
        assert store.renames(RENAMES).items() <= RENAMES.items()


def test_what_was_kept_is_found_and_nothing_else(store: Store) -> None:
    store.add_hunks(HUNKS)
    store.add_renames(RENAMES)
    assert store.hunks([*HUNKS, b"unknown"]) == HUNKS
    assert store.renames([*RENAMES, b"unknown"]) == RENAMES
    assert store.hunks([]) == {}


def test_a_file_that_came_from_nowhere_is_not_one_nobody_asked_about(store: Store) -> None:
    store.add_renames({b"asked": None})
    assert store.renames([b"asked", b"not asked"]) == {b"asked": None}


def test_the_first_answer_stays(store: Store) -> None:
    store.add_hunks({b"pair": b"\1\0\0\0"})
    store.add_hunks({b"pair": b"\2\0\0\0"})
    assert store.hunks([b"pair"]) == {b"pair": b"\1\0\0\0"}


def test_any_number_of_keys_can_be_looked_up(store: Store) -> None:
    many = {n.to_bytes(4, "big"): n.to_bytes(4, "big") * 4 for n in range(21_000)}
    store.add_hunks(many)
    assert store.hunks(many) == many
    some = dict(list(many.items())[:1_501])
    assert store.hunks(some) == some


def test_it_outlives_the_process_that_wrote_it(tmp_path: Path) -> None:
    filled(tmp_path)
    with closing(Store(tmp_path)) as store:
        assert store.hunks(HUNKS) == HUNKS
        with closing(store.reopened()) as other:
            assert other.renames(RENAMES) == RENAMES


def test_without_a_folder_nothing_is_kept() -> None:
    store = Store(None)
    store.add_hunks(HUNKS)
    assert store.hunks(HUNKS) == {}
    store.close()


def test_after_it_is_closed_it_knows_nothing(store: Store) -> None:
    store.add_hunks(HUNKS)
    store.close()
    assert store.hunks(HUNKS) == {}
    store.add_hunks(HUNKS)
    store.close()


def test_it_can_be_copied_to_another_clone(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    file_of(other).write_bytes(filled(tmp_path / "one").read_bytes())
    with closing(Store(other)) as store:
        assert store.hunks(HUNKS) == HUNKS


@pytest.mark.parametrize("garbage", [b"", b"not a database" * 100, b"SQLite format 3\0" + b"\xff" * 5000, b"\0" * 4096])
def test_garbage_in_its_place_is_begun_again(tmp_path: Path, garbage: bytes) -> None:
    file_of(tmp_path).write_bytes(garbage)
    assert_answers(tmp_path)


def test_a_file_cut_short_anywhere_answers_nothing_wrong(tmp_path: Path) -> None:
    whole = filled(tmp_path / "whole").read_bytes()
    for at, size in enumerate(range(0, len(whole), 509)):
        folder = tmp_path / str(at)
        folder.mkdir()
        file_of(folder).write_bytes(whole[:size])
        assert_answers(folder)


def test_bytes_changed_anywhere_answer_nothing_wrong(tmp_path: Path, seed: int) -> None:
    whole = filled(tmp_path / "whole").read_bytes()
    rng = Random(seed)
    for at in range(25):
        data = bytearray(whole)
        for _ in range(rng.choice((1, 5, 50))):
            data[rng.randrange(len(data))] = rng.randrange(256)
        folder = tmp_path / str(at)
        folder.mkdir()
        file_of(folder).write_bytes(data)
        assert_answers(folder)


def test_a_file_with_other_tables_answers_nothing(tmp_path: Path) -> None:
    with closing(sqlite3.connect(file_of(tmp_path))) as connection:
        connection.execute("CREATE TABLE hunks (something TEXT)")
        connection.execute("CREATE TABLE renames (question BLOB, source TEXT)")
        connection.execute("INSERT INTO renames VALUES (?, ?)", (b"one", "text"))
        connection.commit()
    assert_answers(tmp_path)


def test_rows_of_other_types_answer_nothing(tmp_path: Path) -> None:
    file = filled(tmp_path)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE hunks SET hunks = 'text'")
        connection.execute("UPDATE renames SET source = 7")
        connection.commit()
    assert_answers(tmp_path)


def test_a_folder_that_cannot_be_made_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file, not a folder")
    (tmp_path / "dangling").symlink_to("nowhere")
    for folder in (tmp_path / "file", tmp_path / "dangling", tmp_path / "no" / "parent", tmp_path / "file" / "below"):
        assert_answers(folder)
    (tmp_path / "folder").mkdir()
    file_of(tmp_path / "folder").mkdir()
    assert_answers(tmp_path / "folder")


def test_deleted_while_it_is_open_it_goes_on_or_gives_up(tmp_path: Path) -> None:
    with closing(Store(tmp_path)) as store:
        store.add_hunks(HUNKS)
        for file in tmp_path.iterdir():
            file.unlink()
        assert store.hunks(HUNKS).items() <= HUNKS.items()
        store.add_renames(RENAMES)
    assert_answers(tmp_path)


def test_a_lock_held_by_another_is_not_waited_for_in_vain(tmp_path: Path) -> None:
    """A writer that is busy for a moment is waited for."""
    file = filled(tmp_path)
    with closing(Store(tmp_path)) as store, closing(sqlite3.connect(file, check_same_thread=False)) as other:
        other.isolation_level = None
        other.execute("BEGIN IMMEDIATE")
        release = threading.Timer(0.05, lambda: other.execute("COMMIT"))
        release.start()
        store.add_hunks({b"late": b"\1\0\0\0"})
        release.join()
        assert store.hunks([b"late"]) == {b"late": b"\1\0\0\0"}


def test_many_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    children = []
    for n in range(4):
        child = os.fork()
        if child == 0:
            store = Store(tmp_path)
            for at in range(20):
                store.add_hunks({bytes([n, at]): bytes([n, at, 0, 0])})
                store.hunks([bytes([n, at])])
            os._exit(0)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * 4
    every = {bytes([n, at]): bytes([n, at, 0, 0]) for n in range(4) for at in range(20)}
    with closing(Store(tmp_path)) as store:
        assert store.hunks(every) == every
