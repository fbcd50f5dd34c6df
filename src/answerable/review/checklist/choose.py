"""Chooses the questions that fit a hunk: few, the most fitting first, because a reviewer is tired.

In this order: the organisation's own; then those about the kind of file, about what it touches, and about its language;
then general ones. Of several kinds, or things that are touched, each gets its first question before any its second. Few
lines, and layers where less is at stake, are asked less. A general question has a place where there are three. The same
hunk and the same questions give the same choice, and it is never empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from answerable.review.checklist.hunk import Hunk
from answerable.review.checklist.question import Question
from answerable.review.checklist.questions import shipped

MOST = 6
_BY_RANK = (6, 5, 4)  # in the most severe layer, in the next, in all others
_OF_FEW = (3, 2, 1)  # the same of a hunk with few lines
_FEW_LINES = 4
_ROOM = 3  # where there is less, a general question has no place of its own
_OF_KINDS, _OF_TOUCHES, _OF_LANGUAGES = 3, 3, 2
_SORTS = ("kinds", "touches", "languages")


def most_of(hunk: Hunk) -> int:
    """How many questions at most, besides the organisation's own."""
    most = _OF_FEW if hunk.count <= _FEW_LINES else _BY_RANK
    return most[min(hunk.rank, len(most) - 1)]


def choose(hunk: Hunk, own: Sequence[Question] = ()) -> tuple[Question, ...]:
    """The questions about some lines.

    Args:
        hunk: The lines.
        own: The organisation's questions. At most six of them are asked, and the others get the places that are left.
    """
    mine = [question for question in own if question.when.holds(hunk)][:MOST]
    fitting = [question for question in shipped() if question.when.holds(hunk)]
    general = [question for question in fitting if _is_general(question)]
    room = max(1, min(most_of(hunk), MOST - len(mine)))
    particular = [
        *_of(fitting, "kinds", sorted(hunk.kinds), _OF_KINDS),
        *_of(fitting, "touches", sorted(hunk.touches), _OF_TOUCHES),
        *_of(fitting, "languages", [hunk.language], _OF_LANGUAGES),
    ]
    first = particular[: room - 1 if general and room >= _ROOM else room]
    return (*mine, *first, *general[: room - len(first)])


def _of(fitting: Iterable[Question], condition: str, words: Iterable[str | None], most: int) -> list[Question]:
    """Those that have a condition, and none of a more specific sort: one for each word first, then the second ones."""
    before = _SORTS[: _SORTS.index(condition)]
    found = [
        question
        for question in fitting
        if getattr(question.when, condition) and not any(getattr(question.when, other) for other in before)
    ]
    turn: dict[str, int] = {}  # by question: how many of the same word came before it
    for word in words:
        for at, question in enumerate(q for q in found if word in getattr(q.when, condition)):
            turn[question.id] = min(at, turn.get(question.id, at))
    return sorted(found, key=lambda question: turn.get(question.id, 0))[:most]


def _is_general(question: Question) -> bool:
    return not (question.when.kinds or question.when.touches or question.when.languages)
