"""Says whose a changed line is that takes the place of another: its writer's alone, or both's where it stays alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from answerable.capture.lines.hand import Hand, Kind, mixed, unknown
from answerable.capture.lines.likeness import like, weight
from answerable.capture.lines.memory import FAR_WEIGHT

_ALIKE = 0.5  # from this share on a line was made from the other
_COPY = 0.8  # and from this on it is a copy that was changed
_CLOSE = 0.15  # and as well from another line that is nearly as much alike
_OTHERS = 500  # lines of the same writer that may be more alike
_MOST = 200_000  # comparisons in one change
_EDITED = unknown("edited")  # a person changed what nobody knows who wrote
_COPIED = unknown("copied")
_REWRITTEN = unknown("too-large")


class Edited:
    """Compares the new lines of one change with the lines of others that it took out.

    Args:
        gone: The lines that it took out.
        news: How many new lines will be asked about.
        by: Whose change it was.
        stays: The lines that it left: a person may have copied an agent's, and changed the copy.
    """

    def __init__(
        self,
        gone: Sequence[tuple[bytes, Hand | None]],
        news: int,
        by: Hand,
        stays: Iterable[tuple[bytes, Hand | None]] = (),
    ) -> None:
        self._by = by
        copied = stays if by.kind is Kind.PERSON and news else ()
        machine = (line for line, hand in copied if hand and hand.session and weight(line) >= FAR_WEIGHT)
        self._stays = list(islice(dict.fromkeys(machine), _MOST // max(news, 1)))
        rivals = dict.fromkeys((line, hand) for line, hand in gone if weight(line))
        self._rivals = [rival for rival in rivals if _matters(rival[1], by)]
        self._others = [line for line, hand in rivals if not _matters(hand, by)][:_OTHERS]
        self._too_many = len(self._rivals) * news > _MOST

    def hand(self, line: bytes) -> Hand:
        """Whose a new line is."""
        if not weight(line):
            return self._by
        found = self._from_gone(line)
        if found is self._by and any(like(old, line) >= _COPY for old in self._stays):
            return _COPIED
        return found

    def _from_gone(self, line: bytes) -> Hand:
        if not self._rivals:
            return self._by
        if self._too_many:
            return _REWRITTEN
        alike = [(share, hand) for old, hand in self._rivals if (share := like(old, line)) >= _ALIKE]
        if not alike:
            return self._by
        least = max(share for share, _ in alike) - _CLOSE
        if any(like(old, line) > least + 2 * _CLOSE for old in self._others):
            return self._by
        return _strictest([_made_from(hand, self._by) for share, hand in alike if share >= least])


def _matters(hand: Hand | None, by: Hand) -> bool:
    """Whether it makes a difference that a line was made from this one."""
    if by.kind is Kind.UNKNOWN or (hand is not None and hand.who == by.who):
        return False
    if hand is None:  # an agent writes the whole line that it changes; a person may change one letter of an agent's
        return by.kind is Kind.PERSON
    return hand.kind is not by.kind


def _made_from(hand: Hand | None, by: Hand) -> Hand:
    if hand is None or hand.kind is Kind.UNKNOWN:
        return Hand(kind=Kind.UNKNOWN, person=by.person, rule="edited") if by.person else _EDITED
    return hand if hand.kind is Kind.MIXED else mixed(by, hand)


def _strictest(found: Sequence[Hand]) -> Hand:
    """What says most: a mixed line names both."""
    return next((hand for hand in found if hand.kind is Kind.MIXED), found[0])
