"""Carries lines forward through the versions of a group of related files, oldest version first.

Every line is one number, ``version << 24 | line``: the version that wrote it and its 0-based line there. Replacing a
hunk is one slice assignment, so a version costs its hunks, not its lines.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from answerable.git.attribution.hunks import Pair
from answerable.git.attribution.lineage import Edge, Node

LINE_BITS = 24
LINE_MASK = (1 << LINE_BITS) - 1
LONGEST = LINE_MASK  # lines a file may have

Lines: TypeAlias = "array[int]"
HunksOf = Callable[[Pair], Sequence[int] | None]  # flat: old start, old count, new start, new count; None: unreadable


def lines_of(version: int, start: int, count: int) -> Lines:
    """`count` consecutive lines that `version` wrote, from its line `start`."""
    first = version << LINE_BITS | start
    return array("Q", range(first, first + count))


class Group:
    """Versions that share lines.

    Args:
        nodes: Versions newest first, edges already pointing at representatives.
        heads: How many lines each version asked about has.
        known: The lines of versions that a snapshot holds.
        hunks: How a pair of blobs differs.
    """

    def __init__(
        self, nodes: Mapping[int, Node], heads: Mapping[int, int], known: Callable[[int], Lines | None], hunks: HunksOf
    ) -> None:
        self._nodes = nodes
        self._known = known
        self._hunks = hunks
        self._counts = dict(heads)
        self._uses = dict.fromkeys(heads, 1)
        self._unreadable: set[int] = set()

    def lines(self) -> tuple[dict[int, Lines], set[int]]:
        """The lines of every version asked about, and the versions at which an object was missing."""
        heads = list(self._counts)
        order = self._measure()
        done: dict[int, Lines] = {}
        for version in reversed(order):
            done[version] = self._build(version, done)
        for version in heads:
            if version not in done:
                done[version] = self._base(version)
        return {version: done[version] for version in heads}, self._unreadable

    def _measure(self) -> list[int]:
        """Reach every version that is needed, newest first, counting its lines and its uses."""
        order = []
        for version, node in self._nodes.items():
            if version not in self._counts:
                continue  # only reached through something unreadable
            order.append(version)
            hunks = [self._hunks((edge.old, edge.new)) for edge in node.edges]
            if any(h is None for h in hunks):
                self._unreadable.add(version)
                continue
            for edge, numbers in zip(node.edges, hunks, strict=True):
                grown = sum(numbers[3::4]) - sum(numbers[1::4])  # type: ignore[index]
                self._counts[edge.version] = self._counts[version] - grown
                self._uses[edge.version] = self._uses.get(edge.version, 0) + 1
        return order

    def _build(self, version: int, done: dict[int, Lines]) -> Lines:
        edges = self._nodes[version].edges
        if not edges or version in self._unreadable:
            return lines_of(version, 0, self._counts[version])
        built = self._changed(version, edges[0], done)
        if len(edges) > 1:
            self._claim(edges, built, done)
        return built

    def _changed(self, version: int, edge: Edge, done: dict[int, Lines]) -> Lines:
        """The parent's lines with every hunk replaced by lines of this version."""
        lines = self._take(edge.version, done)
        numbers = self._hunks((edge.old, edge.new)) or ()
        for at in range(len(numbers) - 4, -1, -4):
            old, olds, new, news = numbers[at : at + 4]
            lines[old : old + olds] = lines_of(version, new, news)
        return lines

    def _claim(self, edges: Sequence[Edge], built: Lines, done: dict[int, Lines]) -> None:
        """Let the other parents of a merge explain, in order, what the ones before them could not."""
        first = self._hunks((edges[0].old, edges[0].new)) or ()
        open_ranges = [(first[at + 2], first[at + 2] + first[at + 3]) for at in range(0, len(first), 4)]
        for edge in edges[1:]:
            numbers = self._hunks((edge.old, edge.new)) or ()
            lines = self._take(edge.version, done)
            still_open = []
            for start, end, offset in _same(numbers, open_ranges):
                if offset is None:
                    still_open.append((start, end))
                else:
                    built[start:end] = lines[start + offset : end + offset]
            open_ranges = still_open

    def _take(self, version: int, done: dict[int, Lines]) -> Lines:
        """A version's lines, to be changed by the caller: a copy unless this is their last use."""
        if version not in done:
            done[version] = self._base(version)
        self._uses[version] -= 1
        return done[version][:] if self._uses[version] else done.pop(version)

    def _base(self, version: int) -> Lines:
        """Lines from a snapshot, or of a version outside the range."""
        found = self._known(version)
        return lines_of(version, 0, self._counts[version]) if found is None else found[:]


def _same(numbers: Sequence[int], ranges: Sequence[tuple[int, int]]) -> list[tuple[int, int, int | None]]:
    """Cut ranges of new lines where hunks begin and end: (start, end, offset to the old line; None: changed)."""
    out: list[tuple[int, int, int | None]] = []
    at, offset = 0, 0  # offset: old line minus new line before hunk `at`
    for start, end in ranges:
        while start < end:
            while at < len(numbers) and numbers[at + 2] + numbers[at + 3] <= start:
                offset = numbers[at] + numbers[at + 1] - numbers[at + 2] - numbers[at + 3]
                at += 4
            if at >= len(numbers) or start < numbers[at + 2]:
                stop = min(end, numbers[at + 2]) if at < len(numbers) else end
                out.append((start, stop, offset))
            else:
                stop = min(end, numbers[at + 2] + numbers[at + 3])
                out.append((start, stop, None))
            start = stop
    return out


def runs(lines: Lines) -> array[int]:
    """Run-length code lines as unsigned 32-bit (version, start, count)."""
    out = array("I")
    first = following = -1
    for number in lines:
        if number != following:
            if first >= 0:
                out.extend((first >> LINE_BITS, first & LINE_MASK, following - first))
            first = number
        following = number + 1
    if first >= 0:
        out.extend((first >> LINE_BITS, first & LINE_MASK, following - first))
    return out


def expand(coded: Sequence[int]) -> Lines:
    """Undo `runs`."""
    lines = array("Q")
    for at in range(0, len(coded), 3):
        lines.extend(lines_of(*coded[at : at + 3]))
    return lines
