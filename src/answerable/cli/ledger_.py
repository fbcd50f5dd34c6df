"""`answerable ledger`: the signed decisions, in order, and the proofs that they are."""

from __future__ import annotations

import click

from answerable.cli.lazy import Lazy

COMMANDS = {
    "append": "append signed decisions from files or standard input",
    "show": "decisions in the ledger, and who may sign what",
    "verify": "check every entry, every signature and every checkpoint",
    "prove": "a proof that a decision is in the ledger, which a stranger can check offline",
    "checkpoint": "sign the ledger as it is now",
    "export": "write the ledger as static files that any web server serves",
    "import": "take in decisions from notes, files or another ledger, with their signatures",
    "key": "add or revoke keys, and say who may sign what",
    "sign": "add a signature to a decision in a file",
    "redact": "erase content that decisions commit to, with two people's signatures",
    "witness": "ask a witness to cosign, or be one",
    "timestamp": "let an authority say when a checkpoint was there",
    "sync": "exchange decisions with a remote through its notes",
}


@click.group("ledger", cls=Lazy, commands_of="answerable.cli.ledger", table=COMMANDS)
def command() -> None:
    """Every decision signed, in order, provable years later by a stranger."""
