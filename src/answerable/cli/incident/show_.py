"""`answerable incident show`: an incident again, in any format; or those of this clone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from answerable.cli.incident.output import FORMATS, output_option, show
from answerable.cli.options import clean, format_option, opened, print_json
from answerable.incident.store import Incidents


@click.command("show")
@click.argument("name", metavar="[ID]", required=False)
@output_option
@format_option(*FORMATS)
@click.pass_obj
def command(folder: Path, name: str | None, output: Path | None, form: str) -> None:
    """Show the incident ID as it was answered when it was opened, with what was decided since.

    Without an ID, list those of this clone. `--format review` is the template of a post-incident review, with every
    recorded fact filled in.
    """
    with opened(folder) as repository:
        kept = Incidents(repository)
        if name is not None:
            show(kept.load(name.removeprefix("incident:")), form, output)
            return
        found = [row(one) for one in kept.all()]
    if form == "json":
        print_json({"schema": "answerable/incidents/v1", "incidents": found})
        return
    for one in found:
        severity = one["severity"] or "-"
        click.echo(f"{one['id']}  {one['state']:<7} {severity:<9} {one['opened_at']}  {clean(one['title'])}")
    if not found:
        click.echo("no incident is kept in this clone; open one: answerable incident open < trace")


def row(found: dict[str, Any]) -> dict[str, Any]:
    """What a list says of one incident."""
    keys = ("id", "title", "state", "severity", "failed_at", "opened_at")
    return {key: found.get(key) for key in keys}
