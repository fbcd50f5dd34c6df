"""`answerable ledger timestamp`: lets an authority say when a checkpoint was there, and checks what it said."""

from __future__ import annotations

from pathlib import Path

import click

from answerable.cli.ledger.files import write
from answerable.cli.ledger.place import ledger_options, opened_ledger
from answerable.cli.options import FORMATS, clean, format_option, print_json
from answerable.errors import CheckpointInvalid
from answerable.git.commits import when
from answerable.ledger.log import read_note


@click.command("timestamp")
@click.argument("url", required=False)
@click.option(
    "--roots", required=True, type=click.Path(path_type=Path), help="Certificates (PEM) of authorities you trust."
)
@click.option(
    "--checkpoint",
    "note_file",
    type=click.Path(path_type=Path),
    help="A checkpoint, instead of the ledger as it is now.",
)
@click.option(
    "--check", "answer", type=click.Path(path_type=Path), help="Check this answer, offline, instead of asking."
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Where to write what the authority signed.")
@ledger_options
@format_option(*FORMATS)
@click.pass_obj
def command(
    folder: Path, url: str | None, roots: Path, note_file: Path | None, answer: Path | None, output: Path | None,
    place: str | None, log_key: Path | None, form: str,
) -> None:  # fmt: skip
    """Ask the time-stamping authority at URL (RFC 3161) to sign that the checkpoint is there now.

    What it signs outlives the keys of the ledger: it shows that every decision up to the checkpoint was made before
    that time. With --check an answer that was kept is verified with nothing but the authority's certificate.
    """
    from answerable.ledger.timestamp import stamp, verify

    if (url is None) == (answer is None) or (url and output is None):
        raise click.UsageError("give a URL and --output FILE to ask, or --check FILE to check")
    note = _note(folder, note_file, place, log_key)
    trusted = _read(roots, "certificates of authorities")
    if answer is not None:
        time = verify(_read(answer, "an answer of an authority"), note, trusted)
    else:
        found = stamp(url or "", note, trusted)
        if output:
            write(output, found)
        time = verify(found, note, trusted)
    moment, size = when(int(time.timestamp())), read_note(note).size
    if form == "json":
        print_json({"schema": "answerable/ledger-timestamp/v1", "size": size, "time": moment})
    else:
        click.echo(f"the checkpoint of {size:,} entries was there on {clean(moment)}")


def _note(folder: Path, file: Path | None, place: str | None, log_key: Path | None) -> str:
    if file is not None:
        return _read(file, "a checkpoint").decode("utf-8", "replace")
    with opened_ledger(folder, place, log_key) as (_, ledger):
        return ledger.checkpoint()


def _read(file: Path, what: str) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise CheckpointInvalid(f"cannot read {file}: {error.strerror}", hint=f"name a file with {what}") from error
