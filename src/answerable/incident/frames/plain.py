"""Places in plain words: `path:line`, `path:line:column`, `path:start-end`, `path(line,column)`."""

from __future__ import annotations

import re

from answerable.incident.frames.core import Found, Language, Mark, Step, number

_STOP = r"\s:()\"'<>|,;`"
_ONLY = re.compile(r"^\s*((?:[A-Za-z]:[\\/])?[^:]+):([0-9]{1,9})(?:-[0-9]{1,9})?(?::([0-9]{1,9}))?\s*$")
_WORD = re.compile(
    rf"(?<![^{_STOP}])((?:[A-Za-z]:[\\/])?[^{_STOP}]+\.[A-Za-z]\w{{0,9}})"
    r"(?::([0-9]{1,9})(?![0-9])(?::([0-9]{1,9}))?|\(([0-9]{1,9})(?:,([0-9]{1,9}))?\))"
)


def _read(line: str, _before: str) -> Step | None:
    if ":" not in line and "(" not in line:
        return None
    m = _ONLY.match(line)
    if m and not m[1].endswith("//"):
        return Step(Found(m[1].strip(), number(m[2]), number(m[3])), Mark.SAME)
    w = _WORD.search(line)
    return Step(Found(w[1], number(w[2] or w[4]), number(w[3] or w[5])), Mark.SAME) if w else None


LANGUAGE = Language(name="plain", read=_read)
