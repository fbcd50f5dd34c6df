"""Contents and keys of the vault: kept as they were given, and gone for good once they are erased."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from answerable.errors import LedgerUnreachable
from answerable.ledger.sqlite import Sqlite
from answerable.ledger.store import Store, open_store
from builders.postgres import PostgresServer
from ledger.store_entries import entries


def test_content_is_given_back_as_it_was_kept(store: Store) -> None:
    store.put_content("c1", "ada", b"nonce", b"\0cipher\xff")
    assert store.get_content("c1") == ("ada", b"nonce", b"\0cipher\xff")
    assert store.get_content("c2") is None


def test_content_that_is_kept_stays_when_it_is_kept_again(store: Store) -> None:
    store.put_content("c1", "ada", b"n1", b"one")
    store.put_content("c1", "bo", b"n2", b"two")
    assert store.get_content("c1") == ("ada", b"n1", b"one")


def test_the_first_key_of_a_subject_stays(store: Store) -> None:
    assert store.content_key("ada", b"first") == b"first"
    assert store.content_key("ada", b"second") == b"first"
    assert store.content_key("bo", b"third") == b"third"


def test_erased_contents_are_gone_and_others_stay(store: Store) -> None:
    for n in range(4):
        store.put_content(f"c{n}", "ada", b"n", b"text")
    assert store.erase_contents(["c0", "c2", "c2", "unknown"]) == 2
    assert [store.get_content(f"c{n}") is None for n in range(4)] == [True, False, True, False]
    assert store.erase_contents([]) == 0


def test_an_erased_subject_loses_its_key_and_all_its_contents(store: Store) -> None:
    for n in range(3):
        store.put_content(f"a{n}", "ada", b"n", b"text")
    store.put_content("b", "bo", b"n", b"text")
    store.content_key("ada", b"old")
    assert store.erase_subject("ada") == 3
    assert store.get_content("a1") is None
    assert store.get_content("b") is not None
    assert store.content_key("ada", b"new") == b"new"
    assert store.erase_subject("nobody") == 0


def test_erased_bytes_are_gone_from_the_files(tmp_path: Path, seed: int) -> None:
    """Rows of every size come and go while the ledger grows: nothing that was erased is anywhere in its files."""
    rng = Random(seed)
    live: dict[str, bytes] = {}
    gone: list[bytes] = []
    with closing(open_store(tmp_path / "ledger.sqlite", create=True)) as store:
        for step in range(60):
            if live and rng.random() < 0.4:
                names = rng.sample(sorted(live), min(len(live), rng.randrange(1, 4)))
                store.erase_contents(names)
                gone += [live.pop(name) for name in names]
            else:
                live[f"{rng.randrange(2**64):016x}"] = text = rng.randbytes(rng.choice((32, 300, 1_500, 3_000, 9_000)))
                store.put_content(list(live)[-1], f"subject {step % 5}", rng.randbytes(12), text)
            if step % 6 == 0:
                store.append(entries(1, start=step))
        files = b"".join(file.read_bytes() for file in tmp_path.iterdir())
        assert all(text[:16] in files for text in live.values())
        assert not [at for text in gone for at in range(0, len(text) - 15, 16) if text[at : at + 16] in files]


def test_an_erased_key_is_gone_from_the_files(tmp_path: Path) -> None:
    keys = {f"subject {n}": Random(n).randbytes(32) for n in range(120)}
    with closing(open_store(tmp_path / "ledger.sqlite", create=True)) as store:
        for subject, key in keys.items():
            store.content_key(subject, key)
        for subject in list(keys)[::3]:
            store.erase_subject(subject)
            files = b"".join(file.read_bytes() for file in tmp_path.iterdir())
            assert keys[subject] not in files
        assert keys["subject 1"] in files


def test_a_reader_that_holds_the_log_is_told_of_and_erasing_again_removes_the_traces(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    secret = Random(0).randbytes(2_000)
    with closing(open_store(path, create=True)) as store:
        store.put_content("c", "ada", b"n", secret)
        with closing(sqlite3.connect(path, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM contents").fetchall()
            database = Sqlite(path, patience=0.01)
            with closing(database):
                database.rows("DELETE FROM contents")
                with pytest.raises(LedgerUnreachable, match="still in use by a reader"):
                    database.scrub()
        assert store.get_content("c") is None
        store.erase_contents(["c"])
        assert not any(secret[100:120] in file.read_bytes() for file in tmp_path.iterdir())


def test_erased_rows_take_no_room_in_postgresql(postgres: PostgresServer) -> None:
    """In a database of its own: rows stay for as long as a transaction that began before is open in the same one."""
    import psycopg

    with psycopg.connect(postgres.url("x").partition("&schema")[0], autocommit=True) as admin:
        admin.execute("CREATE DATABASE erasing")
    place = postgres.url("erased").replace("/postgres?", "/erasing?")
    with closing(open_store(place, create=True)) as store:
        for n in range(60):
            store.put_content(f"c{n}", "ada", b"n", Random(n).randbytes(3_000))
        store.content_key("ada", b"key")
        assert store.erase_subject("ada") == 60
    with psycopg.connect(place.partition("&schema")[0]) as connection:
        sizes = connection.execute(
            "SELECT relname, pg_relation_size(oid) + pg_relation_size(reltoastrelid) FROM pg_class"
            " WHERE relname IN ('contents', 'content_keys') ORDER BY relname"
        ).fetchall()
    assert sizes == [("content_keys", 0), ("contents", 0)]
