"""An answer for a person who has five seconds: what, who, what is missing, what next."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape

from answerable.cli.options import clean, shown
from answerable.domain.answer import Answer, Question, Span
from answerable.domain.origin import Origin

_TITLES = {
    "ai": "AI-generated",
    "tool": "tool and model",
    "accepted": "accepted by",
    "review": "review",
    "owner": "owner now",
    "running": "where it runs",
}
_COLOURS = {Origin.AI: "magenta", Origin.HUMAN: "green", Origin.MIXED: "cyan", Origin.UNKNOWN: "yellow"}
_MOST_SPANS = 12


def render(answer: Answer, elapsed_ms: int) -> None:
    """Print an answer."""
    console = Console(highlight=False, soft_wrap=True)
    what = f"{answer.kind} {answer.given}" if answer.given != "-" else "stack trace"
    console.print(f"[bold]{escape(clean(what))}[/] at {answer.head[:12]}")
    if answer.places:
        _places(console, answer)
    _spans(console, answer)
    console.print()
    for question in answer.questions:
        _question(console, question)
    console.print(f"\n{answer.answered} of {len(answer.questions)} questions answered, {elapsed_ms} ms")
    for note in answer.notes:
        console.print(f"note: {escape(clean(note))}")
    _evidence(console, answer)


def _places(console: Console, answer: Answer) -> None:
    ours = [place for place in answer.places if place.path is not None]
    console.print(f"{len(ours)} of {len(answer.places)} frames are ours, the likeliest first:")
    for place in ours[:_MOST_SPANS]:
        where = f"{shown(place.path or b'')}:{place.line}" if place.line else shown(place.path or b"")
        console.print(f"  {escape(where)}  [dim]{escape(clean(place.text))}[/]")
    console.print()


def _spans(console: Console, answer: Answer) -> None:
    rows = [("lines", "commit", "origin", "grade", "tool", "author", "date"), *map(_row, answer.spans[:_MOST_SPANS])]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for at, row in enumerate(rows if answer.spans else []):
        cells = [escape(cell.ljust(width)) for cell, width in zip(row, widths, strict=True)]
        if at:
            colour = _COLOURS[answer.spans[at - 1].lines.origin]
            cells[2] = f"[{colour}]{cells[2]}[/]"
        console.print("  ".join(cells).rstrip(), style=None if at else "dim")
    if len(answer.spans) > _MOST_SPANS:
        console.print(f"[dim]… and {len(answer.spans) - _MOST_SPANS:,} more spans: --format json shows all[/]")
    for span in answer.spans[:_MOST_SPANS]:
        if span.behind:
            behind = f"{span.behind.commit[:12]} {clean(span.behind.author.name)}"
            console.print(f"  behind the reformatting of line {span.start}: {escape(behind)}")


def _row(span: Span) -> tuple[str, ...]:
    lines = f"{shown(span.path)}:{span.start}" + (f"-{span.end}" if span.end != span.start else "")
    return (
        lines,
        span.commit[:12] if span.commit else f"({span.boundary})",
        span.lines.origin.value,
        span.lines.grade.word,
        clean(span.lines.agent.tool) if span.lines.agent else "-",
        clean(span.author.name) if span.author else "-",
        (span.committed_at or "-")[:10],
    )


def _question(console: Console, question: Question) -> None:
    title = f"{_TITLES[question.id]:<15}"
    if question.answer is not None:
        console.print(f"[bold]{title}[/] {escape(clean(question.answer))}  [dim]({question.grade.word})[/]")
    else:
        console.print(f"[bold]{title}[/] [yellow]not known[/]")
    if question.gap:
        console.print(f"{'':<15} [yellow]gap:[/] {escape(clean(question.gap))}")
    if question.remedy:
        console.print(f"{'':<15} [dim]next: {escape(clean(question.remedy))}[/]")


def _evidence(console: Console, answer: Answer) -> None:
    found = dict.fromkeys(evidence for span in answer.spans for evidence in span.lines.evidence)
    if found:
        console.print("\nevidence")
    for evidence in list(found)[:_MOST_SPANS]:
        words = f"{evidence.grade.word:<9} {evidence.source}: {evidence.claim} ({evidence.ref})"
        console.print(f"  {escape(clean(words))}")
    conflicts = dict.fromkeys(conflict for span in answer.spans for conflict in span.lines.conflicts)
    for conflict in list(conflicts)[:_MOST_SPANS]:
        sides = " against ".join(f"{e.source} {e.ref}" for e in conflict.claims)
        console.print(f"  [red]conflict[/] about {conflict.about}: {escape(clean(sides))}")
