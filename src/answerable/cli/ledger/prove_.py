"""`answerable ledger prove`: a proof that a decision is in the ledger, and its check."""

from __future__ import annotations

from pathlib import Path

import click

from answerable.cli.ledger.files import write
from answerable.cli.ledger.place import ledger_options, opened_ledger
from answerable.cli.options import FORMATS, clean, format_option, print_json
from answerable.errors import AnswerableError, ProofInvalid
from answerable.ledger.envelope import decode
from answerable.ledger.log import Ledger
from answerable.ledger.proof import TlogProof, verify_proof
from answerable.ledger.statement import read_statement


@click.command("prove")
@click.argument("what", metavar="INDEX|ID|FILE")
@click.option("--check", is_flag=True, help="WHAT is a file with a proof: check it, offline.")
@click.option("--vkey", "keys", multiple=True, metavar="KEY", help="A key of the log, from elsewhere than the proof.")
@click.option("--witness", "witnesses", multiple=True, metavar="KEY", help="A key of a witness that is trusted.")
@click.option("--need", type=int, default=0, show_default=True, help="How many witnesses must have cosigned.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write the proof here.")
@ledger_options
@format_option(*FORMATS)
@click.pass_obj
def command(
    folder: Path, what: str, check: bool, keys: tuple[str, ...], witnesses: tuple[str, ...], need: int,
    output: Path | None, place: str | None, log_key: Path | None, form: str,
) -> None:  # fmt: skip
    """Prove that the decision with an INDEX or an ID is in the ledger, in a form that c2sp.org/tlog-proof describes.

    The proof holds the decision, the way to the root, and the signed checkpoint. With --check it is verified with
    nothing but the log's key.
    """
    if check:
        _check(Path(what), keys, witnesses, need, form)
        return
    with opened_ledger(folder, place, log_key) as (_, ledger):
        proof = ledger.prove(index_of(ledger, what))
    if output:
        write(output, proof.text().encode())
    if form == "json":
        print_json({"schema": "answerable/ledger-proof/v1", "index": proof.index, "proof": proof.text()})
    elif output is None:
        click.echo(proof.text(), nl=False)


def index_of(ledger: Ledger, what: str) -> int:
    """The index that an index or the id of a decision stands for.

    Raises:
        ProofInvalid: nothing in the ledger has it.
    """
    found = int(what) if what.isascii() and what.isdigit() and len(what) < 19 else ledger.store.index_of(what)
    if found is None or not 0 <= found < ledger.size:
        hint = "list what is there: answerable ledger show"
        raise ProofInvalid(f"the ledger has no entry {what}; it has {ledger.size}", hint=hint)
    return found


def _check(file: Path, keys: tuple[str, ...], witnesses: tuple[str, ...], need: int, form: str) -> None:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise ProofInvalid(f"cannot read {file}: {error.strerror}", hint="name a file with a proof") from error
    if not keys:
        raise ProofInvalid(
            "nothing says which log's key to trust", hint="give it: --vkey KEY, from whoever keeps the log"
        )
    try:
        proof = TlogProof.parse(data)
        checkpoint = verify_proof(proof, proof.extra, keys, witnesses, need)
        decision = read_statement(decode(proof.extra).payload)
    except AnswerableError as error:
        if form == "json":
            print_json({"schema": "answerable/ledger-proof-check/v1", "ok": False, "why": error.message})
        else:
            click.echo(f"not proven: {clean(error.message)}")
        raise SystemExit(1) from None
    found = {
        "index": proof.index,
        "size": checkpoint.size,
        "origin": checkpoint.origin,
        "decision_id": decision.decision_id,
    }
    if form == "json":
        print_json({"schema": "answerable/ledger-proof-check/v1", "ok": True, **found})
        return
    click.echo(f"proven: entry {proof.index} of {checkpoint.size:,} in {clean(checkpoint.origin)}")
    click.echo(f"  {decision.kind.value} by {clean(decision.principal.id)} on {decision.observed_at}")
    click.echo("  who signed it, and whether they might, is for: answerable ledger verify")
