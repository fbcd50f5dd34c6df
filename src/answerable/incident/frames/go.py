"""Go: panics, goroutine dumps, `debug.Stack`, errors with a stack; functions stand above files."""

from __future__ import annotations

import re

from answerable.incident.frames.core import Found, Language, Mark, Step, number

_FILE = re.compile(r"(\S+\.(?:go|s)):([0-9]{1,9})( \+0x[0-9a-f]+)?\s*$")
_GOROUTINE = re.compile(r"(?:^|\s)goroutine [0-9]+ (?:gp=\S+ |m=\S+ |mp=\S+ )*\[")
_CREATED = "created by "


def _read(line: str, before: str) -> Step | None:
    if "goroutine " in line:
        return Step(mark=Mark.START) if _GOROUTINE.search(line) else None
    if ".go:" not in line and ".s:" not in line:
        return None
    head, tab, tail = line.rpartition("\t")
    m = _FILE.search(tail)
    if m is None or not (m[3] or (tab and not head.strip(" \t|>")) or (tab and m.start() == 0)):
        return None
    path = tail[: m.end(1)] if tab else m[1]
    return Step(Found(path, number(m[2]), function=_function(before)))


def _function(before: str) -> str | None:
    """`main.(*Server).Serve(0xc000, …)` and `created by main.main in goroutine 1` name their functions."""
    name = before.rpartition("\t")[2].strip()
    if _CREATED in name:
        return name.partition(_CREATED)[2].partition(" in goroutine")[0].strip() or None
    if name.endswith(")"):
        name = name[: name.rfind("(")]
    return name.rsplit(" ", 1)[-1] or None


LANGUAGE = Language(name="go", read=_read, reach=2)
