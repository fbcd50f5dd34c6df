"""A question, taken apart: what it is about, which rows, what is shown of them, and how they are grouped."""

from __future__ import annotations

from dataclasses import dataclass

from answerable.audit.period import Period

Value = str | float | bool


@dataclass(frozen=True, slots=True)
class Of:
    """A column, or how many entries one has."""

    column: str
    count: bool = False
    sum: bool = False  # over a group


@dataclass(frozen=True, slots=True)
class Sum:
    """Columns of numbers, added."""

    parts: tuple[Of, ...]


@dataclass(frozen=True, slots=True)
class Compare:
    """A value of the row against a value: `op` is one of = != < <= > >= has in."""

    left: Of | Sum
    op: str
    right: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Against:
    """A column against another: moments and numbers by size, texts by what they are."""

    left: Of
    op: str
    right: Of


@dataclass(frozen=True, slots=True)
class Known:
    """True where a column of the row says anything."""

    column: str


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    of: Condition


@dataclass(frozen=True, slots=True)
class Every:
    """All of them hold."""

    of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """One of them holds."""

    of: tuple[Condition, ...]


Condition = Compare | Against | Known | Not | Every | Some


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A whole question about one table."""

    text: str
    table: str
    where: Condition | None = None
    period: Period | None = None
    show: tuple[Of, ...] = ()  # empty: what the table shows by itself
    by: tuple[str, ...] = ()
    order: tuple[str, bool] | None = None  # a shown column, and whether the largest comes first
    limit: int | None = None
