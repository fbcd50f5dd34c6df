"""No question about a few rows reads a whole table: a proof in a large ledger costs what one in a small one costs."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from answerable.ledger import sql
from answerable.ledger.store import open_store

ASKED = {
    "nodes": sql.nodes(3),
    "entries": sql.leaf_hashes(3),
    "one entry": sql.ENTRY,
    "decisions": sql.known(3),
    "places": sql.places(3),
    "subject": sql.SUBJECT,
    "content": sql.CONTENT,
    "contents of": sql.CONTENTS_OF,
    "key": sql.KEY,
}


@pytest.mark.parametrize("name", ASKED)
def test_rows_are_found_by_a_key(tmp_path: Path, name: str) -> None:
    place = tmp_path / "ledger.sqlite"
    with closing(open_store(place, create=True)):
        pass
    with closing(sqlite3.connect(place)) as database:
        values = (1,) * ASKED[name].count("?")
        plan = [row[3] for row in database.execute(f"EXPLAIN QUERY PLAN {ASKED[name]}", values)]
    tables = ("nodes", "entries", "subjects", "contents", "content_keys")
    assert not [step for step in plan if any(step.startswith(f"SCAN {table}") for table in tables)], plan
