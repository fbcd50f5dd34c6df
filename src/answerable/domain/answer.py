"""The reply to "who is answerable for this": spans of code, six questions, and what could not be said."""

from __future__ import annotations

from dataclasses import dataclass, field

from answerable.domain.commit import Person
from answerable.domain.deployment import Whereabouts
from answerable.domain.evidence import Defect
from answerable.domain.grade import Grade
from answerable.domain.layer import Placed
from answerable.domain.line_origin import LineOrigin
from answerable.domain.owner import Owner
from answerable.domain.review import ReviewMarks


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How a commit reached the main line: the change, and who merged it and when."""

    change: str | None = None  # "#12", "!34" or an address
    merge: str | None = None  # the merge commit
    merged_by: Person | None = None
    merged_at: str | None = None  # RFC 3339 UTC
    release: str | None = None  # the earliest tag known to contain the commit


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """What stands behind a commit that only moved or reformatted lines (.git-blame-ignore-revs)."""

    commit: str
    path: bytes
    start: int
    author: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Consecutive lines of a file that one commit wrote. Line numbers are 1-based and inclusive.

    `commit` is None where the history that would name it is not here; `boundary` then says why.
    """

    path: bytes
    start: int
    end: int
    commit: str | None
    orig_path: bytes
    orig_start: int
    lines: LineOrigin
    author: Person | None = None
    committer: Person | None = None
    committed_at: str | None = None
    subject: str | None = None
    review: ReviewMarks | None = None
    delivery: Delivery = field(default_factory=Delivery)
    whereabouts: Whereabouts = field(default_factory=Whereabouts)
    owner: Owner | None = None
    placed: Placed | None = None  # in a trust layer, and why
    behind: Behind | None = None
    boundary: str | None = None  # shallow | missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One of the six: its answer and grade, and where something is left open, the gap and the step that closes it."""

    id: str
    answer: str | None
    grade: Grade = Grade.NONE
    gap: str | None = None
    remedy: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A frame of a stack trace with the path it was mapped to, or None where it is outside this repository."""

    text: str
    path: bytes | None
    line: int | None
    score: float
    why: str
    others: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Everything that can be said about a target, graded."""

    kind: str
    given: str
    root: str
    head: str
    spans: tuple[Span, ...]
    questions: tuple[Question, ...]
    places: tuple[Place, ...] = ()
    notes: tuple[str, ...] = ()
    defects: tuple[Defect, ...] = ()  # faults of the evidence about these spans

    @property
    def answered(self) -> int:
        """How many of the six questions have an answer."""
        return sum(question.answer is not None for question in self.questions)
