"""What a bare repository shows of a review: a change, people said to have looked; never that they did."""

from __future__ import annotations

from dataclasses import dataclass

from answerable.domain.grade import Grade

CHECKLIST = "checklist"
"""The member of a signed review's details that holds answers to the checklists of lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewMark:
    """One person named by one mark of a message.

    `independent` is False where the person wrote the change, wrote it together with its author, or is a tool;
    `because` then says which, in a word: ``author``, ``co-author`` or ``agent``.
    """

    person: str  # as written: "Name <mail>", "@login" or a bare name
    mark: str  # the mark as the message spells it, for example "Reviewed-by"
    grade: Grade
    independent: bool = True
    because: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewMarks:
    """Every mark of a commit and its merge; a change says where a review may be found, not that one was."""

    change: str | None = None  # "#12", "!34", or the address of a review
    change_grade: Grade = Grade.NONE
    links: tuple[str, ...] = ()  # addresses that the marks give, in their order
    merged_by: str | None = None  # "Name <mail>" of who merged; merging is no review
    reviewers: tuple[ReviewMark, ...] = ()
    acks: tuple[ReviewMark, ...] = ()
    signoffs: tuple[ReviewMark, ...] = ()
    testers: tuple[ReviewMark, ...] = ()
    depth: float | None = None  # how deep the review was, from 0 to 1, as far as signed decisions show it

    @property
    def independent_reviewers(self) -> tuple[ReviewMark, ...]:
        """Reviewers who are neither the author, nor a co-author, nor a tool."""
        return tuple(m for m in self.reviewers if m.independent)

    @property
    def independent_acks(self) -> tuple[ReviewMark, ...]:
        """The same of those who acknowledged it."""
        return tuple(m for m in self.acks if m.independent)
