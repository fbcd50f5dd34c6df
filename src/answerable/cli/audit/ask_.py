"""`answerable audit ask`: questions over changes, decisions and deployments."""

from __future__ import annotations

import io
import time
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from answerable.audit.ask.parse import parse
from answerable.audit.ask.question import Question
from answerable.audit.ask.run import run
from answerable.audit.ask.saved import PATH, Saved, named, read, said, shipped
from answerable.audit.table import Table, as_csv, as_json
from answerable.audit.tables import COLUMNS, Tables
from answerable.cli.audit.facts import Given, facts_options, gathered
from answerable.cli.ledger.files import write
from answerable.cli.options import clean, format_option, print_json
from answerable.errors import QuestionInvalid

FORMATS = ("text", "json", "csv", "parquet")
_WIDE = 60


@click.command("ask")
@click.argument("question", required=False)
@click.option("--saved", "name", metavar="NAME", help="A saved question by its name.")
@click.option("--set", "words", multiple=True, metavar="NAME=WORD", help="A word of a saved question.")
@click.option("--list", "listing", is_flag=True, help="Show the saved questions.")
@click.option("--columns", "shown", is_flag=True, help="Show what can be asked: every table, column and its meaning.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write the answer here.")
@facts_options
@format_option(*FORMATS)
@click.pass_obj
def command(
    folder: Path, /, question: str | None, listing: bool, shown: bool, form: str, output: Path | None, **given: Any
) -> None:
    """Answer a QUESTION, such as: changes where ai_lines > 0 and approvals = 0 from 2026-Q3 by layer

    A sentence that a saved question says is understood, too: who approved AI-generated changes to the payments service
    in Q3 without a second human? Nothing is ever counted or ordered by people.
    """
    began = time.monotonic()
    if shown:
        _columns(form)
        return
    with gathered(folder, given) as found:
        every = (*shipped(), *_own(found))
        if listing:
            _list(every, form)
            return
        asked = _question(question, every, given)
        answer = run(asked, Tables(found.facts, found.decided).of(asked.table))
    _write(asked, answer, form, output, round((time.monotonic() - began) * 1000))


def _own(found: Given) -> tuple[Saved, ...]:
    file = found.repository.objects.get(f"{found.facts.head}:{PATH}")
    return read(file.data, PATH) if file is not None and file.kind == "blob" else ()


def _question(question: str | None, every: Sequence[Saved], given: dict[str, Any]) -> Question:
    now = datetime.now(UTC)
    words = dict(_word(each) for each in given["words"])
    if given["name"]:
        if question:
            raise QuestionInvalid("a question and the name of a saved one", hint="give the one or the other")
        return parse(named(given["name"], every).filled(words, now), COLUMNS)
    if not question:
        raise QuestionInvalid("nothing is asked", hint="see what can be: answerable audit ask --list, or --columns")
    found = said(question, every)
    if found:
        saved, filled = found
        return parse(saved.filled({**filled, **words}, now), COLUMNS)
    return parse(question, COLUMNS)


def _word(text: str) -> tuple[str, str]:
    name, equals, word = text.partition("=")
    if not equals:
        raise QuestionInvalid(f"--set {text} sets nothing", hint="write NAME=WORD")
    return name, word


def _write(asked: Question, answer: Table, form: str, output: Path | None, elapsed: int) -> None:
    if form == "parquet":
        from answerable.cli.audit.parquet import write_table

        write_table(answer, output)
    elif form == "csv":
        _bytes(as_csv(answer), output)
    elif output:
        with redirect_stdout(io.StringIO()) as out:
            _say(asked, answer, form, elapsed)
        _bytes(out.getvalue().encode(), output)
    else:
        _say(asked, answer, form, elapsed)


def _say(asked: Question, answer: Table, form: str, elapsed: int) -> None:
    if form == "json":
        print_json(document(asked, answer, elapsed))
    else:
        _render(asked, answer)


def document(asked: Question, answer: Table, elapsed_ms: int) -> dict[str, Any]:
    """An answer as `answerable/audit-answer/v1`."""
    return {
        "schema": "answerable/audit-answer/v1",
        "question": asked.text,
        "table": asked.table,
        "columns": [{"name": c.name, "type": c.type, "meaning": c.meaning} for c in answer.columns],
        "rows": as_json(answer),
        "count": len(answer.rows),
        "elapsed_ms": elapsed_ms,
    }


def questions_document(every: Sequence[Saved]) -> dict[str, Any]:
    """Saved questions as `answerable/audit-questions/v1`."""
    questions = [{"name": one.name, "says": one.says, "ask": one.ask, "needs": list(one.holes)} for one in every]
    return {"schema": "answerable/audit-questions/v1", "questions": questions}


def columns_document() -> dict[str, Any]:
    """What can be asked as `answerable/audit-columns/v1`."""
    tables = {
        name: [{"name": c.name, "type": c.type, "meaning": c.meaning} for c in columns.values()]
        for name, columns in COLUMNS.items()
    }
    return {"schema": "answerable/audit-columns/v1", "tables": tables}


def _bytes(data: bytes, output: Path | None) -> None:
    if output is None:
        click.echo(data, nl=False)
    else:
        write(output, data)


def _render(asked: Question, answer: Table) -> None:
    click.secho(clean(asked.text), dim=True)
    names = [column.name for column in answer.columns]
    cells = [[_cell(row[name]) for name in names] for row in answer.rows]
    widths = [min(_WIDE, max([len(name), *(len(row[at]) for row in cells)])) for at, name in enumerate(names)]
    click.secho("  ".join(name.ljust(width) for name, width in zip(names, widths, strict=True)).rstrip(), bold=True)
    for row in cells:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    click.echo(f"{len(answer.rows):,} row{'s' if len(answer.rows) != 1 else ''}")


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return clean(", ".join(f"{name} {count:,}" for name, count in value.items())) or "-"
    if isinstance(value, tuple | list):
        return clean(", ".join(map(str, value))) or "-"
    return f"{value:,}" if isinstance(value, int) else clean(str(value))


def _list(every: Sequence[Saved], form: str) -> None:
    if form == "json":
        print_json(questions_document(every))
        return
    for one in every:
        click.secho(one.name, bold=True)
        click.echo(f"  {clean(one.says)}?\n  {clean(one.ask)}")


def _columns(form: str) -> None:
    if form == "json":
        print_json(columns_document())
        return
    for name, columns in COLUMNS.items():
        click.secho(name, bold=True)
        for column in columns.values():
            click.echo(f"  {column.name:<18}{column.type:<8}{column.meaning}")
