"""Aligns two sequences: which items of the old stand, in order, in the new. Deterministic, and bounded in work.

Common ends first, then items that occur once on both sides (patience), then the longest run through the rarest item
(histogram). What is between two anchors is aligned in the same way. Work that would grow too large is given up, and
said: what is then not aligned may still be equal.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

_RAREST = 32  # an item that occurs more often than this is no anchor
_WORK = 64  # looks at an item, on average, before alignment is given up


class Block(NamedTuple):
    """`size` items of the old from `old` on are those of the new from `new` on."""

    old: int
    new: int
    size: int


class Aligned(NamedTuple):
    """The blocks in order, none touching; `whole` is False where alignment was given up."""

    blocks: tuple[Block, ...]
    whole: bool

    def gaps(self, olds: int, news: int) -> list[tuple[int, int, int, int]]:
        """What no block holds: (old start, old end, new start, new end), ends exclusive; at least one is not empty."""
        found, old, new = [], 0, 0
        for block in (*self.blocks, Block(olds, news, 0)):
            if block.old > old or block.new > new:
                found.append((old, block.old, new, block.new))
            old, new = block.old + block.size, block.new + block.size
        return found


def align(old: Sequence[bytes], new: Sequence[bytes]) -> Aligned:
    """Align two sequences of lines, or of anything that stands for lines."""
    found: list[Block] = []
    left = 10_000 + _WORK * (len(old) + len(new))
    waiting = [(0, len(old), 0, len(new))]
    whole = True
    while waiting:
        start, end, at, to = waiting.pop()
        ahead = _ahead(old, new, start, end, at, to)
        if ahead:
            found.append(Block(start, at, ahead))
            start, at = start + ahead, at + ahead
        behind = _behind(old, new, start, end, at, to)
        if behind:
            end, to = end - behind, to - behind
            found.append(Block(end, to, behind))
        left -= end - start + to - at
        if start == end or at == to:
            continue
        if left < 0:
            whole = False
            continue
        anchors = _unique(old, new, start, end, at, to)
        if not anchors:
            anchors, cost = _longest(old, new, start, end, at, to)
            left -= cost
        found += anchors
        waiting += _between(anchors, start, end, at, to)
    return Aligned(_joined(found), whole)


def _ahead(old: Sequence[bytes], new: Sequence[bytes], start: int, end: int, at: int, to: int) -> int:
    most, size = min(end - start, to - at), 0
    while size < most and old[start + size] == new[at + size]:
        size += 1
    return size


def _behind(old: Sequence[bytes], new: Sequence[bytes], start: int, end: int, at: int, to: int) -> int:
    most, size = min(end - start, to - at), 0
    while size < most and old[end - 1 - size] == new[to - 1 - size]:
        size += 1
    return size


def _unique(old: Sequence[bytes], new: Sequence[bytes], start: int, end: int, at: int, to: int) -> list[Block]:
    """Items that occur once on both sides: as many of them as stand in one order."""
    olds, news = Counter(old[start:end]), Counter(new[at:to])
    places = {old[i]: i for i in range(start, end) if olds[old[i]] == 1}
    pairs = [(places[new[j]], j) for j in range(at, to) if new[j] in places and news[new[j]] == 1]
    return [Block(i, j, 1) for i, j in _rising(pairs)]


def _rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest part of these pairs, sorted by their second, whose first rises too."""
    tails: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for n, (i, _) in enumerate(pairs):
        at = bisect_left(tails, i)
        before.append(last[at - 1] if at else -1)
        if at == len(tails):
            tails.append(i)
            last.append(n)
        else:
            tails[at], last[at] = i, n
    found, n = [], last[-1] if last else -1
    while n >= 0:
        found.append(pairs[n])
        n = before[n]
    return found[::-1]


def _longest(
    old: Sequence[bytes], new: Sequence[bytes], start: int, end: int, at: int, to: int
) -> tuple[list[Block], int]:
    """The run through the rarest item that is the longest; and how much was looked at."""
    places: dict[bytes, list[int]] = {}
    for i in range(start, end):
        places.setdefault(old[i], []).append(i)
    best, score, cost, past = None, (-_RAREST - 1, 0), end - start + to - at, at
    for j in range(at, to):
        here = places.get(new[j], ())
        if j < past or not here or len(here) > min(_RAREST, -score[0]):
            continue
        for i in here:
            size = 1
            while i + size < end and j + size < to and old[i + size] == new[j + size]:
                size += 1
            cost += size
            if (-len(here), size) > score:
                best, score, past = Block(i, j, size), (-len(here), size), j + size
    return ([best] if best else []), cost


def _between(anchors: list[Block], start: int, end: int, at: int, to: int) -> list[tuple[int, int, int, int]]:
    if not anchors:
        return []
    found = []
    for block in (*anchors, Block(end, to, 0)):
        if start < block.old and at < block.new:
            found.append((start, block.old, at, block.new))
        start, at = block.old + block.size, block.new + block.size
    return found


def _joined(found: list[Block]) -> tuple[Block, ...]:
    joined: list[Block] = []
    for block in sorted(found):
        last = joined[-1] if joined else None
        if last and last.old + last.size == block.old and last.new + last.size == block.new:
            joined[-1] = Block(last.old, last.new, last.size + block.size)
        else:
            joined.append(block)
    return tuple(joined)
