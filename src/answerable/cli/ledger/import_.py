"""`answerable ledger import`: takes in decisions with their original signatures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from answerable.cli.ledger.files import read_envelopes
from answerable.cli.ledger.place import ledger_options, opened_ledger
from answerable.cli.options import FORMATS, clean, format_option, print_json
from answerable.domain.decision import Kind
from answerable.errors import AnswerableError, NotARepository
from answerable.git.notes import Notes
from answerable.git.record import NOTES
from answerable.git.repository import Repository
from answerable.ledger.envelope import Envelope, decode
from answerable.ledger.log import Ledger
from answerable.ledger.source import FolderSource
from answerable.ledger.statement import read_statement


@click.command("import")
@click.argument("sources", nargs=-1, type=click.Path(path_type=Path))
@click.option("--notes", is_flag=True, help="Take decisions from the repository's notes, too (the default).")
@ledger_options
@format_option(*FORMATS)
@click.pass_obj
def command(
    folder: Path, sources: tuple[Path, ...], notes: bool, place: str | None, log_key: Path | None, form: str
) -> None:
    """Take in decisions from SOURCES: exports of other ledgers, or files of envelopes, one a line; else from notes.

    Each keeps its signatures, and is taken only if the keys of this ledger vouch for it. What decides about keys stays
    where it is: trust in another ledger's keys is a decision of this one. Nothing is taken twice.
    """
    with opened_ledger(folder, place, log_key) as (repository, ledger):
        if (notes or not sources) and repository is None:
            raise NotARepository("there is no repository here to read notes from", hint="name a SOURCE")
        envelopes = [envelope for source in sources for envelope in _read(source)]
        if repository and (notes or not sources):
            envelopes += _noted(repository)
        taken, refused = _take(ledger, envelopes)
        ledger.seal()
    if form == "json":
        rows = [{"decision_id": name, "code": error.code, "message": error.message} for name, error in refused]
        print_json({"schema": "answerable/ledger-import/v1", "taken": taken, "refused": rows})
    else:
        click.echo(f"{taken:,} decisions were taken in, {len(refused):,} were not")
        for name, error in refused:
            click.echo(f"  {name}: {clean(error.message)}\n      {error.hint or ''}")
    raise SystemExit(1 if refused else 0)


def _take(ledger: Ledger, envelopes: list[Envelope]) -> tuple[int, list[tuple[str, AnswerableError]]]:
    taken, refused, seen = 0, [], set()
    for envelope in envelopes:
        name = "?"
        try:
            decision, leaf = read_statement(envelope.payload), envelope.encode()
            name = decision.decision_id
            if leaf in seen or decision.kind in (Kind.KEY, Kind.REDACT):
                continue
            seen.add(leaf)  # not the id: a forged copy must not hide the decision itself
            if ledger.store.index_of(name) is None:
                ledger.append([envelope])
                taken += 1
        except AnswerableError as error:
            refused.append((name, error))
    return taken, refused


def _read(source: Path) -> list[Envelope]:
    if source.is_dir():
        return [decode(leaf) for leaf in FolderSource(source).entries() if leaf is not None]
    return read_envelopes(source, decisions=False)


def _noted(repository: Repository) -> Iterator[Envelope]:
    for blob in Notes(repository.git, repository.objects, NOTES).by_commit.values():
        for line in filter(None, (repository.objects.blob(blob) or b"").split(b"\n")):
            try:
                yield decode(line)
            except AnswerableError:
                continue  # `for` names it as a defect of the commit it is attached to
