"""Tables of facts: columns with their meaning, rows in a fixed order, and the same bytes for the same facts.

What a column means is said where its value is made, in the field of a dataclass, and is read from there.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

_TYPES = {
    "str": "text",
    "str | None": "text",
    "int": "number",
    "int | None": "number",
    "float | None": "number",
    "bool": "truth",
    "tuple[str, ...]": "list",
    "tuple[int, ...]": "list",
    "Mapping[str, int]": "counts",
}
_SPREADSHEET = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would take for a formula


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: `type` is text, moment, number, truth, list or counts."""

    name: str
    type: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows as mappings from the names of columns; a value that is not known is None."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[Mapping[str, Any], ...]

    @property
    def column(self) -> dict[str, Column]:
        """The columns by name."""
        return {column.name: column for column in self.columns}


def columns_of(kind: type) -> tuple[Column, ...]:
    """The columns that the fields of a dataclass are, in its order; those without a meaning are left out."""
    return tuple(
        Column(
            name=each.name,
            type="moment" if each.metadata.get("moment") else _TYPES[str(each.type)],
            meaning=each.metadata["meaning"],
        )
        for each in fields(kind)
        if "meaning" in each.metadata
    )


def table(name: str, kind: type, rows: Iterable[Any]) -> Table:
    """A table of dataclasses of one kind.

    Args:
        name: As questions call it.
        kind: The dataclass.
        rows: In the order in which they are to stand.
    """
    columns = columns_of(kind)
    return Table(name, columns, tuple({c.name: getattr(row, c.name) for c in columns} for row in rows))


def as_csv(of: Table, names: Sequence[str] | None = None) -> bytes:
    """A table as CSV (RFC 4180): UTF-8, lists with `; ` between, no value that a spreadsheet would calculate."""
    chosen = list(names or of.column)
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(chosen)
    for row in of.rows:
        writer.writerow([_cell(row[name]) for name in chosen])
    return out.getvalue().encode("utf-8", "backslashreplace")


def as_json(of: Table) -> list[dict[str, Any]]:
    """The rows for JSON: lists as lists, counts as objects."""
    return [{name: _plain(value) for name, value in row.items()} for row in of.rows]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        text = "; ".join(f"{name}: {count}" for name, count in value.items())
    elif isinstance(value, tuple | list):
        text = "; ".join(map(str, value))
    else:
        text = json.dumps(value) if isinstance(value, float) else str(value)
    guarded = text.startswith(_SPREADSHEET) and not isinstance(value, int | float)
    return f"'{text}" if guarded else text


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, tuple) else value
