"""Markdown for a comment or a step's summary: readable, at most 60,000 characters, and inert.

A forge takes 65,536 characters. All text from outside stands in code spans, in which no forge looks for mentions,
links, references, HTML or quick actions; and in lists, because a table ends a cell at a bar inside a span. What is left
out for its length is said at the end.
"""

from __future__ import annotations

import re
from itertools import groupby

from answerable.domain.verdict import Finding, Obligation, Outcome, Severity, Verdict
from answerable.policy.outputs.harmless import shown, visible
from answerable.policy.outputs.items import items, lines, severity, summary, waiver_in_words

MOST = 60_000
_ROOM = 3_000  # for the last words
_EVIDENCE = 5  # sentences of one finding
_TITLES = {Severity.ERROR: "Fails", Severity.WARNING: "Warns", Severity.NOTE: "For the record"}
_TICKS = re.compile("`+")


def render(verdict: Verdict) -> str:
    """The verdict, what fails, what warns, what is owed, and what to do."""
    parts = [_head(verdict)]
    for kind, group in groupby(items(verdict), severity):
        parts.append(f"\n### {_TITLES[kind]}\n\n")
        parts += [_finding(item) for item in group]
    if verdict.obligations:
        parts.append("\n### What the rules ask of the change\n\n")
        parts += [_obligation(owed) for owed in verdict.obligations]
    if verdict.excused:
        told = verdict.excused
        parts.append("\n### Emergency\n\n")
        parts.append(f"- declared by {span(told.by, 200)} at {span(told.at)}: {span(told.why)}\n")
        parts.append(f"- a review is due by {span(told.review_due_by)}; rules: {span(', '.join(told.rules), 500)}\n")
    if verdict.waivers:
        holding = sum(waived.holds for waived in verdict.waivers)
        parts.append(f"\n### Waivers: {holding:,} in force, {len(verdict.waivers) - holding:,} over\n\n")
        parts += [f"- {span(waiver_in_words(waived))}\n" for waived in verdict.waivers]
    if verdict.notes:
        parts.append("\n### To know\n\n")
        parts += [f"- {span(note)}\n" for note in verdict.notes]
    return _bounded(parts) + _foot(verdict)


def span(text: str, most: int = 1000) -> str:
    """A code span that holds exactly this text, made visible: its fence is longer than any run of ticks in it."""
    line = visible(text, most) or "(empty)"
    fence = "`" * (max((len(run) for run in _TICKS.findall(line)), default=0) + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def _head(verdict: Verdict) -> str:
    return f"## Answerable: {verdict.outcome.value}\n\n{_sentence(summary(verdict))}\n"


def _sentence(words: str) -> str:
    return words[0].upper() + words[1:] + "."


def _finding(item: Finding) -> str:
    where = ""
    if item.path is not None:
        start, end = lines(item)
        lined = "" if item.start is None else f" line {start}" if start == end else f" lines {start} to {end}"
        where = f" in {span(shown(item.path))}{lined}"
    rows = [f"- {span(item.rule, 200)}{where}{_known(item)}: {span(item.message)}"]
    if item.remedy:
        rows.append(f"  - next: {span(item.remedy)}")
    if item.waived_by:
        rows.append(f"  - waived: {span(item.waived_by)}")
    rows += [f"  - known: {span(one, 300)}" for one in item.evidence[:_EVIDENCE]]
    return "".join(f"{row}\n" for row in rows)


def _known(item: Finding) -> str:
    layer = [f"layer {span(item.layer, 100)}"] if item.layer else []
    origin = [f"origin {item.origin.value}"] if item.origin else []
    grade = [f"grade {item.grade.word}"] if item.grade is not None else []
    known = ", ".join([*layer, *origin, *grade])
    return f" ({known})" if known else ""


def _obligation(owed: Obligation) -> str:
    row = f"- {'met' if owed.met else '**not met**'}: {span(owed.rule, 200)} needs {span(owed.needs, 300)}"
    row += f", there is {span(owed.have, 300)}" if owed.have else ", there is nothing"
    if owed.who and not owed.met:
        row += "; can be met by " + ", ".join(span(who, 100) for who in owed.who[:10])
        row += f" and {len(owed.who) - 10:,} more" if len(owed.who) > 10 else ""
    return row + "\n"


def _bounded(parts: list[str]) -> str:
    kept: list[str] = []
    size = 0
    for at, part in enumerate(parts):
        size += len(part)
        if size > MOST - _ROOM:
            left = sum(part.startswith("- ") for part in parts[at:])
            return "".join(kept) + f"\n{left:,} more entries are left out of this text for its length.\n"
        kept.append(part)
    return "".join(kept)


def _foot(verdict: Verdict) -> str:
    policy = f"{span(verdict.policy_source, 300)} ({span(verdict.policy_digest, 100)})"
    words = f"\nRange {span(verdict.base, 64)} to {span(verdict.head, 64)}; policy {policy}."
    return words + ("" if verdict.outcome is Outcome.PASS else " What does not pass has not passed.") + "\n"
