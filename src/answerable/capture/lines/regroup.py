"""Finds lines that were only formatted anew: equal but for white space, quotes, commas, brackets and line breaks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from answerable.capture.lines.align import align
from answerable.capture.lines.likeness import form, loose, weight

_MOST = 250_000  # pairs of lines that are looked at in one place
_LEAST = 4  # letters and digits that lines must have to be told as the same
_LONGEST = 200  # lines that one may become, or that may become one


class Group(NamedTuple):
    """Old lines from `old` to `old_end` (exclusive) became new lines from `new` to `new_end`."""

    old: int
    old_end: int
    new: int
    new_end: int


def regrouped(old: Sequence[bytes], new: Sequence[bytes]) -> Iterator[Group]:
    """The groups of lines that were only formatted anew, in the order of both.

    Args:
        old: Lines that are gone.
        new: Lines that stand in their place.
    """
    if len(old) * len(new) > _MOST:
        yield from _one_to_one(old, new)
        return
    begins: dict[bytes, list[int]] = {}
    for j, line in enumerate(new):
        begins.setdefault(loose(line)[:1], []).append(j)
    done_old = done_new = 0
    for i in range(len(old)):
        if i < done_old or weight(old[i]) == 0:
            continue
        for j in begins.get(loose(old[i])[:1], ()):
            group = _group(old, new, i, j) if j >= done_new else None
            if group:
                yield group
                done_old, done_new = group.old_end, group.new_end
                break


def _one_to_one(old: Sequence[bytes], new: Sequence[bytes]) -> Iterator[Group]:
    """Only lines whose breaks stay: what is left where there are too many."""
    for block in align([*map(form, old)], [*map(form, new)]).blocks:
        for i, j in zip(
            range(block.old, block.old + block.size), range(block.new, block.new + block.size), strict=True
        ):
            if weight(old[i]) >= _LEAST:
                yield Group(i, i + 1, j, j + 1)


def _group(old: Sequence[bytes], new: Sequence[bytes], i: int, j: int) -> Group | None:
    """The smallest group that begins with these two lines."""
    if form(old[i]) == form(new[j]):
        return Group(i, i + 1, j, j + 1) if weight(old[i]) >= _LEAST else None
    mine, theirs = loose(old[i]), loose(new[j])
    if not theirs or not (mine.startswith(theirs) or theirs.startswith(mine)):
        return None
    end, to = i + 1, j + 1
    while mine != theirs:
        if len(mine) < len(theirs) and end < len(old) and end - i < _LONGEST:
            mine += loose(old[end])
            end += 1
        elif len(mine) > len(theirs) and to < len(new) and to - j < _LONGEST:
            theirs += loose(new[to])
            to += 1
        else:
            return None
        if not (mine.startswith(theirs) or theirs.startswith(mine)):
            return None
    end, to = _closing(old, end), _closing(new, to)
    one_to_one = end - i == 1 and to - j == 1
    return Group(i, end, j, to) if weight(mine) >= _LEAST and not one_to_one else None


def _closing(lines: Sequence[bytes], end: int) -> int:
    """Past lines that hold nothing but closing brackets: they belong to what they close."""
    while end < len(lines) and lines[end].strip() and not loose(lines[end]):
        end += 1
    return end
