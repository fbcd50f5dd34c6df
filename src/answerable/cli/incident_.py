"""`answerable incident`: from an alert to the full answer, and what becomes of it."""

from __future__ import annotations

import click

from answerable.cli.lazy import Lazy

COMMANDS = {
    "open": "from a stack trace or an alert: what to look at, who is called, who is told by when",
    "show": "an incident again, in any format; without an id, those of this clone",
    "link": "add what was found since: the cause, the fix, a ticket, another incident",
    "close": "say that it is over, with its causes and fixes",
    "review": "record what contributed and what will be done, and propose rules, each measured over history",
    "check": "say whether what a closed incident was about has come back",
}


@click.group("incident", cls=Lazy, commands_of="answerable.cli.incident", table=COMMANDS)
def command() -> None:
    """Incidents: answered as of the revision that ran, recorded as decisions, kept without the trace itself."""
