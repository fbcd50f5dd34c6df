"""The ledger in one SQLite file: a commit is on disk before it is answered, and erased bytes are gone from the file.

Write-ahead log, every commit synced (`synchronous=FULL`), the file readable by its owner alone. Deleted rows are
overwritten (`secure_delete`) and the log is emptied after an erasure. What a file system, a disk or a backup keeps of
its own accord is beyond SQLite.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

from answerable.errors import AnswerableError, LedgerMissing, LedgerUnreachable, LedgerUnwritable
from answerable.ledger.rows import Damage, Row, damaged
from answerable.ledger.sql import inserting

PATIENCE = 30.0
_PAGE_SIZE = 8192  # a decision then takes a fifth less room than with 4096, and no more time
_LEAST = 512  # bytes of the smallest page there is
_UNWRITABLE = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_IOERR}
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_INTERRUPT}
_UNREADABLE = {sqlite3.SQLITE_IOERR_READ, sqlite3.SQLITE_IOERR_SHORT_READ, sqlite3.SQLITE_IOERR_CORRUPTFS}


class Sqlite:
    """A `Database` in a file.

    Args:
        path: The file.
        create: Whether to make the file where it is not there.
        read_only: Whether nothing may be written; works on a read-only disk too.
        patience: Seconds that another writer, or a reader in the way of an erasure, is waited for.

    Raises:
        LedgerMissing: The file is not there, and is not to be made.
        LedgerUnwritable: It cannot be made or written.
        LedgerUnreachable: It cannot be opened.
        LedgerDamaged: It is no database.
    """

    words: ClassVar[Mapping[str, str]] = {
        "int": "INTEGER",
        "blob": "BLOB",
        "serial": "INTEGER PRIMARY KEY AUTOINCREMENT",
        "clustered": "WITHOUT ROWID",
    }
    append_only: ClassVar[Sequence[str]] = tuple(
        f"CREATE TRIGGER {{table}}_{event} BEFORE {event} ON {{table}} BEGIN SELECT raise(ABORT, 'append-only'); END"
        for event in ("UPDATE", "DELETE")
    )

    def __init__(
        self, path: Path, *, create: bool = False, read_only: bool = False, patience: float = PATIENCE
    ) -> None:
        self.name = os.fspath(path)
        self.read_only = read_only
        self._patience = patience
        _find(path, create=create and not read_only)
        try:
            with _translated(self.name):
                self._connection = _open_to_read(path) if read_only else _open_to_write(path)
                self._connection.execute(f"PRAGMA busy_timeout={round(patience * 1000)}")
        except Damage as damage:
            raise damaged(self.name, damage) from None

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """See `Database.rows`."""
        with _translated(self.name):
            return self._connection.execute(sql, values).fetchall()

    def insert(self, tables: Mapping[str, Sequence[Row]]) -> None:
        """See `Database.insert`."""
        with _translated(self.name):
            for table, rows in tables.items():
                if rows:
                    self._connection.executemany(inserting(table, len(rows[0])), rows)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """See `Database.transaction`."""
        self.rows("BEGIN IMMEDIATE")
        try:
            yield
            self.rows("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):  # some errors have already undone it
                self._connection.execute("ROLLBACK")
            raise

    def is_empty(self) -> bool:
        """See `Database.is_empty`."""
        return not self.rows("SELECT name FROM sqlite_master LIMIT 1")

    def scrub(self) -> None:
        """Empty the write-ahead log: `secure_delete` has overwritten the rows, and the log still holds them.

        Raises:
            LedgerUnreachable: Somebody has been reading for so long that the log could not be emptied.
        """
        until = time.monotonic() + self._patience
        while self.rows("PRAGMA wal_checkpoint(TRUNCATE)")[0][0]:
            if time.monotonic() > until:
                raise LedgerUnreachable(
                    f"what was erased from {self.name} is deleted; its traces in the log are still in use by a reader",
                    hint="erase again when the reader is done: that removes the traces",
                )
            time.sleep(0.01)  # while another one empties it SQLite answers "busy" at once, whatever it may wait

    def complaints(self) -> Iterator[str]:
        """See `Database.complaints`."""
        try:
            found = [str(row[0]) for row in self.rows("PRAGMA integrity_check(20)")]
        except Damage as damage:
            found = [str(damage)]
        yield from (complaint for complaint in found if complaint != "ok")

    def close(self) -> None:
        """See `Database.close`."""
        with suppress(sqlite3.Error):  # the log stays, and the next one to open it goes on from there
            self._connection.close()


def _find(path: Path, *, create: bool) -> None:
    """Make sure that the file is there, looking once: another process may be making it."""
    try:
        found = path.stat()
    except FileNotFoundError:
        if not create:
            raise LedgerMissing(f"there is no ledger in {path}", hint="create it, or name another place") from None
        _make(path)
        return
    except OSError as error:
        raise LedgerUnreachable(
            f"the ledger {path} cannot be opened: {error.strerror}", hint="look at the permissions of its folder"
        ) from None
    if not stat.S_ISREG(found.st_mode):
        raise LedgerMissing(f"{path} is no file", hint="name the file of the ledger")
    if 0 < found.st_size < _LEAST:  # SQLite would take it for an empty one, and write over it
        raise damaged(os.fspath(path), "it is shorter than any database")


def _make(path: Path) -> None:
    """Make an empty file that is for its owner alone; so is the log that SQLite puts beside it."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except FileNotFoundError:
        raise LedgerMissing(f"there is no folder {path.parent}", hint="make it, or name another place") from None
    except OSError as error:
        raise LedgerUnwritable(
            f"no ledger can be made in {path}: {error.strerror}", hint="name a folder that may be written"
        ) from None


def _open_to_write(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
    try:
        connection.execute(f"PRAGMA page_size={_PAGE_SIZE}")
        _use_write_ahead_log(connection)
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA secure_delete=ON")
        _distrust(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Switch once and for all; SQLite does not wait here for another process that does the same."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
        except sqlite3.OperationalError as error:
            if _primary(error) not in _BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.002)
        else:
            if mode != "wal":
                raise Damage(f"it is kept with a journal of the kind {mode}, which several writers cannot share")
            return


def _open_to_read(path: Path) -> sqlite3.Connection:
    """Open without writing; a file on a read-only disk is taken as one that nobody changes.

    That would hide what is still in the write-ahead log, so it is done only where there is none.
    """
    place = f"file:{quote(os.fspath(path.absolute()))}"
    try:
        return _read_with(f"{place}?mode=ro")
    except sqlite3.OperationalError as error:
        if _primary(error) not in {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}:
            raise
    log = path.with_name(f"{path.name}-wal")
    if log.exists() and log.stat().st_size:
        raise LedgerUnreachable(
            f"the ledger {path} cannot be read on its read-only disk: its write-ahead log was not merged",
            hint=f"copy {path.name} and {log.name} to a folder that may be written, and open the copy",
        )
    return _read_with(f"{place}?mode=ro&immutable=1")


def _read_with(uri: str) -> sqlite3.Connection:
    connection = sqlite3.connect(uri, uri=True, timeout=PATIENCE, isolation_level=None)
    try:
        _distrust(connection)
        connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
    except BaseException:
        connection.close()
        raise
    return connection


def _distrust(connection: sqlite3.Connection) -> None:
    """Let a file that was made to harm do nothing, and let SQLite look at each page that it reads."""
    connection.execute("PRAGMA trusted_schema=OFF")
    connection.execute("PRAGMA cell_size_check=ON")


@contextmanager
def _translated(name: str) -> Iterator[None]:
    """Turn what SQLite raises into what a person can act on."""
    try:
        yield
    except (sqlite3.Error, MemoryError, UnicodeDecodeError, OverflowError) as error:
        raise _meaning(name, error) from None


def _meaning(name: str, error: Exception) -> AnswerableError | Damage | Exception:
    if isinstance(error, sqlite3.ProgrammingError):
        return error  # a mistake of ours, such as using a store that was closed
    code = getattr(error, "sqlite_errorcode", None)
    primary = _primary(error)
    if primary in _BUSY:
        return LedgerUnreachable(
            f"the ledger {name} was in use by another writer for too long",
            hint="try again: what is already recorded is not recorded twice",
        )
    if primary == sqlite3.SQLITE_CANTOPEN or primary == sqlite3.SQLITE_AUTH:
        return LedgerUnreachable(f"the ledger {name} cannot be opened: {error}", hint="look at its permissions")
    if primary in _UNWRITABLE and code not in _UNREADABLE:
        return LedgerUnwritable(
            f"the ledger {name} could not be written, and nothing was: {error}",
            hint="free some space or allow writing, and try again; what was acknowledged is there",
        )
    return Damage(str(error) or type(error).__name__)


def _primary(error: Exception) -> int | None:
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF
