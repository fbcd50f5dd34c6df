"""`answerable policy debts`: reviews that are owed for changes that passed as emergencies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from answerable.cli.ledger.place import ledger_options
from answerable.cli.options import FORMATS, clean, format_option, opened, print_json
from answerable.cli.revision import moment
from answerable.policy.debts import Debt, Standing, debts
from answerable.policy.judge.telling import quantity


@click.command("debts")
@click.option("--as-of", "day", metavar="DATE", help="Ask as of a date or time; now by default.")
@ledger_options
@format_option(*FORMATS)
@click.pass_obj
def command(folder: Path, day: str | None, place: str | None, log_key: Path | None, form: str) -> int:
    """List every change that passed the gate as an emergency, and whether its review was done.

    The whole ledger is verified first. Ends with 1 where a review is overdue.
    """
    from answerable.cli.ledger.verified import verified

    now = moment(day, end=True) if day else datetime.now(UTC)
    with opened(folder) as repository:
        history = verified(repository, place, log_key)
        found = [(debt, debt.standing(now)) for debt in debts(repository, history)]
    if form == "json":
        print_json(document(found))
    else:
        _render(found)
    return int(any(standing is Standing.OVERDUE for _, standing in found))


def document(found: Sequence[tuple[Debt, Standing]]) -> dict[str, Any]:
    """What is owed, as `answerable/policy-debts/v1`."""
    return {
        "schema": "answerable/policy-debts/v1",
        "debts": [
            {
                "standing": standing.value,
                "head": debt.head,
                "index": debt.index,
                "passed_at": debt.at,
                "due": debt.due,
                "reviewed_by": list(debt.reviewed_by),
                "problem": debt.problem,
            }
            for debt, standing in found
        ],
        "overdue": sum(standing is Standing.OVERDUE for _, standing in found),
    }


def _render(found: Sequence[tuple[Debt, Standing]]) -> None:
    for debt, standing in found:
        by = f" by {clean(', '.join(debt.reviewed_by))}" if debt.reviewed_by else ""
        click.echo(f"{standing.value:<8} {debt.head[:12]}  passed {debt.at}  review due {debt.due or 'at once'}{by}")
        if debt.problem:
            click.echo(f"         {debt.problem}")
        if standing is not Standing.DONE:
            click.echo(f"         answerable record review {debt.head[:12]} --verdict approved")
    overdue = sum(standing is Standing.OVERDUE for _, standing in found)
    total = quantity(len(found), "change that passed as an emergency", "changes that passed as emergencies")
    click.echo(f"{total}; {quantity(overdue, 'review is', 'reviews are')} overdue")
