"""Says who wrote each line of a text after a change, given who wrote them before and whose change it was.

No line of a person is called an agent's and none of an agent a person's: where the change does not tell, `unknown` is
the answer. A line that stays keeps its hand. Lines that are only formatted anew, or moved, keep theirs. A line that one
wrote and the other changed is `mixed`. A line that the commit below has is nobody's new line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from answerable.capture.lines.align import Block, align
from answerable.capture.lines.edited import Edited
from answerable.capture.lines.hand import Hand, Kind, Text, mixed, unknown
from answerable.capture.lines.likeness import key, loose, weight
from answerable.capture.lines.moved import moved
from answerable.capture.lines.regroup import Group, regrouped

Doubt = Callable[[bytes, Hand], str | None]  # the rule by which a line is perhaps not whose it seems
_WEAK = 1  # letters and digits below which equal lines are no reason to take two places for one
_REFORMATTED = unknown("reformatted")
_JOINED = unknown("joined")
_GIVEN_UP = unknown("too-large")


def after(before: Text, content: bytes, by: Hand, *, base: bytes | None = None, doubt: Doubt | None = None) -> Text:
    """The text after a change.

    Args:
        before: The text before it.
        content: What the file holds after it.
        by: Whose change it was.
        base: The file as HEAD has it: lines that come back from it are nobody's new ones.
        doubt: Asked about each line that seems to be new.
    """
    new = Text.of(content)
    change = _Change(before, new)
    if change.rest_new:
        if base is not None:
            change.restore(base)
        change.move(by)
        change.settle(by, doubt)
    return Text(new.lines, tuple(change.hands))


class _Change:
    """One change, and what is known of it so far."""

    def __init__(self, before: Text, new: Text) -> None:
        self.old, self.new = before.keys, new.keys
        self.old_hands = before.hands
        self.hands: list[Hand | None] = [None] * len(self.new)
        self.rest_old: list[int] = []
        self.rest_new: list[int] = []
        aligned = align(self.old, self.new)
        self.whole = aligned.whole
        start = at = 0
        for block in (*self._strong(aligned.blocks), Block(len(self.old), len(self.new), 0)):
            self._gap(start, block.old, at, block.new)
            self._keep(block)
            start, at = block.old + block.size, block.new + block.size

    def _strong(self, blocks: Sequence[Block]) -> Iterator[Block]:
        """Blocks without those of bare brackets and empty lines between two changes: they hide what was formatted."""
        for block in blocks:
            first = block.old == 0 and block.new == 0
            last = block.old + block.size == len(self.old) and block.new + block.size == len(self.new)
            heavy = (weight(line) for line in self.old[block.old : block.old + block.size])
            if first or last or any(each >= _WEAK for each in heavy):
                yield block

    def _keep(self, block: Block) -> None:
        self.hands[block.new : block.new + block.size] = self.old_hands[block.old : block.old + block.size]

    def _gap(self, start: int, end: int, at: int, to: int) -> None:
        """Lines that changed: what was only formatted anew keeps its hands, then what is still equal."""
        done_old, done_new = start, at
        for group in regrouped(self.old[start:end], self.new[at:to]):
            found = Group(start + group.old, start + group.old_end, at + group.new, at + group.new_end)
            self._equal(done_old, found.old, done_new, found.new)
            self._formatted(found)
            done_old, done_new = found.old_end, found.new_end
        self._equal(done_old, end, done_new, to)

    def _equal(self, start: int, end: int, at: int, to: int) -> None:
        aligned = align(self.old[start:end], self.new[at:to])
        self.whole = self.whole and aligned.whole
        for block in aligned.blocks:
            self._keep(Block(start + block.old, at + block.new, block.size))
        for i, i_end, j, j_end in aligned.gaps(end - start, to - at):
            self.rest_old += range(start + i, start + i_end)
            self.rest_new += range(at + j, at + j_end)

    def _formatted(self, group: Group) -> None:
        """Each new line gets the hand of the old lines whose characters it holds."""
        ends, total = [], 0
        for i in range(group.old, group.old_end):
            total += len(loose(self.old[i]))
            ends.append(total)
        at, first = 0, 0
        for j in range(group.new, group.new_end):
            to = at + len(loose(self.new[j]))
            while first < len(ends) - 1 and ends[first] <= at:
                first += 1
            last = first
            while last < len(ends) - 1 and ends[last] < to:
                last += 1
            held = [self.old_hands[i] for i in range(group.old + first, group.old + last + 1) if loose(self.old[i])]
            self.hands[j] = _one(held or [self.old_hands[group.old + first]])
            at = to

    def restore(self, base: bytes) -> None:
        """Lines that HEAD has and that were gone are nobody's new ones."""
        lines = Text.of(base).keys
        left = Counter(lines)
        rest = set(self.rest_new)
        left.subtract(line for j, line in enumerate(self.new) if j not in rest and self.hands[j] is None)
        aligned = align(lines, self.new)
        back = set()
        for block in aligned.blocks:
            for j in range(block.new, block.new + block.size):
                if j in rest and left[self.new[j]] > 0:
                    left[self.new[j]] -= 1
                    back.add(j)
        self.rest_new = [j for j in self.rest_new if j not in back]

    def move(self, by: Hand) -> None:
        """Lines that stand elsewhere now keep their hands."""
        olds = [(self.old[i], self.old_hands[i]) for i in self.rest_old]
        found = moved(olds, [(j, self.new[j]) for j in self.rest_new], by)
        for j, hand in found.items():
            self.hands[j] = hand
        self.rest_new = [j for j in self.rest_new if j not in found]

    def settle(self, by: Hand, doubt: Doubt | None) -> None:
        """What is left is whose change it was, unless it was made from another's line, or was here before."""
        gone = [(self.old[i], self.old_hands[i]) for i in self.rest_old]
        edited = Edited(gone, len(self.rest_new), by, zip(self.old, self.old_hands, strict=True))
        for j in self.rest_new:
            if not self.whole:
                self.hands[j] = _GIVEN_UP
                continue
            rule = doubt(self.new[j], by) if doubt else None
            self.hands[j] = unknown(rule) if rule else edited.hand(self.new[j])


def _one(hands: Sequence[Hand | None]) -> Hand:
    """The hand of a line that was made of others' characters, without a new one."""
    whose = {hand.who if hand else None for hand in hands}
    first = hands[0]
    if len(whose) == 1:
        return first or _REFORMATTED
    kinds = {hand.kind if hand else None for hand in hands}
    if None in kinds or Kind.UNKNOWN in kinds:
        return _JOINED
    machine = next((hand for hand in hands if hand and hand.session), None)
    human = next((hand for hand in hands if hand and hand.person), None)
    if machine and human:
        return mixed(machine, human)
    return first if machine and first else _JOINED  # two sessions: an agent's all the same; two people: nobody's


__all__ = ["Doubt", "after", "key"]
