"""The tables of a ledger, and how those of an older version become those of this one.

A version is a step, a list of statements that is never changed once it was released. A ledger is made, or brought
forward, in one transaction: whoever opens it finds the tables of some version, never something between two. A ledger
that a newer version has written is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from answerable.errors import LedgerMissing, LedgerUnsupported
from answerable.ledger import sql
from answerable.ledger.database import Database
from answerable.ledger.rows import Damage

Step = tuple[str, ...]
APPEND_ONLY = "append only: "
"""Before the name of a table whose rows may no longer be changed or deleted."""

_FIRST: Step = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
    "INSERT INTO meta VALUES ('size', '0')",
    """CREATE TABLE entries (
        idx {int} PRIMARY KEY, decision_id TEXT NOT NULL UNIQUE, leaf_hash {blob} NOT NULL, seal {int} NOT NULL,
        leaf {blob} NOT NULL)""",
    """CREATE TABLE nodes (
        level {int} NOT NULL, idx {int} NOT NULL, hash {blob} NOT NULL, seal {int} NOT NULL,
        PRIMARY KEY (level, idx)) {clustered}""",
    """CREATE TABLE subjects (
        digest TEXT NOT NULL, idx {int} NOT NULL, seal {int} NOT NULL, PRIMARY KEY (digest, idx)) {clustered}""",
    # by hash, since a note with many signatures is longer than a key may be
    """CREATE TABLE checkpoints (
        place {serial}, size {int} NOT NULL, note_hash {blob} NOT NULL, note TEXT NOT NULL,
        UNIQUE (size, note_hash))""",
    # Rows of secrets only ever go to the end of their table: SQLite then moves none of them to another page, where
    # deleting would leave the old copy behind.
    """CREATE TABLE contents (
        place {serial}, commitment TEXT NOT NULL UNIQUE, subject TEXT NOT NULL, nonce {blob} NOT NULL,
        ciphertext {blob} NOT NULL)""",
    "CREATE INDEX contents_by_subject ON contents (subject)",
    "CREATE TABLE content_keys (place {serial}, subject TEXT NOT NULL UNIQUE, key {blob} NOT NULL)",
    APPEND_ONLY + "entries",
    APPEND_ONLY + "nodes",
    APPEND_ONLY + "checkpoints",
)

STEPS: tuple[Step, ...] = (_FIRST,)
"""Step n brings a ledger from version n to version n + 1."""


def prepare(database: Database, *, create: bool, steps: Sequence[Step] = STEPS) -> None:
    """Make sure that the tables are those of this version.

    Args:
        database: Where they are, or will be.
        create: Whether to make them where nothing is.
        steps: The versions there are.

    Raises:
        LedgerMissing: Nothing is there, and nothing is to be made.
        LedgerUnsupported: The tables are of a newer version, or of an older one that may only be read.
        Damage: Something is there that is no ledger.
    """
    if database.is_empty():
        if not create or database.read_only:
            raise LedgerMissing(f"there is no ledger in {database.name}", hint="create it, or name another place")
    elif _version(database, len(steps)) == len(steps):
        return
    _bring_forward(database, steps)


def _bring_forward(database: Database, steps: Sequence[Step]) -> None:
    if database.read_only:
        raise LedgerUnsupported(
            f"the ledger {database.name} is of an older version, which can only be read once it is brought forward",
            hint="open it once where it may be written",
        )
    with database.transaction():  # asked again: another process may have been faster
        version = 0 if database.is_empty() else _version(database, len(steps))
        for statement in (statement for step in steps[version:] for statement in step):
            for spelled in _spelled(statement, database):
                database.rows(spelled)
        database.rows(sql.SET_META, ("schema", str(len(steps))))


def _version(database: Database, newest: int) -> int:
    found = database.rows(sql.META, ("schema",))
    if not found or not str(found[0][0]).isdecimal():
        raise Damage("it does not say which version it is of")
    version = int(found[0][0])
    if version > newest:
        raise LedgerUnsupported(
            f"the ledger {database.name} is of version {version}, and this program knows versions up to {newest}",
            hint="use the newest Answerable; nothing was changed",
        )
    return version


def _spelled(statement: str, database: Database) -> Iterator[str]:
    """A statement of a step in the words of this engine."""
    if statement.startswith(APPEND_ONLY):
        table = statement.removeprefix(APPEND_ONLY)
        yield from (each.replace("{table}", table) for each in database.append_only)
        return
    for word, spelled in database.words.items():
        statement = statement.replace("{" + word + "}", spelled)
    yield statement
