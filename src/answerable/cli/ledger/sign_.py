"""`answerable ledger sign`: adds a signature to a decision in a file."""

from __future__ import annotations

from pathlib import Path

import click

from answerable.cli.ledger.files import read_envelopes, write_envelopes
from answerable.cli.ledger.place import maybe_repository
from answerable.cli.options import clean
from answerable.cli.signing import signers
from answerable.ledger.envelope import add_signature
from answerable.ledger.statement import read_statement


@click.command("sign")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--key", "keys", multiple=True, metavar="FILE", help="Sign with this private key.")
@click.pass_obj
def command(folder: Path, file: Path, keys: tuple[str, ...]) -> None:
    """Show the decisions in FILE and add your signature to each, in place.

    For decisions that several people must sign: pass the file on, then append it with: answerable ledger append FILE.
    """
    with maybe_repository(folder) as repository:
        found = signers(repository, keys)
    signed = []
    for envelope in read_envelopes(file):
        decision = read_statement(envelope.payload)
        click.echo(f"{decision.kind.value} by {clean(decision.principal.id)} on {decision.observed_at}")
        click.echo(f"  {clean(decision.rationale or 'no reason is given')}\n  {clean(str(dict(decision.details)))}")
        for signer in found:
            envelope = add_signature(envelope, signer)
        signed.append(envelope)
    write_envelopes(file, signed)
    click.echo(f"signed by {', '.join(signer.public.fingerprint for signer in found)}")
