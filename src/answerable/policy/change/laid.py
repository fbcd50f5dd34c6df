"""Lays results of analysers over what is known of a change's lines, and over lines that it does not touch.

A result is new where it is on a line that the change adds; else it is standing: it was there, or is about a file that
the change leaves alone. Its lines' origin is then looked up, for as many as will be shown.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from answerable.domain.grade import Grade
from answerable.domain.origin import Origin
from answerable.git.attribution.engine import Engine
from answerable.git.attribution.pieces import End
from answerable.git.repository import Repository
from answerable.policy.change.facts import LineFacts, What
from answerable.provenance.gather import Gatherer
from answerable.provenance.origins import Origins
from answerable.review.findings import Findings, Found
from answerable.review.result import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """A result on a path that the change changes: it is on the facts `on[first:last]`, which many share."""

    found: Found
    on: Sequence[LineFacts]  # all of its path, in the order of lines
    first: int
    last: int

    @property
    def facts(self) -> Sequence[LineFacts]:
        """What it is on."""
        return self.on[self.first : self.last]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A result on lines that the change does not add, to be told for the sake of a rule."""

    found: Found
    rule: str  # of the policy
    layer: str
    because: str  # why that layer
    origin: Origin = Origin.UNKNOWN
    grade: Grade = Grade.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Laying:
    """What analysers found, over a change."""

    reports: tuple[Report, ...] = ()
    laid: tuple[Laid, ...] = ()
    untouched: tuple[Found, ...] = ()  # those on no line that the change adds
    standing: tuple[Standing, ...] = ()  # those of them that are to be told
    notes: tuple[str, ...] = ()


def lay(findings: Findings, facts: Sequence[LineFacts]) -> Laying:
    """Lay findings over the facts of a change; one on a whole file is on everything that the change does to it."""
    by_path: dict[bytes, list[LineFacts]] = {}
    for fact in facts:
        by_path.setdefault(fact.path, []).append(fact)
    shelves = {path: _Shelf(on) for path, on in by_path.items()}
    laid, untouched = [], []
    for found in findings.found:
        shelf = shelves.get(found.path)
        first, last = shelf.under(found) if shelf else (0, 0)
        if shelf and first < last:
            laid.append(Laid(found=found, on=shelf.on, first=first, last=last))
        if not shelf or not shelf.new(first, last):
            untouched.append(found)
    return Laying(reports=findings.reports, laid=tuple(laid), untouched=tuple(untouched), notes=findings.notes)


class _Shelf:
    """The facts of one path in the order of lines: those without any first, which only whole-file results are on."""

    def __init__(self, facts: Iterable[LineFacts]) -> None:
        self.on = sorted(facts, key=lambda fact: (fact.start, fact.end))
        self._starts = [fact.start for fact in self.on]
        self._ends = [fact.end for fact in self.on]
        self._added = [at for at, fact in enumerate(self.on) if fact.what is not What.MOVED]

    def under(self, found: Found) -> tuple[int, int]:
        """The facts that a result is on, as a slice."""
        if not found.start:
            return 0, len(self.on)
        first = max(bisect_left(self._ends, found.start), bisect_right(self._starts, 0))
        return first, max(first, bisect_right(self._starts, found.end))

    def new(self, first: int, last: int) -> bool:
        """True where any of a slice is new with the change."""
        at = bisect_left(self._added, first)
        return at < len(self._added) and self._added[at] < last


class Whence:
    """Where lines of some files come from as they stand at a commit.

    Args:
        repository: Where.
        head: Full id of the commit.
        paths: A few files; their history is walked.
        gatherer: Reads evidence.
    """

    def __init__(self, repository: Repository, head: str, paths: Iterable[bytes], gatherer: Gatherer) -> None:
        self._lines = Engine(repository).attribute(head, list(dict.fromkeys(paths)))
        self._known = Origins(repository, gatherer)
        self._known.learn({one.commit.decode() for one in self._lines.origins if one.end is End.BEGUN})

    def of(self, found: Found) -> tuple[Origin, Grade]:
        """The origin of the lines of a finding and its grade; of lines that differ, what claims least."""
        told: set[Origin] = set()
        grades: set[Grade] = set()
        for piece in self._lines.pieces(found.path) if found.path in self._lines.files else ():
            start = max(piece.start, found.start)
            end = min(piece.start + piece.count - 1, found.end or piece.start + piece.count)
            shift = piece.orig_start - piece.start
            if start <= end and piece.origin.end is not End.BEGUN:
                return Origin.UNKNOWN, Grade.NONE
            if start <= end:
                commit, path = piece.origin.commit.decode(), piece.origin.path
                for line in self._known.of(commit, path, start + shift, end + shift):
                    told.add(line.origin)
                    grades.add(line.grade)
        if not told or Origin.UNKNOWN in told:
            return Origin.UNKNOWN, Grade.NONE
        return (next(iter(told)) if len(told) == 1 else Origin.MIXED), min(grades)
