"""`answerable owners export`: the owners file as another system reads it, and a report of what that cannot say."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from answerable.cli.options import FORMATS, clean, format_option, opened, print_json
from answerable.cli.owners.import_ import left_documents, say_left
from answerable.cli.owners.resolve_ import must_be_read
from answerable.cli.revision import moment
from answerable.errors import OwnersInvalid
from answerable.ownership.exporters import EXPORTERS
from answerable.ownership.registry import OWNERS, Registry


@click.command("export")
@click.argument("target", type=click.Choice(list(EXPORTERS)), metavar="FORMAT")
@click.option("--rev", metavar="REV", default="HEAD", show_default=True, help="The commit whose owners file counts.")
@click.option("--as-of", "day", metavar="DATE", help="Who had left by then is not named; today by default.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write it there, not to the screen."
)
@click.option("--strict", is_flag=True, help="End with 1 where anything could not be said.")
@format_option(*FORMATS)
@click.pass_obj
def command(
    folder: Path, target: str, rev: str, day: str | None, output: Path | None, *, strict: bool, form: str
) -> int:
    """Write the owners file as codeowners, backstage or pagerduty, and say everything that these cannot."""
    from answerable.cli.ledger.files import write as write_file
    from answerable.ownership.exporters import exporter

    at = moment(day).date() if day else datetime.now(UTC).date()
    with opened(folder) as repository:
        registry = Registry(repository, repository.resolve(rev))
        must_be_read(registry)
        if registry.owners is None:
            raise OwnersInvalid(f"{rev} has no {OWNERS}", hint="write one, or make one: answerable owners import")
        found = exporter(target)(registry.owners, at)
    if output is not None:
        write_file(output, found.text.encode())
    if form == "json":
        named = str(output) if output is not None else None
        told = {"format": target, "output": named, "text": found.text, "left": left_documents(found.left)}
        print_json({"schema": "answerable/owners-export/v1", **told})
    else:
        click.echo(found.text, nl=False) if output is None else click.echo(clean(str(output)))
        say_left(found.left)
    return 1 if strict and found.left else 0
