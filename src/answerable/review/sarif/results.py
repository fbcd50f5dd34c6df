"""Reads the results of one run: level, words, place and what silences each, as SARIF 2.1.0 (3.27) says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from answerable.domain.level import Level
from answerable.review.result import Result, Silenced, Where
from answerable.review.sarif.addresses import Addresses
from answerable.review.sarif.node import Node
from answerable.review.sarif.rules import Rules

MOST_MESSAGE = 500  # characters
MOST_PLACES = 20  # of one result
_NO_FINDING = ("pass", "notApplicable")
_UNDECIDED = ("open", "review")  # the tool could not tell: it counts
_LEVELS = {level.value: level for level in Level}
_ARGUMENT = re.compile(r"\{(\d{1,2})\}")
_DIGEST = re.compile(r"[0-9A-Fa-f-]{16,128}(?::\d{1,9})?")
# CVSS 3.1, as code scanning reads `security-severity`: 7.0 is high, 4.0 medium.
_HIGH, _MEDIUM = 7.0, 4.0
_BREAKS = str.maketrans(dict.fromkeys("\t\n\v\f\r\x85\u2028\u2029", " "))


class Results:
    """The results of a run that are findings; whatever else there was is counted.

    Args:
        run: The run.
        tool: Its tool.
        addresses: Reads its addresses.
    """

    def __init__(self, run: Node, tool: str, addresses: Addresses) -> None:
        self._run, self._tool, self._addresses = run, tool, addresses
        self._rules = Rules(run)
        self._left: Counter[str] = Counter()

    def __iter__(self) -> Iterator[Result]:
        for result in self._run.items("results"):
            result.must_be(dict, "an object")
            kind = result.text("kind") or "fail"
            if kind in _NO_FINDING or result.text("baselineState") == "absent":
                continue
            found = self._result(result, kind)
            if not found.where:
                self._left["name no place"] += 1
            elif not any(where.paths for where in found.where):
                self._left["are about what is outside of the repository"] += 1
            yield found

    def notes(self) -> Iterator[str]:
        """What was left out, once all were read."""
        for what, count in self._left.items():
            yield f"{count:,} results of {self._tool} {what}: they are on no line"

    def _result(self, result: Node, kind: str) -> Result:
        rule = self._rules.of(result)
        return Result(
            tool=self._tool,
            rule=cleaned(self._rules.name(result, rule), 200),
            level=_level(result, rule, kind),
            message=self._message(result.object("message"), rule),
            where=tuple(self._places(result)),
            silenced=_silenced(result),
            fingerprint=_fingerprint(result),
        )

    def _places(self, result: Node) -> Iterator[Where]:
        for at, location in enumerate(result.items("locations")):
            if at >= MOST_PLACES:
                self._left[f"have more than {MOST_PLACES} places, the first of which count"] += 1
                return
            physical = location.must_be(dict, "an object").object("physicalLocation")
            if "artifactLocation" in physical:
                yield _where(physical.object("region"), self._addresses.paths(physical.object("artifactLocation")))

    def _message(self, message: Node, rule: Node | None) -> str:
        text = message.text("text")
        name = message.text("id")
        if text is None and name is not None:
            text = self._rules.words(rule, name)
        if text is None:
            text = message.text("markdown") or ""
        given = [str(each.must_be(str, "a text").value) for each in message.items("arguments")]
        text = text[: MOST_MESSAGE * 2]
        if given:
            text = _ARGUMENT.sub(
                lambda found: given[i][:MOST_MESSAGE] if (i := int(found[1])) < len(given) else "", text
            )
        return cleaned(text, MOST_MESSAGE) or "no message"


def cleaned(text: str, most: int) -> str:
    """Text in one line: control, bidirectional and invisible characters are taken out, what is too long is cut."""
    line = "".join(ch for ch in text[: most * 4].translate(_BREAKS) if ch.isprintable())
    line = " ".join(line.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def _level(result: Node, rule: Node | None, kind: str) -> Level:
    """How bad it is: what the result says, else its rule, else `warning`; a severity of its security only raises it."""
    default = rule.object("defaultConfiguration").text("level") if rule is not None else None
    said = result.text("level")
    word = said or (default if kind == "fail" else None) or ("none" if kind == "informational" else "warning")
    if kind in _UNDECIDED and word == "none":
        word = default if default in _LEVELS else "warning"
    if word != "none" and word not in _LEVELS:
        raise result["level"].fault(f"{cleaned(word, 40)!r} is no level: error, warning, note or none")
    level = _LEVELS.get(word, Level.NOTE)
    for owner in (result, rule):
        severity = _severity(owner.object("properties")["security-severity"]) if owner is not None else None
        if severity is not None:
            raised = Level.ERROR if severity >= _HIGH else Level.WARNING if severity >= _MEDIUM else Level.NOTE
            level = max(level, raised, key=lambda one: one.strength)
    return level


def _severity(told: Node) -> float | None:
    """A number of CVSS, which tools write as a text or as a number; None where it is none."""
    if isinstance(told.value, bool) or not isinstance(told.value, (str, int, float)):
        return None
    try:
        return float(str(told.value)[:20])
    except ValueError:
        return None


def _silenced(result: Node) -> Silenced | None:
    """Who silences it: all of its suppressions must be accepted, and one in the source counts as one in the source."""
    kinds = []
    for suppression in result.items("suppressions"):
        suppression.must_be(dict, "an object")
        if (suppression.text("status") or suppression.text("state") or "accepted") != "accepted":
            return None
        kinds.append(suppression.text("kind"))
    if not kinds:
        return None
    return Silenced.ELSEWHERE if "external" in kinds else Silenced.SOURCE


def _fingerprint(result: Node) -> str | None:
    """The first of those that stay when lines move; gitleaks gives names and addresses of people for some, too."""
    for key in ("fingerprints", "partialFingerprints"):
        found = result.object(key)
        for name in sorted(found.value):
            value = found.value[name]
            if isinstance(value, str) and _DIGEST.fullmatch(value):
                return cleaned(f"{name}:{value}", 200)
    return None


def _where(region: Node, paths: tuple[bytes, ...]) -> Where:
    start, end = region.number("startLine"), region.number("endLine")
    if start is not None:
        if start < 0 or (end is not None and 0 < end < start):
            raise region.fault(f"lines {start} to {end if end is not None else start} are none of any file")
        last = end or start
        if region.number("endColumn") == 1 and last > start:
            last -= 1  # it ends before the first character of that line
        return Where(paths=paths, start=start, end=last if start else 0, at=region.place)
    characters = _span(region, "charOffset", "charLength")
    octets = _span(region, "byteOffset", "byteLength") if characters is None else None
    return Where(paths=paths, characters=characters, octets=octets, at=region.place)


def _span(region: Node, offset: str, length: str) -> tuple[int, int] | None:
    start, count = region.number(offset), region.number(length)
    return None if start is None or start < 0 else (start, max(count or 0, 0))
