"""Guarantees: a request in protobuf is of few parts before its reader sees it, which itself has no such bound.

Two bytes are an empty message, and in memory more than a hundred. Format: protobuf.dev/programming-guides/encoding;
the numbers are those of opentelemetry-proto's logs, common and resource.
"""

from __future__ import annotations

MOST_PARTS = 500_000  # fields; an exporter's batch has some ten thousand
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5

# What a field of a message holds, where that is a message: by the name of the first and the number of the field.
_SHAPES: dict[str, dict[int, str]] = {
    "request": {1: "resource logs"},
    "resource logs": {1: "resource", 2: "scope logs"},
    "resource": {1: "attribute"},
    "scope logs": {1: "scope", 2: "record"},
    "scope": {3: "attribute"},
    "record": {5: "value", 6: "attribute"},
    "attribute": {2: "value"},
    "value": {5: "array", 6: "map"},
    "array": {1: "value"},
    "map": {1: "attribute"},
}


class Malformed(ValueError):
    """A body is no OTLP request."""


def few(data: bytes) -> None:
    """See that a request in protobuf has few parts.

    Raises:
        Malformed: it has too many, or is no protobuf.
    """
    left, parts = [(0, len(data), "request")], 0
    while left:
        at, end, shape = left.pop()
        if at == end:
            continue
        parts += 1
        if parts > MOST_PARTS:
            raise Malformed("the body has too many parts")
        number, kind, begins, after = _field(data, at, end)
        left.append((after, end, shape))
        if kind == _BYTES and number in _SHAPES[shape]:
            left.append((begins, after, _SHAPES[shape][number]))


def _field(data: bytes, at: int, end: int) -> tuple[int, int, int, int]:
    """The number and kind of a field, where its content begins, and where the next field does."""
    key, at = _varint(data, at, end)
    kind = key & 7
    if kind == _VARINT:
        begins, at = at, _varint(data, at, end)[1]
    elif kind == _BYTES:
        length, begins = _varint(data, at, end)
        at = begins + length
    elif kind in (_FIXED64, _FIXED32):
        begins, at = at, at + (8 if kind == _FIXED64 else 4)
    else:
        raise Malformed("the body is no protobuf")
    if at > end:
        raise Malformed("the body ends early")
    return key >> 3, kind, begins, at


def _varint(data: bytes, at: int, end: int) -> tuple[int, int]:
    number = shift = 0
    while at < end and shift < 70:
        byte = data[at]
        at += 1
        number |= (byte & 127) << shift
        if byte < 128:
            return number, at
        shift += 7
    raise Malformed("the body is no protobuf")
