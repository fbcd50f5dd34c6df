"""JavaScript and TypeScript: V8, Firefox, Safari, bundlers' URLs; the runtime's own frames are left out."""

from __future__ import annotations

import re

from answerable.incident.frames.core import Found, Language, Mark, Step, number

_AT = re.compile(r"(?:^|[\s|>])at (?:async )?(?=\S)")
_PLACE = re.compile(r"^(.*?)(?::([0-9]{1,9}))?(?::([0-9]{1,9}))?$")
_SCHEME = re.compile(r"^[a-z][a-z+.-]*://?")
_SUFFIX = re.compile(r"\.(?:[cm]?[jt]sx?|vue|svelte|astro|bundle|jsbundle|html?|coffee)(?:\?.*)?$")
_EVAL = re.compile(r"\(([^()]+)\)")
_TITLE = re.compile(r"^((?:file://)?(?:[A-Za-z]:)?[\\/]\S.*\.[cm]?[jt]sx?):([0-9]{1,9})$")
_SILENT = ("node:", "internal/", "native", "<anonymous>", "index 0", "wasm:")


def _read(line: str, _before: str) -> Step | None:
    if "at " in line:
        at = _AT.search(line)
        if at:
            return _v8(line[at.end() :])
    if "[native code]" in line:
        return Step(mark=Mark.SAME)
    if "@" in line:
        return _gecko(line.strip())
    if "[cause]:" in line or "Caused by:" in line:
        return Step(mark=Mark.ROOT)
    title = _TITLE.match(line) if "s" in line[-12:] or "x:" in line else None
    return Step(Found(title[1], number(title[2])), Mark.START) if title else None


def _v8(rest: str) -> Step | None:
    rest = rest.rstrip(" \t{,;\"'")
    function, opened, place = rest.partition(" (")
    if not opened:
        function, place = "", rest.removeprefix("address at ")
    else:
        place = place[: place.rfind(")")] if ")" in place else place
    if place.startswith("eval at "):
        inner = _EVAL.findall(place)
        place = inner[0] if inner else ""
    return _step(place.removeprefix("address at "), function)


def _gecko(line: str) -> Step | None:
    function, _, place = line.partition("@")
    if not place[-1:].isdigit():
        return None
    return _step(place, function.rsplit("*", 1)[-1].rsplit("\t", 1)[-1])


def _step(place: str, function: str) -> Step | None:
    if place.startswith(_SILENT):
        return Step(mark=Mark.SAME)
    m = _PLACE.match(place)
    if m is None or not (_SUFFIX.search(m[1]) or (_SCHEME.match(m[1]) and m[2])):
        return None
    return Step(Found(m[1], number(m[2]), number(m[3]), function=function.strip() or None))


LANGUAGE = Language(name="javascript", read=_read)
