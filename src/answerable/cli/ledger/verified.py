"""All decisions of a ledger, once nothing is found wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from answerable.cli.ledger.place import place_of
from answerable.cli.ledger.verify_ import own_key, read_checkpoint
from answerable.errors import LedgerDamaged
from answerable.git.repository import Repository

if TYPE_CHECKING:
    from answerable.ledger.store import Store
    from answerable.policy.artifact.history import History


def verified(repository: Repository, place: str | None, log_key: Path | None) -> History:
    """The decisions of the ledger of a repository, or of another place.

    Raises:
        LedgerDamaged: something is wrong with it.
    """
    from answerable.ledger.log import opened_store

    where = place_of(repository, place)
    with closing(opened_store(where)) as store:
        return verified_store(store, own_key(store, where, log_key), ())


def verified_store(store: Store, keys: tuple[str, ...], older: Sequence[Path]) -> History:
    """The decisions of a store that is open.

    Args:
        store: Where they are.
        keys: Those of the log.
        older: Checkpoints of it that were seen before.

    Raises:
        LedgerDamaged: something is wrong with it.
    """
    from answerable.ledger.source import StoreSource
    from answerable.ledger.verify import Expected, verify
    from answerable.policy.artifact.history import Entry, History

    entries: list[Entry] = []
    expected = Expected(keys=keys, older=[read_checkpoint(file) for file in older])
    report = verify(StoreSource(store), expected, each=lambda index, one: entries.append(Entry(index, one)))
    if not report.ok:
        first = report.problems[0]
        where = f"entry {first.index}: " if first.index is not None else ""
        what = f"the ledger does not verify: {where}{first.detail} ({first.kind}, 1 of {len(report.problems)})"
        raise LedgerDamaged(what, hint="see all that is wrong: answerable ledger verify")
    return History(entries, report.trust)
