"""What was carried from one commit to another: ranges kept and dropped, by which rule; what a signed decision says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from answerable.capture.carry.source import Rule
from answerable.capture.commit import Told
from answerable.capture.lines.hand import Kind
from answerable.capture.note_read import spans_of
from answerable.capture.replay import Session
from answerable.domain.ranges import Ranges
from answerable.git.quoting import quoted

MOST_ROWS = 400  # ranges in one decision: a leaf of the ledger is small; what is left out is counted


@dataclass(frozen=True, slots=True, order=True)
class Kept:
    """Lines that kept their hand: from `start` to `end` in the new file, from `old_start` on in the old."""

    path: bytes
    start: int
    end: int
    old_path: bytes
    old_start: int


@dataclass(frozen=True, slots=True, order=True)
class Dropped:
    """Lines of the old file whose hand was known and did not come along, and by which rule."""

    path: bytes
    start: int
    end: int
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What came from one commit to another."""

    old: str
    new: str
    rule: Rule
    kept: tuple[Kept, ...] = ()
    dropped: tuple[Dropped, ...] = ()

    def details(self, most: int = MOST_ROWS) -> dict[str, object]:
        """As a member of a decision's details; at most so many ranges, and how many more there are."""
        kept = [
            {"path": quoted(one.path), "start": one.start, "end": one.end, "from": _from(one)}
            for one in self.kept[:most]
        ]
        left = max(most - len(kept), 0)
        dropped = [
            {"path": quoted(one.path), "start": one.start, "end": one.end, "rule": one.rule}
            for one in self.dropped[:left]
        ]
        more = len(self.kept) + len(self.dropped) - len(kept) - len(dropped)
        return {
            "from": self.old,
            "to": self.new,
            "rule": str(self.rule),
            "kept": kept,
            "dropped": dropped,
            **({"more": more} if more else {}),
        }


def _from(one: Kept) -> dict[str, object]:
    return {"start": one.old_start, **({"path": quoted(one.old_path)} if one.old_path != one.path else {})}


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """Whose the lines of a new commit are once all that could be carried was; and what was."""

    told: dict[bytes, Told]
    rows: tuple[Row, ...] = ()
    sessions: Mapping[str, Session] = field(default_factory=dict)
    sources: frozenset[str] = frozenset()

    @property
    def lines(self) -> dict[bytes, Ranges]:
        """The lines of the new commit that were carried, by path: all others are this recorder's own word."""
        spans: dict[bytes, list[tuple[int, int]]] = {}
        for row in self.rows:
            for one in row.kept:
                spans.setdefault(one.path, []).append((one.start, one.end))
        return {path: Ranges.of(of) for path, of in spans.items()}

    def seen(self, known: Callable[[str | None], object]) -> dict[bytes, Told]:
        """What this recorder can itself vouch for: without lines that only another commit's note told it of.

        Args:
            known: The call of a trace; None where this recorder saw none.
        """
        lines = self.lines
        found: dict[bytes, Told] = {}
        for path, spans in self.told.items():
            came = lines.get(path, Ranges())
            kept = {
                line: hand
                for (start, end), hand in spans
                for line in range(start, end + 1)
                if line not in came or known(hand.trace) is not None
            }
            found[path] = spans_of(kept)
        return found

    def details(self) -> dict[str, object]:
        """As members of a decision's details: `carry`, and what of the new commit is unknown; empty where no carry."""
        if not self.rows:
            return {}
        left, found = MOST_ROWS, []
        for row in self.rows:
            found.append(row.details(left))
            left -= len(row.kept) + len(row.dropped)
            left = max(left, 0)
        unknown = [
            {"path": quoted(path), "start": start, "end": end, "rule": rule}
            for path, start, end, rule in self.unknown()
        ]
        return {"carry": found, "unknown": unknown[:MOST_ROWS]}

    def unknown(self) -> Iterator[tuple[bytes, int, int, str]]:
        """Lines of the new commit of which nobody knows who wrote them: path, first, last, and by which rule."""
        for path in sorted(self.told):
            for (start, end), hand in self.told[path]:
                if hand.kind is Kind.UNKNOWN:
                    yield path, start, end, hand.rule


def runs(pairs: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """Pairs of a new and an old line, as runs of both: new start, new end, old start."""
    start = end = old = 0
    for new, source in sorted(pairs):
        if end and new == end + 1 and source == old + new - start:
            end = new
            continue
        if end:
            yield start, end, old
        start = end = new
        old = source
    if end:
        yield start, end, old
