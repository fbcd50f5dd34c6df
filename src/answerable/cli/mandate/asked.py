"""Which mandate a command is about: that of a revision, as it stood at a moment; and the options that say so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

import click

from answerable.cli.ledger.place import ledger_options, place_of
from answerable.cli.options import FORMATS, format_option
from answerable.cli.revision import moment, revision_at
from answerable.ownership.mandate.find import facts_at
from answerable.ownership.mandate.model import ROLES

if TYPE_CHECKING:
    from answerable.git.repository import Repository
    from answerable.ownership.mandate.standing import Facts

F = TypeVar("F", bound=Callable[..., Any])


def asking_options(function: F) -> F:
    """The options of `show` and `verify`."""
    for option in (
        format_option(*FORMATS),
        ledger_options,
        click.option(
            "--role", "roles", multiple=True, metavar="ROLE",
            help=f"A role that must have signed, besides those that it names. Default: {', '.join(ROLES)}.",
        ),
        click.option("--as-of", "day", metavar="DATE", help="As it stood on a date, for example 2026-03-01."),
        click.option("--at", "revision", metavar="REV", help="That of this revision instead of HEAD."),
    ):  # fmt: skip
        function = option(function)
    return function


def asked(repository: Repository, given: dict[str, Any]) -> Facts:
    """What is known of it.

    Args:
        repository: Where.
        given: The options of the command.

    Raises:
        RevisionNotFound: nothing is there.
        LedgerDamaged: the ledger cannot be read.
    """
    day = given["day"]
    commit = revision_at(repository, given["revision"], day)
    at = moment(day, end=True) if day else datetime.now(UTC)
    place = place_of(repository, given["place"]) if given["place"] else None
    return facts_at(repository, commit, at, place)
