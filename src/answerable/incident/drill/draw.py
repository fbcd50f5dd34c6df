"""Draws the line that a rehearsal is about: one that AI wrote, where most is at stake, each as likely as any other.

The same seed over the same commit draws the same line on every machine. Where nothing is known to be of AI, lines of
unknown origin stand in, which are governed as AI.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from answerable.domain.layer import Placed, Places
from answerable.domain.origin import Origin
from answerable.errors import TargetUnsupported
from answerable.provenance.lines import LineSpan

_AI = frozenset({Origin.AI.value, Origin.MIXED.value})
_UNKNOWN = frozenset({Origin.UNKNOWN.value})


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """The line, the layer it is in, and among how many it was drawn."""

    path: bytes
    line: int
    origin: str
    layer: str | None
    population: int
    note: str | None = None  # what had to stand in


def draw(spans: Iterable[LineSpan], seed: int, places: Places | None = None, layer: str | None = None) -> Drawn:
    """Draw one line.

    Args:
        spans: Every line of a tree, in path and line order.
        seed: Of the draw.
        places: Tells the layers of files; None: nothing is in a layer.
        layer: Draw in this one instead of the most severe that has such lines.

    Raises:
        TargetUnsupported: there is no line to draw.
    """
    every = [span for span in spans if span.origin in _AI | _UNKNOWN]
    for origins, note in ((_AI, None), (_UNKNOWN, "no line is known to be of AI: one of unknown origin stands in")):
        some = [span for span in every if span.origin in origins]
        placed = places(list(dict.fromkeys(span.path for span in some))) if places and some else {}
        worst = _worst(some, placed, layer)
        if worst:
            return _one(worst, placed, seed, note)
    where = f" in the layer {layer}" if layer else ""
    raise TargetUnsupported(
        f"no line{where} is of AI or of unknown origin: there is nothing to rehearse with", hint="answerable scan"
    )


def _worst(spans: Sequence[LineSpan], placed: Mapping[bytes, Placed], layer: str | None) -> list[LineSpan]:
    """Those in the layer asked for, or in the most severe that any of them is in."""
    ranked: dict[int, list[LineSpan]] = {}
    for span in spans:
        where = placed.get(span.path)
        if layer is None or (where and where.layer.name == layer):
            ranked.setdefault(where.layer.rank if where else 1 << 30, []).append(span)
    return ranked[min(ranked)] if ranked else []


def _one(spans: Sequence[LineSpan], placed: Mapping[bytes, Placed], seed: int, note: str | None) -> Drawn:
    population = sum(span.end - span.start + 1 for span in spans)
    at = random.Random(seed).randrange(population)  # noqa: S311 - a draw to be repeated
    for span in spans:
        count = span.end - span.start + 1
        if at < count:
            where = placed.get(span.path)
            return Drawn(
                path=span.path, line=span.start + at, origin=span.origin, layer=where.layer.name if where else None,
                population=population, note=note,
            )  # fmt: skip
        at -= count
    raise AssertionError("a number below the sum of all counts is in one of them")
