"""`answerable for`: who is answerable for a target."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from answerable.cli import ahead
from answerable.cli.layers import LayersInForce
from answerable.cli.options import FORMATS, evidence_option, format_option, opened, print_json, read_evidence
from answerable.cli.revision import moment, revision_at

if TYPE_CHECKING:
    from answerable.domain.answer import Answer
    from answerable.incident.answer import Answerer


@click.command("for", short_help="who is answerable for a line, a file, a change or a stack trace")
@click.argument("targets", nargs=-1, required=True, metavar="TARGET…")
@click.option("--at", "revision", metavar="REV", help="Ask about this revision instead of HEAD.")
@click.option("--as-of", "day", metavar="DATE", help="Ask as things stood on a date, for example 2026-03-01.")
@evidence_option
@format_option(*FORMATS)
@click.pass_obj
def command(
    folder: Path, targets: tuple[str, ...], revision: str | None, day: str | None, evidence: tuple[Path, ...], form: str
) -> None:
    """Say who is answerable for each TARGET.

    A TARGET is a path, PATH:LINE, PATH:START-END, a revision, A..B, change:ID, incident:ID, artifact:sha256:…, or - for
    a stack trace, a log or a list of places on standard input.
    """
    files = read_evidence(evidence)
    began = time.monotonic()
    with _asked(folder, targets, revision, day) as (repository, head, early):
        from answerable.incident.answer import Answerer  # loaded while git works
        from answerable.incident.document import document

        layers = LayersInForce(repository, head, declared=True)
        then = moment(day, end=True) if day else None
        with closing(Answerer(repository, head, files, early, layers, then)) as answerer:
            for target in targets:
                answer = _trace(answerer) if target == "-" else answerer.answer(target)
                if layers.problem:
                    note = f"no trust layer is told: {layers.problem.message}"
                    answer = replace(answer, notes=(*answer.notes, note))
                elapsed = round((time.monotonic() - began) * 1000)
                if form == "json":
                    print_json(document(answer, elapsed))
                else:
                    from answerable.cli.render_answer import render

                    render(answer, elapsed)
                began = time.monotonic()


@contextmanager
def _asked(folder: Path, targets: tuple[str, ...], revision: str | None, day: str | None) -> Iterator[ahead.Ahead]:
    """The repository, the commit and what is under way: started ahead, or now."""
    under_way = ahead.take(folder, targets) if revision is None and day is None else None
    if under_way:
        with under_way.repository, closing(under_way.early):
            yield under_way
        return
    with opened(folder, settled=True) as repository:
        head = revision_at(repository, revision, day)
        with closing(ahead.start(repository, head, targets)) as early:
            yield ahead.Ahead(repository, head, early)


def _trace(answerer: Answerer) -> Answer:
    from answerable.incident.trace import answer_trace  # ten languages' readers: only where there is a trace

    return answer_trace(answerer, sys.stdin.buffer.read().decode("utf-8", "surrogateescape"))
