"""An answer for a person who has five seconds: what, who, what is missing, what next."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from rich.console import Console
from rich.markup import escape

from answerable.cli.options import clean, shown
from answerable.domain.answer import Answer, Question, Span
from answerable.domain.origin import Origin
from answerable.incident.headline import headline

_TITLES = {
    "ai": "AI-generated",
    "tool": "tool and model",
    "accepted": "accepted by",
    "review": "review",
    "owner": "owner now",
    "running": "where it runs",
}
_COLOURS = {Origin.AI: "magenta", Origin.HUMAN: "green", Origin.MIXED: "cyan", Origin.UNKNOWN: "yellow"}
_MOST = 12
_SUBJECT = 60
_HEAD = ("commit", "origin", "grade", "tool", "author", "date", "subject")


def render(answer: Answer, elapsed_ms: int) -> None:
    """Print an answer."""
    console = Console(highlight=False, soft_wrap=True, emoji=False)
    what = f"{answer.kind} {answer.given}" if answer.given != "-" else "stack trace"
    console.print(f"[dim]{escape(clean(what))} at {answer.head[:12]}[/]")
    console.print(f"[bold]{escape(clean(headline(answer)))}[/]\n")
    if answer.places:
        _places(console, answer)
    _spans(console, answer.spans)
    _layers(console, answer.spans)
    for question in answer.questions:
        _question(console, question)
    _next(console, answer.questions)
    _evidence(console, answer)
    _notes(console, answer)
    console.print(f"\n[dim]{answer.answered} of {len(answer.questions)} questions answered, {elapsed_ms} ms[/]")


def _places(console: Console, answer: Answer) -> None:
    ours = [place for place in answer.places if place.path is not None]
    console.print(f"{len(ours)} of {len(answer.places)} frames are ours, the likeliest first:")
    for place in ours[:_MOST]:
        where = f"{shown(place.path or b'')}:{place.line}" if place.line else shown(place.path or b"")
        others = f" or {', '.join(map(shown, place.others))}" if place.others and place.score < 1 else ""
        console.print(f"  {escape(where + others)}  [dim]{escape(clean(place.text))}[/]")
    _more(console, len(ours), "frames")
    console.print()


def _spans(console: Console, spans: Sequence[Span]) -> None:
    """The spans, or, where they are many, the commits they come from."""
    if not spans:
        return
    found = [(_where(span), span) for span in spans] if len(spans) <= _MOST else _commits(spans)
    rows = [("lines", *_HEAD), *((where, *_row(span)) for where, span in found[:_MOST])]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for at, row in enumerate(rows):
        cells = [escape(cell.ljust(width)) for cell, width in zip(row, widths, strict=True)]
        if at:
            colour = _COLOURS[found[at - 1][1].lines.origin]
            cells[2] = f"[{colour}]{cells[2]}[/]"
        console.print("  ".join(cells).rstrip(), style=None if at else "dim")
    _more(console, len(found), "commits" if len(spans) > _MOST else "spans")
    for span in spans[:_MOST]:
        if span.behind:
            behind = f"{span.behind.commit[:12]} {clean(span.behind.author.name)}"
            console.print(f"  behind the reformatting of line {span.start}: {escape(behind)}")
    console.print()


def _layers(console: Console, spans: Sequence[Span]) -> None:
    """The trust layers that the lines are in, and why, each once."""
    found = dict.fromkeys((span.placed.layer.name, span.placed.because) for span in spans if span.placed)
    for name, because in list(found)[:_MOST]:
        console.print(f"[bold]{'trust layer':<15}[/] {escape(name)} [dim]({escape(clean(because))})[/]")
    _more(console, len(found), "reasons")


def _commits(spans: Sequence[Span]) -> list[tuple[str, Span]]:
    """One row a commit and origin, the most lines first."""

    def key(span: Span) -> tuple[str, str, str, str]:
        agent = span.lines.agent
        return span.commit or "", span.lines.origin.value, span.lines.grade.word, agent.tool if agent else ""

    rows = []
    for _, same in groupby(sorted(spans, key=key), key):
        group = list(same)
        lines, files = sum(s.end - s.start + 1 for s in group), len({s.path for s in group})
        rows.append((lines, f"{lines:,}{f' in {files:,} files' if files > 1 else ''}", group[0]))
    return [(words, span) for _, words, span in sorted(rows, key=lambda row: -row[0])]


def _where(span: Span) -> str:
    return f"{shown(span.path)}:{span.start}" + (f"-{span.end}" if span.end != span.start else "")


def _row(span: Span) -> tuple[str, ...]:
    subject = clean(span.subject or "")
    return (
        span.commit[:12] if span.commit else f"({span.boundary})",
        span.lines.origin.value,
        span.lines.grade.word,
        clean(span.lines.agent.tool) if span.lines.agent else "-",
        clean(span.author.name) if span.author else "-",
        (span.committed_at or "-")[:10],
        subject if len(subject) <= _SUBJECT else subject[: _SUBJECT - 1] + "…",
    )


def _question(console: Console, question: Question) -> None:
    title = f"[bold]{_TITLES[question.id]:<15}[/]"
    gap = escape(clean(question.gap or ""))
    if question.answer is None:
        console.print(f"{title} [yellow]not known[/]: {gap}")
        return
    console.print(f"{title} {escape(clean(question.answer))} [dim]({question.grade.word})[/]")
    if gap:
        console.print(f"{'':<15} [yellow]gap[/]: {gap}")


def _next(console: Console, questions: Sequence[Question]) -> None:
    """The steps that close the gaps, each once."""
    steps: dict[str, list[str]] = {}
    for question in questions:
        if question.remedy:
            steps.setdefault(question.remedy, []).append(_TITLES[question.id])
    if steps:
        console.print("\nwhat closes the gaps")
    for remedy, titles in steps.items():
        console.print(f"  {', '.join(titles)}: {escape(clean(remedy))}")


def _evidence(console: Console, answer: Answer) -> None:
    found = dict.fromkeys(evidence for span in answer.spans for evidence in span.lines.evidence)
    if found:
        console.print("\nevidence")
    for evidence in list(found)[:_MOST]:
        words = f"{evidence.grade.word:<9} {evidence.source}: {evidence.claim} ({evidence.ref})"
        console.print(f"  {escape(clean(words))}")
    _more(console, len(found), "pieces")
    conflicts = dict.fromkeys(conflict for span in answer.spans for conflict in span.lines.conflicts)
    for conflict in list(conflicts)[:_MOST]:
        alike = len({e.grade for e in conflict.claims}) == 1
        sides = " against ".join(
            f"“{e.claim}” ({e.ref})" if alike else f"“{e.claim}” ({e.ref}, {e.grade.word})" for e in conflict.claims
        )
        grades = f", both {conflict.grade.word}" if alike else ""
        console.print(f"  [red]conflict[/] about the {conflict.about}{grades}: {escape(clean(sides))}")
    _more(console, len(conflicts), "conflicts")


def _notes(console: Console, answer: Answer) -> None:
    for note in answer.notes:
        console.print(f"note: {escape(clean(note))}")
    for defect in answer.defects[:_MOST]:
        words = f"{defect.kind} in {defect.ref}: {defect.detail}"
        console.print(f"[yellow]defect of the evidence[/] {escape(clean(words))}")
    _more(console, len(answer.defects), "defects")


def _more(console: Console, count: int, what: str) -> None:
    if count > _MOST:
        console.print(f"  [dim]… and {count - _MOST:,} more {what}: --format json shows all[/]")
