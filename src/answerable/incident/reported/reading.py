"""Reads reports of other systems from one file: one JSON document, an array of them, or one a line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from answerable.errors import DecisionInvalid
from answerable.incident.reported import artifacts, cdevents, github
from answerable.incident.reported.model import FORMATS, Found

MOST_BYTES = 16 << 20
MOST_EVENTS = 1_000


def read(data: bytes) -> list[Found]:
    """Everything that a file reports, in its order.

    Raises:
        DecisionInvalid: something of it is of no format that is known, or not as its format has it.
    """
    if len(data) > MOST_BYTES:
        raise DecisionInvalid(f"it has {len(data):,} bytes, {MOST_BYTES:,} are read", hint="give it in parts")
    documents = _documents(data)
    if len(documents) > MOST_EVENTS:
        raise DecisionInvalid(f"it has {len(documents):,} events, {MOST_EVENTS:,} are read", hint="give it in parts")
    if not documents:
        raise DecisionInvalid("it holds nothing", hint=f"give {FORMATS}")
    found = []
    for at, document in enumerate(documents):
        try:
            found.append(_one(document, data))
        except DecisionInvalid as error:
            where = f"event {at + 1}: " if len(documents) > 1 else ""
            raise DecisionInvalid(f"{where}{error.message}", hint=error.hint) from None
    return found


def _one(document: object, data: bytes) -> Found:
    if isinstance(document, Mapping):
        if cdevents.is_one(document):
            return cdevents.read(document)
        if github.is_one(document):
            return github.read(document)
        if artifacts.is_provenance(document):
            return artifacts.provenance(document)
        if artifacts.is_manifest(document):
            return artifacts.manifest(document, data)
        if artifacts.is_inspected(document):
            return artifacts.inspected(document)
    raise DecisionInvalid("it is of no format that is known", hint=f"give {FORMATS}")


def _documents(data: bytes) -> list[Any]:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise DecisionInvalid("it is not UTF-8", hint=f"give {FORMATS}") from None
    try:
        found = json.loads(text)
    except RecursionError:
        raise DecisionInvalid("it is nested too deep", hint=f"give {FORMATS}") from None
    except ValueError as error:
        rows = list(_rows(text))
        if len(rows) < 2:
            raise DecisionInvalid(f"it is no JSON: {error}", hint=f"give {FORMATS}") from None
        return rows
    return found if isinstance(found, list) else [found]


def _rows(text: str) -> Iterator[Any]:
    for number, row in enumerate(text.splitlines(), 1):
        if row.strip():
            try:
                yield json.loads(row)
            except (ValueError, RecursionError):
                raise DecisionInvalid(f"line {number} is no JSON", hint="give one event a line, or an array") from None
