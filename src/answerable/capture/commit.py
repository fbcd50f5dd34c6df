"""Says who wrote the lines that a commit added, from what is known of its files; what nothing explains is `unknown`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from answerable.capture.lines.hand import Hand, Kind, Text, person, unknown
from answerable.capture.lines.hands import after
from answerable.capture.replay import FIRST_SEEN, Replay

Span = tuple[int, int]  # 1-based, inclusive
Told = tuple[tuple[Span, Hand], ...]
_COMMITTED = unknown("committed")  # the commit below had it: which of two equal lines is the new one is nobody's guess
_UNSEEN = unknown("not-seen")


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """One commit, and when it was made among the events: after the event `seq`, at `at` ns."""

    sha: str
    parents: tuple[str, ...]
    seq: int
    at: int
    doing: str | None = None  # what git was in the middle of: a merge, a rebase


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file of a commit with the lines that it added.

    `calm` says that it was as HEAD had it when the last commit was made, and no agent was at work since.
    """

    path: bytes
    content: bytes
    added: tuple[Span, ...]
    source: bytes | None = None  # its name before, where it was renamed
    calm: bool = False


def hands(replay: Replay, commit: Committed, file: File) -> Told:
    """Who wrote each added line: spans in order, without gap within what was added, split where the hand changes."""
    text = _text(replay, commit, file)
    found: list[Hand] = []
    for start, end in file.added:
        found += _slid(text, start - 1, end - 1)
    return tuple(_spans(file.added, found))


def filled(told: Told, later: Told) -> Told:
    """What is told of lines, and where that is nothing, what an agent's call says of them that ended later.

    Args:
        told: Who wrote the lines of a commit, as far as it was known when it was made.
        later: The same lines, as it was known when the call had ended in which the commit was made.
    """
    hands = [hand for (start, end), hand in told for _ in range(start, end + 1)]
    others = [hand for (start, end), hand in later for _ in range(start, end + 1)]
    found = [
        two if one.kind is Kind.UNKNOWN and two.kind is Kind.AGENT else one
        for one, two in zip(hands, others, strict=True)
    ]
    return tuple(_spans([span for span, _ in told], found))


def _text(replay: Replay, commit: Committed, file: File) -> Text:
    doing = commit.doing or ("merge" if len(commit.parents) > 1 else None)
    head = commit.parents[0] if commit.parents else None
    known = [path for path in (file.path, file.source) if path in replay.state.files]
    if not known and not replay.knows(file.content):
        by = person(replay.state.person) if file.calm and not doing else _UNSEEN
        base = replay.base(head, file.source or file.path)
        return after(Text.of(base or b""), file.content, by, base=base, doubt=replay.doubt(file.path))
    texts = [
        replay.text_at(path or file.path, file.content, seq=commit.seq, at=commit.at, head=head, doing=doing)
        for path in known or [file.path]
    ]
    if len(texts) == 1:
        return texts[0]
    now, old = texts  # under its new name nothing is known of what it held before it was first seen there
    hands = (two if one and one.rule == FIRST_SEEN else one for one, two in zip(now.hands, old.hands, strict=True))
    return Text(now.lines, tuple(hands))


def _slid(text: Text, start: int, end: int) -> list[Hand]:
    """The hands of added lines. Where they can be slid over equal lines, git and we may name different ones of them."""
    size, lines = end - start + 1, text.keys
    best, known = 0, _count(text, start, end)
    for step in (1, -1):
        shift = step
        while known < size and _slides(lines, start, end, shift):
            there = _count(text, start + shift, end + shift)
            if there > known:
                best, known = shift, there
            shift += step
    at = (start + best + (n - best) % size for n in range(size))
    return [text.hands[line] or _COMMITTED for line in at]


def _slides(lines: Sequence[bytes], start: int, end: int, shift: int) -> bool:
    """Whether one more step of a slide goes over an equal line."""
    if shift > 0:
        return end + shift < len(lines) and lines[start + shift - 1] == lines[end + shift]
    return start + shift >= 0 and lines[start + shift] == lines[end + shift + 1]


def _count(text: Text, start: int, end: int) -> int:
    return sum(hand is not None for hand in text.hands[start : end + 1])


def _spans(added: Sequence[Span], found: Sequence[Hand]) -> Iterator[tuple[Span, Hand]]:
    at = 0
    for start, end in added:
        first = start
        for line in range(start, end + 1):
            hand = found[at + line - start]
            if line == end or found[at + line - start + 1] != hand:
                yield (first, line), hand
                first = line + 1
        at += end - start + 1
