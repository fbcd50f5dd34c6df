"""What never changes about a history, kept so that it is computed once: hunks and rename answers.

The store is a cache. It may be deleted at any time, is keyed by content alone (so it can be copied to another clone),
carries its version in its name, survives a kill at any moment (SQLite in WAL mode) and may be used by many processes
at once. If it cannot be opened, read or written, everything still works, only slower; so it does where a link stands
in its place, which could lead anywhere. Every row carries a checksum of
its key and its value, since SQLite does not notice bytes that a disk changed: what does not match is not there.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path

from answerable.git.links import leads_away

VERSION = 2  # raise it when the meaning of a row changes; the options hunks are made with are part of that meaning
_SCHEMA = """
CREATE TABLE IF NOT EXISTS hunks (pair BLOB PRIMARY KEY, hunks BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS renames (question BLOB PRIMARY KEY, source BLOB NOT NULL) WITHOUT ROWID;
"""
_NAME = f"attribution-v{VERSION}.sqlite"
_BESIDE = tuple(f"{_NAME}{suffix}" for suffix in ("-wal", "-shm", "-journal"))  # SQLite's own
_DAMAGED = (sqlite3.Error, UnicodeDecodeError)  # the latter where SQLite's own message quotes the damage
_CHECK = 4  # bytes of checksum before a value


class Store:
    """A content-keyed cache in one SQLite file under `.git/answerable/`.

    Args:
        folder: Where the file lives; None keeps nothing.
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self._connection = self._open() if folder else None

    def hunks(self, pairs: Iterable[bytes]) -> dict[bytes, bytes]:
        """The packed hunks known for these pairs of blobs."""
        return self._look_up("hunks", "pair, hunks", "pair", pairs)

    def renames(self, questions: Iterable[bytes]) -> dict[bytes, bytes | None]:
        """The answers known for these rename questions: a path, or None for "from nowhere"."""
        found = self._look_up("renames", "question, source", "question", questions)
        return {question: source or None for question, source in found.items()}

    def add_hunks(self, found: Mapping[bytes, bytes]) -> None:
        """Keep packed hunks by pair of blobs."""
        self._write("INSERT OR IGNORE INTO hunks VALUES (?, ?)", [(k, _sealed(k, v)) for k, v in sorted(found.items())])

    def add_renames(self, found: Mapping[bytes, bytes | None]) -> None:
        """Keep rename answers by question."""
        rows = [(question, _sealed(question, source or b"")) for question, source in found.items()]
        self._write("INSERT OR IGNORE INTO renames VALUES (?, ?)", rows)

    def reopened(self) -> Store:
        """The same store with a connection of its own, as a forked process needs."""
        return Store(self.folder)

    def close(self) -> None:
        """Close the file."""
        if self._connection:
            with suppress(sqlite3.Error):
                self._connection.close()
        self._connection = None

    def _open(self) -> sqlite3.Connection | None:
        if self.folder is None:
            return None
        path = self.folder / _NAME
        for last_try in (False, True):
            try:
                if leads_away(self.folder, _NAME, *_BESIDE):
                    return None
                self.folder.mkdir(exist_ok=True)
                connection = sqlite3.connect(path, timeout=30, isolation_level=None)
                connection.execute("PRAGMA journal_mode=WAL")
                connection.execute("PRAGMA synchronous=NORMAL")
                connection.executescript(_SCHEMA)
            except _DAMAGED as error:
                if last_try or isinstance(error, sqlite3.OperationalError):
                    return None
                _remove(path)  # not a database: it is only a cache, begin again
            except OSError:
                return None
            else:
                return connection
        return None

    def _look_up(self, table: str, columns: str, key: str, wanted: Iterable[bytes]) -> dict[bytes, bytes]:
        if self._connection is None:
            return {}
        keys = set(wanted)
        found: dict[bytes, bytes] = {}
        try:
            for rows in self._rows(table, columns, key, keys):
                found.update((k, v[_CHECK:]) for k, v in rows if k in keys and _sealed_by(k, v))
        except _DAMAGED as error:
            self.close()
            if self.folder and not isinstance(error, sqlite3.OperationalError):
                _remove(self.folder / _NAME)  # damaged: the next run begins again
        return found

    def _rows(self, table: str, columns: str, key: str, keys: set[bytes]) -> Iterator[Iterable[tuple[bytes, bytes]]]:
        if self._connection is None or not keys:
            return
        if len(keys) > 20_000:  # reading the whole table in order beats that many look-ups
            yield self._connection.execute(f"SELECT {columns} FROM {table}")  # noqa: S608 - our own names
            return
        pending = iter(keys)
        while chunk := list(islice(pending, 500)):
            marks = ",".join("?" * len(chunk))
            sql = f"SELECT {columns} FROM {table} WHERE {key} IN ({marks})"  # noqa: S608 - our own names
            yield self._connection.execute(sql, chunk)

    def _write(self, sql: str, rows: Sequence[tuple[bytes, bytes]]) -> None:
        if self._connection is None or not rows:
            return
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany(sql, rows)
            self._connection.execute("COMMIT")
        except _DAMAGED:
            with suppress(*_DAMAGED):
                self._connection.execute("ROLLBACK")
            self.close()


class Held(Store):
    """Hunks in memory alone, for as long as they are worked on."""

    def __init__(self) -> None:
        super().__init__(None)
        self._held: dict[bytes, bytes] = {}

    def hunks(self, pairs: Iterable[bytes]) -> dict[bytes, bytes]:
        """Those that are held."""
        return {pair: self._held[pair] for pair in pairs if pair in self._held}

    def add_hunks(self, found: Mapping[bytes, bytes]) -> None:
        """Hold some more."""
        self._held.update(found)


def _sealed(key: bytes, value: bytes) -> bytes:
    return zlib.crc32(value, zlib.crc32(key)).to_bytes(_CHECK, "big") + value


def _sealed_by(key: bytes, row: object) -> bool:
    return isinstance(row, bytes) and row[:_CHECK] == zlib.crc32(row[_CHECK:], zlib.crc32(key)).to_bytes(_CHECK, "big")


def _remove(path: Path) -> None:
    """Delete a database with its log: the log of another would be played into a new one."""
    for name in (path.name, *_BESIDE):
        with suppress(OSError):
            path.with_name(name).unlink()
