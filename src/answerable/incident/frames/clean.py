"""Any text becomes plain lines: no colours, no carriage returns, JSON logs unpacked, every length bounded.

Log prefixes are left alone: every language finds its frame wherever it stands in a line. All of it is
linear in the length of the input.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

LONGEST = 4096  # characters of a line that are looked at; no runtime prints a longer frame
_DEPTH = 3  # logs inside logs: a container's JSON around an application's JSON around a trace
_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\^_])")
_ESCAPED = re.compile(r'\\n(?:\\t|  |(?: ?(?:at |File \\*"|from |#[0-9]|Caused by|goroutine )))')
_ESCAPE = re.compile(r'\\(u[0-9a-fA-F]{4}|["\\/nrt])')
_PLAIN = {"n": "\n", "t": "\t", "r": "", '"': '"', "\\": "\\", "/": "/"}
_NUMBERED = re.compile(r"(?:^|\s)#[0-9]+ ")  # gdb: "#1 f (s=\"a (b) at x\") at x.c:3" is one frame
_JOINED = re.compile(r"(?<=[)0-9])\s+(?=at \S)")


def lines_of(text: str) -> Iterator[str]:
    """The lines of a trace, a log or a message.

    Args:
        text: Anything: a paste, a log file, a JSON line, a mail.

    Yields:
        Lines without their ends, none longer than `LONGEST`.
    """
    for line in _plain(text):
        yield from _expanded(line, _DEPTH)


def _plain(text: str) -> list[str]:
    if "\x1b" in text:
        text = _ANSI.sub("", text)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.split("\n")


def _expanded(line: str, depth: int) -> Iterator[str]:
    packed = _unpacked(line) if depth and ("\\" in line or "{" in line) else None
    if packed is None:
        yield from _separated(line)
        return
    for value in packed:
        for part in _plain(value):
            yield from _expanded(part, depth - 1)


def _unpacked(line: str) -> list[str] | None:
    """The strings inside a line of JSON, or one that escapes line ends as JSON does; None for other lines."""
    start = line.find("{")
    if start >= 0 and line.rstrip().endswith("}") and '"' in line:
        try:
            return list(_strings(json.loads(line[start:])))
        except (ValueError, RecursionError):
            pass
    if _ESCAPED.search(line):
        return [_ESCAPE.sub(lambda m: _character(m[1]), line)]
    return None


def _character(escape: str) -> str:
    return chr(int(escape[1:], 16)) if escape[0] == "u" else _PLAIN[escape]


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)


def _separated(line: str) -> Iterator[str]:
    """A trace that a logger folded into one line, unfolded."""
    if line.count(" at ") > 1 and not _NUMBERED.search(line):
        yield from (part[:LONGEST] for part in _JOINED.split(line))
    else:
        yield line[:LONGEST]
