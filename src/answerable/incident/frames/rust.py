"""Rust: the place of the panic first, then the backtrace, where a function stands a line above its file."""

from __future__ import annotations

import re

from answerable.incident.frames.core import Found, Language, Mark, Step, number

_PLACE = re.compile(r"((?:[A-Za-z]:[\\/])?[^:']+\.rs):([0-9]{1,9}):([0-9]{1,9})")
_AT = re.compile(r"(?:^|\s)at ((?:[A-Za-z]:[\\/])?[^:]+\.\w+):([0-9]{1,9})(?::([0-9]{1,9}))?\s*$")
_FUNCTION = re.compile(r"(?:^|\s)[0-9]{1,5}:\s+(?:0x[0-9a-f]+ - )?(\S.*)$")
_HASH = re.compile(r"::h[0-9a-f]{16}$|\[[0-9a-f]{16}\]")


def _read(line: str, before: str) -> Step | None:
    if "panicked at " in line:
        said = line.partition("panicked at ")[2]
        if said.startswith("'"):  # before Rust 1.73: 'message', place
            said = said.rpartition("', ")[2]
        m = _PLACE.match(said)
        return Step(Found(m[1], number(m[2]), number(m[3])) if m else None, Mark.START)
    if "tack backtrace:" in line:
        return Step(mark=Mark.SAME)
    if "at " not in line:
        return None
    m = _AT.search(line)
    name = _FUNCTION.search(before) if m else None
    if m is None or (name is None and not m[1].endswith(".rs")):
        return None
    function = _HASH.sub("", name[1].strip()) if name else None
    return Step(Found(m[1], number(m[2]), number(m[3]), function=function))


LANGUAGE = Language(name="rust", read=_read, reach=8)
