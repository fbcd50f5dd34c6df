"""An incident for a person who has five seconds, then a minute, then the rest: the first screen is enough to act."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape

from answerable.cli.options import clean

Json = dict[str, Any]
TITLES = {
    "ai": "AI-generated",
    "tool": "tool and model",
    "accepted": "accepted by",
    "review": "review",
    "owner": "owner now",
    "running": "where it runs",
}
_OUTCOMES = {"set_aside": "red", "absent": "yellow", "unknown": "yellow", "applied": "green"}
_MOST = 10
_WITH_QUESTIONS = 3


def render(found: Json) -> None:
    """Print an incident."""
    render_first(found)
    render_rest(found)


def render_first(found: Json) -> None:
    """What does not wait for the whole tree: what to look at, who is called, how it got there."""
    _print(_first(found))


def render_rest(found: Json) -> None:
    """How far it reaches, whom to notify, and what became of the record."""
    _print((*_reach(found["reach"]), *_notices(found["notices"]), *_tail(found)))


def _print(rows: Iterable[str]) -> None:
    console = Console(highlight=False, soft_wrap=True, emoji=False)
    for row in rows:
        console.print(row)


def _first(found: Json) -> Iterator[str]:
    yield from _head(found)
    yield from _calls(found["response"])
    yield from _dues(found)
    first = next(iter(found["candidates"]), None)
    if first:
        yield f"\n[bold]what let it pass[/]\n  {_safe(first['passed'])}"
        yield from _controls(first["controls"])
    yield from _candidates(found["candidates"])
    if first:
        yield from _lineage(first)


def _head(found: Json) -> Iterator[str]:
    state = "" if found["state"] == "open" else f" ({found['state']})"
    yield f"[bold]incident {found['id']}{state}: {_safe(found['title'])}[/]"
    failed = f"failed {found['failed_at']}" if found["failed_at"] else "when it failed is not said"
    severity = f"severity {found['severity']}" if found["severity"] else "severity not said"
    yield f"[dim]{severity}; {failed}; somebody is aware since {found['aware_at']}[/]"
    at = found["revision"]
    yield f"[dim]as of {at['commit'][:12]}: {_safe(at['why'])} ({at['grade']})[/]"
    yield f"[bold]{_safe(found['headline'])}[/]"


def _calls(response: Json) -> Iterator[str]:
    yield "\n[bold]call now[/]"
    for call in response["calls"]:
        when = "at once" if not call["after_minutes"] else f"+{call['after_minutes']} min"
        reached = f" {call['contact']}" if call["contact"] else ""
        covers = f" [dim](covers {_safe(call['covers'])} now)[/]" if call["covers"] else ""
        people = f": {', '.join(call['people'])}" if call["people"] else ""
        yield f"  {when:<9} {_safe(call['target'] + reached + people)}{covers}"
    if not response["calls"]:
        owner = " ".join(response["owner"])
        yield (
            f"  {_safe(owner)} [dim]owns it; how they are reached is not declared[/]" if owner else "  nobody is known"
        )
    for gap in response["gaps"]:
        yield f"  [yellow]gap[/]: {_safe(gap)}"
    if response["communication"]:
        yield f"  speaks to those outside: {_safe(', '.join(response['communication']))}"
    for link in response["links"]:
        yield f"  {_safe(link['name'])}: {_safe(link['address'])}"


def _dues(found: Json) -> Iterator[str]:
    if found["dues"]:
        yield "\n[bold]tell, and by when[/]"
    for due in found["dues"]:
        regulation = f" ({due['regulation']})" if due["regulation"] else ""
        who = f", by {', '.join(due['who'])}" if due["who"] else ""
        applies = f" [yellow]{_safe(due['applies'])}[/]" if due["applies"] else ""
        words = f"{due['by']}  {due['jurisdiction']}: {due['to']}{regulation}, within {due['within_hours']} h{who}"
        yield f"  {_safe(words)}{applies}"
    for message in found["messages"]:
        yield f"  to {_safe(message['audience'])}: {_safe(message['text'])}"


def _controls(controls: Sequence[Json]) -> Iterator[str]:
    for side, title in (("organisation", "the organisation's side"), ("person", "the person's side")):
        yield f"  [dim]{title}[/]"
        for control in (one for one in controls if one["side"] == side):
            word = f"[{_OUTCOMES[control['outcome']]}]{control['outcome'].replace('_', ' '):<9}[/]"
            remedy = f" [dim]→ {_safe(control['remedy'])}[/]" if control["remedy"] else ""
            yield f"    {word} {control['name']}: {_safe(control['what'])}{remedy}"


def _candidates(candidates: Sequence[Json]) -> Iterator[str]:
    if candidates:
        yield "\n[bold]look at[/], the likeliest first"
    for one in candidates:
        span = one["span"]
        commit = (one["commit"] or "(not here)")[:12]
        told = f"{commit}  {span['origin']} {span['grade']}  {_safe(span['subject'] or '')}"
        yield f"  {one['rank']}. {_safe(one['path'])}:{one['start']}  {told}"
        parts = "; ".join(f"{p['name']} {p['value']:.2f}×{p['weight']:g} {p['why']}" for p in one["parts"])
        yield f"     [dim]score {one['score']:.2f}: {_safe(parts)}[/]"
        for question in one["questions"] if one["rank"] <= _WITH_QUESTIONS else ():
            yield _question(question)


def _question(question: Json) -> str:
    title = f"     {TITLES[question['id']]:<15}"
    if question["answer"] is None:
        return f"{title} [yellow]not known[/]: {_safe(question['gap'] or '')}"
    gap = f" [yellow]gap[/]: {_safe(question['gap'])}" if question["gap"] else ""
    return f"{title} {_safe(question['answer'])} [dim]({question['grade']})[/]{gap}"


def _lineage(first: Json) -> Iterator[str]:
    yield f"\n[bold]how {_safe(first['path'])}:{first['start']} got there[/]"
    for event in first["lineage"]:
        if not event["known"]:
            yield f"  {event['step']:<10} {'?':<20} [yellow]{_safe(event['what'])}[/]"
            continue
        by = f", {event['by']}" if event["by"] else ""
        yield f"  {event['step']:<10} {event['at'] or '-':<20} {_safe(event['what'] + by)} [dim]({event['grade']})[/]"


def _reach(reach: Sequence[Json]) -> Iterator[str]:
    if reach:
        yield "\n[bold]how far it reaches[/]"
    titles = {"line": "the same line", "session": "the same session", "model": "the same model"}
    for one in reach:
        size = f"{_quantity(one['lines'], 'line')} in {_quantity(one['files'], 'file')}" if one["lines"] else "nothing"
        yield f"  {titles[one['what']]} [dim]({_safe(one['label'])})[/]: {size}"
        for place in one["running"][:_MOST]:
            words = (place["environment"], place["region"], place["jurisdiction"], place["cohort"])
            where = f"{_safe(', '.join(word for word in words if word))} since {place['since']}"
            yield f"    runs in {where} [dim]({place['state'].replace('_', ' ')}, {place['revision'][:12]})[/]"
        if len(one["running"]) > _MOST:
            yield f"    [dim]… and {len(one['running']) - _MOST:,} more places: --format json shows all[/]"
        if one["gap"]:
            yield f"    [yellow]gap[/]: {_safe(one['gap'])}"
        if one["recall"]:
            yield f"    [dim]$ {_safe(one['recall'])}[/]"


def _notices(notices: Sequence[Json]) -> Iterator[str]:
    if notices:
        yield "\n[bold]notify[/] [dim](--format json has the text of an issue for each)[/]"
    for notice in notices[:_MOST]:
        yield f"  {_safe(notice['owner'])}: {_safe(notice['title'])}"


def _tail(found: Json) -> Iterator[str]:
    for note in found["notes"]:
        yield f"note: {_safe(note)}"
    for one in found["history"]:
        yield f"{one['at']} {_safe(one['what'])}"
    record = found["record"]
    if record and record["problem"]:
        yield f"\n[yellow]not in the ledger[/]: {_safe(record['problem'])}"
    elif record:
        yield f"\n[dim]entry {record['index']} of the ledger, by {_safe(record['by'])}[/]"
    name = found["id"]
    if found["state"] == "open":
        yield f"[dim]next: answerable incident link {name} fix COMMIT[/]"
        yield f"[dim]      answerable incident show {name} --format html -o incident.html[/]"
    yield f"[dim]{found['answered']} of {found['asked']} questions answered, {found['elapsed_ms']} ms[/]"


def _quantity(count: int, one: str) -> str:
    return f"1 {one}" if count == 1 else f"{count:,} {one}s"


def _safe(text: str) -> str:
    return str(escape(clean(text)))
