"""`answerable ledger witness`: asks a witness to cosign, keeps one in a file, or is one."""

from __future__ import annotations

from pathlib import Path

import click

from answerable.cli.ledger.place import ledger_options, opened_ledger
from answerable.cli.options import FORMATS, clean, format_option, print_json
from answerable.errors import AnswerableError
from answerable.ledger import merkle
from answerable.ledger.log import Ledger, read_note
from answerable.ledger.log_key import log_signer, make_key
from answerable.ledger.note import COSIGNATURE, VerifierKey
from answerable.ledger.witness import Witness
from answerable.ledger.witness_local import Prove, compare


@click.group("witness")
def command() -> None:
    """Let somebody else see the log, so that it cannot be shortened or rewritten unnoticed."""


@command.command("ask")
@click.argument("url")
@click.option("--witness", "keys", multiple=True, required=True, metavar="KEY", help="The witness's key.")
@ledger_options
@format_option(*FORMATS)
@click.pass_obj
def ask(folder: Path, url: str, keys: tuple[str, ...], place: str | None, log_key: Path | None, form: str) -> None:
    """Ask the witness at URL (c2sp.org/tlog-witness) to cosign the ledger as it is now, and keep what it signs."""
    from answerable.ledger.witness_client import witness

    with opened_ledger(folder, place, log_key) as (_, ledger):
        note = ledger.checkpoint()
        lines = witness(url, note, keys, ledger.consistency)
        ledger.store.add_checkpoint(read_note(note).size, note + "".join(lines))
    if form == "json":
        print_json({"schema": "answerable/ledger-witness/v1", "url": url, "cosignatures": lines})
    else:
        click.echo(f"{len(lines)} cosignatures by {clean(url)} are kept with the checkpoint")


@command.command("remember")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--only-compare", is_flag=True, help="Compare with what FILE remembers, and leave it as it is.")
@ledger_options
@format_option(*FORMATS)
@click.pass_obj
def remember(folder: Path, file: Path, only_compare: bool, place: str | None, log_key: Path | None, form: str) -> None:
    """Compare the ledger with the checkpoint in FILE, kept where the ledger is not, and remember the one of now."""
    with opened_ledger(folder, place, log_key) as (_, ledger):
        note = ledger.checkpoint()
        try:
            before = compare(file, note, (ledger.vkey,), _prover(ledger), remember=not only_compare)
        except AnswerableError as error:
            if form == "json":
                print_json({"schema": "answerable/ledger-remember/v1", "ok": False, "why": error.message})
            else:
                click.echo(f"not the log that was seen before: {clean(error.message)}\n  {clean(error.hint or '')}")
            raise SystemExit(1) from None
    size = read_note(note).size
    if form == "json":
        found = {"before": before.size if before else None, "size": size}
        print_json({"schema": "answerable/ledger-remember/v1", "ok": True, **found})
    else:
        seen = f"it extends the {before.size:,} entries seen before" if before else "it was not seen before"
        click.echo(f"{size:,} entries: {seen}")


@command.command("serve")
@click.option("--state", required=True, type=click.Path(path_type=Path), help="A folder of its own.")
@click.option("--name", required=True, metavar="NAME", help="The witness's name, for example witness.example.com/w1.")
@click.option(
    "--key", required=True, type=click.Path(path_type=Path), help="Its private key; made where there is none."
)
@click.option("--log", "logs", multiple=True, required=True, metavar="KEY", help="The key of a log to watch.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--port", type=int, default=7380, show_default=True, help="Where to listen; 0 takes any free port.")
def serve(state: Path, name: str, key: Path, logs: tuple[str, ...], host: str, port: int) -> None:
    """Be a witness for these logs: cosign each checkpoint that extends the one before."""
    from answerable.ledger.witness_server import WitnessServer

    if not key.exists():
        make_key(key)
    signer = log_signer(name, key, kind=COSIGNATURE)
    keys: dict[str, list[VerifierKey]] = {}
    for log in logs:
        found = VerifierKey.parse(log)
        keys.setdefault(found.name, []).append(found)
    state.mkdir(parents=True, exist_ok=True)
    server = WitnessServer(Witness(state, signer, keys), host, port)
    click.echo(f"witness {clean(name)} on http://{host}:{server.server_port}/\nverifier key  {signer.vkey}")
    try:
        server.serve_forever()
    finally:
        server.server_close()


def _prover(ledger: Ledger) -> Prove:
    def prove(old: int, new: int) -> list[bytes]:
        return merkle.consistency_proof(old, new, ledger.store.nodes)

    return prove
