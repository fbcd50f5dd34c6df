"""`answerable ledger verify`: checks every entry, every signature and every checkpoint."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from answerable.cli.ledger.place import ledger_options, maybe_repository, place_of
from answerable.cli.options import FORMATS, clean, format_option, print_json
from answerable.cli.progress import progress
from answerable.errors import CheckpointInvalid, KeyUnusable
from answerable.ledger.log import KEY, opened_store, read_note
from answerable.ledger.log_key import log_signer
from answerable.ledger.note import VerifierKey
from answerable.ledger.source import FolderSource, Source, StoreSource
from answerable.ledger.store import Store
from answerable.ledger.verify import Expected, Report, verify

_MOST = 40


@click.command("verify")
@click.argument("export", required=False, type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--vkey", "keys", multiple=True, metavar="KEY", help="The log's key, from elsewhere than the ledger.")
@click.option("--older", multiple=True, type=click.Path(path_type=Path), help="A checkpoint that was seen before.")
@click.option("--witness", "witnesses", multiple=True, metavar="KEY", help="A key of a witness that is trusted.")
@click.option("--need", type=int, default=0, show_default=True, help="How many witnesses must have cosigned.")
@ledger_options
@format_option(*FORMATS)
@click.pass_obj
def command(
    folder: Path, /, export: Path | None, place: str | None, log_key: Path | None, form: str, **given: Any
) -> None:
    """Verify the ledger, or an EXPORT of one, and name everything that is wrong with it.

    An export needs no database and no network, only the log's key. What cannot be seen from a ledger alone is whether
    it was rolled back or shown differently to others: give a checkpoint that was seen before, or keys of witnesses.
    """
    began = time.monotonic()
    if export is not None:
        source = FolderSource(export)
        report = _verify(source, given["keys"] or _claimed(source), given)
        if not given["keys"]:
            click.echo("answerable: the key is the export's own word; give the one you trust: --vkey KEY", err=True)
    else:
        report = _local(folder, place, log_key, given)
    elapsed = round((time.monotonic() - began) * 1000)
    if form == "json":
        print_json(document(report, elapsed))
    else:
        _render(report, elapsed)
    raise SystemExit(0 if report.ok else 1)


def document(report: Report, elapsed_ms: int) -> dict[str, Any]:
    """What was found, as `answerable/ledger-verify/v1`."""
    return {
        "schema": "answerable/ledger-verify/v1",
        "ok": report.ok,
        "size": report.size,
        "root": report.root.hex(),
        "sealed": report.sealed,
        "witnessed": report.witnessed,
        "problems": [{"kind": p.kind, "index": p.index, "detail": p.detail} for p in report.problems],
        "elapsed_ms": elapsed_ms,
    }


def _local(folder: Path, place: str | None, log_key: Path | None, given: dict[str, Any]) -> Report:
    """Of a ledger at hand, read without taking any of it for granted."""
    with maybe_repository(folder) as repository:
        where = place_of(repository, place)
        with closing(opened_store(where)) as store:
            keys = given["keys"] or own_key(store, where, log_key)
            return _verify(StoreSource(store), keys, given)


def own_key(store: Store, where: Path | str, log_key: Path | None) -> tuple[str, ...]:
    """The key of the log, from the file with the private one, under the name that its checkpoints give."""
    file = log_key or (where / KEY if isinstance(where, Path) else None)
    notes = store.checkpoints()
    if not notes:
        return ()
    if file is None:
        raise KeyUnusable("nothing says which key the log signs with", hint="give it: --vkey KEY or --log-key FILE")
    return (log_signer(read_note(notes[-1][1]).origin, file).vkey,)


def _verify(source: Source, keys: tuple[str, ...], given: dict[str, Any]) -> Report:
    older = [read_checkpoint(file) for file in given["older"]]
    for key in (*keys, *given["witnesses"]):
        VerifierKey.parse(key)  # a key that is none is the caller's mistake, not the log's
    expected = Expected(keys=keys, older=older, witnesses=given["witnesses"], need=given["need"])
    with progress() as show:
        return verify(source, expected, lambda done: show("verifying entries", done, 0))


def _claimed(source: FolderSource) -> tuple[str, ...]:
    key = source.vkey()
    if key is None:
        raise CheckpointInvalid("the export does not say which key it is signed with", hint="give it: --vkey KEY")
    return (key,)


def read_checkpoint(file: Path) -> str:
    """A checkpoint that was kept.

    Raises:
        CheckpointInvalid: it cannot be read.
    """
    try:
        return file.read_bytes().decode("utf-8", "replace")
    except OSError as error:
        hint = "name a file that `answerable ledger checkpoint` wrote"
        raise CheckpointInvalid(f"cannot read {file}: {error.strerror}", hint=hint) from error


def _render(report: Report, elapsed_ms: int) -> None:
    click.echo(f"{report.size:,} entries, root {report.root.hex()}")
    if report.sealed is not None:
        later = report.size - report.sealed
        click.echo(
            f"signed up to entry {report.sealed:,}"
            + (f"; {later:,} later ones are not sealed yet" if later > 0 else "")
        )
    if report.witnessed:
        click.echo(f"cosigned by {', '.join(map(clean, report.witnessed))}")
    for problem in report.problems[:_MOST]:
        where = f"entry {problem.index}" if problem.index is not None else "the log"
        click.echo(f"  {problem.kind:<20} {where}: {clean(problem.detail)}")
    if len(report.problems) > _MOST:
        click.echo(f"  … and {len(report.problems) - _MOST:,} more: --format json shows all")
    click.echo(
        f"{'verified: nothing is wrong' if report.ok else f'{len(report.problems):,} problems'}. {elapsed_ms:,} ms"
    )
