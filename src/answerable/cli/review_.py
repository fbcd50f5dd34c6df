"""`answerable review`: what a reviewer is asked, what they answered, and how deep the review went."""

from __future__ import annotations

import click

from answerable.cli.lazy import Lazy

COMMANDS: dict[str, str] = {}


@click.group("review", cls=Lazy, commands_of="answerable.cli.review", table=COMMANDS)
def command() -> None:
    """Review of AI-origin lines: the right questions for each hunk, the answers, and what is left open."""
