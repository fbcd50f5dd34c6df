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
_BLANK = re.compile(r"[ \t]*")
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
        comma = _comma(self._text, end, holder.end - 1)
        after = end + _matched(_SAME_LINE, self._text, end, holder.end - 1)
        if comma is not None:
            after = max(after, comma + 1)
        line_ends = lines or "//" in self._text[end:after]  # a comment to the end of the line, or in a comment
        gap = self._end + indent if line_ends else " "
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
            return self._text[at : at + _matched(_BLANK, self._text, at, len(self._text))]
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
    """What takes members or items out of their holder; those that stay keep their commas, comments all stay."""
    spans, last = node.spans, len(gone) - 1
    if all(gone) and not _has_comments(text, spans, node):
        return [Edit(node.start + 1, node.end - node.start - 2, "")]
    ends = [start for start, _ in spans[1:]] + [node.end - 1]
    commas = [_comma(text, end, after) for (_, end), after in zip(spans, ends, strict=True)]
    out: set[int] = set()
    for at, (start, end) in enumerate(spans):
        if gone[at]:
            comma = commas[at]
            out.update(range(_blank_before(text, start, node.start + 1), end), [] if comma is None else [comma])
            if start == node.start + 1 and comma is not None:
                out.update(range(comma, comma + 1 + _matched(_BLANK, text, comma + 1, ends[at])))
    kept = max((at for at in range(last) if not gone[at]), default=None)
    if gone[last] and commas[last] is None and kept is not None:
        out.update([commas[kept] or 0])  # a comma, for something followed
    return _runs(out)


def _blank_before(text: str, start: int, first: int) -> int:
    """Where the white space begins in front of a value; the end of a line that a comment ends with is no part of it."""
    at = start
    while at > first and text[at - 1] in " \t\r\n":
        at -= 1
    line = text.rfind("\n", first, at) + 1 or first
    if any(begin < at <= end for begin, end in comments_in(text, line, start) if text.startswith("//", begin)):
        end = text.find("\n", at, start)
        return start if end < 0 else end + 1
    return at


def _has_comments(text: str, spans: list[tuple[int, int]], node: Node) -> bool:
    """Whether a holder has comments beside what is in it."""
    ends = [node.start + 1, *(end for _, end in spans)]
    starts = [*(start for start, _ in spans), node.end - 1]
    return any("/" in text[end:start] for end, start in zip(ends, starts, strict=True))


def _runs(out: set[int]) -> list[Edit]:
    """The edits that take out the characters at some places."""
    edits: list[Edit] = []
    for at in sorted(out):
        if edits and edits[-1].start + edits[-1].length == at:
            edits[-1] = edits[-1]._replace(length=edits[-1].length + 1)
        else:
            edits.append(Edit(at, 1, ""))
    return edits


def _comma(text: str, start: int, end: int) -> int | None:
    """Where the comma after a value is; those in comments are none."""
    for begin, after in [*comments_in(text, start, end), (end, end)]:
        found = text.find(",", start, begin)
        if found >= 0:
            return found
        start = after
    return None


def _matched(pattern: re.Pattern[str], text: str, start: int, end: int) -> int:
    found = pattern.match(text, start, end)
    return found.end() - start if found else 0
