"""JSON that means the same to every reader, or a `Refused` with a reason; no input crashes or stalls it.

UTF-8 only, no duplicate keys, no NaN or infinity, no integer that a double cannot hold, no lone surrogate, and no
nesting deeper than a bound: I-JSON (RFC 7493), which RFC 8785 builds on.
"""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

DEPTH = 32
SAFE = 2**53 - 1
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[{]|[\]}]', re.DOTALL)
_FEW = 200  # so few brackets cannot nest deep enough to harm the parser


class Refused(ValueError):
    """Why the bytes are not such JSON: `path` is where (``$.a[0]``), empty where it is not known."""

    def __init__(self, what: str, path: str = "") -> None:
        super().__init__(f"{path}: {what}" if path else what)
        self.what = what
        self.path = path


def loads(data: bytes, *, most: int) -> Any:
    """Read one JSON document.

    Args:
        data: The bytes.
        most: How many bytes it may have.

    Raises:
        Refused: It is not such JSON, or longer.
    """
    if len(data) > most:
        raise Refused(f"{len(data)} bytes are more than the {most} allowed")
    brackets = data.count(b"[") + data.count(b"{")
    if brackets > _FEW and _deepest(data) > DEPTH:
        raise Refused(f"nested deeper than {DEPTH}")
    try:
        text = data.decode("utf-8")
        value = _DECODER.decode(text)
    except UnicodeDecodeError as error:
        raise Refused(f"byte {error.start} is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise Refused(f"no JSON: {error.msg} at character {error.pos}") from None
    except RecursionError:
        raise Refused(f"nested deeper than {DEPTH}") from None
    if brackets > DEPTH or b"\\u" in data:  # only an escape can spell half of a surrogate pair
        _walk(value, "$", 1)
    return value


def _deepest(data: bytes) -> int:
    depth = most = 0
    for token in _TOKEN.finditer(data):
        first = token[0][:1]
        if first in b"[{":
            depth += 1
            most = max(most, depth)
        elif first in b"]}":
            depth -= 1
    return most


def _walk(value: Any, path: str, depth: int) -> None:
    """Refuse what only shows when the document is whole: depth, and text that is no text."""
    kind = type(value)
    if kind is str:
        if not value.isascii():
            _text(value, path)
    elif kind is dict:
        _deep(path, depth)
        for key, inner in value.items():
            if not key.isascii():
                _text(key, path)
            _walk(inner, f"{path}.{key}", depth + 1)
    elif kind is list:
        _deep(path, depth)
        for at, inner in enumerate(value):
            _walk(inner, f"{path}[{at}]", depth + 1)


def _deep(path: str, depth: int) -> None:
    if depth > DEPTH:
        raise Refused(f"nested deeper than {DEPTH}", path)


def _text(text: str, path: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise Refused("half of a surrogate pair is no text", path) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise Refused(f"the key {twice[:60]!r} stands twice in one object")
    return made


def _integer(text: str) -> int:
    # The length first: Python refuses to read integers of more than 4,300 digits, with an error of its own.
    if len(text) > 17 or abs(number := int(text)) > SAFE:
        raise Refused(f"the number {text[:40]} is beyond what a double holds exactly")
    return number


def _float(text: str) -> float | int:
    number = float(text)
    if not abs(number) <= SAFE:
        raise Refused(f"the number {text[:40]} is beyond what a double holds exactly")
    return int(number) if number.is_integer() else number  # 1.0 and 1 are one number, written "1" by RFC 8785


def _constant(text: str) -> NoReturn:
    raise Refused(f"{text} is no JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_int=_integer, parse_float=_float, parse_constant=_constant)
