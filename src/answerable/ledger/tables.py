"""The store itself, the same on every engine: what is asked goes to the tables, and damage is told so that one can act.

Damage that is met is never passed over: LedgerDamaged says what was found, which entries can still be read, and how to
recover.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from answerable.errors import UsageError
from answerable.ledger import layout, reading, sql
from answerable.ledger.append import append
from answerable.ledger.check import check, last, readable
from answerable.ledger.database import Database
from answerable.ledger.merkle import Node
from answerable.ledger.rows import Damage, Defect, damaged, index_of, subject_row
from answerable.ledger.store import Content, NewEntry, Store


def opened(database: Database, *, create: bool, steps: Sequence[layout.Step] = layout.STEPS) -> Store:
    """Return the store in a database, its tables made or brought forward where that is asked and needed."""
    try:
        with _told(database):
            layout.prepare(database, create=create, steps=steps)
    except BaseException:
        database.close()
        raise
    return TableStore(database)


class TableStore:
    """A `Store` in the tables of a database.

    Args:
        database: Where the tables are; it is closed with the store.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def size(self) -> int:
        """See `Store.size`."""
        with _told(self._database):
            return reading.size(self._database)

    def append(self, entries: Sequence[NewEntry], only_if: Mapping[str, int] | None = None) -> list[int]:
        """See `Store.append`."""
        with _told(self._database):
            return append(self._database, entries, only_if or {})

    def leaf(self, index: int) -> bytes:
        """See `Store.leaf`."""
        self._range(index, index + 1)
        with _told(self._database):
            return reading.entry(self._database, index).leaf

    def leaves(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """See `Store.leaves`."""
        start, end = self._range(start, end)
        with _told(self._database):
            for entry in reading.entries(self._database, start, end):
                yield entry.leaf

    def index_of(self, decision_id: str) -> int | None:
        """See `Store.index_of`."""
        with _told(self._database):
            for _, index in self._database.rows(sql.places(1), (decision_id,)):
                if reading.entry(self._database, index).decision_id != decision_id:
                    raise Damage(f"the index by decision leads to entry {index}, which is another decision")
                return int(index)
        return None

    def about(self, digest: str) -> list[int]:
        """See `Store.about`."""
        with _told(self._database):
            return [index_of(row) for row in self._database.rows(sql.SUBJECT, (digest,))]

    def nodes(self, wanted: Sequence[Node]) -> list[bytes]:
        """See `Store.nodes`."""
        with _told(self._database):
            return reading.nodes(self._database, wanted)

    def check(self, start: int = 0, end: int | None = None) -> Iterator[Defect]:
        """See `Store.check`."""
        whole = start == 0 and end is None
        try:
            size = reading.size(self._database)
        except Damage as damage:
            yield Defect(None, str(damage))
            size = last(self._database)
        yield from check(self._database, start, size if end is None else min(end, size))
        if whole:
            yield from (Defect(None, complaint) for complaint in self._database.complaints())

    def salvage(self) -> Iterator[bytes | None]:
        """See `Store.salvage`."""
        for index in range(last(self._database)):
            try:
                yield reading.entry(self._database, index).leaf
            except Damage:
                yield None

    def add_checkpoint(self, size: int, note: str) -> None:
        """See `Store.add_checkpoint`."""
        with _told(self._database), self._database.transaction():
            self._database.rows(sql.ADD_CHECKPOINT, (size, hashlib.sha256(note.encode()).digest(), note))

    def checkpoints(self) -> list[tuple[int, str]]:
        """See `Store.checkpoints`."""
        with _told(self._database):
            return [(size, note) for size, note in self._database.rows(sql.CHECKPOINTS)]

    def put_content(self, commitment: str, subject: str, nonce: bytes, ciphertext: bytes) -> None:
        """See `Store.put_content`."""
        with _told(self._database), self._database.transaction():
            self._database.rows(sql.PUT_CONTENT, (commitment, subject, nonce, ciphertext))

    def get_content(self, commitment: str) -> Content | None:
        """See `Store.get_content`."""
        with _told(self._database):
            rows = self._database.rows(sql.CONTENT, (commitment,))
        return Content(*rows[0]) if rows else None

    def contents_of(self, subject: str) -> list[str]:
        """See `Store.contents_of`."""
        with _told(self._database):
            return [commitment for (commitment,) in self._database.rows(sql.CONTENTS_OF, (subject,))]

    def content_key(self, subject: str, fresh: bytes) -> bytes:
        """See `Store.content_key`."""
        with _told(self._database):
            rows = self._database.rows(sql.KEY, (subject,))
            if not rows:
                with self._database.transaction():
                    self._database.rows(sql.ADD_KEY, (subject, fresh))
                    rows = self._database.rows(sql.KEY, (subject,))
            return bytes(rows[0][0])

    def erase_contents(self, commitments: Iterable[str]) -> int:
        """See `Store.erase_contents`."""
        with _told(self._database):
            with self._database.transaction():
                count = sum(len(self._database.rows(sql.ERASE_CONTENT, (each,))) for each in commitments)
            self._database.scrub()
        return count

    def erase_subject(self, subject: str) -> int:
        """See `Store.erase_subject`."""
        with _told(self._database):
            with self._database.transaction():
                self._database.rows(sql.ERASE_KEY, (subject,))
                count = len(self._database.rows(sql.ERASE_CONTENTS_OF, (subject,)))
            self._database.scrub()
        return count

    def rebuild_index(self, digests: Callable[[bytes], Iterable[str]]) -> None:
        """See `Store.rebuild_index`."""
        with _told(self._database), self._database.transaction():
            self._database.rows(sql.CLEAR_SUBJECTS)
            end = reading.size(self._database)
            for first in range(0, end, reading.PAGE):
                page = reading.entries(self._database, first, min(first + reading.PAGE, end))
                found = [(each, entry.idx) for entry in page for each in dict.fromkeys(digests(entry.leaf))]
                self._database.insert({"subjects": [subject_row(*row) for row in found]})

    def close(self) -> None:
        """See `Store.close`."""
        self._database.close()

    def _range(self, start: int, end: int | None) -> tuple[int, int]:
        size = self.size()
        end = size if end is None else end
        if not 0 <= start <= end <= size:
            raise UsageError(f"the ledger has no entries {start} to {end}: it has {size}")
        return start, end


@contextmanager
def _told(database: Database) -> Iterator[None]:
    """Tell damage so that a person can act on it."""
    try:
        yield
    except Damage as damage:
        raise damaged(database.name, damage, readable(database)) from None
