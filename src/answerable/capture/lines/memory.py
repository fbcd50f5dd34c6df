"""Remembers lines seen before: taken out, or there, and whose they were. Bounded: the oldest is forgotten.

A line that comes back was not written anew: an undo, a stash, a branch, the clipboard. It tells who did not write it.
"""

from __future__ import annotations

from collections.abc import Iterable
from zlib import crc32

from answerable.capture.lines.hand import Hand, Kind, unknown
from answerable.capture.lines.likeness import weight

GONE_WEIGHT = 4  # letters and digits from which on a line is told again in its file
FAR_WEIGHT = 16  # and in any other
_MOST = 200_000
_NOBODY = unknown("several")  # several wrote the same line
_COMMITTED = unknown("moved")


class Memory:
    """What one worktree's lines were. Lines are kept as numbers, never as text."""

    def __init__(self) -> None:
        self.gone: dict[int, Hand] = {}
        self.written: dict[int, Hand] = {}
        self.typed: dict[int, Hand] = {}

    def take_out(self, path: bytes, lines: Iterable[tuple[bytes, Hand | None]]) -> None:
        """These lines are in this file no longer."""
        for line, hand in lines:
            heavy = weight(line)
            if heavy >= GONE_WEIGHT or (hand and hand.session and line.strip()):  # a short one comes back, too
                _put(self.gone, _number(line, path), hand or _COMMITTED)
            if heavy >= FAR_WEIGHT:
                _put(self.gone, _number(line), hand or _COMMITTED)

    def wrote(self, lines: Iterable[tuple[bytes, Hand | None]]) -> None:
        """These lines are there: whoever copies one did not write it."""
        for line, hand in lines:
            if weight(line) >= FAR_WEIGHT:
                known = self.typed if hand and hand.kind is Kind.PERSON else self.written
                _put(known, _number(line), hand or _COMMITTED)

    def doubt(self, path: bytes, line: bytes, by: Hand) -> str | None:
        """The rule by which a line that seems to be somebody's is perhaps not; None where nothing speaks against it."""
        heavy = weight(line)
        if heavy < GONE_WEIGHT and by.kind is not Kind.PERSON:
            return None
        back = [self.gone.get(_number(line, path)), self.gone.get(_number(line)) if heavy >= FAR_WEIGHT else None]
        if any(hand and hand.who != by.who and not (hand.kind is by.kind is Kind.AGENT) for hand in back):
            return "came-back"
        others = {Kind.PERSON: self.written, Kind.AGENT: self.typed}.get(by.kind, {}) if heavy >= FAR_WEIGHT else {}
        return "copied" if _number(line) in others else None


def _put(known: dict[int, Hand], number: int, hand: Hand) -> None:
    other = known.pop(number, None)  # to the end: it is the newest
    known[number] = hand if other is None or other.who == hand.who else _NOBODY
    if len(known) > _MOST:
        del known[next(iter(known))]


def _number(line: bytes, path: bytes = b"") -> int:
    """64 bits; two lines that share them only make one of them doubtful."""
    bare = b" ".join(line.split())
    return crc32(bare, crc32(path)) << 32 | crc32(bare[::-1], len(bare))
