"""Reads log records out of an OTLP request, protobuf or JSON, into the same plain form: only what a decision can need.

A request that is none is `Malformed`. A record in it that is none is left out and counted; the others still count.
Trace and span ids, which are hex in OTLP's JSON and bytes in protobuf, are not looked at.

Format: opentelemetry-proto, collector/logs/v1; in JSON as the OTLP specification, "JSON Protobuf Encoding".
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from answerable.capture.otlp.parts import Malformed, few
from answerable.errors import ExtraMissing

Scalar = str | int | float | bool
_SCALARS = ("stringValue", "string_value", "boolValue", "bool_value", "doubleValue", "double_value")
_INTEGERS = ("intValue", "int_value")
_MOST_ATTRIBUTES = 1000
MOST_RECORDS = 100_000  # of one request; exporters send some hundreds
_MOST_OBJECTS = 2_000_000  # and lists; one that is empty takes two bytes here and a hundred in memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One log record: texts, numbers and truths of its attributes and of its resource."""

    event: str = ""  # the field `event_name`
    body: str = ""
    at: int = 0  # nanoseconds since 1970, as the agent says; 0: it does not
    attributes: Mapping[str, Scalar] = field(default_factory=dict)
    resource: Mapping[str, Scalar] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Read:
    """What a request holds, and how many of its records were none."""

    records: list[Record] = field(default_factory=list)
    malformed: int = 0


def of_json(data: bytes) -> Read:
    """Read a request in JSON.

    Raises:
        Malformed: it is none.
    """
    if data.count(b"{") + data.count(b"[") > _MOST_OBJECTS:
        raise Malformed("the body has too many parts")
    try:
        given = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Malformed("the body is no JSON") from error
    if not isinstance(given, dict):
        raise Malformed("the body is no JSON object")
    found = Read()
    for resource, logs in _grouped(given, found):
        _few(len(found.records) + found.malformed + 1)
        try:
            found.records.append(_record(resource, logs))
        except (TypeError, ValueError, AttributeError, OverflowError):
            found.malformed += 1
    return found


def of_protobuf(data: bytes) -> Read:
    """Read a request in protobuf.

    Raises:
        Malformed: it is none.
        ExtraMissing: the extra `otlp` is not installed.
    """
    message, failed = _protobuf()
    few(data)
    try:
        request = message.FromString(data)
    except failed as error:
        raise Malformed("the body is no ExportLogsServiceRequest") from error
    found = Read()
    for of_resource in request.resource_logs:
        resource = _read(of_resource.resource.attributes)
        for of_scope in of_resource.scope_logs:
            _few(len(found.records) + len(of_scope.log_records))
            found.records += [
                Record(
                    event=record.event_name, body=record.body.string_value,
                    at=record.time_unix_nano or record.observed_time_unix_nano,
                    attributes=_read(record.attributes), resource=resource,
                )
                for record in of_scope.log_records
            ]  # fmt: skip
    return found


def need_protobuf() -> None:
    """See that protobuf can be read.

    Raises:
        ExtraMissing: the extra `otlp` is not installed.
    """
    _protobuf()


def _protobuf() -> tuple[Any, type[Exception]]:
    try:
        from google.protobuf.message import DecodeError
        from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
    except ImportError as error:
        raise ExtraMissing("receiving OTLP needs the extra otlp", hint="pip install 'answerable[otlp]'") from error
    return ExportLogsServiceRequest, DecodeError


def _few(records: int) -> None:
    if records > MOST_RECORDS:
        raise Malformed(f"more than {MOST_RECORDS} records")


def _read(attributes: Iterable[Any]) -> dict[str, Scalar]:
    """Attributes as protobuf has them."""
    found: dict[str, Scalar] = {}
    for pair in attributes:
        kind = pair.value.WhichOneof("value")
        if kind in ("string_value", "bool_value", "int_value", "double_value") and len(found) < _MOST_ATTRIBUTES:
            found[pair.key] = getattr(pair.value, kind)
    return found


def _grouped(given: Mapping[str, Any], found: Read) -> Iterator[tuple[Mapping[str, Scalar], Any]]:
    """Each log record with the attributes of its resource."""
    for of_resource in _list(given, "resourceLogs", "resource_logs"):
        try:
            resource = _attributes(of_resource.get("resource") or {})
            scopes = _list(of_resource, "scopeLogs", "scope_logs")
            rows = [row for of_scope in scopes for row in _list(of_scope, "logRecords", "log_records")]
        except (Malformed, TypeError, ValueError, AttributeError, OverflowError):
            found.malformed += 1
            continue
        yield from ((resource, row) for row in rows)


def _record(resource: Mapping[str, Scalar], given: Any) -> Record:
    body = given.get("body") or {}
    said = body.get("stringValue", body.get("string_value", ""))
    times = ("timeUnixNano", "time_unix_nano", "observedTimeUnixNano", "observed_time_unix_nano")
    event = given.get("eventName", given.get("event_name", ""))
    return Record(
        event=event if isinstance(event, str) else "", body=said if isinstance(said, str) else "",
        at=next((at for at in (_integer(given.get(key, 0)) for key in times) if at), 0),
        attributes=_attributes(given), resource=resource,
    )  # fmt: skip


def _attributes(given: Mapping[str, Any]) -> dict[str, Scalar]:
    """Attributes as JSON has them; what is no text, number or truth is left out."""
    found: dict[str, Scalar] = {}
    for pair in _list(given, "attributes")[:_MOST_ATTRIBUTES]:
        value = pair.get("value") or {}
        scalar = next((value[key] for key in _SCALARS if key in value), None)
        if scalar is None:
            whole = next((value[key] for key in _INTEGERS if key in value), None)
            scalar = None if whole is None else _integer(whole)
        if isinstance(pair.get("key"), str) and isinstance(scalar, str | int | float | bool):
            found[pair["key"]] = scalar
    return found


def _list(given: Mapping[str, Any], *keys: str) -> list[Any]:
    value: Any = next((given[key] for key in keys if given.get(key) is not None), [])
    if not isinstance(value, list):
        raise Malformed(f"{keys[0]} is no list")
    return value


def _integer(value: object) -> int:
    """A 64-bit number, which JSON may hold as text."""
    if isinstance(value, bool) or not isinstance(value, int | str) or (isinstance(value, str) and len(value) > 20):
        raise TypeError("no whole number")
    return int(value)
