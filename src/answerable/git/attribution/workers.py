"""Spreads groups of related files over processes: each diffs what its groups need and carries their lines forward.

Workers are forked, so the graph of versions is shared, not copied. What they find goes to the store batch by batch:
a run that is killed begins again where it stopped.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection

from answerable.git.attribution import hunks as diffs
from answerable.git.attribution.annotate import LONGEST, Group, Lines, runs
from answerable.git.attribution.lineage import Node
from answerable.git.attribution.pieces import BINARY_LOOK
from answerable.git.attribution.store import Store
from answerable.git.objects import Objects
from answerable.git.quarantine import Quarantine

Shard = Sequence[int]
Found = tuple[bytes, bytes, set[int]]  # head versions with run lengths, runs, unreadable versions


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """All that a worker needs, by fork.

    `heads` gives the blob of each version asked about, `groups` which versions belong together, newest first.
    """

    quarantine: Quarantine
    store: Store
    nodes: Mapping[int, Node]
    groups: Sequence[Sequence[int]]
    heads: Mapping[int, bytes]
    known: Callable[[int], Lines | None]
    tick: Callable[[int], None]

    def run(self, processes: int) -> tuple[dict[int, array[int]], set[int]]:
        """Return the runs of every text file asked about, and the versions at which an object was missing."""
        shards = self._shards(processes)
        if len(shards) < 2 or not hasattr(os, "fork"):
            return _merged([_work(self, shard, self.store) for shard in shards])
        context = multiprocessing.get_context("fork")
        started = []
        for shard in shards:
            mine, theirs = context.Pipe(duplex=False)
            process = context.Process(target=_child, args=(self, shard, theirs), daemon=True)
            process.start()
            theirs.close()
            started.append((process, mine))
        try:
            return _merged([_collect(mine, self.tick) for _, mine in started])
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


def leave_signals_to_parent() -> None:
    """In a worker: an interrupt goes to the whole group; the parent ends its workers, without words from them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _child(job: Job, shard: Shard, pipe: Connection) -> None:
    leave_signals_to_parent()
    store = job.store.reopened()
    try:
        pipe.send(_work(job, shard, store, pipe))
    except BrokenPipeError:
        pass  # the parent has gone
    finally:
        store.close()
        pipe.close()


def _collect(pipe: Connection, tick: Callable[[int], None]) -> Found:
    while True:
        message = pipe.recv()
        if not isinstance(message, int):
            found: Found = message
            return found
        tick(message)


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


def _work(job: Job, shard: Shard, store: Store, pipe: Connection | None = None) -> Found:
    tick = pipe.send if pipe else job.tick
    members = [job.groups[at] for at in shard]
    # path by path, newest first: git then finds most of a blob's delta bases in its cache
    changed = sorted((job.nodes[v] for group in members for v in group if v in job.nodes), key=_path)
    wanted = dict.fromkeys((edge.old, edge.new) for node in changed for edge in node.edges)
    hunks = _hunks(job.quarantine, store, list(wanted), tick)
    counts = _line_counts(job.quarantine, {v: job.heads[v] for group in members for v in group if v in job.heads})
    table, coded = array("I"), array("I")
    unreadable: set[int] = set()
    for group in members:
        heads = {v: counts[v] for v in group if v in counts}
        nodes = {v: job.nodes[v] for v in group if v in job.nodes}
        lines, missing = Group(nodes, heads, job.known, _reader(hunks)).lines()
        unreadable |= missing
        for version, numbers in lines.items():
            run = runs(numbers)
            table.extend((version, len(run)))
            coded.extend(run)
    return table.tobytes(), coded.tobytes(), unreadable


def _path(node: Node) -> bytes:
    return node.path


def _reader(hunks: Mapping[diffs.Pair, bytes]) -> Callable[[diffs.Pair], Sequence[int] | None]:
    def read(pair: diffs.Pair) -> Sequence[int] | None:
        found = hunks.get(pair)
        return None if found is None else memoryview(found).cast("I")

    return read


def _hunks(
    quarantine: Quarantine, store: Store, wanted: Sequence[diffs.Pair], tick: Callable[[int], None]
) -> dict[diffs.Pair, bytes]:
    """The hunks of all these pairs, from the store or from git; a pair with a missing blob is left out."""
    keys = {pair: diffs.key_of(pair) for pair in wanted}
    known = store.hunks(keys.values())
    found = {pair: known[key] for pair, key in keys.items() if key in known}
    todo = [pair for pair in wanted if pair not in found]
    absent: set[bytes] | None = None
    while todo:
        batch, todo = todo[: diffs.BATCH], todo[diffs.BATCH :]
        fresh = dict(diffs.diff(quarantine, batch))
        store.add_hunks({keys[pair]: packed for pair, packed in fresh.items()})
        found.update(fresh)
        tick(len(fresh))
        if len(fresh) < len(batch):  # git stopped at a blob that is not here: go on without those
            rest = [pair for pair in batch if pair not in fresh]
            if absent is None:
                oids = {oid.decode() for pair in (*rest, *todo) for oid in pair}
                absent = {oid.encode() for oid in Objects(quarantine.git).missing(oids)}
            else:
                rest = rest[1:]  # unreadable, though it seems to be here
            todo = [pair for pair in (*rest, *todo) if not absent & set(pair)]
    return found


def _line_counts(quarantine: Quarantine, blobs: Mapping[int, bytes]) -> dict[int, int]:
    """How many lines each file has; binary, missing and absurdly long files are left out."""
    counts = {}
    objects = Objects(quarantine.git)
    for version, found in zip(blobs, objects.stream(oid.decode() for oid in blobs.values()), strict=True):
        if found is None or b"\0" in found.data[:BINARY_LOOK]:
            continue
        lines = found.data.count(b"\n") + (not found.data.endswith(b"\n") and found.data != b"")
        if lines < LONGEST:
            counts[version] = lines
    return counts
