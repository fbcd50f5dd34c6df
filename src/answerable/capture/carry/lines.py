"""Gives lines of a new commit the hands that they had in the commits it was made from.

An agent that said a line here is never overruled. A line that a source has was not typed here, nor made by a command,
whatever it seems: it is whose it is there, and `unknown` where nobody says so there. What several lines of a source
could be is `unknown` where they are not one writer's. Nobody's line becomes a person's, no person's an agent's, none
the reverse.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from answerable.capture.carry.place import Placed, place
from answerable.capture.lines.hand import Hand, Kind, Text, unknown

AMBIGUOUS = unknown("ambiguous")  # a source has such a line, and perhaps it is this one
NOT_TYPED = unknown("not-typed")  # it seemed to be typed, or made by a command, and a source has it
CAME_BACK = unknown("came-back")  # a source had it, and the commits after it no longer
SEVERAL = unknown("several")  # it may be one of several lines of a source, not of one writer


@dataclass(frozen=True, slots=True)
class Version:
    """A file as one source has it. `chain` as in `Source`; `blamed` looks up lines (1-based) that it did not add.

    `became`: it is gone, and the new file is what became of it.
    """

    text: Text
    chain: int
    blamed: Callable[[Collection[int]], Mapping[int, Hand]]
    became: bool = False


@dataclass(slots=True)
class Kept:
    """What became of a file's lines: the new hands, by line; which line of which version each came from."""

    hands: dict[int, Hand] = field(default_factory=dict)
    from_: dict[int, tuple[int, int]] = field(default_factory=dict)  # new line → (version, its line), from 1
    placed: list[Placed] = field(default_factory=list)


def carried(
    new: Text,
    own: Mapping[int, Hand],
    versions: Sequence[Version],
    *,
    same: Collection[int] = frozenset(),
    seems: Callable[[Hand], bool] = lambda hand: hand.kind in (Kind.PERSON, Kind.UNKNOWN),
) -> Kept:
    """Whose the added lines of a new file are.

    Args:
        new: The file.
        own: Its added lines (1-based), and whose they seem to be here.
        versions: The file as the sources have it, the one that counts most first.
        same: Which of them made the very same change: what aligns is the same line, however short.
        seems: Whether a hand is only what it seems here, so that a source knows better.
    """
    kept = Kept(placed=[place(version.text.keys, new.keys) for version in versions])
    for n in same:
        kept.placed[n].trust()
    older: dict[int, dict[int, int]] = {}  # by version and its line: the new line that may be one it did not add
    for line, hand in own.items():
        kept.hands[line] = hand
        if seems(hand):
            asked = _decide(line, hand, versions, kept)
            if asked:
                older.setdefault(asked[0], {})[line] = asked[1]
    for n, lines in older.items():
        found = versions[n].blamed(lines.values())
        for line, old in lines.items():
            _take(line, own[line], found[old], (n, old), kept)
    return kept


def _decide(line: int, own: Hand, versions: Sequence[Version], kept: Kept) -> tuple[int, int] | None:
    """Settle one line; or say which line of which version it is, where that one did not add it."""
    closed, begun = set[int](), set[int]()
    asked: tuple[int, int] | None = None
    doubt: Hand | None = None
    for n, version in enumerate(versions):
        certain = kept.placed[n].certain.get(line - 1)
        perhaps = kept.placed[n].perhaps.get(line - 1)
        if version.chain in closed:
            if certain and any(version.text.hands[i] for i in certain):
                doubt = doubt or CAME_BACK
            continue
        if certain:
            hand = _one([version.text.hands[i] for i in certain])
            if hand is not None:
                _take(line, own, hand, (n, certain[0] + 1), kept)
                return None
            asked = asked or (n, certain[0] + 1)
        elif perhaps:
            doubt = doubt or _doubt(own, [version.text.hands[i] for i in perhaps], any_line=version.became)
        elif version.chain not in begun:
            closed.add(version.chain)
        begun.add(version.chain)
    if doubt and not asked:
        kept.hands[line] = doubt
    return asked


def _take(line: int, own: Hand, hand: Hand, where: tuple[int, int], kept: Kept) -> None:
    """The line stood in a source, and this is its hand there."""
    if hand.who == own.who and own.kind is not Kind.UNKNOWN:
        return
    if hand.kind is Kind.UNKNOWN:
        kept.hands[line] = hand if own.kind is Kind.UNKNOWN else NOT_TYPED
        return
    kept.hands[line] = hand
    kept.from_[line] = where


def _doubt(own: Hand, hands: Sequence[Hand | None], *, any_line: bool) -> Hand | None:
    """What to say of a line that is perhaps one of these; of any, whosoever, where it is the same file."""
    if any_line:
        return AMBIGUOUS
    others = [hand for hand in hands if hand is not None and hand.who != own.who]
    return AMBIGUOUS if any(hand.kind is not Kind.UNKNOWN for hand in others) else None


def _one(hands: Sequence[Hand | None]) -> Hand | None:
    """The hand that all of these lines have."""
    first = hands[0]
    if all(hand is first or (hand and first and hand.who == first.who) for hand in hands):
        return first
    return SEVERAL
