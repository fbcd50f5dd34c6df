"""What rules ask of findings of analysers: none on the lines they are about that is as bad as they say, or worse.

A finding counts on every line that the change adds, even where a comment beside it silences the analyser: whoever wrote
the line could write the comment. One that was silenced elsewhere does not count. Findings on lines that the change does
not touch never fail it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from answerable.domain.verdict import Analysed, Finding, Obligation, Severity
from answerable.policy.change.facts import LineFacts, What
from answerable.policy.change.laid import Laid, Laying
from answerable.policy.rule import RequireFindings, named
from answerable.review.findings import Found
from answerable.review.result import Result, Silenced

if TYPE_CHECKING:
    from answerable.policy.judge.evaluate import Inputs

MOST_TOLD = 500
"""How many findings of analysers one rule tells of one by one; how many more there are is told."""


class Hit(NamedTuple):
    """A finding and the lines for which a rule is concerned by it."""

    laid: Laid
    fact: LineFacts


def asks_for(asked: RequireFindings, result: Result) -> bool:
    """True where a result is as bad as a rule says, and of the tools and rules that it names."""
    return (
        result.level.strength >= asked.level.strength
        and (not asked.tools or named(result.tool, asked.tools))
        and (not asked.rules or named(result.rule, asked.rules))
    )


def hits(
    asked: RequireFindings, concerned: Sequence[LineFacts], waived: Collection[int], laying: Laying
) -> tuple[list[Hit], list[Hit]]:
    """The findings that a rule does not allow, and those that it would not without a waiver.

    Args:
        asked: What the rule asks.
        concerned: The lines it is about.
        waived: Which of them a waiver is about, by `id`.
        laying: The findings.
    """
    live = _Concerned({id(fact) for fact in concerned if id(fact) not in waived})
    passed = _Concerned(set(waived))
    found, excused = [], []
    for laid in laying.laid:
        if not asks_for(asked, laid.found.result) or laid.found.result.silenced is Silenced.ELSEWHERE:
            continue
        fact = live.first(laid)
        if fact is not None:
            found.append(Hit(laid, fact))
        elif (fact := passed.first(laid)) is not None:
            excused.append(Hit(laid, fact))
    return (found if len(found) > asked.most else []), excused


class _Concerned:
    """Finds the first fact of a slice that is among some; each path is looked through once."""

    def __init__(self, those: Collection[int]) -> None:
        self._those = those
        self._at: dict[int, list[int]] = {}

    def first(self, laid: Laid) -> LineFacts | None:
        silenced = laid.found.result.silenced is Silenced.SOURCE
        key = id(laid.on)
        if key not in self._at:
            self._at[key] = [at for at, fact in enumerate(laid.on) if id(fact) in self._those]
        known = self._at[key]
        at = bisect_left(known, laid.first)
        while at < len(known) and known[at] < laid.last:
            fact = laid.on[known[at]]
            if not silenced or fact.what is not What.MOVED:
                return fact
            at += 1
        return None


def words(found: Found) -> str:
    """A finding in one sentence."""
    result = found.result
    rule = f" {result.rule}" if result.rule else ""
    aside = ", silenced by a comment beside it, which the change could write itself" if result.silenced else ""
    return f"{result.tool}{rule} ({result.level.value}{aside}): {result.message}"


def remedy(found: Found) -> str:
    """The next step."""
    rule = f" {found.result.rule}" if found.result.rule else ""
    return f"mend what {found.result.tool}{rule} finds, or have it silenced outside of the change"


def analysed(found: Found, *, standing: bool = False) -> Analysed:
    """What a finding of the verdict keeps of it."""
    result = found.result
    return Analysed(
        tool=result.tool,
        rule=result.rule,
        level=result.level,
        message=result.message,
        fingerprint=result.fingerprint,
        standing=standing,
    )


def standing(inputs: Inputs, notes: Collection[str] = ()) -> Iterator[Finding]:
    """Findings on lines that the change does not touch: a warning, or a note where the rule only keeps a record.

    Args:
        inputs: What is known of the change.
        notes: Names of rules that only keep a record.
    """
    for one in inputs.laying.standing:
        yield Finding(
            rule=one.rule,
            severity=Severity.NOTE if one.rule in notes else Severity.WARNING,
            message=f"{words(one.found)}; it stands on lines that the change does not touch",
            layer=one.layer,
            path=one.found.path,
            start=one.found.start or None,
            end=one.found.end or None,
            origin=one.origin,
            grade=one.grade,
            evidence=(f"layer {one.layer}: {one.because}",),
            analysed=analysed(one.found, standing=True),
        )


def owed(rule: str, asked: RequireFindings, laying: Laying) -> Iterator[Obligation]:
    """The reports that a rule cannot do without."""
    if not asked.required:
        return
    tools = [tool for report in laying.reports for tool in report.tools]
    for wanted in asked.tools or ("*",):
        there = [tool for tool in tools if named(tool, (wanted,))]
        of = f" of {wanted}" if asked.tools else ""
        yield Obligation(
            rule=rule,
            needs=f"a report of findings{of}",
            have=", ".join(dict.fromkeys(there)) or "none was given",
            met=bool(there),
            kind="findings",
            missing=0 if there else 1,
        )
