"""Takes a JSON document apart: a wrong type is one error that names its path in the document; null is as absent."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from answerable.errors import SarifInvalid

LARGEST = 64 << 20
"""How many bytes a report may have."""

_INTEGER = 18  # digits
_HINT = "let the analyser write SARIF 2.1.0 anew, and give the gate the file as it was written"


class Node:
    """A value of the document and where it stands."""

    __slots__ = ("_above", "_step", "name", "value")

    def __init__(self, value: Any, name: str, above: Node | None = None, step: str | int = "") -> None:
        self.value, self.name, self._above, self._step = value, name, above, step

    @property
    def place(self) -> str:
        """The path in the document: ``runs[0].results[3]``."""
        steps: list[str] = []
        here: Node | None = self
        while here is not None and here._above is not None:
            steps.append(f"[{here._step}]" if isinstance(here._step, int) else f".{here._step}")
            here = here._above
        return "".join(reversed(steps)).lstrip(".") or "the document"

    def fault(self, what: str, hint: str = _HINT) -> SarifInvalid:
        """An error about this place."""
        return SarifInvalid(f"{self.name}: {self.place}: {what}", hint=hint)

    def __contains__(self, key: str) -> bool:
        return isinstance(self.value, dict) and self.value.get(key) is not None

    def __getitem__(self, key: str) -> Node:
        """A member that may be absent; its value is then None."""
        return Node(self.value.get(key) if isinstance(self.value, dict) else None, self.name, self, key)

    def object(self, key: str) -> Node:
        """A member that is an object, an empty one where it is absent."""
        found = self[key]
        if found.value is None:
            found.value = {}
        return found.must_be(dict, "an object")

    def items(self, key: str) -> Iterator[Node]:
        """The members of a list, none where it is absent."""
        found = self[key]
        if found.value is None:
            return
        for at, value in enumerate(found.must_be(list, "a list").value):
            yield Node(value, self.name, found, at)

    def must_be(self, kind: type, words: str) -> Node:
        """Itself.

        Raises:
            SarifInvalid: it is of another type.
        """
        if not isinstance(self.value, kind):
            raise self.fault(f"{_kind(self.value)} where {words} belongs")
        return self

    def text(self, key: str) -> str | None:
        """A member that is a text."""
        value = self.value.get(key) if isinstance(self.value, dict) else None
        if value is None or isinstance(value, str):
            return value
        found = self[key]
        return None if found.value is None else str(found.must_be(str, "a text").value)

    def number(self, key: str) -> int | None:
        """A member that is a whole number."""
        value = self.value.get(key) if isinstance(self.value, dict) else None
        if value is None or type(value) is int:
            return value
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if type(value) is int:
            return value
        raise self[key].fault(f"{_kind(value)} where a whole number belongs")

    def truth(self, key: str) -> bool | None:
        """A member that is true or false."""
        found = self[key]
        return None if found.value is None else bool(found.must_be(bool, "true or false").value)


def document(data: bytes, name: str) -> Node:
    """Read the bytes of a report.

    Args:
        data: UTF-8, with a byte order mark or without.
        name: Of the file, for messages.

    Raises:
        SarifInvalid: they are too many, or no JSON that means the same to every reader.
    """
    if len(data) > LARGEST:
        hint = "let each analyser write a file of its own, and give --findings once for each"
        raise SarifInvalid(f"{name}: it has more than the {LARGEST:,} bytes allowed", hint=hint)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        hint = "have the analyser write the file itself: PowerShell's > writes UTF-16"
        raise SarifInvalid(f"{name}: it is UTF-16, and SARIF is UTF-8", hint=hint)
    try:
        return Node(_DECODER.decode(data.decode("utf-8-sig")), name).must_be(dict, "an object")
    except UnicodeDecodeError as error:
        raise SarifInvalid(f"{name}: byte {error.start} is no UTF-8", hint=_HINT) from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        ended = " (the file ends too early)" if error.pos >= len(error.doc.rstrip()) else ""
        raise SarifInvalid(f"{name}: {where}: no JSON: {error.msg}{ended}", hint=_HINT) from None
    except RecursionError:
        raise SarifInvalid(f"{name}: it is nested too deep", hint=_HINT) from None
    except _Unsafe as error:
        raise SarifInvalid(f"{name}: {error}", hint=_HINT) from None


class _Unsafe(Exception):
    """What two readers could take for different things."""


def _kind(value: object) -> str:
    words = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "nothing"}
    return words.get(type(value), "a number")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise _Unsafe(f"the key {re.sub(r'[^ -~]', '?', twice[:60])!r} stands twice in one object")
    return made


def _integer(text: str) -> int:
    if len(text) > _INTEGER:
        raise _Unsafe(f"the number {text[:40]} is too large")
    return int(text)


def _constant(text: str) -> NoReturn:
    raise _Unsafe(f"{text} is no JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_int=_integer, parse_constant=_constant)
