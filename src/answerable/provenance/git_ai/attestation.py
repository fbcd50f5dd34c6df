"""Guarantees: the lines section of a note is read from any bytes; each range that is one keeps its path and
its key.

The format (git-ai standard 3.0.0, 1.2.3): a path at column 0, in double quotes where it holds white space,
then entries of two spaces, a key, a space and ranges such as ``1-4,9``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from answerable.domain.ranges import Ranges
from answerable.provenance.findings import Findings

Attested = dict[bytes, dict[str, list[tuple[int, int]]]]
"""Path → key → ranges as found, in the order of the note."""

MAX_LINE_NUMBER = 10**9
_DIVIDER = re.compile(rb"^---[ \t]*\r?$", re.MULTILINE)
_NUMBER = re.compile(rb"([0-9]{1,10})(?:-([0-9]{1,10}))?")
_TIDY = re.compile(rb"[0-9]{1,9}(?:-[0-9]{1,9})?(?:,[0-9]{1,9}(?:-[0-9]{1,9})?)*")
_ESCAPE = re.compile(rb'\\([0-7]{3}|[abfnrtv"\\])')
_ESCAPED = {b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}


def split(data: bytes, findings: Findings) -> tuple[bytes, bytes | None]:
    """The lines section and the JSON section; None where there is no divider before the JSON."""
    divider = _DIVIDER.search(data)
    if divider is not None:
        return data[: divider.start()], data[divider.end() :]
    findings.add("no-divider", f"{len(data)} bytes without the line ---")
    brace = data.find(b"\n{")
    if data.startswith(b"{"):
        return b"", data
    return (data[:brace], data[brace + 1 :]) if brace >= 0 else (data, None)


def read(section: bytes, findings: Findings) -> Attested:
    """Every path with its keys and ranges."""
    attested: Attested = {}
    keys: dict[str, list[tuple[int, int]]] | None = None
    for raw in section.split(b"\n"):
        line = raw.rstrip(b"\r")
        if not line.strip():
            continue
        if line[0] not in b" \t":
            keys = attested.setdefault(unquoted(line), {})
            continue
        key, _, text = line.strip().partition(b" ")
        if not text:
            findings.add("malformed-entry", f"{len(line)} bytes without ranges")
        elif keys is None:
            findings.add("line-without-path", "the first entry stands before any path")
        else:
            found = ranges(text, findings)
            if found:
                keys.setdefault(key.decode("utf-8", "replace"), []).extend(found)
    return attested


def ranges(text: bytes, findings: Findings) -> list[tuple[int, int]]:
    """The inclusive ranges of one entry, sorted; a reversed one names the same lines."""
    if _TIDY.fullmatch(text):
        parts = [part.partition(b"-") for part in text.split(b",")]
        found = [(int(first), int(second or first)) for first, _, second in parts]
        if _ascending(found):
            return found
    return _untidy(text, findings)


def _ascending(spans: list[tuple[int, int]]) -> bool:
    last = 0
    for start, end in spans:
        if start <= last or end < start:
            return False
        last = end
    return True


def _untidy(text: bytes, findings: Findings) -> list[tuple[int, int]]:
    spans = (_span(part.strip(), findings) for part in text.split(b","))
    found = [span for span in spans if span is not None]
    if not _ascending(found):
        findings.add("unsorted-ranges", "ranges out of order or overlapping")
        found.sort()
    return found


def _span(part: bytes, findings: Findings) -> tuple[int, int] | None:
    match = _NUMBER.fullmatch(part)
    if match is None:
        findings.add("bad-range", f"{len(part)} bytes that are no range")
        return None
    start = int(match[1])
    end = int(match[2] or match[1])
    if start > end:
        findings.add("bad-range", f"{start}-{end} runs backwards")
        start, end = end, start
    if start < 1 or end > MAX_LINE_NUMBER:
        findings.add("bad-range", f"{start}-{end} is no possible range of lines")
        start, end = max(start, 1), min(end, MAX_LINE_NUMBER)
    return (start, end) if start <= end else None


def unquoted(line: bytes) -> bytes:
    """The path a line names. git-ai only adds quotes; git's own escapes are undone where found."""
    if len(line) < 2 or line[:1] != b'"' or not line.rstrip().endswith(b'"'):
        return line
    inner = line.rstrip()[1:-1]
    if b"\\" not in inner or _ESCAPE.sub(b"", inner).count(b"\\"):
        return inner
    return _ESCAPE.sub(lambda found: _unescaped(found[1]), inner)


def _unescaped(code: bytes) -> bytes:
    if code.isdigit():
        return bytes([int(code, 8) & 255])
    return _ESCAPED.get(code, code)


def double_claimed(claimed: Iterable[Ranges]) -> int:
    """How many lines more than one of these sets holds; they are of one file, one set a session."""
    total = 0
    union: list[tuple[int, int]] = []
    for lines in claimed:
        total += len(lines)
        union.extend(lines.spans)
    return total - len(Ranges.of(union))
