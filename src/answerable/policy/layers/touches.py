"""What code touches: logins, keys, databases, processes, the network, objects made from bytes.

A language with a grammar is read by it: names count that the code imports, refers to or calls, under whatever other
name, and comments do not. What the text of a string says counts for statements to a database alone. A file that the
grammar reads only in part is looked at as text besides, so that an error in it hides nothing; one that cannot be read
at all counts as if it touched everything. Other languages are looked at as text (`text_patterns`).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from answerable.policy.layers import text_patterns
from answerable.policy.layers.code.uses import How, Use
from answerable.policy.layers.kinds import Touch
from answerable.policy.layers.look import Look
from answerable.policy.layers.names import Names, compiled

VERBS = {How.IMPORTS: "imports", How.CALLS: "calls", How.NAMES: "names"}


class Touched(NamedTuple):
    """The first place where a file touches something, in words; the line counts from 1."""

    touch: Touch
    line: int | None  # None: the file as a whole
    what: str

    @property
    def because(self) -> str:
        """The reason in words."""
        return f"line {self.line} {self.what}, which touches {self.touch}" if self.line else self.what


def touched(path: bytes, content: bytes, wanted: tuple[Touch, ...]) -> Iterator[Touched]:
    """What a file touches of what is asked for, each with its first place.

    Args:
        path: Its path: only files of code are looked at.
        content: Its bytes.
        wanted: What to look for, in this order.
    """
    return touched_by(Look(path, content), wanted)


def touched_by(look: Look, wanted: tuple[Touch, ...]) -> Iterator[Touched]:
    """The same of a file that is looked at already."""
    if not look.is_code or (look.key is not None and _touches_none(look, look.key, wanted)):
        return
    for touch in wanted:
        found = _touched(look, touch)
        if found:
            yield found


def _touched(look: Look, touch: Touch) -> Touched | None:
    if look.key is None:
        return Touched(touch, None, look.unreadable) if look.unreadable else _by_text(look, touch)
    if not look.may_use(_names(look.key, touch)) and not (touch is Touch.SQL and text_patterns.says_sql(look.words)):
        return None
    if look.unreadable:
        return Touched(touch, None, look.unreadable)
    return _by_grammar(look, touch) or (_by_text(look, touch) if look.partly else None)


def _touches_none(look: Look, key: str, wanted: tuple[Touch, ...]) -> bool:
    """True where one look at the words of a file tells that it touches nothing of what is asked for."""
    return not look.may_use(_all_names(key, wanted)) and not (
        Touch.SQL in wanted and text_patterns.says_sql(look.words)
    )


def said(use: Use) -> str:
    """A use in words."""
    return f"{VERBS[use.how]} {use.name[:120]}"


def _by_grammar(look: Look, touch: Touch) -> Touched | None:
    if look.uses is None or look.key is None:
        return None
    use = _names(look.key, touch).first(look.uses)
    found = Touched(touch, use.line, said(use)) if use else None
    place = look.uses.statement if touch is Touch.SQL else None
    if place and (found is None or found.line is None or place[0] < found.line):
        return Touched(touch, place[0], f"has the statement {place[1]}")
    return found


def _by_text(look: Look, touch: Touch) -> Touched | None:
    place = text_patterns.mentioned(touch, look.text)
    if place:
        return Touched(touch, place[0], f"mentions {place[1]}")
    if look.key is not None and look.renames and look.has_words_of(_names(look.key, touch)):
        return Touched(touch, None, f"the file has an error in it, and all words of a name that touches {touch}")
    return None


@lru_cache(maxsize=256)
def _all_names(key: str, wanted: tuple[Touch, ...]) -> Names:
    from answerable.policy.layers.code.registry import language

    return compiled(tuple(name for touch in wanted for name in language(key).touches[touch].split()))


def _names(key: str, touch: Touch) -> Names:
    from answerable.policy.layers.code.registry import language

    return compiled(tuple(language(key).touches[touch].split()))
