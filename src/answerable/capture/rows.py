"""Turns who wrote a commit's lines into rows that can be signed: each names lines of one file and their digest."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from answerable.capture.commit import Told
from answerable.capture.lines.hand import Hand, Kind
from answerable.capture.recorder import identity_of
from answerable.git.quoting import quoted
from answerable.ledger import secrets
from answerable.provenance.decisions import Blob
from answerable.provenance.digests import LineDigests

MOST_ROWS = 256  # of one decision
MOST_BYTES = 30_000  # of its rows, so that it fits into an entry of a ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Lines `start` to `end` (1-based, inclusive) of a file, of one session and one call."""

    path: bytes
    start: int
    end: int
    session: str
    trace: str | None
    changed_by: str | None = None  # the person who changed what the agent wrote, or the reverse

    @property
    def modified(self) -> bool:
        """True where a person has a part in the lines."""
        return self.changed_by is not None


def rows(told: Mapping[bytes, Told]) -> list[Row]:
    """The lines that agents wrote, in order; lines of a path whose name looks like a secret are left out."""
    found = []
    for path in sorted(told):
        if secrets.find(quoted(path)):
            continue
        for (start, end), hand in told[path]:
            if hand.session and hand.kind in (Kind.AGENT, Kind.MIXED):
                by = _changed_by(hand)
                row = Row(path=path, start=start, end=end, session=hand.session, trace=hand.trace, changed_by=by)
                found.append(row)
    return found


def joined(found: Iterable[Row], key: Callable[[Row], object]) -> list[Row]:
    """Rows with neighbours made one where they have the same key; of which call the first row was, it keeps."""
    out: list[Row] = []
    for row in found:
        last = out[-1] if out else None
        if last and (last.path, last.end + 1, key(last)) == (row.path, row.start, key(row)):
            out[-1] = replace(last, end=row.end)
        else:
            out.append(row)
    return out


def grouped(found: Sequence[Row], key: Callable[[Row], object]) -> Iterator[tuple[object, list[Row]]]:
    """Rows by key, in the order in which keys first come."""
    groups: dict[object, list[Row]] = {}
    for row in found:
        groups.setdefault(key(row), []).append(row)
    yield from groups.items()


def documents(found: Iterable[Row], blob: Blob) -> Iterator[list[dict[str, object]]]:
    """Rows as decisions have them, in parts that fit into one each.

    Args:
        found: The rows.
        blob: Reads files of the commit; each is read once.
    """
    part: list[dict[str, object]] = []
    size = 0
    for path, of_path in groupby(found, lambda row: row.path):
        digests = LineDigests(blob(path))
        for row in of_path:
            document = _document(row, digests.of(row.start, row.end))
            if document is None:
                continue
            takes = len(json.dumps(document)) + 1
            if part and (len(part) == MOST_ROWS or size + takes > MOST_BYTES):
                yield part
                part, size = [], 0
            part.append(document)
            size += takes
    if part:
        yield part


def _document(row: Row, digest: str | None) -> dict[str, object] | None:
    if digest is None:
        return None
    said: dict[str, object] = {"path": quoted(row.path), "start": row.start, "end": row.end, "digest": digest}
    return said if row.changed_by is None else {**said, "changedBy": row.changed_by}


def _changed_by(hand: Hand) -> str | None:
    return (identity_of(hand.person) or "unknown") if hand.kind is Kind.MIXED else None
