"""A trace or a log as an alert: its frames, the type of what was thrown, and when, where the log names a zone."""

from __future__ import annotations

import re

from answerable.incident.alerts.alert import Alert, moment
from answerable.incident.frames import parse_trace

_MOMENT = re.compile(
    r"(?<![\d-])[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}"
    r"(?:[.,][0-9]{1,9})?(?:Z|[+-][0-9]{2}:?[0-9]{2})"
)
_THROWN = re.compile(
    r"(?<![\w.$])(?:[A-Za-z_]\w{0,60}[.$:\\]{1,2}){0,12}([A-Z]\w{0,80}(?:Error|Exception|Exit|Fault))\b"
)
_PANIC = re.compile(
    r"^(?:panic:|thread '.{0,80}' panicked|fatal error:|SIG[A-Z]{3,6})|Segmentation fault", re.MULTILINE
)
_HEAD = 64 * 1024  # characters: a log says when it was on its first lines


def read_trace(text: str) -> Alert:
    """Understand a trace, a log or a list of places."""
    found = _MOMENT.search(text[:_HEAD])
    at = moment(found[0].replace(",", ".").replace(" ", "T", 1)) if found else None
    return Alert(source="trace", frames=tuple(parse_trace(text)), kind=thrown(text), at=at)


def thrown(text: str) -> str | None:
    """The type of the exception: the one named last, since causes come last in most languages; never its message."""
    names = _THROWN.findall(text[-_HEAD:])
    if names:
        return str(names[-1])
    return "panic" if _PANIC.search(text[:_HEAD]) else None
