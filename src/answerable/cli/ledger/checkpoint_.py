"""`answerable ledger checkpoint`: signs the ledger as it is now."""

from __future__ import annotations

from pathlib import Path

import click

from answerable.cli.ledger.place import ledger_options, opened_ledger
from answerable.cli.options import FORMATS, format_option, print_json
from answerable.ledger.log import read_note


@click.command("checkpoint")
@ledger_options
@format_option(*FORMATS)
@click.pass_obj
def command(folder: Path, place: str | None, log_key: Path | None, form: str) -> None:
    """Sign the ledger as it is now and print the checkpoint.

    Keep it where the ledger is not: whoever has it can show that nothing before it was changed or removed.
    """
    with opened_ledger(folder, place, log_key) as (_, ledger):
        note, vkey = ledger.checkpoint(), ledger.vkey
    if form == "json":
        found = read_note(note)
        document = {"origin": found.origin, "size": found.size, "root": found.root.hex(), "vkey": vkey, "note": note}
        print_json({"schema": "answerable/ledger-checkpoint/v1", **document})
    else:
        click.echo(note, nl=False)
