"""An incident as Markdown, for a ticket or a chat: no text from outside can become a link, a mention or a heading."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from answerable.domain.printable import printable
from answerable.incident.export.words import (
    OUTCOMES,
    REACHES,
    SIDES,
    TITLES,
    answer,
    calls,
    due,
    facts,
    place,
    quantity,
)

Json = dict[str, Any]
_ACTS = re.compile(r"([\\`*_{}\[\]<>()!|~&]|^[#+=:.-]|^[0-9]+(?=[.)]))")
_MENTION = re.compile(r"@(?=\w)")
_LINK = re.compile(r"(?i)\b(https?|ftp|www)(?=[:.])")
_MOST = 20


def markdown(found: Json) -> str:
    """The whole incident."""
    return "\n".join(_rows(found)) + "\n"


def safe(text: object) -> str:
    """A text that Markdown shows as it is, in one line."""
    words = " ".join(printable(str(text)).split())
    words = _ACTS.sub(r"\\\1", words)
    return _LINK.sub("\\1\u200b", _MENTION.sub("@\u200b", words))


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """A table; nothing where there are no rows."""
    cells = [[safe(cell) for cell in row] for row in rows]
    if cells:
        yield f"| {' | '.join(head)} |"
        yield f"|{' --- |' * len(head)}"
        yield from (f"| {' | '.join(row)} |" for row in cells)
        yield ""


def _rows(found: Json) -> Iterator[str]:
    yield f"# Incident {safe(found['id'])}: {safe(found['title'])}"
    yield ""
    yield f"**{safe(found['headline'])}**"
    yield ""
    yield from table(("", ""), facts(found))
    yield from response(found)
    first = next(iter(found["candidates"]), None)
    if first:
        yield from _passed(first)
    yield from _candidates(found["candidates"])
    yield from _reach(found)
    for note in found["notes"]:
        yield f"- {safe(note)}"
    yield from history(found)


def response(found: Json) -> Iterator[str]:
    """Who is called, and who is told by when."""
    told = found["response"]
    yield "## Call"
    yield ""
    yield from table(("When", "Whom", "How"), calls(told))
    if not told["calls"]:
        yield f"{safe(' '.join(told['owner']) or 'Nobody is known')}: how they are reached is not declared."
        yield ""
    yield from (f"- gap: {safe(gap)}" for gap in told["gaps"])
    if found["dues"]:
        yield ""
        yield "## Tell"
        yield ""
        yield from table(("By", "To", "Under", "Who"), map(due, found["dues"]))
    for message in found["messages"]:
        yield f"> to {safe(message['audience'])}: {safe(message['text'])}"
    yield ""


def _passed(first: Json) -> Iterator[str]:
    yield "## What let it pass"
    yield ""
    yield safe(first["passed"])
    yield ""
    yield from controls(first)
    yield "## How it got there"
    yield ""
    yield from timeline(first)


def controls(first: Json) -> Iterator[str]:
    """The two sides of the contract."""
    for side, title in SIDES:
        rows = [
            (OUTCOMES[one["outcome"]], one["name"], one["what"], one["remedy"] or "")
            for one in first["controls"]
            if one["side"] == side
        ]
        yield f"### {title}"
        yield ""
        yield from table(("", "Control", "What is known", "Next step"), rows)


def timeline(first: Json) -> Iterator[str]:
    """The life of the first candidate's line."""
    rows = [
        (one["step"], (one["at"] or "") if one["known"] else "not known", one["by"] or "", one["what"])
        for one in first["lineage"]
    ]
    yield from table(("Step", "When", "Who", "What"), rows)


def _candidates(candidates: Sequence[Json]) -> Iterator[str]:
    if candidates:
        yield "## Look at, the likeliest first"
        yield ""
    for one in candidates:
        commit = (one["commit"] or "not here")[:12]
        yield f"### {one['rank']}. {safe(one['path'])}:{one['start']} ({safe(commit)})"
        yield ""
        parts = "; ".join(
            f"{part['name']} {part['value']:.2f} × {part['weight']:g}: {part['why']}" for part in one["parts"]
        )
        yield f"Score {one['score']:.2f}: {safe(parts)}"
        yield ""
        yield from table(("Question", "Answer"), ((TITLES[q["id"]], answer(q)) for q in one["questions"]))


def _reach(found: Json) -> Iterator[str]:
    if found["reach"]:
        yield "## How far it reaches"
        yield ""
    for one in found["reach"]:
        size = f"{quantity(one['lines'], 'line')} in {quantity(one['files'], 'file')}" if one["lines"] else "nothing"
        yield f"- {REACHES[one['what']]} ({safe(one['label'])}): {size}"
        yield from (f"  - {safe(place(where))}" for where in one["running"][:_MOST])
        if one["gap"]:
            yield f"  - gap: {safe(one['gap'])}"
        if one["recall"]:
            yield f"  - all of it: `{printable(one['recall']).replace('`', '')}`"
    if found["notices"]:
        yield ""
        yield "## Notify"
        yield ""
    for notice in found["notices"][:_MOST]:
        yield f"- [ ] {safe(notice['owner'])}: {safe(notice['title'])}"
    yield ""


def history(found: Json) -> Iterator[str]:
    """What was decided since."""
    if found["history"]:
        yield "## Since then"
        yield ""
        yield from table(
            ("When", "Who", "What"), ((one["at"], one["by"] or "", one["what"]) for one in found["history"])
        )
