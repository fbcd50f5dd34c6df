"""PHP: the place of the error first, then its stack; a previous exception before the one that wraps it.

`function` is what the frame called, as PHP prints it.
"""

from __future__ import annotations

import re

from answerable.incident.frames.core import Found, Language, Mark, Step, number

_CALL = re.compile(r"(?:^|\s)#([0-9]{1,6}) +([^\s()#][^()#]*)\(([0-9]{1,9})\): (.*)$")
_EVALD = re.compile(r"\([0-9]+\) : eval\(\)'d code.*$")
_PLACE = re.compile(r" (?:in|at) (\S+\.(?:php|phtml|inc))(?::| on line |\()([0-9]{1,9})\b")
_QUIET = re.compile(r"^\s*thrown in ")


def _read(line: str, before: str) -> Step | None:
    if "#" in line:
        m = _CALL.search(line)
        if m:
            mark = (Mark.SAME if _titled(before) else Mark.START) if m[1] == "0" else None
            return Step(Found(m[2], number(m[3]), function=m[4].strip() or None), mark)
    if "tack trace:" in line or "[stacktrace]" in line:
        return Step(mark=Mark.SAME) if line.strip(" \t[]:").lower() in ("stack trace", "stacktrace") else None
    if ".ph" not in line and ".inc" not in line:
        return None
    m = _PLACE.search(line)
    if m is None or _QUIET.match(line):
        return None
    return Step(Found(m[1], number(m[2])), Mark.LATER if line.startswith("Next ") else Mark.START)


def _titled(before: str) -> bool:
    return "tack trace:" in before or "[stacktrace]" in before


LANGUAGE = Language(name="php", read=_read, reach=1)
