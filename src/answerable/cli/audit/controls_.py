"""`answerable audit controls`: what the facts of a period make of the controls of a framework."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from answerable.audit.facts.facts import Facts
from answerable.audit.framework.documents import doubts, framework_document
from answerable.audit.framework.model import Assessed, Framework, Status
from answerable.audit.framework.read import OWN, framework, read, shipped
from answerable.audit.framework.status import assess, summary
from answerable.audit.tables import Tables
from answerable.cli.audit.facts import Given, facts_options, gathered
from answerable.cli.options import FORMATS, clean, format_option, print_json
from answerable.errors import FrameworkInvalid
from answerable.git.repository import Repository
from answerable.git.tree import list_tree
from answerable.strict_yaml.reading import instead

_MARK = {
    Status.MET: "met", Status.PARTLY: "partly", Status.NOT_MET: "not met", Status.NOT_APPLICABLE: "n/a",
    Status.CANNOT_BE_SHOWN: "cannot be shown",
}  # fmt: skip


@click.command("controls")
@click.option("--framework", "names", multiple=True, metavar="NAME", help="Which; all by default.")
@click.option("--control", "chosen", multiple=True, metavar="ID", help="Only these controls.")
@click.option("--list", "listing", is_flag=True, help="Show the frameworks that are known.")
@facts_options
@format_option(*FORMATS)
@click.pass_obj
def command(
    folder: Path, /, names: tuple[str, ...], chosen: tuple[str, ...], listing: bool, form: str, **given: Any
) -> None:
    """Compute the status of every control from what happened in a period: met, partly, not met, not applicable, or
    not to be shown.
    """
    began = time.monotonic()
    with gathered(folder, given) as found:
        every = frameworks(found, names)
        if listing:
            _list(every, form)
            return
        tables = Tables(found.facts, found.decided)
        assessed = [(each, _chosen(assess(each, found.facts, tables), chosen)) for each in every]
        unknown = [name for name in chosen if not any(name == one.control.id for _, of in assessed for one in of)]
        if unknown:
            known = [control.id for each in every for control in each.controls]
            raise FrameworkInvalid(f"no control is called {unknown[0]!r}", hint=instead(unknown[0], known))
    if form == "json":
        print_json(document(found.facts, assessed, round((time.monotonic() - began) * 1000)))
    else:
        _render(found.facts, assessed)


def frameworks(found: Given, names: Sequence[str]) -> list[Framework]:
    """The frameworks that were named, the organisation's own among them; all where none was.

    Raises:
        FrameworkInvalid: one is not there, or cannot be read.
    """
    own: dict[str, Framework] = {}
    for one in _own(found.repository, found.facts.head):
        if one.id in own or one.id in shipped():
            # a framework that comes with the program is never another's: its controls would be met that nobody tested
            other = own[one.id].file if one.id in own else "the program"
            hint = "give it an id of its own"
            raise FrameworkInvalid(f"{one.file}: the id {one.id} is that of a framework of {other}", hint=hint)
        own[one.id] = one
    wanted = names or (*shipped(), *own)
    known = {*shipped(), *own}
    for name in wanted:
        if name not in known:
            raise FrameworkInvalid(f"no framework is called {name!r}", hint=instead(name, sorted(known)))
    return [own[name] if name in own else framework(name) for name in dict.fromkeys(wanted)]


def _own(repository: Repository, head: str) -> Iterable[Framework]:
    for entry in list_tree(repository.git, head, OWN.encode()):
        data = repository.objects.blob(entry.oid)
        if data is not None and entry.path.endswith(b".yaml"):
            yield read(data, entry.path.decode("utf-8", "replace"))


def _chosen(assessed: Sequence[Assessed], chosen: Sequence[str]) -> list[Assessed]:
    return [one for one in assessed if not chosen or one.control.id in chosen]


def document(facts: Facts, assessed: Iterable[tuple[Framework, Sequence[Assessed]]], elapsed_ms: int) -> dict[str, Any]:
    """Controls as `answerable/audit-controls/v1`."""
    return {
        "schema": "answerable/audit-controls/v1",
        "head": facts.head,
        "from": facts.period.start.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "to": facts.period.end.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "frameworks": [framework_document(each, of) for each, of in assessed],
        "notes": [*doubts(facts), *facts.notes],
        "elapsed_ms": elapsed_ms,
    }


def list_document(every: Iterable[Framework]) -> dict[str, Any]:
    """The frameworks that are known as `answerable/audit-frameworks/v1`."""
    rows = [{"id": one.id, "name": one.name, "source": one.source, "controls": len(one.controls)} for one in every]
    return {"schema": "answerable/audit-frameworks/v1", "frameworks": rows}


def _list(every: Iterable[Framework], form: str) -> None:
    document = list_document(every)
    if form == "json":
        print_json(document)
        return
    for row in document["frameworks"]:
        click.echo(f"{row['id']:<14}{row['controls']:>3} controls  {clean(str(row['source']))}")


def _render(facts: Facts, assessed: Iterable[tuple[Framework, Sequence[Assessed]]]) -> None:
    click.secho(f"{facts.period.words}: {len(facts.changes):,} changes", bold=True)
    for note in (*doubts(facts), *facts.notes):
        click.echo(f"  ! {clean(note)}")
    for each, of in assessed:
        counts = ", ".join(f"{count} {_MARK[Status(name)]}" for name, count in summary(of).items() if count)
        click.secho(f"\n{clean(each.name)}: {counts}", bold=True)
        for one in of:
            since = f" since {one.since[:10]}" if one.since else ""
            click.echo(f"  {clean(one.control.id):<16}{_MARK[one.status] + since:<28}{clean(one.control.title)}")
            for test in one.tested:
                if test.status not in (Status.MET, Status.NOT_APPLICABLE):
                    click.echo(f"    {_why(test.found, test.population, test.expects, test.because)}")
                    click.secho(f"    {clean(test.question)}", dim=True)


def _why(found: int, population: int, expects: str, because: str) -> str:
    if because:
        return because
    if expects == "at least one":
        return "there is none"
    if expects.startswith("none"):
        return f"{found:,} of {population:,} are exceptions"
    return f"{found:,} of {population:,} hold, and {clean(expects.partition(' of ')[0])} is asked for"
