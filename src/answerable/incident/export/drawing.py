"""Draws the lineage of a line as SVG: a rail from generated to failed, a dot a step, hollow where nothing is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

from answerable.domain.printable import printable

Json = dict[str, Any]
_ROW, _RAIL, _TEXT, _WIDTH, _TOP = 46, 118, 146, 1020, 26
_MOST = 118  # characters of one line, as wide as the drawing


def draw(lineage: Sequence[Json]) -> str:
    """The drawing, with its text, which readers of screens read in order."""
    return "".join(_parts(lineage))


def _parts(lineage: Sequence[Json]) -> Iterator[str]:
    height = _TOP + _ROW * len(lineage)
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" '
    yield 'aria-label="The steps of the line in their order">'
    if len(lineage) > 1:
        yield f'<line class="rail" x1="{_RAIL}" x2="{_RAIL}" y1="{_TOP}" y2="{_TOP + _ROW * (len(lineage) - 1)}"/>'
    for at, event in enumerate(lineage):
        yield from _step(event, _TOP + _ROW * at, at > 0 and lineage[at - 1]["step"] == event["step"])
    yield "</svg>"


def _step(event: Json, y: int, again: bool) -> Iterator[str]:
    known = event["known"]
    kind = "failed" if event["step"] == "failed" and known else "known" if known else "none"
    yield f'<g><circle class="dot {kind}" cx="{_RAIL}" cy="{y}" r="7"/>'
    name = "" if again else event["step"]
    yield f'<text class="what" x="{_RAIL - 18}" y="{y + 4}" text-anchor="end">{_safe(name)}</text>'
    if known:
        when = event["at"] or "when is not recorded"
        second = " · ".join(filter(None, (when, event["by"], event["grade"])))
        yield f'<text x="{_TEXT}" y="{y - 2}">{_safe(event["what"])}</text>'
        yield f'<text class="soft" x="{_TEXT}" y="{y + 15}">{_safe(second)}</text>'
    else:
        yield f'<text class="ask" x="{_TEXT}" y="{y + 4}">{_safe(event["what"])}</text>'
    yield "</g>"


def _safe(text: str) -> str:
    words = " ".join(printable(text).split())
    return escape(words if len(words) <= _MOST else f"{words[: _MOST - 1]}…")
