"""Bytes that changed below the database are never given out as what was written."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from random import Random

import pytest

from answerable.errors import LedgerDamaged, LedgerMissing, LedgerUnreachable, LedgerUnsupported
from answerable.ledger.merkle import Node
from answerable.ledger.store import Store, open_store
from ledger.store_entries import entries

COUNT = 120
BATCH = entries(COUNT, size=300)
NODES = [(level, n) for level in range(7) for n in range(COUNT >> level)]
Tamper = Callable[[str], None]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a sound ledger."""
    return filled(tmp_path_factory.mktemp("whole") / "ledger.sqlite").read_bytes()


def filled(path: Path) -> Path:
    with closing(open_store(path, create=True)) as store:
        store.append(BATCH)
        store.add_checkpoint(COUNT, "note")
    return path


def tamper(place: str, *statements: str) -> None:
    """Change what is stored as one with access to the database can."""
    if "://" not in place:
        with closing(sqlite3.connect(place, isolation_level=None)) as connection:
            for table in ("entries", "nodes"):
                connection.execute(f"DROP TRIGGER {table}_UPDATE")
                connection.execute(f"DROP TRIGGER {table}_DELETE")
            for statement in statements:
                connection.execute(statement.replace("X'", "x'"))
        return
    import psycopg

    url, _, schema = place.partition("&schema=")
    with psycopg.connect(url) as server:
        server.execute(f"SET search_path TO {schema}")
        for table in ("entries", "nodes"):
            server.execute(f"DROP TRIGGER append_only ON {table}")
        for statement in statements:
            server.execute(statement.replace("X'", "'\\x"))


def right_or_refused(ask: Callable[[], object], right: object) -> bool:
    """Whether it answered; a wrong answer fails the test."""
    with suppress(LedgerDamaged):
        answer = ask()
        assert answer == right
        return True
    return False


def every_answer(store: Store, nodes: dict[Node, bytes]) -> Iterable[bool]:
    yield right_or_refused(store.size, COUNT)
    yield right_or_refused(lambda: list(store.leaves()), [each.leaf for each in BATCH])
    yield right_or_refused(lambda: [store.nodes([node])[0] for node in NODES], [nodes[node] for node in NODES])
    for n in range(0, COUNT, 7):
        yield right_or_refused(partial(store.leaf, n), BATCH[n].leaf)
        yield right_or_refused(partial(store.nodes, NODES[n : n + 3]), [nodes[node] for node in NODES[n : n + 3]])


def found_by_id(store: Store) -> Iterable[bool]:
    """Whether each decision is found; one may be missed, never taken for another."""
    for n, each in enumerate(BATCH):
        index = None
        with suppress(LedgerDamaged):
            index = store.index_of(each.decision_id)
        assert index in {n, None}
        yield index == n


def test_bytes_changed_anywhere_are_never_given_out(tmp_path: Path, whole: bytes, seed: int) -> None:
    rng = Random(seed)
    with closing(open_store(filled(tmp_path / "sound"))) as sound:
        nodes = dict(zip(NODES, sound.nodes(NODES), strict=True))
    for at in range(12):
        data = bytearray(whole)
        for _ in range(rng.choice((1, 1, 5, 50))):
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        path = tmp_path / f"{at}.sqlite"
        path.write_bytes(data)
        refused = (LedgerDamaged, LedgerUnsupported, LedgerMissing, LedgerUnreachable)
        with suppress(*refused), closing(open_store(path, read_only=at % 2 == 0)) as store:
            complete = [*every_answer(store, nodes), *found_by_id(store)]
            assert all(complete) or list(store.check()), "a check finds what cannot be read"


def test_a_file_cut_short_anywhere_is_never_taken_for_a_shorter_ledger(tmp_path: Path, whole: bytes) -> None:
    for at, size in enumerate([1, 100, 511, 512, 4095, *range(4096, len(whole), 4096 + 37)]):
        path = tmp_path / f"{at}.sqlite"
        path.write_bytes(whole[:size])
        with suppress(LedgerDamaged), closing(open_store(path)) as store:
            right_or_refused(store.size, COUNT)
            right_or_refused(lambda: list(store.leaves()), [each.leaf for each in BATCH])
            assert list(store.check())


def test_what_is_damaged_is_told_with_what_can_still_be_read(place: str) -> None:
    with closing(open_store(place, create=True)) as store:
        store.append(BATCH)
    tamper(place, "UPDATE entries SET leaf = X'00' WHERE idx = 7", "DELETE FROM entries WHERE idx = 90")
    with closing(open_store(place)) as store:
        for ask in (lambda: store.leaf(7), lambda: list(store.leaves(5, 9))):
            with pytest.raises(LedgerDamaged, match="entry 7 does not have the hash") as refusal:
                ask()
            assert "entries 0 to 6, 8 to 89, 91 to 119 can be read" in refusal.value.message
            assert "replica or a backup" in (refusal.value.hint or "")
        with pytest.raises(LedgerDamaged, match="entry 90 is missing"):
            store.leaf(90)
        assert store.leaf(8) == BATCH[8].leaf
        assert {defect.entry for defect in store.check()} >= {7, 90}
        assert [defect.entry for defect in store.check(10, 80)] == []


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE entries SET leaf = X'6c656166' WHERE idx = 5", "entry 5 does not have the hash"),
        ("UPDATE entries SET leaf_hash = leaf WHERE idx = 5", "entry 5 is not sealed"),
        ("UPDATE entries SET decision_id = 'other' WHERE idx = 5", "entry 5 is not sealed"),
        ("UPDATE entries SET seal = seal + 1 WHERE idx = 5", "entry 5 is not sealed"),
        ("DELETE FROM entries WHERE idx = 5", "entry 5 is missing"),
        ("DELETE FROM entries WHERE idx = 119", "it says that it has 120 entries"),
        ("UPDATE meta SET value = '119' WHERE key = 'size'", "it says that it has 119 entries"),
        ("DELETE FROM meta WHERE key = 'size'", "it says that it has"),
        ("UPDATE nodes SET hash = X'00' WHERE level = 2 AND idx = 3", "the hash of node 3 of level 2 is not sealed"),
        ("UPDATE nodes SET idx = 99 WHERE level = 2 AND idx = 3", "node 3 of level 2 is missing"),
    ],
)
def test_each_change_of_a_row_is_found(place: str, statement: str, found: str) -> None:
    with closing(open_store(place, create=True)) as store:
        store.append(BATCH)
    tamper(place, statement)
    with closing(open_store(place)) as store:
        assert any(found in defect.what for defect in store.check())


def test_a_change_with_a_fitting_checksum_is_found_by_the_nodes_above(place: str) -> None:
    """A checksum is no secret; so what it seals must also be what the tree was made of."""
    from answerable.ledger.merkle import leaf_hash
    from answerable.ledger.rows import entry_row, node_row

    with closing(open_store(place, create=True)) as store:
        store.append(BATCH)
    forged = b"forged"
    _, _, _, seal, _ = entry_row(5, BATCH[5].decision_id, leaf_hash(forged), forged)
    tamper(
        place,
        f"UPDATE entries SET leaf = X'{forged.hex()}', leaf_hash = X'{leaf_hash(forged).hex()}', seal = {seal}"
        " WHERE idx = 5",
        f"UPDATE nodes SET hash = X'{bytes(32).hex()}', seal = {node_row((3, 4), bytes(32))[-1]}"
        " WHERE level = 3 AND idx = 4",
    )
    with closing(open_store(place)) as store:
        assert [defect.what for defect in store.check()] == [
            "node 2 of level 1 is not made of the two below it",
            "node 4 of level 3 is not made of the two below it",
            "node 2 of level 4 is not made of the two below it",
        ]


def test_nothing_is_appended_to_a_tree_whose_edge_is_damaged(place: str) -> None:
    """A root over a damaged hash would be signed, and contradict every head before."""
    with closing(open_store(place, create=True)) as store:
        store.append(entries(7))
    tamper(place, "UPDATE nodes SET hash = X'00' WHERE level = 1 AND idx = 2")
    with closing(open_store(place)) as store:
        with pytest.raises(LedgerDamaged, match="node 2 of level 1"):
            store.append(entries(1, start=7))
        assert store.size() == 7


def test_a_subject_that_leads_astray_is_not_followed(place: str) -> None:
    with closing(open_store(place, create=True)) as store:
        store.append(BATCH)
    tamper(place, "UPDATE subjects SET idx = 3 WHERE idx = 5")
    with closing(open_store(place)) as store:
        with pytest.raises(LedgerDamaged, match="index by subject"):
            store.about("digest-5")
        assert store.about("digest-6") == [6]
        store.rebuild_index(lambda leaf: ["again"])
        assert len(store.about("again")) == COUNT


def test_rows_of_the_log_refuse_to_be_changed_or_deleted(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with closing(open_store(path, create=True)) as store:
        store.append(BATCH)
        store.add_checkpoint(1, "note")
        for table in ("entries", "nodes", "checkpoints"):
            for statement in (
                f"DELETE FROM {table}",
                f"UPDATE {table} SET {'level' if table == 'nodes' else 'idx'} = 0",
            ):
                with pytest.raises(Exception, match=r"append-only|size"):
                    store._database.rows(statement.replace("idx", "size") if table == "checkpoints" else statement)
        assert list(store.check()) == []


@pytest.mark.parametrize("garbage", [b"not a database" * 100, b"SQLite format 3\0" + b"\xff" * 5000, b"\0" * 4096])
def test_garbage_in_its_place_is_damage_and_is_left_alone(tmp_path: Path, garbage: bytes) -> None:
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(garbage)
    for create, read_only in ((False, False), (True, False), (False, True)):
        with pytest.raises((LedgerDamaged, LedgerMissing)) as refusal:
            open_store(path, create=create, read_only=read_only)
        assert refusal.value.hint
    assert path.read_bytes() == garbage


def test_the_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE meta (something TEXT)")
    with pytest.raises(LedgerDamaged):
        open_store(path, create=True)
    with closing(sqlite3.connect(path)) as other:
        assert [row[0] for row in other.execute("SELECT name FROM sqlite_master")] == ["meta"]
