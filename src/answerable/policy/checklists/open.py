"""The checklists of a change and what is open of each: every question that no independent person has answered."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # slow to load: most changes have no answers yet
    from answerable.policy.checklists.given import Said
    from answerable.review.answers import Word
    from answerable.review.checklist.hunk import Hunk
    from answerable.review.checklist.question import Question
    from answerable.review.checklist.sheet import Asked
    from answerable.review.depth import Remark

PATH = ".answerable/checklist.yaml"  # the organisation's own questions


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist:
    """One hunk, what is asked about it, and who said what of it: by question, then by person."""

    asked: Asked
    words: dict[str, dict[str, Word]] = field(default_factory=dict)

    @property
    def refusals(self) -> tuple[tuple[str, str], ...]:
        """Who answered no to which question."""
        found = ((who, question) for question, said in self.words.items() for who, word in said.items() if word == "no")
        return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklists:
    """Those of a change, in the order of paths and lines; `refused` are people whose answers do not count, and why."""

    all: tuple[Checklist, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    remarks: tuple[Remark, ...] | None = None  # of independent people, on these lines; None: nothing tells

    def of(self, path: bytes, line: int) -> Checklist | None:
        """That of the hunk that a line is in."""
        at = bisect_right(self.all, (path, line), key=lambda each: (each.asked.hunk.path, each.asked.hunk.start)) - 1
        found = self.all[at].asked.hunk if at >= 0 else None
        return self.all[at] if found and found.path == path and found.start <= line <= found.end else None

    @property
    def told(self) -> list[object]:
        """All that a verdict can depend on, as JSON holds it."""
        return [
            [each.asked.hunk.id, [question.id for question in each.asked.questions], each.words] for each in self.all
        ]

    @property
    def questions(self) -> int:
        """How many there are."""
        return sum(len(each.asked.questions) for each in self.all)

    @property
    def unanswered(self) -> int:
        """How many of them are open."""
        return sum(len(each.asked.open) for each in self.all)


def checklists(hunks: Sequence[Hunk], own: Sequence[Question], said: Said) -> Checklists:
    """What is asked about each hunk, and what is open of it.

    Args:
        hunks: Those of the change, in the order of paths and lines.
        own: The organisation's questions.
        said: What people who count answered.
    """
    from answerable.review.checklist.choose import choose

    return Checklists(all=tuple(_one(hunk, choose(hunk, own), said) for hunk in hunks), refused=said.refused)


def _one(hunk: Hunk, questions: Sequence[Question], said: Said) -> Checklist:
    from answerable.review.checklist.sheet import Asked

    words = {q.id: dict(said.words[hunk.id, q.id]) for q in questions if (hunk.id, q.id) in said.words}
    left = frozenset(question.id for question in questions if question.id not in words)
    return Checklist(asked=Asked(hunk=hunk, questions=tuple(questions), open=left), words=words)
