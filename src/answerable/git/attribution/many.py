"""Attributes the heads of many short ranges at once: of each what `Engine.attribute` says, without its processes.

The caller reads history and hands over each range as the records of its commits. All versions that it takes are then
compared by one git, and all lines are carried forward in one go, so that a range costs what its own changes cost.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing

from answerable.git.attribution.comparing import Comparing
from answerable.git.attribution.lineage import Held, Lineage, Node, groups
from answerable.git.attribution.pieces import End, Origin
from answerable.git.attribution.renames import Renames
from answerable.git.attribution.snapshot import Attribution, FileLines
from answerable.git.attribution.store import Store
from answerable.git.attribution.workers import Job
from answerable.git.changes import Record
from answerable.git.repository import Repository

_Blobs = Mapping[bytes, bytes]


class Many:
    """Takes one range after another, and attributes files at the heads of them all.

    Args:
        repository: Where.
        store: Hunks that are known already, as blame makes them.
        few: There are few files: they are read by the process that is open.
    """

    def __init__(self, repository: Repository, store: Store, *, few: bool = False) -> None:
        self._objects = repository.objects if few else None
        quarantine = self._quarantine = repository.quarantine
        self._renames = Renames(quarantine, store)
        self._comparing = Comparing(quarantine, store, 1)
        self._lineage = Lineage(quarantine.git, self._renames, repository.boundary, self._comparing.want)
        self._asked: list[tuple[str, Held, _Blobs]] = []

    def take(self, head: str, blobs: _Blobs, records: Iterable[Record]) -> None:
        """Take a range.

        Args:
            head: Full id of its newest commit.
            blobs: The files asked about, each with its blob at the head.
            records: All commits of the range, children before parents; lines go no further back.
        """
        held = self._lineage.begin(head.encode(), blobs)
        for record in records:
            self._lineage.take(record)
        self._lineage.pending.clear()
        self._asked.append((head, held, blobs))

    def finish(self) -> Iterator[Attribution]:
        """What there is to say of each range, in the order in which they were taken."""
        lineage = self._lineage
        nodes = lineage.joined()
        asked = [
            (head, {path: lineage.find(version) for path, version in held.items()}, blobs)
            for head, held, blobs in self._asked
        ]
        heads = {v: blobs[path] for _, held, blobs in asked for path, v in held.items() if v in nodes}
        hunks = self._comparing.finish(lambda _done, _of: None)
        job = Job(
            quarantine=self._quarantine, hunks=hunks, nodes=nodes, groups=groups(nodes, heads), heads=heads,
            known=lambda _version: None, objects=self._objects,
        )  # fmt: skip
        coded, unreadable = job.run(1) if heads else ({}, set())
        for head, held, blobs in asked:
            yield _attribution(head, held, blobs, nodes, coded, unreadable)

    def close(self) -> None:
        """End its processes."""
        with closing(self._renames), closing(self._comparing):
            self._asked = []


def _attribution(
    head: str,
    held: Held,
    blobs: _Blobs,
    nodes: Mapping[int, Node],
    coded: Mapping[int, array[int]],
    unreadable: set[int],
) -> Attribution:
    result, numbering = Attribution(head), dict[int, int]()
    for path, version in held.items():
        runs = coded.get(version)
        if runs is not None:
            own = runs[:]
            for at in range(0, len(own), 3):
                own[at] = numbering.setdefault(own[at], len(numbering))
            result.files[path] = FileLines(blobs[path], own)
        elif version in nodes:
            result.skipped[path] = blobs[path]
    result.origins = [_origin(version, nodes, unreadable) for version in numbering]
    return result


def _origin(version: int, nodes: Mapping[int, Node], unreadable: set[int]) -> Origin:
    node = nodes.get(version)
    if node is None:
        return Origin(b"", b"", End.OUTSIDE)
    return Origin(node.commit, node.path, End.MISSING if version in unreadable else node.end)
