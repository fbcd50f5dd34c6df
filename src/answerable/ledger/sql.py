"""Every statement of a store, once: the same text for SQLite and PostgreSQL, with `?` where a value goes.

What comes from outside is a value and never part of a statement.
"""

from __future__ import annotations

SIZE = "SELECT (SELECT value FROM meta WHERE key = 'size'), (SELECT max(idx) FROM entries)"
SET_META = "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
META = "SELECT value FROM meta WHERE key = ?"

ENTRY = "SELECT idx, decision_id, leaf_hash, seal, leaf FROM entries WHERE idx = ?"
ENTRIES = "SELECT idx, decision_id, leaf_hash, seal, leaf FROM entries WHERE idx >= ? AND idx < ? ORDER BY idx"
COUNT = "SELECT count(*) FROM entries"
SUBJECT = "SELECT digest, idx, seal FROM subjects WHERE digest = ? ORDER BY idx"
CLEAR_SUBJECTS = "DELETE FROM subjects"

ADD_CHECKPOINT = (
    "INSERT INTO checkpoints (size, note_hash, note) VALUES (?, ?, ?) ON CONFLICT (size, note_hash) DO NOTHING"
)
CHECKPOINTS = "SELECT size, note FROM checkpoints ORDER BY size, place"

PUT_CONTENT = (
    "INSERT INTO contents (commitment, subject, nonce, ciphertext) VALUES (?, ?, ?, ?)"
    " ON CONFLICT (commitment) DO NOTHING"
)
CONTENT = "SELECT subject, nonce, ciphertext FROM contents WHERE commitment = ?"
CONTENTS_OF = "SELECT commitment FROM contents WHERE subject = ? ORDER BY commitment"
ERASE_CONTENT = "DELETE FROM contents WHERE commitment = ? RETURNING commitment"
ERASE_CONTENTS_OF = "DELETE FROM contents WHERE subject = ? RETURNING commitment"
ADD_KEY = "INSERT INTO content_keys (subject, key) VALUES (?, ?) ON CONFLICT (subject) DO NOTHING"
KEY = "SELECT key FROM content_keys WHERE subject = ?"
ERASE_KEY = "DELETE FROM content_keys WHERE subject = ?"

CHUNK = 400
"""How many values one statement takes: far below the least that any SQLite was built for."""


def inserting(table: str, columns: int) -> str:
    """Add a row to one of our tables."""
    return f"INSERT INTO {table} VALUES ({', '.join('?' * columns)})"  # noqa: S608


def known(count: int) -> str:
    """The entries with these decision ids."""
    marks = ", ".join("?" * count)
    return f"SELECT idx, decision_id, leaf_hash, seal, leaf FROM entries WHERE decision_id IN ({marks})"  # noqa: S608


def nodes(count: int) -> str:
    """The hashes of these inner nodes; takes the level and the index of each.

    A cross join, since SQLite would read the whole table for `(level, idx) IN (VALUES …)`.
    """
    marks = ", ".join(["(?, ?)"] * count)
    wanted = f"WITH wanted (l, i) AS (VALUES {marks})"
    return f"{wanted} SELECT level, idx, hash, seal FROM wanted CROSS JOIN nodes WHERE level = l AND idx = i"  # noqa: S608


def leaf_hashes(count: int) -> str:
    """The hashes of these entries."""
    marks = ", ".join("?" * count)
    return f"SELECT idx, decision_id, leaf_hash, seal FROM entries WHERE idx IN ({marks})"  # noqa: S608


def places(count: int) -> str:
    """Where the index says that these decision ids are; reads the index alone."""
    marks = ", ".join("?" * count)
    return f"SELECT decision_id, idx FROM entries WHERE decision_id IN ({marks})"  # noqa: S608
