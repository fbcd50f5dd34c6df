"""A question as tokens with their places; anything that is no token is an error that points at it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from answerable.errors import QuestionInvalid

MOST = 4_000  # characters of a question
_TOKEN = re.compile(
    r"""\s*(?:
    (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
  | (?P<time>[0-9]{4}-(?:[0-9]{2}(?:-[0-9]{2}(?:T[0-9:.]+(?:Z|[+-][0-9]{2}:[0-9]{2})?)?)?|[qQ][1-4])(?![\w.-]))
  | (?P<number>[0-9]+(?:\.[0-9]+)?%?(?![\w.-]))
  | (?P<word>[^\W\d][\w./:@-]*)
  | (?P<mark><=|>=|!=|[=<>(),+])
    )""",
    re.VERBOSE,
)


class Token(NamedTuple):
    """A piece of a question: its kind (text, time, number, word, mark, end), what it says, and where, from 1."""

    kind: str
    text: str
    at: int


def tokens(question: str) -> Iterator[Token]:
    """Take a question apart; the last token is the end.

    Raises:
        QuestionInvalid: something in it is no token, or it is too long.
    """
    if len(question) > MOST:
        raise QuestionInvalid(
            f"the question has {len(question)} characters; {MOST} is the most", hint="ask less at once"
        )
    at, end = 0, len(question.rstrip())
    while at < end:
        found = _TOKEN.match(question, at)
        if found is None or found.lastgroup is None:
            rest = question[at:].lstrip()
            place = len(question) - len(rest) + 1
            raise wrong(question, place, f"{rest[:1]!r} is nothing that a question can hold", 'put texts in "quotes"')
        text = found[found.lastgroup]
        if found.lastgroup == "text":
            text = re.sub(r"\\(.)", r"\1", text[1:-1])
        yield Token(found.lastgroup, text, found.start(found.lastgroup) + 1)
        at = found.end()
    yield Token("end", "", end + 1)


def wrong(question: str, at: int, what: str, hint: str) -> QuestionInvalid:
    """An error at a place of a question, with the place marked."""
    shown = question if question.isprintable() else "".join(c if c.isprintable() else "?" for c in question)
    start = max(0, at - 40)
    marked = f"{shown[start : at - 1]}▸{shown[at - 1 : at + 40]}"
    return QuestionInvalid(f"at character {at}, {marked!r}: {what}", hint=hint)
