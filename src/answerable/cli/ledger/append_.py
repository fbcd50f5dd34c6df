"""`answerable ledger append`: appends signed decisions from files or standard input."""

from __future__ import annotations

from pathlib import Path

import click

from answerable.cli.ledger.files import read_envelopes
from answerable.cli.ledger.place import ledger_options, opened_ledger
from answerable.cli.options import FORMATS, format_option, print_json


@click.command("append")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, allow_dash=True))
@ledger_options
@format_option(*FORMATS)
@click.pass_obj
def command(folder: Path, files: tuple[Path, ...], place: str | None, log_key: Path | None, form: str) -> None:
    """Append the decisions in FILES (standard input by default), one signed envelope a line: all of them or none.

    A decision that is there already keeps its index. One that erases content is carried out.
    """
    envelopes = [envelope for file in files or (Path("-"),) for envelope in read_envelopes(file)]
    with opened_ledger(folder, place, log_key) as (_, ledger):
        indexes = ledger.append(envelopes)
        ledger.erase()
        ledger.seal()
        size = ledger.size
    if form == "json":
        print_json({"schema": "answerable/ledger-append/v1", "indexes": indexes, "size": size})
    else:
        click.echo(f"{len(indexes):,} decisions: entries {', '.join(map(str, indexes))} of {size:,}")
