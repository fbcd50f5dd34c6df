"""A control framework as data, and what became of each of its controls."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from answerable.audit.ask.question import Question


class Status(StrEnum):
    """What the facts make of a control; the worst comes first where several tests are one control's."""

    NOT_MET = "not_met"
    PARTLY = "partly"
    CANNOT_BE_SHOWN = "cannot_be_shown"
    MET = "met"
    NOT_APPLICABLE = "not_applicable"


class Expects(StrEnum):
    """What a test wants of its question: `none` of its rows, at least one, or a share of a population."""

    NONE = "none"
    SOME = "some"
    SHARE = "share"


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """A question and what its answer must be."""

    question: Question
    expects: Expects
    of: Question | None = None  # the population; all rows of the table where it is not said
    share: float = 1.0  # the least, 0 to 1, where a share is expected
    ever: bool = False  # decisions of all time count, not only of the period
    needs: str = ""  # `ledger` or `deployments`: without it nothing can be shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One control: what it asks for in our own words, how that is evidenced, and what that does not show."""

    id: str
    title: str
    asks: str
    tests: tuple[Test, ...]
    limits: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Framework:
    """A set of controls; `source` names the document that they are in, with its edition."""

    id: str
    name: str
    source: str
    controls: tuple[Control, ...]
    limits: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """The outcome of one test."""

    question: str
    expects: str
    status: Status
    population: int
    found: int  # exceptions where none is expected, else rows that hold
    examples: tuple[str, ...]  # ids of changes, or entries of the ledger
    since: str | None  # RFC 3339: from when on it holds without a break until the end of the period
    because: str = ""  # why it cannot be shown, or why it does not apply


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed:
    """A control with its outcome."""

    control: Control
    status: Status
    since: str | None
    tested: tuple[Tested, ...]
