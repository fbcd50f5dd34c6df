"""A question to a reviewer, and of which lines it is asked; `yes` is always the good answer.

A condition that is not given holds for all lines. The words of kinds and of what code touches are those of layers in a
policy; they come with the hunk.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from answerable.review.checklist.hunk import Hunk

ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)+")
MOST_ID = 64  # characters
MOST_TEXT = 300
MOST_RANKS = 100
NO_CODE = frozenset({"sql", "terraform"})  # languages that say what is to be, not what is done


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """All conditions that are given must hold; of the words in one, any."""

    code: bool = False  # only of code: a file in a language of programs
    ranks: int | None = None  # only in so many of the most severe layers
    layers: tuple[str, ...] = ()  # names, `*` for any text
    kinds: tuple[str, ...] = ()
    unless_kinds: tuple[str, ...] = ()
    touches: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()

    def holds(self, hunk: Hunk) -> bool:
        """True where lines are asked about."""
        named = (
            (self.layers, any(fnmatchcase(hunk.layer, name.replace("[", "[[]")) for name in self.layers)),
            (self.kinds, not hunk.kinds.isdisjoint(self.kinds)),
            (self.touches, not hunk.touches.isdisjoint(self.touches)),
            (self.languages, hunk.language in self.languages),
            (self.origins, not set(hunk.origins).isdisjoint(self.origins)),
        )
        return (
            not (self.code and (hunk.language is None or hunk.language in NO_CODE))
            and (self.ranks is None or hunk.rank < self.ranks)
            and hunk.kinds.isdisjoint(self.unless_kinds)
            and all(found for words, found in named if words)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question; `why` is one sentence on what happens where nobody asks it."""

    id: str
    text: str
    why: str
    when: When = field(default_factory=When)
    own: bool = False  # the organisation's
