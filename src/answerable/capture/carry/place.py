"""Finds the lines of one text in another: for certain, or only perhaps.

Lines that stand together in both with enough letters among them are told again for certain, and so is a long line that
stands elsewhere, indented anew or not. A few short lines between changes could as well have been written anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from answerable.capture.lines.align import align
from answerable.capture.lines.likeness import form, weight
from answerable.capture.lines.memory import FAR_WEIGHT


@dataclass(slots=True)
class Placed:
    """Where new lines stood: by the number of the new line (from 0), the numbers of the old ones that it may be.

    Several only where they are the same line.
    """

    certain: dict[int, tuple[int, ...]] = field(default_factory=dict)
    perhaps: dict[int, tuple[int, ...]] = field(default_factory=dict)

    def trust(self) -> None:
        """Take lines that align for certain, however short."""
        for new, olds in list(self.perhaps.items()):
            if len(olds) == 1:
                self.certain[new] = self.perhaps.pop(new)


def place(old: Sequence[bytes], new: Sequence[bytes]) -> Placed:
    """Find the lines of an old text in a new one.

    Args:
        old: Its lines, as they are compared.
        new: Those of the other.
    """
    found = Placed()
    for block in align(old, new).blocks:
        lines = new[block.new : block.new + block.size]
        whole = block.size == len(old) == len(new)
        into = found.certain if whole or _heavy(lines) else found.perhaps
        for step in range(block.size):
            into[block.new + step] = (block.old + step,)
    _elsewhere(old, new, found)
    return found


def _heavy(lines: Sequence[bytes]) -> bool:
    total = 0
    for line in lines:
        total += weight(line)
        if total >= FAR_WEIGHT:
            return True
    return False


def _elsewhere(old: Sequence[bytes], new: Sequence[bytes], found: Placed) -> None:
    """Long lines that stand in another place now; short ones perhaps."""
    rest = [j for j in range(len(new)) if j not in found.certain and j not in found.perhaps and weight(new[j])]
    if not rest:
        return
    places: dict[bytes, list[int]] = {}
    for i, line in enumerate(old):
        places.setdefault(form(line), []).append(i)
    for j in rest:
        here = places.get(form(new[j]))
        if here:
            into = found.certain if weight(new[j]) >= FAR_WEIGHT else found.perhaps
            into[j] = tuple(here)
