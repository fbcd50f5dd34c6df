"""`answerable test`: the provenance test on changes drawn at random."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path
from typing import Any

import click

from answerable.audit.provenance_test import SAMPLE, Result, provenance_test
from answerable.cli.options import (
    FORMATS,
    clean,
    evidence_option,
    format_option,
    opened,
    print_json,
    read_evidence,
)
from answerable.cli.progress import progress
from answerable.cli.revision import moment

_MARKS = {True: "✓", False: "·"}


@click.command("test")
@click.option("--since", metavar="DATE", help="Draw no change older than a date.")
@click.option("--sample", type=click.IntRange(1, 10_000), default=SAMPLE, show_default=True, help="How many changes.")
@click.option("--seed", type=int, help="Repeat a draw; by default it follows from HEAD.")
@evidence_option
@format_option(*FORMATS)
@click.pass_obj
def command(
    folder: Path, since: str | None, sample: int, seed: int | None, evidence: tuple[Path, ...], form: str
) -> None:
    """Draw merged changes and try the six questions on each: how much could you say, and how fast?"""
    began = time.monotonic()
    with opened(folder, settled=True) as repository, progress() as show:
        head = repository.resolve("HEAD")
        oldest = int(moment(since).timestamp()) if since else None
        files = read_evidence(evidence)
        result = provenance_test(
            repository, head, sample=sample, seed=seed, since=oldest, evidence=files, progress=show
        )
    elapsed = round((time.monotonic() - began) * 1000)
    if form == "json":
        print_json(document(result, elapsed))
    else:
        _render(result, elapsed)


def document(result: Result, elapsed_ms: int) -> dict[str, Any]:
    """A result as `answerable/test/v1`."""
    return {
        "schema": "answerable/test/v1",
        "seed": result.seed,
        "population": result.population,
        "changes": [
            {
                "id": change.id,
                "commit": change.commit,
                "commits": list(change.commits),
                "answered": change.answered,
                "asked": len(change.questions),
                "elapsed_ms": change.elapsed_ms,
                "gaps": [{"question": q.id, "gap": q.gap, "remedy": q.remedy} for q in change.questions if q.gap],
            }
            for change in result.tried
        ],
        "score": result.score,
        "next": next_commands(result),
        "elapsed_ms": elapsed_ms,
    }


def next_commands(result: Result) -> list[str]:
    """The three commands most useful after this test."""
    worst = min(result.tried, key=lambda change: change.answered, default=None)
    return [
        f"answerable for {worst.commit[:12]}" if worst else "answerable for HEAD",
        "answerable scan",
        f"answerable test --seed {result.seed + 1}",
    ]


def _render(result: Result, elapsed_ms: int) -> None:
    click.echo("change        ai tool accepted review owner running")
    for change in result.tried:
        marks = [_MARKS[question.answer is not None] for question in change.questions]
        widths = (2, 4, 8, 6, 5, 7)
        cells = " ".join(mark.center(width) for mark, width in zip(marks, widths, strict=True))
        name = clean(change.id)
        click.echo(f"{name:<13} {cells}  {change.answered} of {len(change.questions)}, {change.elapsed_ms:,} ms")
    drawn = f"{len(result.tried)} of {result.population:,} changes drawn with seed {result.seed}"
    click.echo(f"\nscore {result.score:.0%}: {drawn}, {elapsed_ms:,} ms")
    remedies = Counter(q.remedy for change in result.tried for q in change.questions if q.answer is None and q.remedy)
    if remedies:
        click.echo("\nwhat would raise it most")
    for remedy, count in remedies.most_common(3):
        click.echo(f"  {count:>3} times: {clean(remedy)}")
    click.echo("\nTry next:")
    for line in next_commands(result):
        click.echo(f"  {clean(line)}")
