"""`answerable demo`: a made-up shop with an incident, and what can be said of it. No network, nothing left behind."""

from __future__ import annotations

import io
import json
import shlex
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

import click

from answerable.cli.options import FORMATS, format_option, opened, print_json
from answerable.demo.shop import AT_NIGHT, Shop, build
from answerable.domain.answer import Answer

SCHEMA = "answerable/demo/v1"
NEXT = ("answerable scan", "answerable for PATH:LINE", "answerable test")


@click.command("demo")
@click.option("--keep", type=click.Path(path_type=Path), metavar="DIR", help="Build it there, and leave it there.")
@format_option(*FORMATS)
def command(keep: Path | None, form: str) -> None:
    """Show what can be said of a small shop with three people, two agents and an incident at night."""
    began = time.monotonic()
    with _folder(keep) as folder:
        shop = build(folder)
        if form == "json":
            print_json(_document(shop, kept=keep is not None, began=began))
        else:
            _tell(shop, kept=keep is not None)


def _tell(shop: Shop, *, kept: bool) -> None:
    say = click.echo
    say(f"A small bookshop, made up for this: {len(shop.commits)} commits by three people, with two coding agents.")
    say("Nothing was installed in it: all that follows comes from git.\n")
    _title("1. What entered, and how well is it evidenced?", "answerable scan")
    _run(shop, "scan")
    say()
    _title("2. An incident at night. The log has this:", None)
    say("".join(f"  {row}\n" for row in shop.incident.splitlines()))
    _title("   Who is answerable for that?", "answerable for - < incident.log")
    answer, stripped, elapsed = _answers(shop)
    _render(answer, elapsed)
    _title("\n3. What is missing", None)
    gaps = sum(question.gap is not None for question in answer.questions)
    say(f"The answer has {gaps} gaps, each with the step that closes it. One more is easily overlooked:")
    say("an agent wrote these lines too, but somebody took its mark off the commit.")
    click.secho(f"$ answerable for {shop.stripped}", dim=True)
    say(_headline(stripped))
    say("Nothing says that a person wrote them, so nobody claims it: to remove a mark lowers no scrutiny.\n")
    if kept:
        say(f"The shop is in {shop.folder}: answerable -C {shlex.quote(str(shop.folder))} for shop/auth/sessions.py")
    else:
        say("The shop is removed now; answerable demo --keep DIR leaves it to try things in.")
    say("\nIn a repository of yours, try next:")
    for line in NEXT:
        say(f"  {line}")


def _document(shop: Shop, *, kept: bool, began: float) -> dict[str, Any]:
    from answerable.incident.document import document

    answer, stripped, elapsed = _answers(shop)
    with redirect_stdout(io.StringIO()) as out:
        _run(shop, "scan", "--format", "json")
    return {
        "schema": SCHEMA,
        "folder": str(shop.folder) if kept else None,
        "commits": dict(shop.commits),
        "incident": shop.incident,
        "scan": json.loads(out.getvalue()),
        "answer": document(answer, elapsed),
        "stripped": document(stripped, elapsed),
        "next": list(NEXT),
        "elapsed_ms": round((time.monotonic() - began) * 1000),
    }


def _answers(shop: Shop) -> tuple[Answer, Answer, int]:
    """For the incident, and for the lines that lost their mark; with the milliseconds the first took."""
    from answerable.incident.answer import Answerer
    from answerable.incident.trace import answer_trace

    began = time.monotonic()
    with opened(shop.folder) as repository:
        head = repository.resolve("HEAD")
        with closing(Answerer(repository, head, moment=AT_NIGHT)) as answerer:
            answer = answer_trace(answerer, shop.incident)
            elapsed = round((time.monotonic() - began) * 1000)
            return answer, answerer.answer(shop.stripped), elapsed


def _run(shop: Shop, *arguments: str) -> None:
    """Run another command on the shop, as a person would; what it cannot do ends the demo in its own words."""
    from answerable.cli.main import cli

    cli.main(args=["-C", str(shop.folder), *arguments], prog_name="answerable", standalone_mode=False)


def _title(title: str, line: str | None) -> None:
    click.secho(title, bold=True)
    if line:
        click.secho(f"$ {line}", dim=True)


def _render(answer: Answer, elapsed: int) -> None:
    from answerable.cli.render_answer import render

    render(answer, elapsed)


def _headline(answer: Answer) -> str:
    from answerable.incident.headline import headline

    return headline(answer)


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    """An empty folder: the one to keep, or one that is removed however the demo ends."""
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="answerable-demo-", ignore_cleanup_errors=True) as name:
            yield Path(name)
        return
    try:
        keep.mkdir(parents=True, exist_ok=True)
        filled = any(keep.iterdir())
    except OSError as error:
        raise click.UsageError(f"cannot use {keep}: {error.strerror}; give --keep a new or an empty folder") from error
    if filled:
        raise click.UsageError(f"{keep} is not empty; give --keep a new or an empty folder")
    yield keep.resolve()
