"""`answerable mandate`: who decided about AI-assisted code, for how long, and who signed it."""

from __future__ import annotations

import click

from answerable.cli.lazy import Lazy

COMMANDS = {
    "draft": "write the decision record: who owns what, which roles must sign, until when",
    "show": "what the mandate says and how it stands, now or on a day",
    "sign": "sign it, as a person, in a role",
    "verify": "is a mandate in force: 0 yes, 1 no, 3 that could not be found out",
}


@click.group("mandate", cls=Lazy, commands_of="answerable.cli.mandate", table=COMMANDS)
def command() -> None:
    """The mandate: the signed, dated, expiring decision of who owns AI-code governance and the response."""
