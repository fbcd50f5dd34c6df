"""What never changes about a history, kept so that it is computed once: hunks and rename answers.

The store is a cache. It may be deleted at any time, is keyed by content alone (so it can be copied to another clone),
carries its version in its name, survives a kill at any moment (SQLite in WAL mode) and may be used by many processes
at once. If it cannot be opened, read or written, everything still works, only slower.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path

VERSION = 1  # raise it when the meaning of a row changes; the options hunks are made with are part of that meaning
_SCHEMA = """
CREATE TABLE IF NOT EXISTS hunks (pair BLOB PRIMARY KEY, hunks BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS renames (question BLOB PRIMARY KEY, source BLOB) WITHOUT ROWID;
"""


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
        return dict(self._look_up("renames", "question, source", "question", questions))

    def add_hunks(self, found: Mapping[bytes, bytes]) -> None:
        """Keep packed hunks by pair of blobs."""
        self._write("INSERT OR IGNORE INTO hunks VALUES (?, ?)", sorted(found.items()))

    def add_renames(self, found: Mapping[bytes, bytes | None]) -> None:
        """Keep rename answers by question."""
        self._write("INSERT OR IGNORE INTO renames VALUES (?, ?)", list(found.items()))

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
        path = self.folder / f"attribution-v{VERSION}.sqlite"
        for last_try in (False, True):
            try:
                self.folder.mkdir(exist_ok=True)
                connection = sqlite3.connect(path, timeout=30, isolation_level=None)
                connection.execute("PRAGMA journal_mode=WAL")
                connection.execute("PRAGMA synchronous=NORMAL")
                connection.executescript(_SCHEMA)
            except sqlite3.DatabaseError as error:
                if last_try or isinstance(error, sqlite3.OperationalError):
                    return None
                with suppress(OSError):  # not a database: it is only a cache, begin again
                    path.unlink()
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
                found.update(row for row in rows if row[0] in keys)
        except sqlite3.DatabaseError:
            self.close()
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

    def _write(self, sql: str, rows: Sequence[tuple[bytes, bytes | None]]) -> None:
        if self._connection is None or not rows:
            return
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany(sql, rows)
            self._connection.execute("COMMIT")
        except sqlite3.Error:
            with suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")
            self.close()
