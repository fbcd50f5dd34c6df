"""A post-incident review, with every fact filled in that is recorded and a blank wherever only people can know.

It asks for decisions and for what the surroundings allowed, in that order of blame: none. Nobody is rated.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from answerable.incident.export.markdown import controls, history, safe, table, timeline
from answerable.incident.export.words import REACHES, answer, facts, place, quantity

Json = dict[str, Any]
BLANK = "_…_"
"""What a person fills in."""

_ASKED = {
    "impact": (
        "Who noticed, and how?",
        "Who could not do what, for how long, and how many of them?",
        "What would have told us earlier?",
    ),
    "decisions": (
        "What was the line meant to do, in the words of who asked for it?",
        "What was known when it was accepted, and what was not?",
        "Which decision would we take in another way, knowing what we know now?",
    ),
    "surroundings": (
        "Which control would have stopped it, and at what price for other changes?",
        "Did the tools, the rules or the time available make the right thing hard?",
        "What went well and should stay?",
    ),
}


def template(found: Json) -> str:
    """The review, to be filled in."""
    return "\n".join(_rows(found)) + "\n"


def _rows(found: Json) -> Iterator[str]:
    first = next(iter(found["candidates"]), None)
    yield f"# Review of incident {safe(found['id'])}: {safe(found['title'])}"
    yield ""
    yield "This review is for learning. It looks at decisions and at what the surroundings allowed, not at people."
    yield f"What stands here was recorded. {BLANK} is for those who were there."
    yield ""
    yield from table(("", ""), facts(found))
    yield f"Present at this review: {BLANK}"
    yield ""
    yield "## What happened"
    yield ""
    yield f"{safe(found['headline'])}"
    yield ""
    yield f"In two sentences, for somebody who was not there: {BLANK}"
    yield ""
    yield from _asked("impact")
    yield f"Over at: {BLANK}"
    yield ""
    if first:
        yield f"## How {safe(first['path'])}:{first['start']} got there"
        yield ""
        yield from timeline(first)
    yield "## What people decided"
    yield ""
    for question in first["questions"] if first else ():
        if question["id"] in ("accepted", "review"):
            yield f"- {safe(answer(question))}"
    yield ""
    yield from _asked("decisions")
    yield "## What the surroundings allowed"
    yield ""
    if first:
        yield safe(first["passed"])
        yield ""
        yield from controls(first)
    yield from _asked("surroundings")
    yield from _reached(found)
    yield from _told(found)
    yield from history(found)
    yield from _actions(first)


def _asked(part: str) -> Iterator[str]:
    for question in _ASKED[part]:
        yield f"- {question} {BLANK}"
    yield ""


def _reached(found: Json) -> Iterator[str]:
    yield "## How far it reaches"
    yield ""
    for one in found["reach"]:
        size = f"{quantity(one['lines'], 'line')} in {quantity(one['files'], 'file')}" if one["lines"] else "nothing"
        yield f"- {REACHES[one['what']]} ({safe(one['label'])}): {size}. Looked at by {BLANK}, with the result {BLANK}"
        yield from (f"  - {safe(place(where))}" for where in one["running"][:20])
    yield ""


def _told(found: Json) -> Iterator[str]:
    yield "## Who had to be told"
    yield ""
    rows = [(one["by"], f"{one['to']} ({one['jurisdiction']})", one["regulation"] or "") for one in found["dues"]]
    yield from table(("By", "To", "Under"), rows)
    for one in found["dues"]:
        yield f"- {safe(one['to'])}: told at {BLANK} by {BLANK}"
    if not rows:
        yield f"No duty to report is declared. Somebody was told all the same: {BLANK}"
    yield ""


def _actions(first: Json | None) -> Iterator[str]:
    yield "## What we will do"
    yield ""
    yield "Each action has an owner and a date, and says how we will see that it works."
    yield ""
    yield "| Action | Owner | By | How we will see it |"
    yield "| --- | --- | --- | --- |"
    for control in first["controls"] if first else ():
        if control["remedy"] and control["side"] == "organisation":
            yield f"| {safe(control['remedy'])}? | {BLANK} | {BLANK} | {BLANK} |"
    yield f"| {BLANK} | {BLANK} | {BLANK} | {BLANK} |"
