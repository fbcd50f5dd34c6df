"""`answerable ledger export`: writes the ledger as static files."""

from __future__ import annotations

from pathlib import Path

import click

from answerable.cli.ledger.place import ledger_options, opened_ledger
from answerable.cli.options import FORMATS, format_option, print_json
from answerable.cli.progress import progress
from answerable.ledger.export import export


@click.command("export")
@click.argument("target", type=click.Path(path_type=Path, file_okay=False))
@ledger_options
@format_option(*FORMATS)
@click.pass_obj
def command(folder: Path, target: Path, place: str | None, log_key: Path | None, form: str) -> None:
    """Write the ledger into TARGET as static files, in the layout of C2SP tlog-tiles.

    Any web server can serve them, and a stranger verifies them with: answerable ledger verify TARGET --vkey KEY. An
    earlier export there is brought up to date.
    """
    with opened_ledger(folder, place, log_key) as (_, ledger), progress() as show:
        found = export(ledger, target, lambda done, of: show("writing tiles", done, of))
        vkey = ledger.vkey
    if form == "json":
        document = {"origin": found.origin, "size": found.size, "root": found.root.hex(), "vkey": vkey}
        print_json({"schema": "answerable/ledger-export/v1", "folder": str(target), **document})
    else:
        click.echo(f"{found.size:,} entries of {found.origin} in {target}\nverifier key  {vkey}")
