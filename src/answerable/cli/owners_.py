"""`answerable owners`: who answers for a path, who is called when, and whether that is so."""

from __future__ import annotations

import click

from answerable.cli.lazy import Lazy

COMMANDS = {
    "check": "what of it would not hold at night: orphans, gaps in the hours, circles, contradictions",
    "drill": "rehearse: draw a line that AI wrote, ask who answers for it, and see who really does",
    "export": "the owners file as CODEOWNERS, Backstage or PagerDuty has it, and what these cannot say",
    "import": "an owners file from CODEOWNERS, Backstage, PagerDuty and others, and what had no place",
    "resolve": "who is answerable for a path at a moment, who is called when, and why",
    "sign": "take on, as a person, what the owners file says, over exactly its bytes",
}


@click.group("owners", cls=Lazy, commands_of="answerable.cli.owners", table=COMMANDS)
def command() -> None:
    """Ownership that was decided: who owns a path, who responds, who is called after them, and what is left open."""
