"""Which ledger a command works on: the repository's own, or one that is named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from answerable.errors import LedgerMissing, NotARepository
from answerable.git.repository import Repository
from answerable.ledger.place import ENVIRONMENT, ledger_place

if TYPE_CHECKING:
    from answerable.ledger.log import Ledger

F = TypeVar("F", bound=Callable[..., Any])


def ledger_options(function: F) -> F:
    """`--ledger` and `--log-key`."""
    for option in (
        click.option("--log-key", type=click.Path(path_type=Path), metavar="FILE", help="The log's private key."),
        click.option(
            "--ledger", "place", metavar="PLACE", envvar=ENVIRONMENT,
            help="A folder or the address of a database, instead of the repository's own ledger.",
        ),
    ):  # fmt: skip
        function = option(function)
    return function


def place_of(repository: Repository | None, named: str | None) -> Path | str:
    """The folder or the address of a database.

    Raises:
        LedgerMissing: none is named, and there is no repository that could have one.
    """
    if named:
        return named if "://" in named else Path(named)
    if repository is None:
        hint = "run it inside a clone, or name a ledger: --ledger PLACE"
        raise LedgerMissing("there is no repository here, and no ledger is named", hint=hint)
    return ledger_place(repository.common_dir)


@contextmanager
def opened_ledger(
    folder: Path, named: str | None, log_key: Path | None = None, *, readonly: bool = False
) -> Iterator[tuple[Repository | None, Ledger]]:
    """The repository, where there is one, and its ledger or the one named."""
    with maybe_repository(folder) as repository, open_ledger(repository, named, log_key, readonly=readonly) as ledger:
        yield repository, ledger


def open_ledger(
    repository: Repository | None, named: str | None, log_key: Path | None = None, *, readonly: bool = False
) -> Ledger:
    """The ledger of a repository, or the one named.

    Raises:
        LedgerMissing: there is none.
    """
    from answerable.ledger.log import Ledger  # slow to load, and many commands only might need one

    place = place_of(repository, named)
    try:
        return Ledger(place, log_key, readonly=readonly)
    except LedgerMissing:
        raise LedgerMissing(f"there is no ledger in {place}", hint="begin one: answerable init") from None


@contextmanager
def maybe_repository(folder: Path) -> Iterator[Repository | None]:
    """The repository that a command runs in, or None."""
    try:
        repository = Repository(folder)
    except NotARepository:
        yield None
        return
    with repository:
        yield repository
