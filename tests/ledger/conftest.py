"""Ledgers to test with: the same tests run on SQLite and on PostgreSQL, each test in a place of its own."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from answerable.ledger.store import Store, open_store
from builders.postgres import PostgresServer, shared_server

ENGINES = ["sqlite", "postgresql"]


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """The PostgreSQL server of this test run."""
    base = tmp_path_factory.getbasetemp()
    with shared_server(base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) as server:
        yield server


@pytest.fixture(params=ENGINES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a ledger may be made; on each engine."""
    if request.param == "sqlite":
        return os.fspath(tmp_path / "ledger.sqlite")
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.url(f"t{uuid.uuid4().hex}")


@pytest.fixture
def store(place: str) -> Iterator[Store]:
    """A new ledger; on each engine."""
    with closing(open_store(place, create=True)) as store:
        yield store
