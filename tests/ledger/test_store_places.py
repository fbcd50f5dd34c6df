"""Places where a ledger may be, and what they refuse: full disks, read-only ones, other versions, silent servers."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from answerable.errors import (
    LedgerDamaged,
    LedgerMissing,
    LedgerUnreachable,
    LedgerUnsupported,
    LedgerUnwritable,
    UsageError,
)
from answerable.ledger import layout
from answerable.ledger.database import Database
from answerable.ledger.sqlite import Sqlite
from answerable.ledger.store import open_store
from answerable.ledger.tables import opened
from builders.postgres import FAST, PostgresServer, own_server
from ledger.store_disks import small_disk
from ledger.store_entries import entries, id_of, stored

UNTIL_FULL = """
import sys
from answerable.errors import LedgerUnwritable
from answerable.ledger.store import NewEntry, open_store
store, given = open_store(sys.argv[1]), 0
try:
    while True:
        name = f"{given}"
        assert store.append([NewEntry(name, f"leaf of {name}\\n".encode().ljust(9_000, b"."), ())]) == [given]
        given += 1
except LedgerUnwritable as error:
    assert error.hint and "nothing was" in error.message, error
    assert store.size() == given, "it can still be read"
    print(given)
"""


def append_until_full(path: Path, longest: int = resource.RLIM_INFINITY) -> int:
    """Append in a process whose files may be so long, until it is refused; return how many were acknowledged."""
    child = subprocess.run(
        [sys.executable, "-c", UNTIL_FULL, path],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (longest, longest)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (child.returncode, child.stderr) == (0, "")
    return int(child.stdout)


def test_a_full_disk_loses_nothing_and_takes_more_once_there_is_room() -> None:
    with small_disk("1m") as disk:
        path = disk.folder / "ledger.sqlite"
        open_store(path, create=True).close()
        given = append_until_full(path, resource.RLIM_INFINITY if disk.mounted else 500_000)
        if disk.mounted:
            disk.remount("size=8m")
        assert_kept_and_goes_on(path, given)


def test_files_that_may_not_grow_are_told_of_as_a_full_disk_is(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    open_store(path, create=True).close()
    assert_kept_and_goes_on(path, append_until_full(path, 300_000))


def assert_kept_and_goes_on(path: Path, given: int) -> None:
    assert given > 5
    with closing(open_store(path)) as store:
        assert [id_of(leaf) for leaf in stored(store)][:given] == [f"{n}" for n in range(given)]
        assert store.append(entries(3)) == [store.size() - 3, store.size() - 2, store.size() - 1]
        assert list(store.check()) == []


def test_a_copy_on_a_read_only_disk_is_read_and_checked() -> None:
    with small_disk("4m") as disk:
        path = disk.folder / "ledger.sqlite"
        with closing(open_store(path, create=True)) as store:
            store.append(entries(20))
        with disk.read_only(), closing(open_store(path, read_only=True)) as store:
            assert stored(store) == [each.leaf for each in entries(20)]
            assert list(store.check()) == []
            with pytest.raises(LedgerUnwritable):
                store.append(entries(1, start=30))
            with pytest.raises((LedgerUnwritable, LedgerUnreachable)) as refusal, closing(open_store(path)) as writer:
                writer.append(entries(1, start=30))
            assert refusal.value.hint
            with pytest.raises(LedgerUnwritable):
                open_store(path.parent / "new.sqlite", create=True)


def test_a_log_that_was_not_merged_is_not_passed_over_on_a_read_only_disk() -> None:
    with small_disk("4m") as disk:
        path, other = disk.folder / "ledger.sqlite", disk.folder / "other.sqlite"
        with closing(open_store(other, create=True)) as store:
            store.append(entries(20))
            for suffix in ("", "-wal"):
                shutil.copy(f"{other}{suffix}", f"{path}{suffix}")
        with disk.read_only(), pytest.raises(LedgerUnreachable, match="was not merged") as refusal:
            open_store(path, read_only=True)
        assert "copy ledger.sqlite and ledger.sqlite-wal" in (refusal.value.hint or "")
        with closing(open_store(path)) as store:
            assert store.size() == 20


def test_only_the_owner_may_read_the_file_of_a_new_ledger(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with closing(open_store(path, create=True)) as store:
        store.append(entries(1))
        assert {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()} == {0o600}


@pytest.mark.parametrize("name", ["ledger.sqlite", "a b?c=d#e%41.db", "é", "-wal"])
def test_a_file_may_have_any_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with closing(open_store(path, create=True)) as store:
        store.append(entries(2))
    for place in (path, os.fspath(path)):
        with closing(open_store(place, read_only=True)) as store:
            assert store.size() == 2


def test_a_url_names_a_relative_or_an_absolute_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    open_store("sqlite:///one%20file.db", create=True).close()
    open_store(f"sqlite:///{tmp_path}/two.db", create=True).close()
    assert {file.name for file in tmp_path.iterdir()} == {"one file.db", "two.db"}


@pytest.mark.parametrize("place", ["mysql://host/db", "sqlite://file", "sqlite:///", "https://host/", "://"])
def test_a_place_that_means_nothing_is_refused(place: str) -> None:
    with pytest.raises(UsageError, match="no ledger can be kept"):
        open_store(place, create=True)


def test_what_is_no_file_or_has_no_folder_is_missing(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "no" / "folder.sqlite", tmp_path / "none.sqlite"):
        with pytest.raises(LedgerMissing):
            open_store(path, create=path.name != "none.sqlite")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("schema", ["Upper", "a;b", 'a"b', "", "1a", "a" * 64, "pg catalog"])
def test_a_schema_with_a_strange_name_is_refused(schema: str) -> None:
    with pytest.raises(UsageError, match="schema"):
        open_store(f"postgresql:///db?schema={schema}", create=True)


def test_a_server_that_is_not_there_is_told_of_without_the_password(tmp_path: Path) -> None:
    for place in (
        f"postgresql://ada:s3cret@/db?host={tmp_path}",
        f"postgresql:///db?host={tmp_path}&user=ada&password=s3cret",
        f"postgres://ada:s3cret@/db?host={tmp_path}&schema=other",
        "postgresql://ada:s3cret@/db?port=none",
    ):
        with pytest.raises(LedgerUnreachable) as refusal:
            open_store(place)
        assert "s3cret" not in f"{refusal.value.message} {refusal.value.hint}"
        assert "the ledger postgresql:///db?" in refusal.value.message


def test_a_user_and_its_password_may_stand_in_either_part_of_the_url(postgres: PostgresServer) -> None:
    folder = str(postgres.folder)
    for place in (
        f"postgresql:///postgres?host={folder}&user=answerable&password=%20%26",
        f"postgres://answerable:%20%26@/postgres?host={folder.replace('/', '%2F')}",
        f"postgresql://answerable@{folder.replace('/', '%2F')}/postgres?options=-c%20work_mem%3D1MB",
    ):
        open_store(f"{place}&schema=spelled", create=True).close()
    with pytest.raises(UsageError, match="no URL"):
        open_store("postgresql://[/db")


def test_a_user_that_may_only_read_reads_and_is_told_that_it_may_not_write(postgres: PostgresServer) -> None:
    import psycopg

    place = postgres.url("audited")
    with closing(open_store(place, create=True)) as store:
        store.append(entries(3))
    with psycopg.connect(place.partition("&schema")[0], autocommit=True) as admin:
        admin.execute("CREATE ROLE auditor LOGIN")
        admin.execute("GRANT USAGE ON SCHEMA audited TO auditor")
        admin.execute("GRANT SELECT ON ALL TABLES IN SCHEMA audited TO auditor")
    theirs = place.replace("://answerable@", "://auditor@")
    with closing(open_store(theirs, read_only=True)) as store:
        assert stored(store) == [each.leaf for each in entries(3)]
        assert list(store.check()) == []
    with closing(open_store(theirs)) as store, pytest.raises(LedgerUnwritable, match="permission denied"):
        store.append(entries(4))
    with pytest.raises(LedgerUnwritable, match="permission denied"):
        open_store(theirs.replace("audited", "another"), create=True)


def test_a_server_that_goes_away_is_told_of_and_repeating_is_safe() -> None:
    with own_server(FAST) as server:
        place = server.url("ledger")
        store = open_store(place, create=True)
        assert store.append(entries(3)) == [0, 1, 2]
        server.kill()
        with pytest.raises(LedgerUnreachable, match="does not answer") as refusal:
            store.append(entries(4))
        assert "repeat" in (refusal.value.hint or "")
        store.close()


def test_a_commit_waits_for_the_disk_even_where_the_server_does_not_ask_for_it(postgres: PostgresServer) -> None:
    import psycopg

    url = postgres.url("durable").partition("&schema")[0]
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute("CREATE ROLE careless LOGIN SUPERUSER")
        for setting in ("synchronous_commit = off", "default_transaction_isolation = 'serializable'"):
            admin.execute(f"ALTER ROLE careless SET {setting}")
    place = postgres.url("durable").replace("://answerable@", "://careless@")
    with closing(open_store(place, create=True)) as store:
        shown = [
            store._database.rows(f"SHOW {name}")[0][0]
            for name in ("synchronous_commit", "default_transaction_isolation")
        ]
    assert shown == ["on", "read committed"]


def test_sqlite_syncs_every_commit_and_overwrites_what_is_deleted(tmp_path: Path) -> None:
    open_store(tmp_path / "ledger.sqlite", create=True).close()
    with closing(Sqlite(tmp_path / "ledger.sqlite")) as database:
        asked = ("journal_mode", "synchronous", "secure_delete")
        assert [database.rows(f"PRAGMA {name}")[0][0] for name in asked] == ["wal", 2, 1]


def test_a_ledger_of_an_older_version_is_brought_forward(place: str) -> None:
    """The mechanism, shown with a step that does not exist yet."""
    steps = (*layout.STEPS, ("CREATE TABLE later (hash {blob})", "INSERT INTO later SELECT hash FROM nodes"))
    with closing(open_store(place, create=True)) as store:
        store.append(entries(9))
    with pytest.raises(LedgerUnsupported, match="older version") as refusal:
        opened(_connect(place, read_only=True), create=False, steps=steps)
    assert refusal.value.hint
    database = _connect(place)
    with closing(opened(database, create=False, steps=steps)) as store:
        assert store.append(entries(10)) == list(range(10))
        assert database.rows("SELECT count(*) FROM later") == [(7,)]
    with pytest.raises(LedgerUnsupported, match="of version 2, and this program knows versions up to 1") as refusal:
        open_store(place)
    assert "newest" in (refusal.value.hint or "")


def test_a_step_that_fails_leaves_the_older_version_as_it_was(place: str) -> None:
    with closing(open_store(place, create=True)) as store:
        store.append(entries(3))
    steps = (*layout.STEPS, ("CREATE TABLE later (x {int})", "INSERT INTO nowhere VALUES (1)"))
    with pytest.raises(LedgerDamaged):
        opened(_connect(place), create=False, steps=steps)
    with closing(open_store(place)) as store:
        assert stored(store) == [each.leaf for each in entries(3)]


def _connect(place: str, *, read_only: bool = False) -> Database:
    if "://" not in place:
        return Sqlite(Path(place), read_only=read_only)
    from answerable.ledger.postgres import Postgres

    return Postgres(place, read_only=read_only)


def test_tables_that_do_not_say_their_version_are_no_ledger(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT)")
    with pytest.raises(LedgerDamaged, match="which version"):
        open_store(path)
