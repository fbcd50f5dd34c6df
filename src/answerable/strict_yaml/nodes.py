"""A strict part of YAML as nodes with positions: what could mean something else to another reader is a fault.

No anchors, aliases, tags, merge keys, second documents, doubled keys or control characters; at most 256 KiB, or what
the caller allows, and 20 levels, so that reading takes time in proportion to the file. A scalar keeps its text and how
it was written: what type it may have, the reader of a key decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

from answerable.domain.fault import Fault, Position

MOST_BYTES = 256 << 10
MOST_LEVELS = 20

_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scalar:
    """A text; `style` is `'`, `"`, `|` or `>`, and empty where it is plain."""

    text: str
    style: str
    at: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    at: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """Keys, each once, with their values."""

    pairs: tuple[tuple[Scalar, Node], ...]
    at: Position


Node = Scalar | Sequence | Mapping


class Unreadable(Exception):
    """The file is no such YAML; nothing after the fault was read."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


def compose(data: bytes, file: str, *, begin: str = "write `version: 1` to begin with", most: int = MOST_BYTES) -> Node:
    """Read a file.

    Args:
        data: Its bytes; any.
        file: How faults name it.
        begin: What to do where it is empty.
        most: How many bytes it may have.

    Raises:
        Unreadable: with the first fault.
    """
    return _Composer(file, begin, most).compose(data)


def compose_all(data: bytes, file: str, *, most: int = MOST_BYTES) -> tuple[Node, ...]:
    """Read every document of a file, as strictly; none where it is empty.

    Args:
        data: Its bytes; any.
        file: How faults name it.
        most: How many bytes it may have.

    Raises:
        Unreadable: with the first fault.
    """
    return _Composer(file, "", most).compose_all(data)


class _Composer:
    def __init__(self, file: str, begin: str, most: int) -> None:
        self._file = file
        self._begin = begin
        self._most = most

    def compose(self, data: bytes) -> Node:
        import yaml  # a quarter of a command's start: only where there is a file

        text = self._text(data)
        events = self._events(yaml, text)
        next(events)  # the stream starts
        if not isinstance(next(events), yaml.DocumentStartEvent):
            self._fail(Position(1, 1), "the file is empty", self._begin)
        node = self._node(yaml, events, next(events), 1)
        next(events)  # the document ends
        after = next(events)
        if not isinstance(after, yaml.StreamEndEvent):
            self._fail(_position(after), "a second document begins here", "keep one document in the file")
        return node

    def compose_all(self, data: bytes) -> tuple[Node, ...]:
        import yaml

        events = self._events(yaml, self._text(data))
        next(events)  # the stream starts
        found = []
        while isinstance(next(events), yaml.DocumentStartEvent):
            found.append(self._node(yaml, events, next(events), 1))
            next(events)  # the document ends
        return tuple(found)

    def _text(self, data: bytes) -> str:
        if len(data) > self._most:
            self._fail(Position(1, 1), f"the file has more than {self._most} bytes", "make it smaller")
        try:
            text = data.decode("utf-8").removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            before = data[: error.start].decode("utf-8")
            self._fail(_end_of(before), "this is not UTF-8", "save the file as UTF-8")
        odd = _UNPRINTABLE.search(text)
        if odd:
            code = f"U+{ord(odd[0]):04X}"
            self._fail(_end_of(text[: odd.start()]), f"the character {code} cannot be in YAML", "remove it")
        return text

    def _events(self, yaml: Any, text: str) -> Iterator[Any]:
        try:
            yield from yaml.parse(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            mark = getattr(error, "problem_mark", None)
            problem = getattr(error, "problem", None) or "it ends in the middle"
            at = Position(mark.line + 1, mark.column + 1) if mark else Position(1, 1)
            fix = "see whether a quote, a bracket, a colon or the indentation above it is wrong"
            self._fail(at, f"this is not YAML: {problem}", fix)

    def _node(self, yaml: Any, events: Iterator[Any], event: Any, level: int) -> Node:
        at = _position(event)
        self._plain(yaml, event, at)
        if level > MOST_LEVELS:
            self._fail(at, f"this is nested more than {MOST_LEVELS} deep", "nothing needs that: write it flat")
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(text=event.value, style=event.style or "", at=at)
        if isinstance(event, yaml.SequenceStartEvent):
            items = []
            while not isinstance(inner := next(events), yaml.SequenceEndEvent):
                items.append(self._node(yaml, events, inner, level + 1))
            return Sequence(items=tuple(items), at=at)
        return self._mapping(yaml, events, at, level)

    def _mapping(self, yaml: Any, events: Iterator[Any], at: Position, level: int) -> Mapping:
        found: dict[str, tuple[Scalar, Node]] = {}
        while not isinstance(inner := next(events), yaml.MappingEndEvent):
            key = self._node(yaml, events, inner, level + 1)
            if not isinstance(key, Scalar):
                self._fail(key.at, "a key must be a word", "write `key: value`")
            if key.text in found:
                first = found[key.text][0].at.line
                self._fail(key.at, f"the key {key.text} is here twice, first at line {first}", "keep one of them")
            found[key.text] = (key, self._node(yaml, events, next(events), level + 1))
        return Mapping(pairs=tuple(found.values()), at=at)

    def _plain(self, yaml: Any, event: Any, at: Position) -> None:
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            self._fail(at, "anchors and aliases (& and *) are not taken", "write it out; quote a text that starts so")
        if event.tag is not None:
            self._fail(at, f"the tag {event.tag} is not taken", "leave it out; quote a text that starts with !")

    def _fail(self, at: Position, message: str, fix: str) -> NoReturn:
        raise Unreadable(Fault(file=self._file, position=at, message=message, fix=fix))


def _position(event: Any) -> Position:
    return Position(event.start_mark.line + 1, event.start_mark.column + 1)


def _end_of(text: str) -> Position:
    lines = re.split("\r\n|[\n\r\x85\u2028\u2029]", text)
    return Position(len(lines), len(lines[-1]) + 1)
