"""Guarantees: one sentence or two that a responder reads first, and that claim no more than the answer below them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from answerable.domain.agent import Agent
from answerable.domain.answer import Answer, Span
from answerable.domain.deployment import State
from answerable.domain.grade import Grade
from answerable.domain.origin import Origin
from answerable.incident.people import acts, whom


def headline(answer: Answer) -> str:
    """Who wrote it, who took it in and who owns it, in the words of a person who has five seconds."""
    spans = answer.spans
    if not spans:
        return "There is no line to ask about."
    trace = answer.kind == "trace"
    if trace:
        spans = spans[:1]
    lead = f"Look first at {_place(spans[0])}. " if trace else ""
    single = len(spans) == 1
    origin = _one(spans[0]) if single else _many(spans)
    return f"{lead}{origin}. {_taken_in(spans)}{_owner(spans)}{_runs(spans)}"


def _one(span: Span) -> str:
    lines, count = span.lines, span.end - span.start + 1
    it = "this line" if count == 1 else f"these {count:,} lines"
    if span.boundary:
        return f"The history of {it} is not in this clone"
    if lines.origin is Origin.HUMAN:
        return f"A person wrote {it} ({lines.grade.word})"
    if lines.origin is Origin.UNKNOWN:
        if any(conflict.about == "origin" for conflict in lines.conflicts):
            return f"The evidence contradicts itself on who wrote {it}: treat {_them(count)} as AI"
        return f"Nothing says whether AI or a person wrote {it}: treat {_them(count)} as AI"
    who = "AI" if lines.origin is Origin.AI else "AI and a person"
    return f"{who} wrote {it} ({', '.join([*_named(lines.agent), lines.grade.word])})"


def _many(spans: Sequence[Span]) -> str:
    lines: Counter[Origin] = Counter()
    tools: Counter[str] = Counter()
    for span in spans:
        size = span.end - span.start + 1
        lines[span.lines.origin] += size
        if span.lines.agent and span.lines.origin in (Origin.AI, Origin.MIXED):
            tools[span.lines.agent.tool] += size
    total, unknown = sum(lines.values()), lines[Origin.UNKNOWN]
    if unknown == total:
        return f"Nothing says whether AI or a person wrote these {total:,} lines: treat them as AI"
    known = {
        "AI wrote": lines[Origin.AI],
        "AI and a person wrote": lines[Origin.MIXED],
        "a person wrote": lines[Origin.HUMAN],
        "nothing is known of": unknown,
    }
    words = ", ".join(f"{word} {count:,}" for word, count in known.items() if count)
    by = f" ({', '.join(tool for tool, _ in tools.most_common(3))})" if tools else ""
    return f"Of {total:,} lines {words}{by}"


def _named(agent: Agent | None) -> list[str]:
    return [word for word in (agent.tool, agent.model) if word] if agent else ["tool not named"]


def _taken_in(spans: Sequence[Span]) -> str:
    done = acts(spans, mail=False)
    if not done:
        return ""
    changes = list(dict.fromkeys(span.review.change for span in spans if span.review and span.review.change))
    through = f" (change {changes[0]})" if len(changes) == 1 else ""
    if len(done) > 2:
        return f"{done[0]}; {len(done) - 1} more took part{through}. "
    return f"{_joined(done)}{through}. "


def _joined(done: Sequence[str]) -> str:
    """Both acts; a name once where one person did both."""
    name = done[0].partition(" committed it ")[0]
    if len(done) == 2 and done[1].startswith(f"{name} merged it "):
        return f"{done[0]} and {done[1].removeprefix(name).lstrip()}"
    return "; ".join(done)


def _owner(spans: Sequence[Span]) -> str:
    names = list(dict.fromkeys(name for span in spans if span.owner for name in span.owner.names))
    if not names:
        return "No owner is declared."
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    some = "" if all(span.owner for span in spans) else " for some of it"
    return f"Owner{some}: {' '.join(names[:3])}{more}.{_call(spans)}"


def _call(spans: Sequence[Span]) -> str:
    """Whom to call first, where an owners file says it of all lines alike."""
    calls = {span.owner.duty.calls[:1] for span in spans if span.owner and span.owner.duty}
    first = next(iter(calls)) if len(calls) == 1 else ()
    return f" Call {whom(first[0])}." if first else ""


def _runs(spans: Sequence[Span]) -> str:
    """The environments that it runs in, where that is recorded and believed."""
    places = [[p for p in span.whereabouts.places if p.grade > Grade.DECLARED] for span in spans]
    sure = list(dict.fromkeys(p.environment for found in places for p in found if p.state is State.ACTIVE))
    if not sure:
        maybe = list(dict.fromkeys(p.environment for found in places for p in found))
        return f" It may still run in {', '.join(maybe[:3])}." if maybe else ""
    more = f" and {len(sure) - 3} more" if len(sure) > 3 else ""
    it = "It runs" if all(places) else "Some of it runs"
    return f" {it} in {', '.join(sure[:3])}{more}."


def _place(span: Span) -> str:
    return f"{span.path.decode('utf-8', 'replace')}:{span.start}"


def _them(count: int) -> str:
    return "it" if count == 1 else "them"
