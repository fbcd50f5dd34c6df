"""Printed lines become ordered frames: whatever the language, the root cause's innermost call comes first.

A language is a pure function of one line and the line before it. It answers with a place, with a mark that
says how the next places relate to those before (a new trace, a cause, an exception raised in handling …),
with both, or with nothing. Only this module knows order; no language does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import NamedTuple

from answerable.domain.frame import Frame


class Mark(Enum):
    """How what follows relates to what stood before."""

    START = auto()  # another trace
    END = auto()  # the trace is over, whatever was announced
    SAME = auto()  # the trace goes on
    ROOT = auto()  # it caused everything that stood before in this trace
    CAUSE = auto()  # it caused the exception just before
    LATER = auto()  # it was raised after, or because of, the exception just before
    ASIDE = auto()  # it is the least likely to matter: it was suppressed


class Found(NamedTuple):
    """A place named by one line, before its position in a trace is known."""

    path: str
    line: int | None
    column: int | None = None
    function: str | None = None
    language: str | None = None  # where one reader speaks for several languages


class Step(NamedTuple):
    """What one line says: a mark, a place, or a mark and then a place."""

    found: Found | None = None
    mark: Mark | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A reader of one runtime's lines.

    `read(line, before)` gets the line and the non-empty line before it. `reach` is how many foreign lines may
    stand between two frames of one trace; further apart they are two traces.
    """

    name: str
    read: Callable[[str, str], Step | None]
    innermost_first: bool = True
    reach: int = 0


@dataclass(slots=True)
class _Segment:
    """The frames of one exception, in the order of the text."""

    language: Language
    places: list[tuple[Found, str]] = field(default_factory=list)

    def inwards(self) -> list[tuple[Found, str]]:
        return self.places if self.language.innermost_first else self.places[::-1]


_LONGEST_CHAIN = 1000  # exceptions in one trace; more are no chain but an attack on the time it takes
_PATIENCE = 4  # lines after which a header is a new trace although a cause was announced


class Assembler:
    """Takes the steps of one input in order and gives back its frames, traces apart and causes first."""

    def __init__(self) -> None:
        self._traces: list[list[_Segment]] = []
        self._current: _Segment | None = None
        self._pending: tuple[Language, Mark] | None = None
        self._gap = 0

    def skip(self) -> None:
        """Take note of a line that says nothing."""
        self._gap += 1

    def take(self, language: Language, step: Step, text: str) -> None:
        """Add what one line said."""
        if step.mark is not None:
            self._announce(language, step.mark)
        if step.found is not None:
            self._segment(language).places.append((step.found, text))
            self._gap = 0

    def _announce(self, language: Language, mark: Mark) -> None:
        held = self._pending
        awaited = held is not None and held[0] is language and held[1] not in (Mark.START, Mark.SAME)
        if not (mark is Mark.START and awaited and self._gap <= _PATIENCE):
            self._pending = (language, Mark.START if mark is Mark.END else mark)
        self._gap = 0

    def _segment(self, language: Language) -> _Segment:
        pending, self._pending = self._pending, None
        mark = pending[1] if pending is not None and pending[0] is language else None
        current = self._current
        if current is None or current.language is not language or mark is Mark.START:
            return self._open(language)
        if mark is None and self._gap > language.reach:
            return self._open(language)
        if mark is None or mark is Mark.SAME:
            return current
        trace = self._traces[-1]
        if len(trace) >= _LONGEST_CHAIN:
            return self._open(language)
        segment = self._current = _Segment(language)
        at = next(n for n, s in enumerate(trace) if s is current)
        trace.insert({Mark.ROOT: 0, Mark.CAUSE: at, Mark.LATER: at + 1}.get(mark, len(trace)), segment)
        return segment

    def _open(self, language: Language) -> _Segment:
        self._current = _Segment(language)
        self._traces.append([self._current])
        return self._current

    def frames(self) -> list[Frame]:
        """All frames: traces in the order of the text, each from where it failed outwards."""
        flat = [[(s.language, *p) for s in trace for p in s.inwards()] for trace in self._traces]
        kept = [t for n, t in enumerate(flat) if not _heralds(t, flat[n + 1 : n + 2])]
        return [
            _frame(language, found, text, trace, position)
            for trace, places in enumerate(kept)
            for position, (language, found, text) in enumerate(places)
        ]


def _heralds(trace: list[tuple[Language, Found, str]], following: Iterable[list[tuple[Language, Found, str]]]) -> bool:
    """True for a lone place that the next trace names again: a title line, not a trace of its own."""
    if len(trace) != 1:
        return False
    ours = trace[0]
    return any(p[0] is ours[0] and p[1][:2] == ours[1][:2] for places in following for p in places[:64])


def _frame(language: Language, found: Found, text: str, trace: int, position: int) -> Frame:
    return Frame(
        path=found.path,
        language=found.language or language.name,
        line=found.line,
        column=found.column,
        function=found.function,
        trace=trace,
        position=position,
        text=text,
    )


def number(digits: str | None) -> int | None:
    """A 1-based number, or None where there is none or it is 0."""
    return (int(digits) or None) if digits else None
