"""Claims: the ledger's storage costs little over its disk, many may write at once, and a proof's cost does not grow.

Raw SQLite, and raw PostgreSQL, with the same bytes, the same settings and the same number of commits, is the floor. The
sizes of ledgers that proofs are timed on may be named as arguments: 1000 10000 100000 where none is.
"""

from __future__ import annotations

import math
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from random import Random

from _measure import say, seconds

sys.path.insert(0, os.fspath(Path(__file__).parent.parent / "tests"))  # it knows how to start a server
from answerable.ledger.merkle import inclusion_proof
from answerable.ledger.store import NewEntry, Store, open_store
from builders.postgres import SAFE, own_server

LEAF = 1_500
BATCH = 5_000
EACH = 300
WRITERS = 4
Place = Callable[[str], str]


def decisions(count: int, seed: int = 0) -> list[NewEntry]:
    """Decisions of the usual size, about a commit each."""
    rng = Random(seed)
    return [NewEntry(f"{seed:04}-{n:012}", rng.randbytes(LEAF), (rng.randbytes(20).hex(),)) for n in range(count)]


@contextmanager
def engines() -> Iterator[dict[str, Place]]:
    """Where ledgers can be made, by engine."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        server = stack.enter_context(own_server(SAFE))
        yield {"sqlite": lambda name: os.path.join(folder, f"{name}.sqlite"), "postgresql": server.url}  # noqa: PTH118


def against(claim: str, engine: str, ours: float, floor: float, least: float) -> None:
    """Say how near to the floor it is."""
    say(claim, engine, ours, floor, want=f">= {least}", met=floor / ours >= least)


def raw(place: str, batches: Sequence[Sequence[NewEntry]]) -> float:
    """The floor: the leaves alone, into one table, a commit a batch."""
    if "://" not in place:
        with closing(sqlite3.connect(place, isolation_level=None)) as connection:
            for setting in ("journal_mode=WAL", "synchronous=FULL"):
                connection.execute(f"PRAGMA {setting}")
            connection.execute("CREATE TABLE entries (idx INTEGER PRIMARY KEY, decision_id TEXT UNIQUE, leaf BLOB)")

            def commit(rows: Sequence[NewEntry]) -> None:
                connection.execute("BEGIN IMMEDIATE")
                sql = "INSERT INTO entries (decision_id, leaf) VALUES (?, ?)"
                connection.executemany(sql, [row[:2] for row in rows])
                connection.execute("COMMIT")

            return seconds(lambda: [commit(batch) for batch in batches])
    import psycopg

    with psycopg.connect(place.partition("&schema")[0], autocommit=True) as server:
        server.execute("CREATE TEMP TABLE warm (x int)")
        server.execute("DROP TABLE IF EXISTS raw")
        server.execute("CREATE TABLE raw (idx BIGSERIAL PRIMARY KEY, decision_id TEXT UNIQUE, leaf BYTEA)")

        def copy(rows: Sequence[NewEntry]) -> None:
            with server.transaction(), server.cursor() as cursor:
                cursor.executemany("INSERT INTO raw (decision_id, leaf) VALUES (%s, %s)", [row[:2] for row in rows])

        return seconds(lambda: [copy(batch) for batch in batches])


def append_one_by_one(place: str, seed: int) -> list[float]:
    """One writer of several: how long each append took."""
    took = []
    with closing(open_store(place)) as store:
        for entry in decisions(EACH, seed):
            began = time.perf_counter()
            store.append([entry])
            took.append(time.perf_counter() - began)
    return took


def batches(engine: str, at: Place) -> None:
    """Thousands in one transaction, and one in each, against the same done raw; the best of three."""
    ours, floor = math.inf, math.inf
    for run in range(3):
        entries = decisions(BATCH, run)
        with closing(open_store(at("batch"), create=True)) as store:
            ours = min(ours, seconds(lambda: store.append(entries)))  # noqa: B023 - called at once
        floor = min(floor, raw(at(f"raw_batch{run}"), [entries]))
    against(f"append {BATCH:,} at once ({BATCH / ours:,.0f}/s), raw", engine, ours, floor, 0.3)
    ours, floor = math.inf, math.inf
    for run in range(3):
        ones = [[entry] for entry in decisions(EACH, 10 + run)]
        with closing(open_store(at("single"), create=True)) as store:
            ours = min(ours, seconds(lambda: [store.append(one) for one in ones]))  # noqa: B023 - called at once
        floor = min(floor, raw(at(f"raw_single{run}"), ones))
    against(f"append {EACH} one by one ({EACH / ours:,.0f}/s), raw", engine, ours, floor, 0.3)


def writers(engine: str, at: Place) -> None:
    """Several processes that append one by one: p50, and p99, of how long each waits."""
    place = at("writers")
    open_store(place, create=True).close()
    with ProcessPoolExecutor(WRITERS) as pool:
        began = time.perf_counter()
        took = sorted(one for each in pool.map(append_one_by_one, [place] * WRITERS, range(WRITERS)) for one in each)
        wall = time.perf_counter() - began
    p50, p99 = took[len(took) // 2], took[len(took) * 99 // 100]
    rate = f"{len(took) / wall:,.0f}/s"
    against(f"{WRITERS} writers ({rate}): p50 {p50 * 1e3:.1f} ms, against 50 ms", engine, p50, 0.05, 1)
    against(f"{WRITERS} writers: p99 {p99 * 1e3:.1f} ms, against 250 ms", engine, p99, 0.25, 1)


def room(at: Place) -> None:
    """Bytes of the database a decision takes, against those of its leaf."""
    path = Path(at("room"))
    with closing(open_store(path, create=True)) as store:
        for part in range(4):
            store.append(decisions(BATCH // 2, 10 + part))
    each = path.stat().st_size / (BATCH * 2)
    print(f"{'ok  ' if each <= LEAF * 1.3 else 'MISS'} sqlite       {each:,.0f} bytes a decision of {LEAF:,}  "
          f"ratio {each / LEAF:.2f}  want <= 1.30")  # fmt: skip


def proofs(engine: str, at: Place, sizes: Sequence[int]) -> None:
    """A proof in a ledger of any size, against one in the smallest."""
    with closing(open_store(at("proofs"), create=True)) as store:
        least = 0.0
        for size in sizes:
            while (there := store.size()) < size:
                more = decisions(min(10_000, size - there), there)
                store.append([entry._replace(leaf=entry.leaf[:100]) for entry in more])
            took, read = timed_proofs(store, size)
            least = least or took
            claim = f"a proof of {size:,}: {read:.0f} nodes read, {took * 1e3:.2f} ms"
            against(claim, engine, took, least, 0.25)


def timed_proofs(store: Store, size: int, count: int = 200) -> tuple[float, float]:
    """Seconds and nodes of a proof, on average, of entries anywhere."""
    rng, read = Random(0), [0]

    def reader(wanted: Sequence[tuple[int, int]]) -> list[bytes]:
        read[0] += len(wanted)
        return store.nodes(wanted)

    took = seconds(lambda: [inclusion_proof(rng.randrange(size), size, reader) for _ in range(count)])
    return took / count, read[0] / count


if __name__ == "__main__":
    named = [int(arg) for arg in sys.argv[1:] if arg.isdecimal()] or [1_000, 10_000, 100_000]
    with engines() as found:
        for name, place_of in found.items():
            batches(name, place_of)
            writers(name, place_of)
            proofs(name, place_of, named)
        room(found["sqlite"])
