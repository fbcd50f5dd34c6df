"""Which lines each commit added, for many commits at once: what `git log -p -U0 -M` would show as plus lines.

A merge is credited only with lines that none of its parents has. Binary files have no lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import NamedTuple

from answerable.git.attribution.hunks import Differ, Pair
from answerable.git.attribution.store import Store
from answerable.git.changes import GITLINK, Change, Merged, Record, Step, records
from answerable.git.quarantine import Quarantine

Spans = list[tuple[int, int]]  # 1-based, inclusive


class Added(NamedTuple):
    """What one commit added: the line numbers, by path, as the commit left them. Opaque: objects are missing."""

    step: Step
    paths: dict[bytes, Spans]
    opaque: bool


def added_lines(quarantine: Quarantine, store: Store, walk: Sequence[Step]) -> Iterator[Added]:
    """Yield what each commit of a walk added, in order.

    Args:
        quarantine: Where; it must hold the empty blob (`Quarantine.empty_blob`).
        store: Hunks known already, and where new ones are kept.
        walk: Commits with their parents; a few hundred at a time bound memory.
    """
    empty = quarantine.empty_blob.encode()
    found = list(records(quarantine.git, walk, shards=1, renames=True))
    wanted = [list(_pairs(record, empty)) for record in found]
    known = _hunks(quarantine, store, list(dict.fromkeys(pair for of in wanted for _, ps in of for pair in ps)))
    for record, paths in zip(found, wanted, strict=True):
        spans = {path: _common([known.get(pair, ()) for pair in pairs]) for path, pairs in paths}
        opaque = record.opaque or any(pair not in known for _, pairs in paths for pair in pairs)
        yield Added(record.step, {path: lines for path, lines in spans.items() if lines}, opaque)


def _pairs(record: Record, empty: bytes) -> Iterator[tuple[bytes, list[Pair]]]:
    """Each path with the pairs of blobs to compare: one, or one a parent for a merge."""
    if len(record.step.parents) > 1:
        for path, raw in record.merged.items():
            merged = Merged.of(raw)
            olds = [empty if mode == GITLINK or not blob.strip(b"0") else blob for mode, blob in merged.parents]
            # with the bytes of one parent under another mode it adds no line
            if merged.blob.strip(b"0") and merged.mode != GITLINK and merged.blob not in olds:
                yield path, [(old, merged.blob) for old in olds]
        return
    for path, raw in record.raw:
        change = Change.of(path, raw)
        if change.status == b"D" or change.new_mode == GITLINK:
            continue
        continues = change.status in (b"M", b"R") and change.old_mode[:3] == change.new_mode[:3]
        old = change.old if continues else empty  # a link that becomes a file begins anew, though its bytes stay
        if change.new not in (old, empty):
            yield path, [(old, change.new)]


def _hunks(quarantine: Quarantine, store: Store, wanted: Sequence[Pair]) -> dict[Pair, Sequence[int]]:
    """The hunks of all these pairs, none for a binary file; a pair with a missing blob is left out."""
    with closing(Differ(quarantine, binary=False)) as differ:
        return {pair: memoryview(packed).cast("I") for pair, packed in differ.hunks(wanted, store).items()}


def _common(hunks: Sequence[Sequence[int]]) -> Spans:
    """The new lines that are in every one of these diffs."""
    common: Spans | None = None
    for numbers in hunks:
        new = [(numbers[at + 2] + 1, numbers[at + 2] + numbers[at + 3]) for at in range(0, len(numbers), 4)]
        new = [span for span in new if span[0] <= span[1]]
        common = new if common is None else list(_both(common, new))
    return common or []


def _both(one: Spans, other: Spans) -> Iterator[tuple[int, int]]:
    i = j = 0
    while i < len(one) and j < len(other):
        start, end = max(one[i][0], other[j][0]), min(one[i][1], other[j][1])
        if start <= end:
            yield start, end
        if one[i][1] < other[j][1]:
            i += 1
        else:
            j += 1
