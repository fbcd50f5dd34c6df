"""The words that all exports of an incident share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

TITLES = {
    "ai": "AI-generated",
    "tool": "Tool and model",
    "accepted": "Accepted by",
    "review": "Review",
    "owner": "Owner now",
    "running": "Where it runs",
}
SIDES = (("organisation", "What the organisation provided"), ("person", "What people decided"))
OUTCOMES = {"applied": "applied", "set_aside": "set aside", "absent": "absent", "unknown": "not known"}
REACHES = {"line": "The same line", "session": "The same session", "model": "The same model in that layer"}


def quantity(count: int, one: str) -> str:
    """`1 line`, `2 lines`."""
    return f"1 {one}" if count == 1 else f"{count:,} {one}s"


def answer(question: Json) -> str:
    """An answer with its grade, or that it is not known and why."""
    if question["answer"] is None:
        return f"not known: {question['gap'] or 'nothing is recorded'}"
    gap = f"; gap: {question['gap']}" if question["gap"] else ""
    return f"{question['answer']} ({question['grade']}){gap}"


def facts(found: Json) -> Iterator[tuple[str, str]]:
    """What stands at the top of every export."""
    yield "State", found["state"]
    yield "Severity", found["severity"] or "not said"
    yield "Failed", found["failed_at"] or "not said"
    yield "Aware since", found["aware_at"]
    yield "As of revision", f"{found['revision']['commit'][:12]} ({found['revision']['why']})"
    if found["environment"]:
        yield "Environment", found["environment"]
    record = found["record"]
    if record and record["index"] is not None:
        yield "Record", f"entry {record['index']} of the ledger, decision {record['decision_id']}, by {record['by']}"
    else:
        why = record["problem"] if record else "nothing was recorded"
        yield "Record", f"not in the ledger: {why}"


def calls(response: Json) -> Iterator[tuple[str, str, str]]:
    """When, whom, how."""
    for call in response["calls"]:
        when = "at once" if not call["after_minutes"] else f"after {call['after_minutes']} min"
        covers = f", covers {call['covers']} now" if call["covers"] else ""
        people = ", ".join(call["people"])
        yield when, f"{call['target']}{covers}", " · ".join(filter(None, (call["contact"], people)))


def due(one: Json) -> tuple[str, str, str, str]:
    """By when, to whom, under what, by whom."""
    to = f"{one['to']} ({one['jurisdiction']})"
    under = " ".join(filter(None, (one["regulation"], f"within {one['within_hours']} h")))
    who = ", ".join(one["who"]) or "nobody is named"
    applies = f"; {one['applies']}" if one["applies"] else ""
    return one["by"], to, under, f"{who}{applies}"


def place(one: Json) -> str:
    """Where something runs, in one line."""
    words = (one["environment"], one["region"], one["jurisdiction"], one["cohort"] and f"cohort {one['cohort']}")
    wave = one["wave"] and f"wave {one['wave']}"
    share = f"{one['percent']} %" if one["percent"] is not None else None
    devices = quantity(one["devices"], "device") if one["devices"] is not None else None
    where = ", ".join(word for word in (*words, wave, share, devices) if word)
    return f"{where} since {one['since']} ({one['state'].replace('_', ' ')}, {one['revision'][:12]})"
