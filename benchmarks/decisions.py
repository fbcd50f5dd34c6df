"""Claims about the ledger, each against a floor of the same run.

Appending a batch with every signature verified runs at half the rate, or more, of the machine's bare Ed25519
verification and SQLite commits together. A ledger of 100,000 decisions is verified in full within a minute. A proof of
inclusion takes time that grows with the logarithm of the ledger.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from _measure import best, say, seconds

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from answerable.domain.decision import Subject
from answerable.ledger.envelope import Envelope
from answerable.ledger.merkle import inclusion_proof
from answerable.ledger.source import StoreSource
from answerable.ledger.store import NewEntry
from answerable.ledger.verify import Expected, verify
from ledger.people import ADA, BO, begin, decide

BATCH = 2_000
WHOLE = int(os.environ.get("LEDGER_ENTRIES", "100000"))
PROVED = [10**3, 10**4, 10**5, *([10**6] if os.environ.get("LEDGER_MILLION") else [])]


def decisions(count: int, start: int = 0) -> list[Envelope]:
    """Signed decisions of an ordinary length, each about a commit of its own."""
    return [
        decide(
            (ADA, BO)[number % 2], name=f"{number:08}", subjects=(Subject(digest={"gitCommit": f"{number:040x}"}),),
            rationale="Reviewed: the retry is bounded and the write is idempotent",
        )
        for number in range(start, start + count)
    ]  # fmt: skip


def floor(folder: Path, leaves: Sequence[bytes]) -> float:
    """Verify as many bare signatures, and write as many rows in one durable transaction."""
    private = Ed25519PrivateKey.generate()
    signature, public = private.sign(leaves[0]), private.public_key()
    with sqlite3.connect(folder / "floor.sqlite", isolation_level=None) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=FULL")
        database.execute("CREATE TABLE leaves (at INTEGER PRIMARY KEY, leaf BLOB)")

        def work() -> None:
            for _ in leaves:
                public.verify(signature, leaves[0])
            database.execute("BEGIN IMMEDIATE")
            database.execute("DELETE FROM leaves")
            database.executemany("INSERT INTO leaves (leaf) VALUES (?)", [(leaf,) for leaf in leaves])
            database.execute("COMMIT")

        return best(work, 3)


def appending(folder: Path) -> None:
    """One batch after another into one ledger; the best counts, as it does for the floor."""
    batches = [decisions(BATCH, start * BATCH) for start in range(3)]
    with begin(folder / "append", ADA, BO) as ledger:
        ours = min(seconds(lambda b=batch: ledger.append(b)) for batch in batches)
    bare = floor(folder, [envelope.encode() for envelope in batches[0]])
    say(f"append of {BATCH:,} decisions, against the floor", "-", ours, bare, want=">= 0.5", met=bare / ours >= 0.5)


def verifying(folder: Path) -> None:
    """All of a large ledger; its entries are put in without a look, which is not what is measured."""
    with begin(folder / "verify", ADA, BO) as ledger:
        for start in range(0, WHOLE, 10_000):
            new = [NewEntry(f"decision-{start + at:08}", e.encode()) for at, e in enumerate(decisions(10_000, start))]
            ledger.store.append(new)
        note = ledger.checkpoint()
        assert note
        took = seconds(lambda: verify(StoreSource(ledger.store), Expected(keys=[ledger.vkey])))
    say(f"verification of {WHOLE:,} decisions in full", "-", took, 60.0, want=">= 1", met=took <= 60)


def proving(folder: Path) -> None:
    """Reads of nodes and time for a proof, in ledgers of growing size."""
    filler = b"\1" * 64
    with begin(folder / "prove", ADA) as ledger:
        for size in PROVED:
            for start in range(ledger.size, size, 50_000):
                more = range(start, min(start + 50_000, size))
                ledger.store.append([NewEntry(f"filler-{at:09}", filler + at.to_bytes(8, "big")) for at in more])
            asked = []

            def read(nodes: object, into: list[int] = asked) -> list[bytes]:
                found: list[bytes] = ledger.store.nodes(nodes)  # type: ignore[arg-type]
                into.append(len(found))
                return found

            took = best(lambda at=size: inclusion_proof(at // 3, at, read), 20)
            print(f"     proof in {size:>9,} entries: {took * 1e6:7.0f} us, {asked[-1]} hashes read", flush=True)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="answerable-bench-") as name:
        appending(Path(name))
        proving(Path(name))
        verifying(Path(name))
