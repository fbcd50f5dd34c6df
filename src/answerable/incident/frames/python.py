"""Python: tracebacks, chained and grouped exceptions, syntax errors; pytest, IPython, rich, faulthandler."""

from __future__ import annotations

import re

from answerable.incident.frames.core import Found, Language, Mark, Step, number

_FILE = re.compile(r'File "([^"]+)", line ([0-9]{1,9})(?:, in (.+))?')
_FAULT = re.compile(r'File "([^"]+)", line ([0-9]{1,9}) in (.+)')
_IPYTHON = re.compile(r"(?:^|\s)File ([^\s:\"]+\.py):([0-9]{1,9}), in ([^\s(]+)")
_PYTEST = re.compile(r"^([^\s:]+\.py):([0-9]{1,9}): (?:in (\S.*)|[\w.]+)$")
_RICH = re.compile(r"[│|] ([^\s:]+\.py):([0-9]{1,9}) in (\S+)")
_GROUP_ITEM = re.compile(r"\+-{6,} ([0-9]+|\.\.\.) -{6,}")
_PYTEST_TITLE = re.compile(r"^_{3,} .+ _{3,}$")


def _traceback(line: str, _before: str) -> Step | None:
    if 'File "' in line:
        m = _FILE.search(line)
        if m and not line.startswith(" in ", m.end(2)):
            return _step(m)
        return None
    if ".py:" in line:
        m = _PYTEST.match(line) or _IPYTHON.search(line) or _RICH.search(line)
        return _step(m) if m else None
    return _mark(line)


def _mark(line: str) -> Step | None:
    if "(most recent call last)" in line:
        return Step(mark=Mark.START)
    if "exception was the direct cause of the following" in line or "another exception occurred:" in line:
        return Step(mark=Mark.LATER)
    if "-----" in line:
        item = _GROUP_ITEM.search(line)
        if item:
            return Step(mark=Mark.CAUSE if item[1] == "1" else Mark.LATER)
        return Step(mark=Mark.END) if line.strip(" |+-") == "" and "+-" in line else None
    return Step(mark=Mark.START) if line[0] == "_" and _PYTEST_TITLE.match(line) else None


def _fault(line: str, _before: str) -> Step | None:
    if 'File "' in line:
        m = _FAULT.search(line)
        return _step(m) if m else None
    return Step(mark=Mark.START) if "(most recent call first)" in line else None


def _step(m: re.Match[str]) -> Step | None:
    if m[1].startswith("<"):  # <string>, <stdin>, <frozen importlib._bootstrap>
        return Step(mark=Mark.SAME)
    return Step(Found(m[1], number(m[2]), function=m[3].strip() if m[3] else None))


TRACEBACK = Language(name="python", read=_traceback, innermost_first=False, reach=12)
FAULT = Language(name="python", read=_fault, reach=2)
