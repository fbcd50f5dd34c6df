"""The facts that the commands of `audit` are about: of which history, over which period, by which ledger."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from answerable.audit.facts import kept
from answerable.audit.facts.decided import Decided, decided
from answerable.audit.facts.facts import Facts, gather
from answerable.audit.period import Period, period
from answerable.cli.ledger.place import ledger_options, place_of
from answerable.cli.ledger.verify_ import own_key, read_checkpoint
from answerable.cli.options import cache_option, opened
from answerable.cli.progress import progress
from answerable.errors import LedgerMissing
from answerable.git.attribution.engine import cache_folder
from answerable.git.notes import refs_below
from answerable.git.repository import Repository
from answerable.ledger.source import StoreSource
from answerable.provenance.refs import DECISION_NOTES, EVIDENCE_REFS

if TYPE_CHECKING:
    from answerable.ledger.store import Store

F = TypeVar("F", bound=Callable[..., Any])


def facts_options(function: F) -> F:
    """`--from`, `--to`, `--rev`, where the ledger is, and the cache."""
    for option in (
        cache_option,
        ledger_options,
        click.option(
            "--older", multiple=True, type=click.Path(path_type=Path), help="A checkpoint that was seen before."
        ),
        click.option("--vkey", "vkeys", multiple=True, metavar="KEY", help="The log's key, from elsewhere."),
        click.option("--rev", default="HEAD", show_default=True, metavar="REV", help="The newest commit of the line."),
        click.option("--to", "end", metavar="TIME", help="Its end, included: as --from. This moment by default."),
        click.option(
            "--from", "start", metavar="TIME",
            help="Where the period begins: 2026-07-01, 2026-07, 2026-Q3 or 2026. A year ago by default.",
        ),
    ):  # fmt: skip
        function = option(function)
    return function


@dataclass(frozen=True, slots=True)
class Given:
    """Facts, and what they were gathered from; `decided` reads the whole ledger when it is called."""

    repository: Repository
    facts: Facts
    decided: Callable[[], Decided]


def asked_period(given: dict[str, Any]) -> Period:
    """The period that was asked for."""
    today = datetime.now(UTC).replace(microsecond=0)
    end = given["end"] or today.isoformat()
    return period(given["start"] or today.replace(year=today.year - 1, day=min(today.day, 28)).isoformat(), end)


@contextmanager
def gathered(folder: Path, given: dict[str, Any], *, anew: bool = False) -> Iterator[Given]:
    """The facts of a repository, from the cache where nothing changed that they rest on.

    Args:
        folder: Where.
        given: The options of the command.
        anew: Gather them again: what is handed over as evidence rests on no file that others could have written.
    """
    asked = asked_period(given)
    with opened(folder, settled=True) as repository, _store(repository, given) as store, progress() as show:
        found: list[Decided] = []

        def read() -> Decided:
            if not found:
                found.append(_decided(repository, store, given, lambda done: show("verifying entries", done, 0)))
            return found[0]

        head = repository.resolve(given["rev"])
        place = cache_folder(repository)
        name = kept.key(_rests_on(repository, store, head, asked, given))
        facts = None if given["no_cache"] or anew else kept.load(place, name, asked)
        if facts is None:
            cache = None if given["no_cache"] else place
            facts = gather(repository, head, asked, read(), cache=cache, progress=show)
            if not given["no_cache"]:
                kept.save(place, name, facts)
        yield Given(repository, facts, read)


@contextmanager
def _store(repository: Repository, given: dict[str, Any]) -> Iterator[Store | None]:
    from answerable.ledger.log import opened_store

    try:
        store = opened_store(place_of(repository, given["place"]))
    except LedgerMissing:
        if given["place"]:
            raise
        yield None
        return
    with closing(store):
        yield store


def _decided(
    repository: Repository, store: Store | None, given: dict[str, Any], tick: Callable[[int], None]
) -> Decided:
    if store is None:
        return decided(None, ())
    keys = given["vkeys"] or own_key(store, place_of(repository, given["place"]), given["log_key"])
    return decided(StoreSource(store), keys, [read_checkpoint(file) for file in given["older"]], tick)


def _rests_on(
    repository: Repository, store: Store | None, head: str, asked: Period, given: dict[str, Any]
) -> dict[str, str]:
    """Everything that facts are made of, by name; what changes a fact changes one of these."""
    refs = refs_below(repository.git, *EVIDENCE_REFS, DECISION_NOTES)
    size = store.size() if store else 0
    leaf = store.leaf(size - 1) if store and size else b""
    checkpoints = "".join(text for _, text in store.checkpoints()[-1:]) if store else ""
    older = "".join(read_checkpoint(file) for file in given["older"])
    return {
        "head": head,
        "start": asked.start.isoformat(),
        "end": asked.end.isoformat(),
        "refs": hashlib.sha256(repr(sorted(refs.items())).encode()).hexdigest(),
        "boundary": hashlib.sha256(repr(sorted(repository.boundary)).encode()).hexdigest(),
        "ledger": hashlib.sha256(b"%d:" % size + leaf + (checkpoints + older).encode()).hexdigest(),
        "keys": " ".join(given["vkeys"]),
        "plugins": os.environ.get("ANSWERABLE_PLUGINS", ""),
    }
