"""`answerable ledger sync`: exchanges decisions with a remote through its notes."""

from __future__ import annotations

from pathlib import Path

import click

from answerable.cli.options import FORMATS, clean, format_option, opened, print_json
from answerable.git.exchange import sync


@click.command("sync")
@click.argument("remote", default="origin")
@format_option(*FORMATS)
@click.pass_obj
def command(folder: Path, remote: str, form: str) -> None:
    """Take in the decisions in REMOTE's notes and push ours, until both have the same.

    Notes merge by taking both, so this never conflicts. What came in is vouched for once it is in the ledger:
    answerable ledger import.
    """
    with opened(folder, settled=True) as repository:
        tries = sync(repository, remote)
    if form == "json":
        print_json({"schema": "answerable/ledger-sync/v1", "remote": remote, "tries": tries})
    else:
        click.echo(f"{clean(remote)} and this repository have the same decisions\n  next: answerable ledger import")
