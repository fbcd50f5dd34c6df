"""Merges the recorder's entries into a settings file of an agent, and takes them out, as text.

Only text is added: where no one has touched the file since, taking it out again gives back what was there, byte for
byte. Where someone has, only entries whose command is the recorder's are taken out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from answerable.capture.install.jsonc import Node, Unreadable, read
from answerable.capture.install.splice import Edit, Path, Splicer, applied, without

Span = tuple[int, int]
_OURS = re.compile(r"""(?:^|[\s/'"])answerable-hook(?:$|[\s'"])|/answerable/capture/hook\.py\b""")
_RUNS = re.compile(rb"\x01+")
_COMMANDS = ("command", "bash")
_MARK = "\ufeff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A value at the end of the array at a path, whose holders are made where they are not there."""

    path: Path
    value: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """A text, and what of it was added: from, up to."""

    text: str
    added: tuple[Span, ...]


def merged(text: str, defaults: dict[str, Any], entries: Sequence[Entry], *, comments: bool) -> Merged:
    """A text to which all is added that is not there yet.

    Args:
        text: Of a settings file; empty for one that is not there.
        defaults: What keys at the top are, if they are not there.
        entries: What is added.
        comments: Whether the host allows comments.

    Raises:
        Unreadable: it is no JSON document, or something stands where an object or an array belongs.
    """
    mark = _MARK if text.startswith(_MARK) else ""
    text = text[len(mark) :]
    if not text.strip():  # what was there is kept, for an end of line is not ours to take
        shell = "{}" if text else "{}\n"
        text, spans = shell + text, [(0, len(shell))]
    else:
        spans = []
    for key, value in defaults.items():
        root = _root(text, comments=comments)
        if root.get(key) is None:
            text, spans = _grown(text, Splicer(text, root).member(root, key, value), spans)
    for entry in entries:
        root = _root(text, comments=comments)
        text, spans = _grown(text, _wanted(text, root, entry), spans)
    return Merged(text=mark + text, added=tuple((a + len(mark), b + len(mark)) for a, b in spans))


def restored(text: str, added: Iterable[Sequence[int]]) -> str:
    """A text without what was added, if nothing else was done to it."""
    return applied(text, [Edit(start, end - start, "") for start, end in added])


def stripped(text: str, defaults: dict[str, Any], made: Iterable[Path], *, comments: bool) -> str:
    """A text without the recorder's entries, whoever else changed it; what then is empty and was ours goes, too.

    Args:
        text: Of a settings file.
        defaults: What the recorder put at the top; it goes where nothing else is left.
        made: The objects and arrays that were made for entries.
        comments: Whether the host allows comments.

    Raises:
        Unreadable: it is no JSON document.
    """
    mark = _MARK if text.startswith(_MARK) else ""
    text = text[len(mark) :]
    text = _out(text, lambda path, value: bool(path) and is_ours(value), comments=comments)
    empty = {tuple(path) for path in made}
    for depth in sorted({len(path) for path in empty}, reverse=True):
        here = {path for path in empty if len(path) == depth}
        text = _out(text, lambda path, value, here=here: path in here and value in ({}, []), comments=comments)
    if defaults and _root(text, comments=comments).value == defaults:
        text = _out(text, lambda path, _: len(path) == 1 and path[0] in defaults, comments=comments)
    return mark + text


def has_ours(text: str, *, comments: bool) -> bool:
    """Whether a settings file has an entry of the recorder.

    Raises:
        Unreadable: it is no JSON document.
    """
    bare = text.removeprefix(_MARK)
    return bool(bare.strip()) and bool(without(bare, read(bare, comments=comments), lambda _, value: is_ours(value)))


def is_empty(text: str, *, comments: bool) -> bool:
    """Whether nothing is in a settings file, not even a comment."""
    bare = text.removeprefix(_MARK)
    return not bare.strip() or ("/" not in bare and _root(bare, comments=comments).value == {})


def is_ours(value: Any) -> bool:
    """Whether an entry runs the recorder, and nothing else."""
    if not isinstance(value, dict):
        return False
    inner = value.get("hooks")
    if isinstance(inner, list) and inner:
        return all(map(is_ours, inner))
    said = [value[key] for key in _COMMANDS if isinstance(value.get(key), str)]
    return bool(said) and all(_OURS.search(command) for command in said)


def value(text: str, *, comments: bool) -> dict[str, Any]:
    """What a settings file says.

    Raises:
        Unreadable: it is no JSON document.
    """
    bare = text.removeprefix(_MARK)
    return dict(_root(bare, comments=comments).value) if bare.strip() else {}


def same(text: str, other: str, *, comments: bool) -> bool:
    """Whether two settings files say the same.

    Raises:
        Unreadable: one is no JSON document.
    """
    return value(text, comments=comments) == value(other, comments=comments)


def runs_ours(text: str) -> bool:
    """Whether a text has a command of the recorder."""
    return bool(_OURS.search(text))


def missing(text: str, entries: Iterable[Entry], *, comments: bool) -> list[Path]:
    """The objects and arrays that entries need and that are not there.

    Raises:
        Unreadable: it is no JSON document.
    """
    bare = text.removeprefix(_MARK)
    found: dict[Path, None] = {}
    for entry in entries:
        node: Node | None = _root(bare, comments=comments) if bare.strip() else None
        for depth, key in enumerate(entry.path, 1):
            node = node.get(key) if node else None
            if node is None:
                found[entry.path[:depth]] = None
    return list(found)


def _root(text: str, *, comments: bool) -> Node:
    root = read(text, comments=comments)
    if not isinstance(root.value, dict):
        raise Unreadable("it holds no object")
    return root


def _wanted(text: str, root: Node, entry: Entry) -> list[Edit]:
    node, splicer = root, Splicer(text, root)
    for depth, key in enumerate(entry.path):
        if not isinstance(node.value, dict):
            raise Unreadable(f"{'.'.join(entry.path[:depth])} is no object")
        below = node.get(key)
        if below is None:
            value: Any = [entry.value]
            for name in reversed(entry.path[depth + 1 :]):
                value = {name: value}
            return splicer.member(node, key, value)
        node = below
    if not isinstance(node.value, list):
        raise Unreadable(f"{'.'.join(entry.path)} is no list")
    return [] if entry.value in node.value else splicer.item(node, entry.value)


def _grown(text: str, edits: list[Edit], spans: list[Span]) -> tuple[str, list[Span]]:
    """A text after additions, and what of it was added by now."""
    marks = bytearray(len(text))
    for start, end in spans:
        marks[start:end] = b"\1" * (end - start)
    for edit in sorted(edits, reverse=True):
        marks[edit.start : edit.start] = b"\1" * len(edit.text)
    return applied(text, edits), [found.span() for found in _RUNS.finditer(marks)]


def _out(text: str, wanted: Any, *, comments: bool) -> str:
    return applied(text, without(text, _root(text, comments=comments), wanted))
