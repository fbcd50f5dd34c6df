"""Which lines each commit added, for many commits at once: what `git log -p -U0 -M` would show as plus lines.

A merge is credited only with lines that none of its parents has. Binary files have no lines.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from answerable.git.attribution import hunks as diffs
from answerable.git.attribution.store import Store
from answerable.git.changes import GITLINK, Change, Merged, Record, Step, records
from answerable.git.objects import Objects
from answerable.git.quarantine import Quarantine

Spans = list[tuple[int, int]]  # 1-based, inclusive
_KIND, _TEXT, _BINARY = b"k", b"t", b"b"  # the end of a key in the store, and what is kept there


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


def _pairs(record: Record, empty: bytes) -> Iterator[tuple[bytes, list[diffs.Pair]]]:
    """Each path with the pairs of blobs to compare: one, or one a parent for a merge."""
    if len(record.step.parents) > 1:
        for path, raw in record.merged.items():
            merged = Merged.of(raw)
            if merged.blob.strip(b"0") and merged.mode != GITLINK:
                olds = [blob if blob.strip(b"0") else empty for _, blob in merged.parents]
                yield path, [(old, merged.blob) for old in olds if old != merged.blob]
        return
    for path, raw in record.raw:
        change = Change.of(path, raw)
        if change.status == b"D" or change.new_mode == GITLINK or change.new in (change.old, empty):
            continue
        continues = change.status in (b"M", b"R") and change.old_mode[:3] == change.new_mode[:3]
        yield path, [(change.old if continues else empty, change.new)]


def _hunks(quarantine: Quarantine, store: Store, wanted: Sequence[diffs.Pair]) -> dict[diffs.Pair, Sequence[int]]:
    """The hunks of all these pairs, none for a binary file; a pair that cannot be read is left out."""
    found = _kept(store, wanted)
    todo = [pair for pair in wanted if pair not in found]
    last = (quarantine.empty_blob.encode(), quarantine.write_blob(b"%s\n" % os.urandom(16).hex().encode()).encode())
    absent: set[str] | None = None
    while todo:
        batch, todo = todo[: diffs.BATCH], todo[diffs.BATCH :]
        fresh = dict(diffs.diff(quarantine, [*batch, last], binary=False))
        if last in fresh:  # git has seen them all: those that it showed no hunk of are binary
            fresh = {pair: fresh.get(pair, b"") for pair in batch}
        elif absent is None:  # git stopped at a blob that is not here: go on without those
            rest = [pair for pair in (*batch, *todo) if pair not in fresh]
            absent = Objects(quarantine.git).missing({oid.decode() for pair in rest for oid in pair})
            todo = [pair for pair in rest if not absent & {oid.decode() for oid in pair}]
        store.add_hunks(dict(_rows(fresh)))
        found.update(fresh)
    return {pair: memoryview(packed).cast("I") for pair, packed in found.items()}


def _kept(store: Store, wanted: Sequence[diffs.Pair]) -> dict[diffs.Pair, bytes]:
    """What the store knows. Blame has hunks of binary files too, so each pair's kind must be known as well."""
    keys = {pair: diffs.key_of(pair) for pair in wanted}
    kinds = store.hunks(key + _KIND for key in keys.values())
    hunks = store.hunks(key for key in keys.values() if kinds.get(key + _KIND) == _TEXT) | {
        key: b"" for key in keys.values() if kinds.get(key + _KIND) == _BINARY
    }
    return {pair: hunks[key] for pair, key in keys.items() if key in hunks}


def _rows(fresh: Mapping[diffs.Pair, bytes]) -> Iterator[tuple[bytes, bytes]]:
    for pair, packed in fresh.items():
        key = diffs.key_of(pair)
        yield key + _KIND, _TEXT if packed else _BINARY
        if packed:
            yield key, packed


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
