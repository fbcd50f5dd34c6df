"""Writes spans as Parquet, in row groups, so that memory stays bounded."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Any

from answerable.errors import ExtraMissing, UsageError
from answerable.provenance.lines import LineSpan

_GROUP = 100_000


def write_parquet(spans: Iterable[LineSpan], output: Path | None) -> None:
    """Write spans to a file or to standard output.

    Raises:
        ExtraMissing: pyarrow is not installed.
    """
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as error:
        raise ExtraMissing("Parquet needs pyarrow", hint="pip install 'answerable[analytics]'") from error
    if output is None and sys.stdout.isatty():
        raise UsageError("Parquet is binary", hint="give a file: -o lines.parquet")
    integers = {"start", "end", "orig_start"}
    fields = [name for name in LineSpan._fields if name != "session"]
    schema = pa.schema([(name, pa.int32() if name in integers else pa.string()) for name in fields])
    draft = output.with_name(f".{output.name}.part") if output else None
    with ExitStack() as stack:
        sink = stack.enter_context(draft.open("wb")) if draft else sys.stdout.buffer
        writer = stack.enter_context(parquet.ParquetWriter(sink, schema, compression="zstd"))
        for rows in _groups(spans):
            columns = {name: [_plain(getattr(row, name)) for row in rows] for name in fields}
            writer.write_table(pa.table(columns, schema=schema))
    if draft and output:
        draft.replace(output)


def _groups(spans: Iterable[LineSpan]) -> Iterator[list[LineSpan]]:
    rows = iter(spans)
    while group := list(islice(rows, _GROUP)):
        yield group


def _plain(value: Any) -> Any:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value
