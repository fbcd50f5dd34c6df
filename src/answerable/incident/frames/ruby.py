"""Ruby: plain and Rails backtraces, old (`foo') and new ('Foo#bar') quotes; causes follow effects."""

from __future__ import annotations

import re

from answerable.incident.frames.core import Found, Language, Mark, Step, number

_FRAME = re.compile(r"(?:^|\s)(<internal:[^\s>]*>|(?:[A-Za-z]:)?[^\s:]+):([0-9]{1,9}):in [`']([^']*)'(: )?")
_REVERSED = re.compile(r"(?:^|\s)[0-9]{1,6}: from ")


def _read(line: str, before: str) -> Step | None:
    if ":in " not in line:
        return None
    m = _FRAME.search(line)
    if m is None or _REVERSED.search(line):
        return None
    mark = None
    if m[4] and "from " not in line[: m.start(1)]:
        mark = Mark.ROOT if ":in " in before and "from " in before else Mark.START
    if m[1][0] in "<(":  # <internal:kernel>, (eval)
        return Step(mark=mark or Mark.SAME)
    return Step(Found(m[1], number(m[2]), function=m[3] or None), mark)


LANGUAGE = Language(name="ruby", read=_read)
