"""`answerable ledger sign`: adds a signature to a decision in a file, made here or elsewhere."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from answerable.cli.ledger.files import read_envelopes, write_envelopes
from answerable.cli.ledger.place import maybe_repository
from answerable.cli.options import clean
from answerable.cli.signing import signers
from answerable.errors import EnvelopeInvalid, UsageError
from answerable.ledger.envelope import MOST, Envelope, add_signature, attach, signed_bytes
from answerable.ledger.keys import parse_key
from answerable.ledger.statement import read_statement


@click.command("sign")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--key", "keys", multiple=True, metavar="FILE", help="Sign with this private key.")
@click.option(
    "--bundle", type=click.Path(path_type=Path), metavar="BUNDLE",
    help="Attach this Sigstore bundle, made elsewhere by --key 'sigstore ISSUER IDENTITY'.",
)  # fmt: skip
@click.option("--print-pae", is_flag=True, help="Only write the bytes that are signed, for tools that sign elsewhere.")
@click.pass_obj
def command(folder: Path, file: Path, keys: tuple[str, ...], bundle: Path | None, *, print_pae: bool) -> None:
    """Show the decisions in FILE and add your signature to each, in place.

    For decisions that several people must sign: pass the file on, then append it with: answerable ledger append FILE.
    """
    envelopes = read_envelopes(file)
    if print_pae:
        _print(signed_bytes(_only(envelopes, file)))
        return
    if bundle:
        _show(_only(envelopes, file))
        if len(keys) != 1:
            raise UsageError("a bundle is by one identity", hint="name it: --key 'sigstore ISSUER IDENTITY'")
        key = parse_key(keys[0])
        signed, names = [attach(envelopes[0], key, _bundle(bundle))], [key.fingerprint]
    else:
        with maybe_repository(folder) as repository:
            found = signers(repository, keys)
        signed, names = [], [signer.public.fingerprint for signer in found]
        for envelope in envelopes:
            _show(envelope)
            for signer in found:
                envelope = add_signature(envelope, signer)
            signed.append(envelope)
    write_envelopes(file, signed)
    click.echo(f"signed by {', '.join(names)}")


def _only(envelopes: list[Envelope], file: Path) -> Envelope:
    if len(envelopes) > 1:
        what = f"{file} holds {len(envelopes)} decisions, a signature made elsewhere is over one"
        raise EnvelopeInvalid(what, hint="give each decision a file of its own")
    return envelopes[0]


def _show(envelope: Envelope) -> None:
    decision = read_statement(envelope.payload)
    click.echo(f"{decision.kind.value} by {clean(decision.principal.id)} on {decision.observed_at}")
    click.echo(f"  {clean(decision.rationale or 'no reason is given')}\n  {clean(str(dict(decision.details)))}")


def _print(data: bytes) -> None:
    """Bytes for a program: text of strangers is in them, so no terminal gets them."""
    if sys.stdout.isatty():
        raise UsageError("these bytes are for a program", hint="write them to a file: … --print-pae > FILE")
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def _bundle(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(MOST + 1)  # more than fits is refused later, and not read now
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror}", hint="name a bundle that is there") from None
