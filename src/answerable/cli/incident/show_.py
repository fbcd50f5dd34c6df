"""`answerable incident show`: an incident again, in any format; or those of this clone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from answerable.cli.incident.output import FORMATS, output_option, show
from answerable.cli.options import clean, format_option, opened, print_json
from answerable.git.repository import Repository
from answerable.incident.store import Incidents
from answerable.ledger.place import has_ledger, ledger_place


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
            one = kept.load(name.removeprefix("incident:"))
            doubt = altered(repository, one)
            if doubt:
                one["notes"] = [doubt, *one["notes"]]
            show(one, form, output)
            return
        found = [row(each) for each in kept.all()]
    if form == "json":
        print_json({"schema": "answerable/incidents/v1", "incidents": found})
        return
    for one in found:
        severity = one["severity"] or "-"
        click.echo(f"{one['id']}  {one['state']:<7} {severity:<9} {one['opened_at']}  {clean(one['title'])}")
    if not found:
        click.echo("no incident is kept in this clone; open one: answerable incident open < trace")


def altered(repository: Repository, found: dict[str, Any]) -> str | None:
    """A sentence where the document is not the one that the ledger has the opening of; None where it is."""
    index = (found.get("record") or {}).get("index")
    if index is None or not has_ledger(repository.common_dir):
        return None
    from answerable.incident.decided import digest_of, digest_of_name
    from answerable.ledger.log import Ledger

    with Ledger(ledger_place(repository.common_dir), readonly=True) as ledger:
        entries = ledger.about(digest_of_name(found["id"]))
    signed = {one.digest for entry in entries for one in entry.decision.evidence}
    if digest_of(found) in signed:
        return None
    return "this is not what was signed when it was opened: the file was changed since, or the ledger is another one"


def row(found: dict[str, Any]) -> dict[str, Any]:
    """What a list says of one incident."""
    keys = ("id", "title", "state", "severity", "failed_at", "opened_at")
    return {key: found.get(key) for key in keys}
