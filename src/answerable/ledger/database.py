"""What a store needs of a database: a handful of statements, one writer at a time, and commits that are on disk.

SQLite and PostgreSQL each fulfil it in a module of their own. Errors of the engine never leave them: they arrive as
`Damage`, LedgerUnwritable or LedgerUnreachable.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, ClassVar, Protocol

from answerable.ledger.rows import Row


class Database(Protocol):
    """One connection; it is not shared between threads or across a fork."""

    words: ClassVar[Mapping[str, str]]
    """What this engine calls the types that the tables are described with."""
    append_only: ClassVar[Sequence[str]]
    """The statements that make a table refuse changes and deletions; take the table's name as `{table}`."""
    name: str
    """Where it is, for messages; never with a password."""
    read_only: bool

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Run one statement, and return what it gives."""

    def insert(self, tables: Mapping[str, Sequence[Row]]) -> None:
        """Add rows to tables, within a transaction; however many, this is fast."""

    def transaction(self) -> AbstractContextManager[None]:
        """Hold the lock of the one writer; what was done is on disk when this ends, or undone when it raises."""

    def is_empty(self) -> bool:
        """Whether nothing was ever written here."""

    def scrub(self) -> None:
        """Overwrite what was deleted, as far as this engine can."""

    def complaints(self) -> Iterator[str]:
        """What the engine itself finds wrong with what is stored; reads all of it."""

    def close(self) -> None:
        """Close the connection; doing it twice does no harm."""
