"""Does and undoes git's C-style quoting of paths."""

from __future__ import annotations

import re

_ESCAPE = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
_LETTERS = {b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}


def unquoted(path: bytes) -> bytes:
    """A path as it is, from how git prints it: in double quotes with escapes where it holds odd bytes."""
    if not (path.startswith(b'"') and path.endswith(b'"') and len(path) > 1):
        return path
    return _ESCAPE.sub(_byte, path[1:-1])


def quoted(path: bytes) -> str:
    """A path as text: itself where it is UTF-8 that nobody takes for a quoted one, else as git prints it."""
    try:
        text = path.decode()
    except UnicodeDecodeError:
        text = '"'
    if not text.startswith('"'):
        return text
    return '"' + "".join(chr(b) if 32 <= b < 127 and b not in b'"\\' else f"\\{b:03o}" for b in path) + '"'


def _byte(found: re.Match[bytes]) -> bytes:
    escape = found[1]
    return bytes([int(escape, 8) & 255]) if len(escape) == 3 else _LETTERS.get(escape, escape)
