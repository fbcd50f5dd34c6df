"""`answerable audit signals`: what governance reaches, and what it costs, over a period."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from answerable.audit.facts.facts import Facts
from answerable.audit.framework.documents import doubts
from answerable.audit.signal.documents import signal_document
from answerable.audit.signal.groups import BY, Group, by, signals, trend
from answerable.audit.signal.model import Measured
from answerable.cli.audit.facts import facts_options, gathered
from answerable.cli.options import FORMATS, clean, format_option, print_json


@click.command("signals")
@click.option("--by", "word", type=click.Choice(tuple(BY)), help="Tell them apart by layer, team, tool or the like.")
@click.option("--trend", "trending", is_flag=True, help="Tell them apart by month, or by twelfths of the period.")
@facts_options
@format_option(*FORMATS)
@click.pass_obj
def command(folder: Path, /, word: str | None, trending: bool, form: str, **given: Any) -> None:
    """Measure every signal over the changes of a period, with its interval; never by person."""
    began = time.monotonic()
    with gathered(folder, given) as found:
        facts = found.facts
    groups = by(word, facts) if word else ()
    parts = trend(facts, facts.period.parts()) if trending else ()
    whole = signals(facts.changes, facts.drills)
    if form == "json":
        print_json(document(facts, whole, groups, parts, round((time.monotonic() - began) * 1000)))
        return
    click.secho(f"{facts.period.words}: {len(facts.changes):,} changes", bold=True)
    _say(facts)
    _render(whole)
    for group in (*groups, *parts):
        click.secho(f"\n{clean(group.name)}: {group.changes:,} changes", bold=True)
        _render(group.signals)


def document(
    facts: Facts, whole: Iterable[Measured], groups: Iterable[Group], parts: Iterable[Group], elapsed_ms: int
) -> dict[str, Any]:
    """Signals as `answerable/audit-signals/v1`."""
    return {
        "schema": "answerable/audit-signals/v1",
        "head": facts.head,
        "from": facts.period.start.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "to": facts.period.end.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "changes": len(facts.changes),
        "ledger": {"size": facts.ledger.size, "root": facts.ledger.root, "problems": len(facts.ledger.problems)},
        "signals": {one.definition.name: signal_document(one) for one in whole},
        "groups": [_group(group) for group in groups],
        "trend": [_group(group) for group in parts],
        "notes": [*doubts(facts), *facts.notes],
        "elapsed_ms": elapsed_ms,
    }


def _group(group: Group) -> dict[str, Any]:
    return {
        "name": group.name,
        "changes": group.changes,
        "signals": {one.definition.name: signal_document(one) for one in group.signals},
    }


def _say(facts: Facts) -> None:
    for note in (*doubts(facts), *facts.notes):
        click.echo(f"  ! {clean(note)}")


def _render(measured: Iterable[Measured]) -> None:
    for one in measured:
        click.echo(f"  {one.definition.name:<24}{_value(one):<26}{one.definition.meaning}")


def _value(one: Measured) -> str:
    if one.value is None:
        return "nothing to measure"
    if one.definition.unit == "ms":
        return f"{one.value:,.0f} ms of {one.changes:,}"
    reach = f" ({one.low:.0%} to {one.high:.0%})" if one.low is not None and one.high is not None else ""
    return f"{one.value:.1%}{reach}"
