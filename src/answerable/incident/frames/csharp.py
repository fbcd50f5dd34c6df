""".NET, Mono and Unity: frames with a source file; an inner exception is printed first, and is the cause."""

from __future__ import annotations

import re

from answerable.incident.frames.core import Found, Language, Mark, Step, number

_FILE = re.compile(r"^(.+\.(?:cs|vb|fs|fsx|cshtml|razor)):(?:\w+ )?([0-9]{1,9})\.?\s*$")
_UNITY = re.compile(r"\(at ([^()]+\.cs):([0-9]{1,9})\)")
_AT = re.compile(r"(?:^|\s)(?:at|bei|à|en|в|in|em|場所) (?=\S)")


def _read(line: str, _before: str) -> Step | None:
    if "--- " in line:
        if "--- End of inner exception" in line:
            return Step(mark=Mark.LATER)
        if "--- End of stack trace" in line:
            return Step(mark=Mark.SAME)
    if "(at " in line:
        m = _UNITY.search(line)
        return Step(Found(m[1], number(m[2]), function=line[: m.start()].strip() or None)) if m else None
    head, separator, tail = line.partition(" in ") if ") in " not in line else _halves(line)
    m = _FILE.match(tail) if separator else None
    return Step(Found(m[1], number(m[2]), function=_function(head))) if m else None


def _halves(line: str) -> tuple[str, str, str]:
    head, separator, tail = line.partition(") in ")
    return head + ")", separator, tail


def _function(head: str) -> str | None:
    at = _AT.search(head)
    return head[at.end() :].strip() if at else None


LANGUAGE = Language(name="csharp", read=_read)
