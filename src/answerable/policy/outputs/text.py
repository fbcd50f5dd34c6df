"""A verdict for a tired person: the verdict first, then what is owed by whom, then what is wrong, where and what to do.

Nothing is left out; text from outside cannot act on a terminal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from answerable.domain.printable import printable
from answerable.domain.verdict import Excused, Finding, Obligation, Outcome, Severity, Verdict
from answerable.policy.judge.telling import quantity
from answerable.policy.outputs.items import waiver_in_words

_WORDS = {Severity.ERROR: "fails", Severity.WARNING: "warning", Severity.NOTE: "noted"}


def render(verdict: Verdict) -> str:
    """All of it, each line ended."""
    return "".join(f"{line}\n" for line in _lines(verdict))


def _lines(verdict: Verdict) -> Iterator[str]:
    yield f"{verdict.outcome.value.upper()}: {_headline(verdict)}"
    yield f"  range   {_short(verdict.base)}..{_short(verdict.head)}"
    digest = f" ({verdict.policy_digest[:19]})" if verdict.policy_digest else ""
    yield f"  policy  {printable(verdict.policy_source)}{digest}{', which only reports' if verdict.reports else ''}"
    if verdict.remedy:
        yield f"  next    {printable(verdict.remedy)}"
    if verdict.obligations:
        yield from ("", "Owed")
        for obligation in sorted(verdict.obligations, key=lambda one: one.met):
            yield from _obligation(obligation)
    if verdict.excused:
        yield from ("", "Emergency", *_excused(verdict.excused))
    if verdict.waivers:
        holding = sum(waived.holds for waived in verdict.waivers)
        yield from ("", f"Waivers: {holding:,} in force, {len(verdict.waivers) - holding:,} over")
        yield from (f"  {printable(waiver_in_words(waived))}" for waived in verdict.waivers)
    if verdict.notes:
        yield from ("", "To know")
        yield from (f"  {printable(note)}" for note in verdict.notes)
    for (rule, severity), found in groupby(verdict.findings, key=lambda one: (one.rule, one.severity)):
        yield ""
        yield from _rule(rule, severity, list(found))


def _headline(verdict: Verdict) -> str:
    if verdict.outcome is Outcome.ERROR:
        return f"could not be evaluated, so it does not pass: {printable(verdict.problem or 'no reason is known')}"
    failing = {one.rule for one in verdict.findings if one.severity is Severity.ERROR}
    if verdict.outcome is Outcome.FAIL:
        return f"{quantity(len(failing), 'rule is', 'rules are')} not met"
    warnings = sum(one.severity is Severity.WARNING for one in verdict.findings)
    said = "nothing stands against it" if not verdict.findings else "nothing that fails"
    return said + (f"; {quantity(warnings, 'warning', 'warnings')}" if warnings else "")


def _excused(excused: Excused) -> Iterator[str]:
    yield f"  declared by {printable(excused.by)} at {excused.at}: {printable(excused.why)}"
    yield f"  passes {printable(', '.join(excused.rules))}; a review is due by {excused.review_due_by}"


def _obligation(obligation: Obligation) -> Iterator[str]:
    mark = "x" if obligation.met else " "
    yield f"  [{mark}] {printable(obligation.needs)}: {printable(obligation.have)}  ({printable(obligation.rule)})"
    if obligation.who and not obligation.met:
        yield f"      by: {printable(', '.join(obligation.who))}"


def _rule(rule: str, severity: Severity, found: Sequence[Finding]) -> Iterator[str]:
    waived = all(one.waived_by for one in found)
    yield f"{printable(rule)}  {'waived' if waived else _WORDS[severity]}, {quantity(len(found), 'place', 'places')}"
    same = lambda one: (one.message, one.remedy, one.waived_by)  # noqa: E731 - said once for each group
    for (message, remedy, waived_by), places in groupby(found, key=same):
        yield f"  {printable(message)}"
        for step in (remedy or "").split("; ") if not waived_by else ():
            yield from ([f"  next: {printable(step)}"] if step else [])
        if waived_by:
            yield f"  waived by {printable(waived_by)}"
        alike = lambda one: (one.path, one.origin, one.grade, one.evidence)  # noqa: E731 - told once for its lines
        for _, same_file in groupby(places, key=alike):
            lines = list(same_file)
            yield f"    {_where(lines)}{_known(lines[0])}"
            yield from (f"      {printable(said)}" for said in lines[0].evidence)


def _where(found: Sequence[Finding]) -> str:
    """The path with all lines of it of which the same is to be said."""
    path = printable(found[0].path.decode("utf-8", "replace")) if found[0].path is not None else "the change"
    spans = [f"{one.start}-{one.end}" if one.end != one.start else f"{one.start}" for one in found if one.start]
    return f"{path}:{', '.join(spans)}" if spans else path


def _known(finding: Finding) -> str:
    grade = finding.grade.word if finding.grade is not None else "none"
    return f"  {finding.origin.value}, {grade}" if finding.origin else ""


def _short(sha: str) -> str:
    return "the beginning" if not sha.strip("0") else sha[:12]
