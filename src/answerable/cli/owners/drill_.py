"""`answerable owners drill`: a rehearsal of the night on which somebody must answer for a line that AI wrote."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from answerable.cli.ledger.place import ledger_options, open_ledger
from answerable.cli.options import FORMATS, cache_option, clean, format_option, opened, print_json
from answerable.cli.owners.resolve_ import must_be_read
from answerable.cli.owners.tree import Layers, spans_of_tree
from answerable.cli.progress import progress
from answerable.cli.revision import moment
from answerable.cli.signing_options import signing_options
from answerable.git.repository import Repository
from answerable.ownership.registry import Registry

if TYPE_CHECKING:
    from answerable.domain.decision import Principal
    from answerable.incident.drill.drill import Drill
    from answerable.ledger.keys import Signer

_SEEDS = 1 << 32


@click.command("drill")
@click.option("--rev", metavar="REV", default="HEAD", show_default=True, help="The commit whose lines are drawn from.")
@click.option("--seed", type=click.IntRange(0, _SEEDS - 1), help="Of the draw; by default another one each time.")
@click.option("--layer", metavar="NAME", help="Draw in this trust layer instead of the most severe one.")
@click.option("--at", "when", metavar="TIME", help="Rehearse for this moment, for example 2026-12-25T03:00:00Z; now.")
@click.option("--webhook", metavar="URL", help="Call people through this address; without it nobody is called.")
@click.option(
    "--wait",
    type=click.FloatRange(0.0, 86_400.0),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="How long an acknowledgement is waited for before the next step is called.",
)
@click.option("--as-written", is_flag=True, help="Wait as many minutes as the escalation says, instead.")
@click.option(
    "--every",
    type=click.FloatRange(0.05, 3600.0),
    default=2.0,
    show_default=True,
    metavar="SECONDS",
    help="How often it is asked whether somebody acknowledged.",
)
@click.option("--record", is_flag=True, help="Sign what came of it, and append it to the ledger as evidence.")
@cache_option
@signing_options
@ledger_options
@format_option(*FORMATS)
@click.pass_obj
def command(folder: Path, /, **given: Any) -> int:
    """Rehearse an incident: draw a line that AI wrote where most is at stake, ask the six questions, and call for help.

    Without --webhook nobody is called, and it is told who would be. With it each step of the escalation is called in
    turn, until a person who was called acknowledges. Ends with 1 where no named person acknowledged, or could have.
    """
    with opened(folder, settled=True) as repository, progress() as show:
        head = repository.resolve(given["rev"])
        registry = Registry(repository, head)
        must_be_read(registry)
        signing = _signing(repository, given) if given["record"] else None
        drill, notes = _drill(repository, head, given, show)
        record = _keep(repository, registry, drill, given, *signing) if signing else None
    if given["form"] == "json":
        from answerable.incident.drill.drill import document

        print_json(document(drill, record, notes))
    else:
        _render(drill, record, notes)
    return 0 if drill.passed else 1


def _drill(repository: Repository, head: str, given: dict[str, Any], show: Any) -> tuple[Drill, list[str]]:
    from answerable.incident.drill.drill import rehearse, walk
    from answerable.incident.drill.webhook import Webhook

    if given["webhook"]:
        Webhook(given["webhook"], {})  # an address that is none ends it before anything is asked
    at = moment(given["when"]) if given["when"] else datetime.now(UTC)
    seed = secrets.randbelow(_SEEDS) if given["seed"] is None else given["seed"]
    layers = Layers(repository, head)
    spans = spans_of_tree(repository, head, cached=not given["no_cache"], show=show)
    found = rehearse(repository, head, spans, seed, at, places=layers, layer=given["layer"])
    caller = Webhook(given["webhook"], found.about) if given["webhook"] else None
    wait = None if given["as_written"] else given["wait"]
    drill = walk(found, caller, caller.host if caller else None, wait=wait, every=given["every"])
    return drill, layers.notes


def _signing(repository: Repository, given: dict[str, Any]) -> tuple[list[Signer], Principal]:
    """Who signs and with what; asked before anybody is called, so that no drill is lost for want of a key."""
    from answerable.cli.signing import principal, signers

    with open_ledger(repository, given["place"], given["log_key"], readonly=True):
        found = signers(repository, given["keys"])
        return found, principal(repository, found[0], given["kind_of"], given["who"])


def _keep(
    repository: Repository,
    registry: Registry,
    drill: Drill,
    given: dict[str, Any],
    signing: list[Signer],
    who: Principal,
) -> dict[str, Any]:
    from answerable.incident.drill.evidence import decision
    from answerable.ledger.envelope import sign

    with open_ledger(repository, given["place"], given["log_key"]) as ledger:
        made = decision(drill, who, registry.owners)
        index = ledger.append([sign(made, signing)])[0]
        ledger.seal()
    return {"decision_id": made.decision_id, "index": index, "by": who.id, "at": made.observed_at}


def _render(drill: Drill, record: dict[str, Any] | None, notes: list[str]) -> None:
    from answerable.git.quoting import quoted
    from answerable.incident.drill.drill import gaps
    from answerable.incident.drill.evidence import claim

    found = drill.rehearsed
    layer = f", layer {found.drawn.layer}" if found.drawn.layer else ""
    one_of = f"one of {found.drawn.population:,} lines, seed {found.seed}"
    click.echo(f"{clean(quoted(found.drawn.path))}:{found.drawn.line}  {found.drawn.origin}{clean(layer)} ({one_of})")
    if found.drawn.note:
        click.echo(f"  {found.drawn.note}")
    answered = sum(one.answer is not None for one in found.questions)
    click.echo(f"\n{answered} of {len(found.questions)} questions answered in {found.questions_ms:,} ms")
    for one in found.questions:
        click.echo(f"  {one.id:<9} {clean(one.answer or '-')}")
    click.echo(f"\nthe escalation, for {found.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC")
    for number, station in enumerate(drill.walked.stations, 1):
        when = f"after {station.after} min" if station.after else "at once"
        for call in station.calls:
            who = ", ".join(f"{one.name} ({one.contact})" if one.contact else one.name for one in call.people)
            click.echo(f"  {number}. {when}: {clean(call.target)}: {clean(who or 'nobody by name')}")
        if drill.via:
            click.echo(f"     {'called' if station.called else 'not called'}, waited {station.waited_ms:,} ms")
        for problem in station.told:
            click.echo(f"     {clean(problem)}")
    if not drill.walked.stations:
        click.echo("  nobody is named")
    click.secho(f"\n{clean(claim(drill))}", fg="green" if drill.passed else "red")
    for gap in found.resolved.gaps:
        click.echo(f"  gap: {clean(gap)}")
    for name, remedy in gaps(found.questions):
        click.echo(f"  {name} has no answer: {clean(remedy)}")
    for note in notes:
        click.echo(f"  note: {clean(note)}")
    if record:
        click.echo(f"  kept as entry {record['index']} of the ledger: {record['decision_id']}")
