"""The JVM: Java, Kotlin, Scala, Groovy, Clojure. `function` is the full name without loader and module."""

from __future__ import annotations

import re

from answerable.incident.frames.core import Found, Language, Mark, Step, number

_PLACE = re.compile(r"\(([^():]+\.(java|kts?|scala|groovy|cljc?))(?::([0-9]{1,9}))?\)")
_NOWHERE = re.compile(r"[^\s(]\((?:Native Method|Unknown Source|<\w+>)(?::[0-9]+)?\)")
_AT = re.compile(r"(?:^|[\s|:])at (?=\S)")
_MORE = re.compile(r"\.\.\. [0-9]+ (?:more|common frames omitted)")
_TITLE = re.compile(r"^(?:Exception in thread |[\w$]+(?:\.[\w$]+)+(?:Exception|Error|Throwable)\b)")
_NAMES = {
    "kt": "kotlin",
    "kts": "kotlin",
    "scala": "scala",
    "groovy": "groovy",
    "clj": "clojure",
    "cljc": "clojure",
}


def _read(line: str, _before: str) -> Step | None:
    if "at " in line and "(" in line:
        step = _frame(line)
        if step is not None:
            return step
    return _mark(line)


def _frame(line: str) -> Step | None:
    at = _AT.search(line)
    place = _PLACE.search(line, at.end()) if at else None
    if at is None or place is None:
        return Step(mark=Mark.SAME) if at and _NOWHERE.search(line, at.end()) else None
    name = line[at.end() : place.start()].rsplit("/", 1)[-1]
    if not name or name.endswith(" "):  # "at fn (file.js:1:2)" is JavaScript
        return None
    return Step(Found(place[1], number(place[3]), function=name, language=_NAMES.get(place[2])))


def _mark(line: str) -> Step | None:
    if "Caused by: " in line:
        # an indented one belongs to a suppressed exception, which is never the root cause
        return Step(mark=Mark.ASIDE if "\tCaused by: " in line else Mark.ROOT)
    if "Suppressed: " in line or "Wrapped by: " in line:
        return Step(mark=Mark.ASIDE if "Suppressed" in line else Mark.LATER)
    if "... " in line and _MORE.search(line):
        return Step(mark=Mark.SAME)
    return Step(mark=Mark.START) if _TITLE.match(line) else None


LANGUAGE = Language(name="java", read=_read)
