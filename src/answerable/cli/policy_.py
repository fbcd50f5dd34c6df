"""`answerable policy`: what is asked of a change, checked and explained."""

from __future__ import annotations

import click

from answerable.cli.lazy import Lazy

COMMANDS = {
    "check": "every fault of a policy, with line, column and what to write instead",
    "debts": "reviews that are owed for changes that passed as emergencies",
    "explain": "the trust layer of a path, why, and the rules that would be about it",
    "simulate": "what a policy would have done to the changes of a history, rule by rule",
    "test": "the cases that a policy must get right, beside it in *_test.yaml",
}


@click.group("policy", cls=Lazy, commands_of="answerable.cli.policy", table=COMMANDS)
def command() -> None:
    """Trust layers and rules: what a change must show, by what is at stake where it is made."""
