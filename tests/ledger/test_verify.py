"""A sound ledger verifies, in a store and in files; each kind of damage is named, at its index."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.errors import AnswerableError
from answerable.ledger import tiles
from answerable.ledger.admission import digests_of
from answerable.ledger.envelope import decode
from answerable.ledger.export import export
from answerable.ledger.log import Ledger
from answerable.ledger.merkle import leaf_hash
from answerable.ledger.place import DATABASE
from answerable.ledger.source import FolderSource, StoreSource
from answerable.ledger.statement import read_statement
from answerable.ledger.store import NewEntry, open_store
from answerable.ledger.verify import Expected, Report, differences, verify
from ledger.people import ADA, BO, EVE, decide, filled, key

NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger of 14 entries with checkpoints at 7, 12 and 14, and its export."""
    folder = tmp_path_factory.mktemp("sound")
    with filled(folder / "ledger") as ledger:
        export(ledger, folder / "export")
        (folder / "vkey").write_text(ledger.vkey)
    return folder


@pytest.fixture
def copy(sound: Path, tmp_path: Path) -> Path:
    shutil.copytree(sound, tmp_path / "copy")
    return tmp_path / "copy"


def of_store(folder: Path, **expected: object) -> Report:
    with Ledger(folder / "ledger", readonly=True) as ledger:
        return verify(StoreSource(ledger.store), Expected(keys=[ledger.vkey], now=NOW, **expected))  # type: ignore[arg-type]


def of_files(folder: Path, **expected: object) -> Report:
    keys = [(folder / "vkey").read_text()]
    return verify(FolderSource(folder / "export"), Expected(keys=keys, now=NOW, **expected))  # type: ignore[arg-type]


def kinds(report: Report) -> list[tuple[str, int | None]]:
    return [(problem.kind, problem.index) for problem in report.problems]


def test_a_sound_ledger_verifies_in_the_store_and_in_files(sound: Path) -> None:
    store, files = of_store(sound), of_files(sound)
    assert (store.ok, store.size, store.sealed) == (files.ok, files.size, files.sealed) == (True, 14, 14)
    assert store.root == files.root
    assert {key.principal.id for key in store.trust.keys.values()} == {
        "ada@example.com",
        "bo@example.com",
        "cy@example.com",
        "ci@example.com",
    }


def test_entries_after_the_newest_checkpoint_are_no_problem(copy: Path) -> None:
    with Ledger(copy / "ledger") as ledger:
        ledger.append([decide(ADA, name="later")])
    report = of_store(copy)
    assert (report.ok, report.size, report.sealed) == (True, 15, 14)


# -- what stands in the log --------------------------------------------------------------------------------------


def forced(folder: Path, *leaves: bytes) -> None:
    """Put entries into the database that the ledger would refuse, and seal them as its owner could."""
    with Ledger(folder / "ledger") as ledger:
        ledger.store.append([NewEntry(f"forced-{leaf_hash(leaf).hex()}", leaf, _digests(leaf)) for leaf in leaves])
        ledger.checkpoint()


def _digests(leaf: bytes) -> tuple[str, ...]:
    try:
        return digests_of(read_statement(decode(leaf).payload))
    except AnswerableError:
        return ()


def test_each_entry_that_no_trusted_key_signed_is_named(copy: Path) -> None:
    forced(copy, decide(EVE).encode(), decide(ADA, by=(), name="unsigned").encode())
    assert kinds(of_store(copy)) == [("key-unknown", 14), ("signature-missing", 15)]


def test_an_entry_that_is_no_decision_is_named_and_hides_nothing(copy: Path) -> None:
    other = decide(ADA, name="other")
    unknown = other.payload.replace(b"decision/v1", b"decision/v9")
    leaf = replace(other, payload=unknown).encode()
    forced(copy, b"junk", leaf, decide(EVE).encode())
    assert kinds(of_store(copy)) == [("entry-malformed", 14), ("decision-unsupported", 15), ("key-unknown", 16)]


def test_a_decision_that_stands_twice_is_named(copy: Path) -> None:
    again = decide(ADA, name="0000").encode()  # entry 2 already, spelled otherwise
    forced(copy, again.replace(b'","', b'", "', 1))
    assert kinds(of_store(copy)) == [("entry-duplicated", 14)]


def test_an_envelope_of_another_type_is_named(copy: Path) -> None:
    mine = decide(ADA, name="mine")
    forced(copy, replace(mine, payload_type="application/json").encode())
    assert kinds(of_store(copy)) == [("entry-malformed", 14)]


def test_a_decision_from_the_future_is_named(copy: Path) -> None:
    with Ledger(copy / "ledger") as ledger:
        ledger.append(
            [
                decide(ADA, name="late", when="2026-06-02T00:00:00Z"),
                decide(ADA, name="ahead", when="2026-06-02T00:00:01Z"),
            ]
        )
    assert kinds(of_store(copy)) == [("clock-ahead", 15)]


def test_a_revocation_that_came_between_is_seen_by_whoever_verifies(copy: Path) -> None:
    late = decide(BO, name="late")
    with Ledger(copy / "ledger") as ledger:
        ledger.append([key(ADA, "out", action="revoke", fingerprint=BO.public.fingerprint)])
    forced(copy, late.encode())
    assert kinds(of_store(copy)) == [("key-revoked", 15)]


# -- changes to a log that was sealed -------------------------------------------------------------------------------


def rewrite(folder: Path, change: Callable[[list[bytes]], list[bytes]], *, tiles_too: bool = False) -> None:
    """Change the entries of an export; with `tiles_too` the tiles of level 0 as well, as a careful attacker would."""
    bundle = folder / "export" / tiles.tile_path("entries", 0, 14)
    leaves = change(tiles.unpack_entries(bundle.read_bytes()))
    bundle.write_bytes(tiles.pack_entries(leaves))
    if tiles_too:
        (folder / "export" / tiles.tile_path(0, 0, 14)).write_bytes(b"".join(map(leaf_hash, leaves)))


def swapped(leaves: list[bytes]) -> list[bytes]:
    return [*leaves[:3], leaves[5], leaves[4], leaves[3], *leaves[6:]]


CHANGES = {
    "changed": (lambda e: [*e[:5], e[5].replace(b"a", b"b", 1), *e[6:]], ("entry-changed", 5)),
    "removed": (lambda e: [*e[:5], *e[6:]], ("entry-removed", 5)),
    "reordered": (swapped, ("entry-reordered", 3)),
    "inserted": (lambda e: [*e[:5], decide(EVE).encode(), *e[5:]], ("entry-inserted", 5)),
    "duplicated": (lambda e: [*e[:6], e[5], *e[6:]], ("entry-duplicated", 6)),
    "overwritten": (lambda e: [*e[:5], e[2], *e[6:]], ("entry-duplicated", 5)),
    "truncated": (lambda e: e[:9], ("entry-removed", 9)),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_to_the_entries_is_named_at_its_index(copy: Path, name: str) -> None:
    change, expected = CHANGES[name]
    rewrite(copy, change)  # type: ignore[arg-type]
    assert expected in kinds(of_files(copy))


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_that_takes_the_tiles_along_breaks_a_checkpoint(copy: Path, name: str) -> None:
    change, (_, index) = CHANGES[name]
    rewrite(copy, change, tiles_too=True)  # type: ignore[arg-type]
    found = dict(kinds(of_files(copy)))
    missing = found.get("entries-missing")
    assert found.get("root-mismatch") == (0 if index is not None and index < 7 else 7) or missing is not None


def test_the_tail_that_a_checkpoint_seals_cannot_be_cut_off(copy: Path) -> None:
    rewrite(copy, lambda entries: entries[:13], tiles_too=True)
    assert ("entries-missing", 13) in kinds(of_files(copy))


def damaged(folder: Path, sql: str, *values: object) -> None:
    with sqlite3.connect(folder / "ledger" / DATABASE) as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {name}")
        database.execute(sql, values)


def test_a_row_that_was_changed_in_the_database_is_named(copy: Path) -> None:
    damaged(copy, "UPDATE entries SET leaf = ? WHERE idx = 6", decide(EVE).encode())
    assert ("entry-changed", 6) in kinds(of_store(copy))


def test_a_last_entry_that_was_deleted_from_the_database_is_missed(copy: Path) -> None:
    damaged(copy, "DELETE FROM entries WHERE idx = 13")
    with closing(open_store(copy / "ledger" / DATABASE, read_only=True)) as store:
        report = verify(StoreSource(store), Expected(keys=[(copy / "vkey").read_text()], now=NOW))
    assert ("entry-changed", 13) in kinds(report)
    assert report.size == 14


def test_an_index_that_misses_a_decision_about_keys_is_named(copy: Path) -> None:
    damaged(copy, "DELETE FROM subjects WHERE digest = 'kind:key' AND idx = 1")
    assert ("index-damaged", 1) in kinds(of_store(copy))


def test_a_checkpoint_by_another_key_is_none(copy: Path, tmp_path: Path) -> None:
    with filled(tmp_path / "other") as other:
        export(other, tmp_path / "other-export")
    shutil.copy(tmp_path / "other-export" / "checkpoint", copy / "export" / "checkpoint")
    assert ("checkpoint-invalid", None) in kinds(of_files(copy))


def test_a_log_without_a_checkpoint_is_not_verified(copy: Path) -> None:
    (copy / "export" / "checkpoint").unlink()
    shutil.rmtree(copy / "export" / "checkpoints")
    assert ("checkpoint-missing", None) in kinds(of_files(copy))


# -- what only somebody who saw the log before can tell --------------------------------------------------------------


def test_a_rolled_back_log_is_found_by_an_older_checkpoint(sound: Path, tmp_path: Path) -> None:
    with filled(tmp_path / "ledger", count=5) as ledger:  # the same beginning, honestly signed by the same log
        shutil.copy(sound / "ledger" / "log.key", tmp_path / "ledger" / "log.key")
        ledger.checkpoint()
    seen = (sound / "export" / "checkpoint").read_text()
    with Ledger(tmp_path / "ledger", readonly=True) as short:
        report = verify(StoreSource(short.store), Expected(keys=[(sound / "vkey").read_text()], older=[seen], now=NOW))
    assert "log-rolled-back" in dict(kinds(report))


def test_a_forked_log_is_found_by_an_older_checkpoint(sound: Path, tmp_path: Path) -> None:
    seen = (sound / "export" / "checkpoint").read_text()
    with filled(tmp_path / "ledger", count=3) as ledger:
        shutil.copy(sound / "ledger" / "log.key", tmp_path / "ledger" / "log.key")
        for number in range(12):
            ledger.append([decide(ADA, name=f"fork-{number}")])
        ledger.checkpoint()
        report = verify(StoreSource(ledger.store), Expected(keys=[ledger.vkey], older=[seen], now=NOW))
    assert ("log-forked", None) in kinds(report)


def test_an_older_checkpoint_of_the_same_log_is_no_problem(sound: Path) -> None:
    for older in (sound / "export" / "checkpoints").iterdir():
        assert of_files(sound, older=[older.read_text()]).ok


def test_witnesses_that_must_have_cosigned_are_missed(sound: Path) -> None:
    from ledger.signers import FIRST

    report = of_files(sound, witnesses=[FIRST.vkey], need=1)
    assert kinds(report) == [("witness-missing", None)]


# -- the comparison ---------------------------------------------------------------------------------------------------

HASHES = st.lists(st.integers(0, 6).map(lambda n: bytes([n]) * 32), max_size=8)


@given(HASHES, HASHES)
def test_lists_differ_exactly_where_something_is_named(kept: list[bytes], found: list[bytes]) -> None:
    named = list(differences(kept, found))
    assert (named == []) == (kept == found)
    assert all(0 <= index < max(len(kept), len(found)) for _, index, _ in named)


@given(st.binary(max_size=200))
def test_any_bytes_in_a_bundle_are_named_and_never_a_traceback(sound: Path, data: bytes) -> None:
    folder = sound.parent / "fuzzed"
    shutil.copytree(sound / "export", folder / "export", dirs_exist_ok=True)
    shutil.copy(sound / "vkey", folder / "vkey")
    (folder / "export" / tiles.tile_path("entries", 0, 14)).write_bytes(data)
    report = of_files(folder)
    assert not report.ok


def test_an_export_that_is_brought_up_to_date_equals_a_new_one(copy: Path, tmp_path: Path) -> None:
    with Ledger(copy / "ledger") as ledger:
        ledger.append([decide(ADA, name=f"more-{number}") for number in range(600)])
        export(ledger, copy / "export")
        export(ledger, tmp_path / "fresh")
    assert of_files(copy).ok
    for file in (tmp_path / "fresh").rglob("*"):
        if file.is_file():
            assert (copy / "export" / file.relative_to(tmp_path / "fresh")).read_bytes() == file.read_bytes()


def test_a_folder_that_holds_nothing_is_not_verified(tmp_path: Path) -> None:
    report = verify(FolderSource(tmp_path), Expected(keys=[], now=NOW))
    assert (report.size, report.ok) == (0, False)


@pytest.fixture(autouse=True)
def no_other_errors() -> Iterator[None]:
    """Problems are reported, never raised."""
    try:
        yield
    except AnswerableError as error:  # pragma: no cover - that is the failure
        pytest.fail(f"raised {error!r}")
