"""Answers a question from a table: the rows that it is about, in their order, or grouped."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from answerable.audit.ask.question import (
    Against,
    Compare,
    Condition,
    Every,
    Known,
    Not,
    Of,
    Question,
    Some,
    Sum,
)
from answerable.audit.period import instant
from answerable.audit.table import Column, Table

Test = Callable[[Mapping[str, Any]], bool]
COUNT = Column(name="count", type="number", meaning="how many rows")
SHOWN = {
    "changes": ("id", "at", "subject", "origin", "layer", "approvals", "gate", "commit"),
    "decisions": ("entry", "at", "kind", "by", "verdict", "commits"),
    "deployments": ("entry", "at", "environment", "region", "revision", "state"),
}
"""What is shown of a table where a question does not say."""
_OPS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def run(question: Question, table: Table) -> Table:
    """The answer.

    Args:
        question: What is asked.
        table: The one that it is about, with its rows in order.
    """
    rows = selected(question, table)
    if question.by or any(one.sum for one in question.show):
        found = _grouped(question, table, rows)
    else:
        names = list(question.show) or [Of(name) for name in SHOWN[table.name]]
        columns = tuple(_column(one, table) for one in names)
        found = Table(table.name, columns, tuple(_shown(row, names) for row in rows))
    ordered = _ordered(question, found, rows if not question.by else None)
    return Table(found.name, found.columns, ordered[: question.limit])


def selected(question: Question, table: Table) -> tuple[Mapping[str, Any], ...]:
    """The rows that a question is about, whole."""
    test = _test(question.where, table) if question.where else None
    asked = question.period
    return tuple(row for row in table.rows if (asked is None or asked.holds(row["at"])) and (test is None or test(row)))


def _test(of: Condition, table: Table) -> Test:
    if isinstance(of, Every):
        parts = [_test(each, table) for each in of.of]
        return lambda row: all(part(row) for part in parts)
    if isinstance(of, Some):
        parts = [_test(each, table) for each in of.of]
        return lambda row: any(part(row) for part in parts)
    if isinstance(of, Not):
        inner = _test(of.of, table)
        return lambda row: not inner(row)
    if isinstance(of, Known):
        name = of.column
        return lambda row: row[name] not in (None, "", (), {}, [])
    if isinstance(of, Against):
        return _against(of)
    return _compare(of, table)


def _compare(of: Compare, table: Table) -> Test:
    if of.op in ("has", "in"):
        wanted = {_folded(value) for value in of.right}
        name = of.left.column if isinstance(of.left, Of) else ""
        if of.op == "has":
            return lambda row: any(_folded(entry) in wanted for entry in row[name])
        if table.column[name].type in ("list", "counts"):
            return lambda row: any(_folded(entry) in wanted for entry in row[name])
        return lambda row: row[name] is not None and _folded(row[name]) in wanted
    op, right = _OPS[of.op], of.right[0]
    value = _number_of(of.left, table)
    if isinstance(right, str) and isinstance(of.left, Of) and table.column[of.left.column].type == "moment":
        moment = instant(right)
        return lambda row: value(row) is not None and op(instant(value(row)), moment)
    if isinstance(right, str):
        folded = _folded(right)
        return lambda row: op(_folded(value(row)), folded)
    return lambda row: value(row) is not None and op(value(row), right)


def _against(of: Against) -> Test:
    op, left, right = _OPS[of.op], of.left.column, of.right.column

    def test(row: Mapping[str, Any]) -> bool:
        one, other = row[left], row[right]
        if one is None or other is None:
            return False
        if of.op in ("=", "!="):
            return op(_folded(one), _folded(other))
        if isinstance(one, str):
            return op(instant(one), instant(other))
        return op(_size(one), _size(other))

    return test


def _number_of(left: Of | Sum, table: Table) -> Callable[[Mapping[str, Any]], Any]:
    if isinstance(left, Sum):
        parts = [_number_of(part, table) for part in left.parts]
        return lambda row: sum(part(row) or 0 for part in parts)
    name = left.column
    if left.count or table.column[name].type in ("list", "counts"):
        return lambda row: len(row[name])
    return lambda row: row[name]


def _size(value: Any) -> Any:
    return len(value) if isinstance(value, tuple | list | Mapping) else value


def _folded(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def _column(one: Of, table: Table) -> Column:
    column = table.column[one.column]
    if one.count:
        return Column(name=f"count({column.name})", type="number", meaning=f"how many entries: {column.meaning}")
    if one.sum:
        return Column(name=f"sum({column.name})", type="number", meaning=f"added up: {column.meaning}")
    return column


def _shown(row: Mapping[str, Any], names: Sequence[Of]) -> dict[str, Any]:
    return {f"count({one.column})" if one.count else one.column: _value(row, one) for one in names}


def _value(row: Mapping[str, Any], one: Of) -> Any:
    return len(row[one.column]) if one.count else row[one.column]


def _grouped(question: Question, table: Table, rows: Sequence[Mapping[str, Any]]) -> Table:
    """A row for each value, those of lists one by one, the most frequent first; then the sums that are shown."""
    sums = [one for one in question.show if one.sum]
    groups: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {} if question.by else {(): list(rows)}
    for row in rows if question.by else ():
        for values in _values(row, question.by):
            groups.setdefault(values, []).append(row)
    columns = (*(table.column[name] for name in question.by), COUNT, *(_column(one, table) for one in sums))
    found = [
        {
            **dict(zip(question.by, values, strict=True)),
            "count": len(of),
            **{f"sum({one.column})": sum(row[one.column] or 0 for row in of) for one in sums},
        }
        for values, of in groups.items()
    ]
    found.sort(key=lambda row: (-row["count"], [str(row[name]) for name in question.by]))
    return Table(table.name, columns, tuple(found))


def _values(row: Mapping[str, Any], names: Sequence[str]) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = [()]
    for name in names:
        value = row[name]
        each = list(value) or [None] if isinstance(value, tuple | list | Mapping) else [value]
        found = [(*before, one) for before in found for one in each]
    return found


def _ordered(
    question: Question, found: Table, rows: Sequence[Mapping[str, Any]] | None
) -> tuple[Mapping[str, Any], ...]:
    if question.order is None:
        return found.rows
    name, down = question.order
    keys = [row.get(name) for row in (rows if rows is not None and name not in found.column else found.rows)]
    pairs = sorted(enumerate(found.rows), key=lambda pair: _key(keys[pair[0]]), reverse=down)
    return tuple(row for _, row in pairs)


def _key(value: Any) -> tuple[bool, float, str]:
    """What is not known comes first; numbers by size, lists by how many, the rest as texts."""
    size = _size(value)
    number = float(size) if isinstance(size, int | float) else 0.0
    return value is not None, number, "" if isinstance(size, int | float) else str(size)
