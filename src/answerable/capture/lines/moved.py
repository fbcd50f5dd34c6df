"""Finds lines that a change moved within a text: gone in one place, there in another. Who moves it did not write it.

A line with enough letters, or one beside such a line, is told again for certain, indented anew or not; a short one that
could as well have been written anew is `unknown`.
"""

from __future__ import annotations

from collections.abc import Sequence

from answerable.capture.lines.hand import Hand, unknown
from answerable.capture.lines.likeness import form, weight
from answerable.capture.lines.memory import FAR_WEIGHT, GONE_WEIGHT

_MOVED = unknown("moved")

Old = Sequence[tuple[bytes, Hand | None]]
New = Sequence[tuple[int, bytes]]


def moved(old: Old, new: New, by: Hand) -> dict[int, Hand]:
    """The hands of new lines that were only moved, by their number.

    Args:
        old: Lines that are gone, in order.
        new: Lines that are there now, with their numbers, in order.
        by: Whose change it was.
    """
    places: dict[bytes, list[int]] = {}
    for i, (line, _) in enumerate(old):
        places.setdefault(form(line), []).append(i)
    found: dict[int, Hand] = {}
    came: list[int | None] = [None] * len(new)
    for n, (j, line) in enumerate(new):
        if weight(line) < GONE_WEIGHT or form(line) not in places:
            continue
        here = places[form(line)]
        hands = [old[i][1] for i in here]
        if all(hand is not None and hand.who == by.who for hand in hands):
            continue
        came[n] = here[0] if len(here) == 1 else None
        whose = {hand.who if hand else None for hand in hands}
        certain = weight(line) >= FAR_WEIGHT and len(whose) == 1
        found[j] = (hands[0] if certain else None) or _MOVED
    _beside(old, new, came, found, 1)
    _beside(old, new, came, found, -1)
    return found


def _beside(old: Old, new: New, came: list[int | None], found: dict[int, Hand], step: int) -> None:
    """Lines that stand beside a moved one as they did before moved with it."""
    order = range(len(new)) if step > 0 else range(len(new) - 1, -1, -1)
    for n in order:
        last = n - step
        if not 0 <= last < len(new) or abs(new[last][0] - new[n][0]) != 1:
            continue
        source = came[last]
        if source is None or not 0 <= source + step < len(old) or form(old[source + step][0]) != form(new[n][1]):
            continue
        j, line = new[n]
        if j not in found or (found[j] is _MOVED and weight(line) < FAR_WEIGHT):
            came[n] = source + step
            found[j] = old[source + step][1] or _MOVED
