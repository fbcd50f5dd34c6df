"""Reads JSON, with comments and trailing commas where a host allows them, so that it can be edited as text.

Every value knows where it stands. What is ambiguous (a key that is there twice), too deep, too large or no JSON is
refused: such a file is not edited.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

MOST = 4 << 20  # characters
_DEEPEST = 100
_SPACE = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"')
_SCALAR = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null")
_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)


class Unreadable(ValueError):
    """Text that is no JSON document as its host reads it; says in which line, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A key of an object, from where it starts."""

    key: str
    start: int
    value: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A value, from `start` up to `end`; of an object and an array also what is in it, in order."""

    value: Any
    start: int
    end: int
    members: list[Member] = field(default_factory=list)
    items: list[Node] = field(default_factory=list)

    def get(self, key: str) -> Node | None:
        """The value of a key of an object."""
        return next((member.value for member in self.members if member.key == key), None)

    @property
    def spans(self) -> list[tuple[int, int]]:
        """Where each member or item starts and ends."""
        return [(member.start, member.value.end) for member in self.members] or [
            (item.start, item.end) for item in self.items
        ]


def read(text: str, *, comments: bool) -> Node:
    """Read a document.

    Args:
        text: Without a byte order mark.
        comments: Whether its host allows comments and trailing commas.

    Raises:
        Unreadable: it is none.
    """
    if len(text) > MOST:
        raise Unreadable(f"it has more than {MOST >> 20} million characters")
    reader = _Reader(text, comments=comments)
    node = reader.value(reader.skip(0), 0)
    end = reader.skip(node.end)
    if end != len(text):
        raise reader.wrong(end, "something follows the document")
    return node


def comments_in(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where comments stand between two values, where nothing else but white space and commas is."""
    for found in _COMMENT.finditer(text, start, end):
        yield found.span()


class _Reader:
    def __init__(self, text: str, *, comments: bool) -> None:
        self._text, self._comments = text, comments

    def wrong(self, at: int, why: str) -> Unreadable:
        return Unreadable(f"line {self._text.count(chr(10), 0, at) + 1}: {why}")

    def skip(self, at: int) -> int:
        """Past white space and comments."""
        while True:
            found = _SPACE.match(self._text, at)
            at = found.end() if found else at
            if not self._text.startswith("/", at):
                return at
            comment = _COMMENT.match(self._text, at)
            if comment is None or not self._comments:
                raise self.wrong(at, "a comment, where this agent allows none" if comment else "no JSON")
            at = comment.end()

    def value(self, at: int, depth: int) -> Node:
        if depth > _DEEPEST:
            raise self.wrong(at, "it is nested too deeply")
        opening = self._text[at : at + 1]
        if opening == "{":
            return self._object(at, depth)
        if opening == "[":
            return self._array(at, depth)
        found = (_STRING if opening == '"' else _SCALAR).match(self._text, at)
        if found is None:
            raise self.wrong(at, "no JSON")
        return Node(value=json.loads(found[0]), start=at, end=found.end())

    def _object(self, start: int, depth: int) -> Node:
        members: list[Member] = []
        keys: set[str] = set()
        at = self.skip(start + 1)
        while not self._text.startswith("}", at):
            key = _STRING.match(self._text, at)
            if key is None:
                raise self.wrong(at, "a key was expected")
            name = json.loads(key[0])
            if name in keys:
                raise self.wrong(at, f"the key {name!r} is there twice")
            keys.add(name)
            colon = self.skip(key.end())
            if not self._text.startswith(":", colon):
                raise self.wrong(colon, "a colon was expected")
            value = self.value(self.skip(colon + 1), depth + 1)
            members.append(Member(key=name, start=at, value=value))
            at = self._next(value.end, "}")
        held = {member.key: member.value.value for member in members}
        return Node(value=held, start=start, end=at + 1, members=members)

    def _array(self, start: int, depth: int) -> Node:
        items: list[Node] = []
        at = self.skip(start + 1)
        while not self._text.startswith("]", at):
            items.append(self.value(at, depth + 1))
            at = self._next(items[-1].end, "]")
        return Node(value=[item.value for item in items], start=start, end=at + 1, items=items)

    def _next(self, end: int, closing: str) -> int:
        """Where the next member or item starts, or what closes them all."""
        at = self.skip(end)
        if self._text.startswith(closing, at):
            return at
        if not self._text.startswith(",", at):
            raise self.wrong(at, f"a comma or {closing} was expected")
        after = self.skip(at + 1)
        if self._text.startswith(closing, after) and not self._comments:
            raise self.wrong(after, "a comma is followed by nothing")
        return after
