"""Reads what `git blame --line-porcelain` prints: the oracle for attribution."""

from __future__ import annotations

import re
from typing import NamedTuple


class BlamedLine(NamedTuple):
    """One line of a file: the commit that brought it, and where it stood then. Equal to a plain tuple."""

    sha: str
    orig_path: bytes
    orig_line: int


_HEADER = re.compile(rb"^([0-9a-f]{40,64}) (\d+) (\d+)(?: \d+)?$")
_ESCAPE = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
_LETTERS = {b"a": b"\a", b"b": b"\b", b"t": b"\t", b"n": b"\n", b"v": b"\v", b"f": b"\f", b"r": b"\r"}


def parse_blame(output: bytes) -> list[BlamedLine]:
    """Lines in file order, from ``git blame --line-porcelain``."""
    lines: list[BlamedLine] = []
    sha, number, path = "", 0, b""
    for row in output.split(b"\n"):
        if row.startswith(b"\t"):
            lines.append(BlamedLine(sha, path, number))
            sha = ""
        elif not sha and (header := _HEADER.match(row)):
            sha, number = header[1].decode(), int(header[2])
            if int(header[3]) != len(lines) + 1:
                raise AssertionError(f"blame is out of order at {row!r}")
        elif row.startswith(b"filename "):
            path = unquote(row.removeprefix(b"filename "))
    return lines


def unquote(path: bytes) -> bytes:
    """Undo git's C-style quoting of a path, if it is quoted."""
    if not path.startswith(b'"'):
        return path
    return _ESCAPE.sub(_unescape, path[1:-1])


def _unescape(match: re.Match[bytes]) -> bytes:
    code = match[1]
    return bytes([int(code, 8)]) if len(code) == 3 else _LETTERS.get(code, code)
