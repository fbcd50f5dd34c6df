"""Spreads groups of related files over processes: each carries the lines of its groups forward.

Workers are forked, so the graph of versions and the hunks are shared, not copied.
"""

from __future__ import annotations

import multiprocessing
import os
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection

from answerable.git.attribution.annotate import LONGEST, Group, Lines, runs
from answerable.git.attribution.comparing import Hunks, leave_signals_to_parent
from answerable.git.attribution.hunks import Pair
from answerable.git.attribution.lineage import Node
from answerable.git.attribution.pieces import BINARY_LOOK
from answerable.git.objects import Objects
from answerable.git.quarantine import Quarantine

Shard = Sequence[int]
Found = tuple[bytes, bytes, set[int]]  # head versions with run lengths, runs, unreadable versions


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """All that a worker needs, by fork.

    `heads` gives the blob of each version asked about, `groups` which versions belong together, newest first. `objects`
    reads a few blobs; by default they are read by a process of their own.
    """

    quarantine: Quarantine
    hunks: Hunks
    nodes: Mapping[int, Node]
    groups: Sequence[Sequence[int]]
    heads: Mapping[int, bytes]
    known: Callable[[int], Lines | None]
    objects: Objects | None = None

    def run(self, processes: int) -> tuple[dict[int, array[int]], set[int]]:
        """Return the runs of every text file asked about, and the versions at which an object was missing."""
        shards = self._shards(processes)
        if len(shards) < 2 or not hasattr(os, "fork"):
            return _merged([_work(self, shard) for shard in shards])
        context = multiprocessing.get_context("fork")
        started = []
        for shard in shards:
            mine, theirs = context.Pipe(duplex=False)
            process = context.Process(target=_child, args=(self, shard, theirs), daemon=True)
            process.start()
            theirs.close()
            started.append((process, mine))
        try:
            return _merged([mine.recv() for _, mine in started])
        finally:
            for process, mine in started:
                mine.close()
                process.terminate()
                process.join()

    def _shards(self, processes: int) -> list[list[int]]:
        """Share groups out evenly by how many versions they have."""
        heaviest = sorted(range(len(self.groups)), key=lambda at: -len(self.groups[at]))
        total = sum(map(len, self.groups))
        count = max(1, min(processes, total // 500, len(self.groups)))
        shards: list[list[int]] = [[] for _ in range(count)]
        weights = [0] * count
        for at in heaviest:
            lightest = weights.index(min(weights))
            shards[lightest].append(at)
            weights[lightest] += len(self.groups[at]) + 1
        return [sorted(shard) for shard in shards]


def _child(job: Job, shard: Shard, pipe: Connection) -> None:
    leave_signals_to_parent()
    try:
        pipe.send(_work(job, shard))
    except BrokenPipeError:
        pass  # the parent has gone
    finally:
        pipe.close()


def _merged(found: Iterable[Found]) -> tuple[dict[int, array[int]], set[int]]:
    every: dict[int, array[int]] = {}
    unreadable: set[int] = set()
    for table, coded, missing in found:
        sizes, numbers, at = array("I", table), array("I", coded), 0
        for version, size in zip(sizes[0::2], sizes[1::2], strict=True):
            every[version] = numbers[at : at + size]
            at += size
        unreadable |= missing
    return every, unreadable


def _work(job: Job, shard: Shard) -> Found:
    members = [job.groups[at] for at in shard]
    counts = _line_counts(job, {v: job.heads[v] for group in members for v in group if v in job.heads})
    table, coded = array("I"), array("I")
    unreadable: set[int] = set()
    for group in members:
        heads = {v: counts[v] for v in group if v in counts}
        nodes = {v: job.nodes[v] for v in group if v in job.nodes}
        lines, missing = Group(nodes, heads, job.known, _reader(job.hunks)).lines()
        unreadable |= missing
        for version, numbers in lines.items():
            run = runs(numbers)
            table.extend((version, len(run)))
            coded.extend(run)
    return table.tobytes(), coded.tobytes(), unreadable


def _reader(hunks: Hunks) -> Callable[[Pair], Sequence[int] | None]:
    def read(pair: Pair) -> Sequence[int] | None:
        found = hunks.get(pair)
        return None if found is None else memoryview(found).cast("I")

    return read


def _line_counts(job: Job, blobs: Mapping[int, bytes]) -> dict[int, int]:
    """How many lines each file has; binary, missing and absurdly long files are left out."""
    counts = {}
    asked = (oid.decode() for oid in blobs.values())
    read = map(job.objects.get, asked) if job.objects else Objects(job.quarantine.git).stream(asked)
    for version, found in zip(blobs, read, strict=True):
        if found is None or b"\0" in found.data[:BINARY_LOOK]:
            continue
        lines = found.data.count(b"\n") + (not found.data.endswith(b"\n") and found.data != b"")
        if lines < LONGEST:
            counts[version] = lines
    return counts
