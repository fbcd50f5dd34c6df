"""Writes a table as Parquet."""

from __future__ import annotations

import sys
from pathlib import Path

from answerable.audit.table import Table, as_json
from answerable.errors import ExtraMissing, UsageError


def write_table(of: Table, output: Path | None) -> None:
    """Write a table to a file or to standard output.

    Raises:
        ExtraMissing: pyarrow is not installed.
        UsageError: the output is a terminal.
    """
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as error:
        raise ExtraMissing("Parquet needs pyarrow", hint="pip install 'answerable[analytics]'") from error
    if output is None and sys.stdout.isatty():
        raise UsageError("Parquet is binary", hint="give a file: -o answer.parquet")
    kinds = {
        "text": pa.string(), "moment": pa.string(), "truth": pa.bool_(), "number": pa.float64(),
        "list": pa.list_(pa.string()), "counts": pa.map_(pa.string(), pa.int64()),
    }  # fmt: skip
    schema = pa.schema([(column.name, kinds[column.type]) for column in of.columns])
    rows = as_json(of)
    columns = {column.name: [_value(row[column.name], column.type) for row in rows] for column in of.columns}
    draft = output.with_name(f".{output.name}.part") if output else None
    try:
        parquet.write_table(pa.table(columns, schema=schema), draft or sys.stdout.buffer, compression="zstd")
        if draft and output:
            draft.replace(output)
    except OSError as error:
        raise UsageError(
            f"cannot write {output or 'the answer'}: {error.strerror or error}", hint="give a file"
        ) from None


def _value(value: object, kind: str) -> object:
    if isinstance(value, list):
        return [str(each) for each in value]
    if isinstance(value, dict):
        return list(value.items())
    return float(value) if kind == "number" and isinstance(value, int) else value
