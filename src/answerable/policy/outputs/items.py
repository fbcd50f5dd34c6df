"""What every output lists: findings, what is owed and not met, and what could not be evaluated, the worst first.

A verdict that is no pass always has an item that says why: no output can be empty and mean `fail`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from hashlib import sha256

from answerable.domain.verdict import Finding, Obligation, Outcome, Severity, Verdict, Waived
from answerable.policy.outputs.harmless import located, visible

POLICY_FILE = b".answerable/policy.yaml"  # where a platform is led that wants a place for what has none
UNEVALUABLE = "could-not-be-evaluated"
OWED = "gate"
_ORDER = (Severity.ERROR, Severity.WARNING, Severity.NOTE)


def items(verdict: Verdict) -> list[Finding]:
    """Everything to be listed, the worst first, otherwise in the order of the verdict."""
    found = [*_problem(verdict), *verdict.findings, *_owed(verdict)]
    if verdict.outcome is not Outcome.PASS and not any(severity(item) is Severity.ERROR for item in found):
        found.append(Finding(rule=OWED, severity=Severity.ERROR, message=f"the verdict is {verdict.outcome.value}"))
    return sorted(found, key=lambda item: _ORDER.index(severity(item)))


def severity(finding: Finding) -> Severity:
    """How a finding counts: what a waiver covers is kept for the record."""
    return Severity.NOTE if finding.waived_by else finding.severity


def told(finding: Finding, most: int = 1000) -> str:
    """A finding in one line: what is wrong, what to do, which waiver keeps it from failing."""
    words = [visible(finding.message, most)]
    if finding.remedy:
        words.append(f"Next: {visible(finding.remedy, most)}")
    if finding.waived_by:
        words.append(f"Waived: {visible(finding.waived_by, most)}")
    return " | ".join(words)


def about(finding: Finding) -> str:
    """What is known of the lines: layer, origin and grade."""
    layer = [f"layer {visible(finding.layer, 100)}"] if finding.layer else []
    origin = [f"origin {finding.origin.value}"] if finding.origin else []
    grade = [f"grade {finding.grade.word}"] if finding.grade is not None else []
    return ", ".join([*layer, *origin, *grade])


def lines(finding: Finding) -> tuple[int, int]:
    """First and last line, 1-based; the first where it is about a whole file."""
    start = max(finding.start or 1, 1)
    return start, max(finding.end or start, start)


def summary(verdict: Verdict) -> str:
    """The verdict in one line."""
    counts = Counter(severity(item) for item in items(verdict))
    waived = sum(bool(item.waived_by) for item in verdict.findings)
    told = [f"{counts[kind]:,} {word}" for kind, word in zip(_ORDER, ("failing", "warning", "noted"), strict=True)]
    words = f"{verdict.outcome.value}: {', '.join(told)}" + (f" ({waived:,} by a waiver)" if waived else "")
    return words + ("; the policy only reports" if verdict.reports else "")


def fingerprints(found: Iterable[Finding]) -> list[str]:
    """An id for each that no other has and that stays when lines move: by rule, path, layer and which of them it is."""
    seen: Counter[tuple[str, ...]] = Counter()
    made = []
    for item in found:
        told = (item.rule, located(item.path) if item.path else "", item.layer or "")
        parts = (*told, str(seen[told]))  # counted by what is told: two that are told alike must differ all the same
        seen[told] += 1
        made.append(sha256("\0".join(map(_length_first, parts)).encode("utf-8", "surrogatepass")).hexdigest())
    return made


def needed(obligation: Obligation) -> str:
    """What is owed, what there is, and who could meet it."""
    words = f"needs {visible(obligation.needs, 300)}; there is {visible(obligation.have, 300) or 'nothing'}"
    if not obligation.who:
        return words
    few = ", ".join(visible(who, 100) for who in obligation.who[:10])
    more = f" and {len(obligation.who) - 10:,} more" if len(obligation.who) > 10 else ""
    return f"{words}; can be met by {few}{more}"


def waiver_in_words(waived: Waived) -> str:
    """A waiver, who gave it, until when it holds or held, and how many lines with findings it is about."""
    until = f"until {waived.until}" if waived.holds else f"over since {waived.until}"
    lines = f"{waived.lines:,} {'line' if waived.lines == 1 else 'lines'}"
    return f"{waived.rule}, {until}, by {waived.who}: {waived.why} ({lines})"


def _length_first(part: str) -> str:
    return f"{len(part)}:{part}"


def _problem(verdict: Verdict) -> list[Finding]:
    if verdict.problem is None and verdict.outcome is not Outcome.ERROR:
        return []
    words = verdict.problem or "it could not be evaluated, and what cannot be evaluated does not pass"
    return [Finding(rule=UNEVALUABLE, severity=Severity.ERROR, message=words, remedy=verdict.remedy)]


def _owed(verdict: Verdict) -> list[Finding]:
    """What is not met and has no finding of its own."""
    told = {finding.rule for finding in verdict.findings}
    kind = Severity.WARNING if verdict.outcome is Outcome.PASS else Severity.ERROR
    blank = Finding(rule=OWED, severity=kind, message="")
    unmet = (owed for owed in verdict.obligations if not owed.met and owed.rule not in told)
    return [replace(blank, rule=owed.rule, message=needed(owed)) for owed in unmet]
