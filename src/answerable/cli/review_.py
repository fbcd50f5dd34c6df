"""`answerable review`: what a reviewer is asked, what they answered, and how deep the review went."""

from __future__ import annotations

import click

from answerable.cli.lazy import Lazy

COMMANDS = {
    "checklist": "the questions about each AI-origin hunk of a change, and which are open",
    "answer": "sign a reviewer's answers to them, bound to the exact lines",
    "findings": "failure modes known of AI-written code, over the origin of the lines",
    "depth": "how deep a change was reviewed, from 0 to 1, and by which parts",
}


@click.group("review", cls=Lazy, commands_of="answerable.cli.review", table=COMMANDS)
def command() -> None:
    """Review of AI-origin lines: the right questions for each hunk, the answers, and what is left open."""
