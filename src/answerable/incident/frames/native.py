"""C and C++: gdb and lldb backtraces, sanitizers, undefined behaviour, failed assertions."""

from __future__ import annotations

import re

from answerable.incident.frames.core import Found, Language, Mark, Step, number

_NUMBERED = re.compile(r"(?:^|\s)(?:frame )?#([0-9]{1,6}):?\s+(0x[0-9a-fA-F]+ (?:in )?)?(\S.*)$")
_PLACE = re.compile(r"(\S+?):([0-9]{1,9})(?::([0-9]{1,9}))?$")
_MODULE = re.compile(r" \([^()\s]+\+0x[0-9a-f]+\)(?: \(BuildId: [0-9a-f]+\))?$")
_SOURCE = r"\.(?:c|cc|cpp|cxx|c\+\+|h|hh|hpp|hxx|inl|m|mm|S)"
_RUNTIME = re.compile(rf"(?:^|\s)([^\s:]+{_SOURCE}):([0-9]{{1,9}}):([0-9]{{1,9}}): runtime error: ")
_ASSERT = re.compile(rf"(?:^|\s)([^\s:]+{_SOURCE}):([0-9]{{1,9}}): (.+): Assertion ")
_STOPPED = re.compile(rf"(?:^|[\s,])([\w:~<>]+) \(.*\) at (\S+{_SOURCE}):([0-9]{{1,9}})$")


def _read(line: str, _before: str) -> Step | None:
    if "#" in line:
        m = _NUMBERED.search(line)
        if m:
            return _numbered(m)
    if ": runtime error: " in line:
        m = _RUNTIME.search(line)
        return Step(Found(m[1], number(m[2]), number(m[3])), Mark.START) if m else None
    if ": Assertion " in line:
        m = _ASSERT.search(line)
        return Step(Found(m[1], number(m[2]), function=m[3]), Mark.START) if m else None
    if ") at " in line:
        m = _STOPPED.search(line.rstrip())
        return Step(Found(m[2], number(m[3]), function=m[1]), Mark.START) if m else None
    return None


def _numbered(m: re.Match[str]) -> Step | None:
    mark = Mark.START if m[1] == "0" else None
    rest = _MODULE.sub("", m[3].rstrip())
    head, at, tail = rest.rpartition(" at ")
    if not at:
        head, _, tail = rest.rpartition(" ")
    place = _PLACE.fullmatch(tail)
    if place is None:  # a library without sources: the trace goes on
        return Step(mark=mark or Mark.SAME) if m[2] else None
    function = head.rpartition("`")[2].partition(" (")[0].strip()
    return Step(Found(place[1], number(place[2]), number(place[3]), function=function or None), mark)


LANGUAGE = Language(name="c", read=_read, reach=60)
