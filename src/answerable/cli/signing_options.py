"""The options with which a command signs; loads nothing of the ledger, so that asking for none costs nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from answerable.domain.decision import PrincipalType

F = TypeVar("F", bound=Callable[..., Any])


def signing_options(function: F) -> F:
    """`--key`, `--as` and `--id`."""
    for option in (
        click.option("--id", "who", metavar="ID", help="Who decides, by default git's user.email."),
        click.option(
            "--as", "kind_of", type=click.Choice([t.value for t in PrincipalType]), default="human", show_default=True,
            help="What kind of principal that is.",
        ),
        click.option(
            "--key", "keys", multiple=True, metavar="FILE",
            help="Sign with this private key, or the SSH agent's key for this public key. Several people: several.",
        ),
    ):  # fmt: skip
        function = option(function)
    return function
