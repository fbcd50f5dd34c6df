"""Adds values to a JSON text, and takes some out: all else stays as it is, comments and white space included.

A change is a list of `Edit`; what is added is indented as its neighbours are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from answerable.capture.install.jsonc import Node, comments_in

Path = tuple[str, ...]
_SAME_LINE = re.compile(r"[ \t]*,?[ \t]*(?://[^\n\r]*|/\*[^\n]*?\*/)?")
_USUAL = "  "


class Edit(NamedTuple):
    """`length` characters at `start` give way to `text`."""

    start: int
    length: int
    text: str


def applied(text: str, edits: Iterable[Edit]) -> str:
    """A text after edits that do not overlap."""
    for edit in sorted(edits, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.start + edit.length :]
    return text


class Splicer:
    """Adds to one document.

    Args:
        text: The document.
        root: What it holds.
    """

    def __init__(self, text: str, root: Node) -> None:
        self._text = text
        self._end = "\r\n" if "\r\n" in text else "\n"
        self._unit = self._indent_of(root.spans[0][0]) if root.spans else ""
        self._unit = self._unit or _USUAL

    def member(self, holder: Node, key: str, value: Any) -> list[Edit]:
        """What adds a key, which is not there, to an object."""
        return self._add(holder, f"{json.dumps(key, ensure_ascii=False)}: ", value)

    def item(self, holder: Node, value: Any) -> list[Edit]:
        """What adds a value to the end of an array."""
        return self._add(holder, "", value)

    def _add(self, holder: Node, before: str, value: Any) -> list[Edit]:
        spans = holder.spans
        if not spans:
            return self._first(holder, before, value)
        start, end = spans[-1]
        lines = "\n" in self._text[holder.start : start]
        indent = self._indent_of(start) if lines else ""
        said = before + self._dumped(value, indent if lines else None)
        tail = self._text[end : holder.end - 1]
        comma = _comma(tail)
        after = end + _matched(_SAME_LINE, self._text, end, holder.end - 1)
        if comma is not None:
            after = max(after, end + comma + 1)
        gap = self._end + indent if lines else " "
        added = Edit(after, 0, gap + said)
        if comma is not None:
            return [added]
        if after == end:
            return [Edit(end, 0, "," + gap + said)]
        return [Edit(end, 0, ","), added]

    def _first(self, holder: Node, before: str, value: Any) -> list[Edit]:
        """Into what is empty, but for white space and comments."""
        outer = self._indent_of(self._line_start(holder.start), on_line=True)
        at = max(
            (span[1] for span in comments_in(self._text, holder.start + 1, holder.end - 1)), default=holder.start + 1
        )
        indent = outer + self._unit
        closes = "" if "\n" in self._text[at : holder.end - 1] else self._end + outer
        return [Edit(at, 0, self._end + indent + before + self._dumped(value, indent) + closes)]

    def _dumped(self, value: Any, indent: str | None) -> str:
        if indent is None:
            return json.dumps(value, ensure_ascii=False)
        return json.dumps(value, ensure_ascii=False, indent=self._unit).replace("\n", self._end + indent)

    def _line_start(self, at: int) -> int:
        return self._text.rfind("\n", 0, at) + 1

    def _indent_of(self, at: int, *, on_line: bool = False) -> str:
        """The white space in front of a place, if it begins its line."""
        if on_line:
            return self._text[at : at + _matched(re.compile(r"[ \t]*"), self._text, at, len(self._text))]
        front = self._text[self._line_start(at) : at]
        return "" if front.strip(" \t") else front


def without(text: str, root: Node, wanted: Callable[[Path, Any], bool]) -> list[Edit]:
    """What takes out every value of which `wanted` is true, given its path and what it is.

    Numbers of items are no part of a path; what is in a value that is taken out is not asked for.
    """
    edits: list[Edit] = []
    _without(text, root, (), wanted, edits)
    return edits


def _without(text: str, node: Node, path: Path, wanted: Callable[[Path, Any], bool], edits: list[Edit]) -> None:
    children = [((*path, member.key), member.value) for member in node.members] or [(path, item) for item in node.items]
    gone = [wanted(below, child.value) for below, child in children]
    if any(gone):
        edits += _cut(text, node, gone)
    for out, (below, child) in zip(gone, children, strict=True):
        if not out:
            _without(text, child, below, wanted, edits)


def _cut(text: str, node: Node, gone: list[bool]) -> list[Edit]:
    """What takes members or items out of their holder; those that stay keep their commas and comments."""
    spans = node.spans
    if all(gone):
        if any(True for _ in comments_in(text, node.start + 1, spans[0][0])):
            return [_edit(spans[0][0], spans[-1][1])]
        return [_edit(node.start + 1, node.end - 1)] if _bare(text, spans, node) else [_edit(spans[0][0], spans[-1][1])]
    edits = []
    last = max(at for at, out in enumerate(gone) if not out)
    for at, out in enumerate(gone):
        if out and at < last:
            start, (end, comma) = spans[at][0], (spans[at][1], _comma(text[spans[at][1] : spans[at + 1][0]]))
            after = end + (comma or 0) + 1
            edits.append(_edit(start, after + _matched(re.compile(r"[ \t\r\n]*"), text, after, len(text))))
    if gone[-1]:
        end = spans[last][1]
        comma = _comma(text[end : spans[last + 1][0]])
        behind = end + (comma or 0)
        first = behind + 1 + _matched(_SAME_LINE, text, behind + 1, spans[last + 1][0])
        edits += [_edit(behind, behind + 1), _edit(first, spans[-1][1])]
        trailing = _comma(text[spans[-1][1] : node.end - 1])
        if trailing is not None:
            edits.append(_edit(spans[-1][1] + trailing, spans[-1][1] + trailing + 1))
    return edits


def _bare(text: str, spans: list[tuple[int, int]], node: Node) -> bool:
    """Whether a holder has no comments between what is in it."""
    ends = [node.start + 1, *(end for _, end in spans)]
    starts = [*(start for start, _ in spans), node.end - 1]
    return not any("/" in text[end:start] for end, start in zip(ends, starts, strict=True))


def _edit(start: int, end: int) -> Edit:
    return Edit(start, end - start, "")


def _comma(tail: str) -> int | None:
    """Where the comma after a value is; those in comments are none."""
    at = 0
    for start, end in [*comments_in(tail, 0, len(tail)), (len(tail), len(tail))]:
        found = tail.find(",", at, start)
        if found >= 0:
            return found
        at = end
    return None


def _matched(pattern: re.Pattern[str], text: str, start: int, end: int) -> int:
    found = pattern.match(text, start, end)
    return found.end() - start if found else 0
