"""An incident as one HTML file that can be mailed and printed: no script, nothing from elsewhere, and it says so.

Every text is escaped; addresses become links only where they are http or https. The content security policy in the
file forbids all that is not in it, so that even a fault here could load and run nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Any

from answerable.domain.printable import printable
from answerable.incident.export.drawing import draw
from answerable.incident.export.style import STYLE
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
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'none'; form-action 'none'; base-uri 'none'"
_MOST = 30


def page(found: Json) -> str:
    """The whole incident as a file."""
    return "\n".join(_rows(found)) + "\n"


def safe(text: object) -> str:
    """A text that is only a text."""
    return escape(" ".join(printable(str(text)).split()))


def _rows(found: Json) -> Iterator[str]:
    title = f"Incident {safe(found['id'])}: {safe(found['title'])}"
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="referrer" content="no-referrer">'
    yield f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>"
    yield f"<header>\n<p class=kicker>Incident {safe(found['id'])} · {safe(found['state'])}</p>"
    yield f"<h1>{safe(found['title'])}</h1>\n<p class=lead>{safe(found['headline'])}</p>\n</header>\n<main>"
    yield from _facts(found)
    yield '<div class="pair">'
    yield from _calls(found)
    yield from _dues(found)
    yield "</div>"
    first = next(iter(found["candidates"]), None)
    if first:
        yield from _lineage(first)
        yield from _passed(first)
    yield from _candidates(found["candidates"])
    yield from _reach(found)
    yield from _notes(found)
    yield "</main>\n<footer>Made by Answerable from what is recorded. What is not recorded is shown as not known. "
    yield "It is for learning: nothing here rates anybody.</footer>\n</body>\n</html>"


def _facts(found: Json) -> Iterator[str]:
    yield "<dl class=facts>"
    yield from (f"<div><dt>{safe(name)}</dt><dd>{safe(value)}</dd></div>" for name, value in facts(found))
    if found["links"]:
        yield f"<div><dt>Links</dt><dd>{' '.join(map(_link, found['links']))}</dd></div>"
    yield "</dl>"


def _calls(found: Json) -> Iterator[str]:
    told = found["response"]
    yield "<section>\n<h2>Call now</h2>"
    yield from _table(("When", "Whom", "How they are reached"), calls(told))
    if not told["calls"]:
        owner = safe(" ".join(told["owner"])) or "Nobody is known"
        yield f"<p><strong>{owner}</strong>: how they are reached is not declared.</p>"
    yield from (f'<p class="gap">{safe(gap)}</p>' for gap in told["gaps"])
    if told["communication"]:
        yield f"<p>Speaks to those outside: {safe(', '.join(told['communication']))}</p>"
    for link in told["links"]:
        yield f"<p>{safe(link['name'])}: {_link(link['address'])}</p>"
    yield "</section>"


def _dues(found: Json) -> Iterator[str]:
    yield "<section>\n<h2>Tell, and by when</h2>"
    yield from _table(("By", "To", "Under", "Who"), map(due, found["dues"]))
    if not found["dues"]:
        yield '<p class="gap">no duty to report is declared for this path</p>'
    for message in found["messages"]:
        yield f"<blockquote><p class=kicker>To {safe(message['audience'])}</p>{safe(message['text'])}</blockquote>"
    yield "</section>"


def _lineage(first: Json) -> Iterator[str]:
    yield f"<section>\n<h2>How <code>{safe(first['path'])}:{first['start']}</code> got there</h2>"
    yield f'<div class="drawing">{draw(first["lineage"])}</div>'
    yield "</section>"


def _passed(first: Json) -> Iterator[str]:
    yield f"<section>\n<h2>What let it pass</h2>\n<p class=lead>{safe(first['passed'])}</p>\n<div class=pair>"
    for side, title in SIDES:
        yield f"<div>\n<h3>{title}</h3>\n<ul class=controls>"
        for one in (control for control in first["controls"] if control["side"] == side):
            remedy = f"<br><span class=remedy>{safe(one['remedy'])}</span>" if one["remedy"] else ""
            word = f'<span class="outcome {safe(one["outcome"])}">{OUTCOMES[one["outcome"]]}</span>'
            yield f"<li>{word} <strong>{safe(one['name'])}</strong>: {safe(one['what'])}{remedy}</li>"
        yield "</ul>\n</div>"
    yield "</div>\n</section>"


def _candidates(candidates: Sequence[Json]) -> Iterator[str]:
    if candidates:
        yield "<section>\n<h2>Look at, the likeliest first</h2>"
    for one in candidates:
        span = one["span"]
        where = f"<code>{safe(one['path'])}:{one['start']}</code>"
        told = f"{safe((one['commit'] or 'not here')[:12])} · {safe(span['subject'] or '')}"
        yield f"<details{' open' if one['rank'] == 1 else ''}>\n<summary>{one['rank']}. {where} "
        yield f'<span class="origin {safe(span["origin"])}">{safe(span["origin"])} · {safe(span["grade"])}</span> '
        yield f"<span class=kicker>{told}</span></summary>"
        yield f"<p class=kicker>Score {one['score']:.2f}</p>"
        rows = ((p["name"], f"{p['value']:.2f}", f"× {p['weight']:g}", p["why"]) for p in one["parts"])
        yield from _table(("Part", "Value", "Weight", "Why"), rows)
        yield from _table(("Question", "Answer"), ((TITLES[q["id"]], answer(q)) for q in one["questions"]))
        yield "</details>"
    if candidates:
        yield "</section>"


def _reach(found: Json) -> Iterator[str]:
    if not found["reach"]:
        return
    yield "<section>\n<h2>How far it reaches</h2>"
    for one in found["reach"]:
        size = f"{quantity(one['lines'], 'line')} in {quantity(one['files'], 'file')}" if one["lines"] else "nothing"
        yield f"<h3>{REACHES[one['what']]}: {size}</h3>\n<p class=kicker>{safe(one['label'])}</p>"
        if one["running"]:
            yield f"<ul>{''.join(f'<li>{safe(place(where))}</li>' for where in one['running'][:_MOST])}</ul>"
        if one["gap"]:
            yield f'<p class="gap">{safe(one["gap"])}</p>'
        if one["recall"]:
            yield f"<p><code>{safe(one['recall'])}</code></p>"
    if found["notices"]:
        yield "<h3>Owners to notify</h3>"
        yield from _table(("Owner", "What"), ((one["owner"], one["title"]) for one in found["notices"][:_MOST]))
    yield "</section>"


def _notes(found: Json) -> Iterator[str]:
    if found["history"]:
        yield "<section>\n<h2>Since then</h2>"
        yield from _table(("When", "Who", "What"), ((o["at"], o["by"] or "", o["what"]) for o in found["history"]))
        yield "</section>"
    if found["notes"]:
        notes = "".join(f"<li>{safe(note)}</li>" for note in found["notes"])
        yield f"<section>\n<h2>Notes</h2>\n<ul>{notes}</ul>\n</section>"


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    cells = [[safe(cell) for cell in row] for row in rows]
    if cells:
        yield f"<table>\n<thead><tr>{''.join(f'<th>{name}</th>' for name in head)}</tr></thead>\n<tbody>"
        yield from (f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in cells)
        yield "</tbody>\n</table>"


def _link(address: str) -> str:
    if address.startswith(("https://", "http://")):
        return f'<a href="{escape(address)}" rel="noreferrer noopener">{safe(address)}</a>'
    return safe(address)
