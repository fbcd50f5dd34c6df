"""Applies a policy to what is known of a change; reads nothing and asks nobody: the same inputs, the same verdict.

A rule is about the lines that its `match` holds for and its `when` says yes to. Whatever it requires and is not shown,
for whatever reason, is a finding on each run of those lines. An expression that gives no answer is an error of the
whole evaluation. Unknown counts as AI because the policy's model says so (`Match.origins`), nowhere else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from answerable.domain.layer import Placed
from answerable.domain.owner import Owner
from answerable.domain.verdict import Excused, Finding, Obligation, Outcome, Severity, Waived
from answerable.policy.change.approvals import Approvals
from answerable.policy.change.context import Context
from answerable.policy.change.emergency import Declaration
from answerable.policy.change.facts import LineFacts
from answerable.policy.change.laid import Laying
from answerable.policy.judge import require_findings
from answerable.policy.judge.emergency import Emergencies
from answerable.policy.judge.matching import Scene
from answerable.policy.judge.one_rule import OneRule
from answerable.policy.model import Policy
from answerable.policy.rule import Action

if TYPE_CHECKING:
    from answerable.ownership.mandate.standing import Facts
    from answerable.policy.checklists.open import Checklists

__all__ = ["Inputs", "Judged", "Place", "evaluate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a changed path belongs: the most severe layer of what it was and what it is."""

    placed: Placed
    moved: bool = False  # it was renamed into another layer, so that its old lines count, too
    above: Placed | None = None  # where the policy above alone puts it, if there is one


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """All that a verdict depends on besides the policy."""

    head: str
    facts: Sequence[LineFacts]
    places: Mapping[bytes, Place]
    approvals: Approvals = field(default_factory=Approvals)
    context: Context | None = None
    owners: Mapping[bytes, Owner | None] = field(default_factory=dict)
    today: date
    emergencies: Sequence[Declaration] = ()  # those declared of this change
    checklists: Checklists | None = None  # what reviewers answered about its lines; None: it was not looked up
    laying: Laying = field(default_factory=Laying)  # what analysers found
    mandate: Facts | None = None  # what is known of the mandate at the base; None: it was not looked up
    given: bool = False  # whatever reviewers and checks are asked for is taken as given: shows what is left


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What a policy says of a change."""

    outcome: Outcome
    findings: tuple[Finding, ...] = ()
    obligations: tuple[Obligation, ...] = ()
    waivers: tuple[Waived, ...] = ()
    excused: Excused | None = None
    notes: tuple[str, ...] = ()
    about: tuple[str, ...] = ()  # the rules that are about any of the change


def evaluate(policy: Policy, inputs: Inputs) -> Judged:
    """Apply every rule.

    Raises:
        PolicyUnevaluable: an expression gave no answer.
    """
    scene = Scene(policy, inputs)
    emergencies = Emergencies(policy, inputs)
    findings: list[Finding] = []
    obligations: list[Obligation] = []
    waived: Counter[int] = Counter()
    about: list[str] = []
    for rule in policy.rules:
        judge = OneRule(scene, rule, emergencies.granted(rule))
        concerned = judge.concerned()
        if concerned:
            about.append(rule.name)
            told, owed = judge.judge(concerned)
            findings += told
            obligations += owed
            waived.update(judge.waived)
    obligations += emergencies.obligations()
    audits = {rule.name for rule in policy.rules if rule.action is Action.AUDIT}
    findings += require_findings.standing(inputs, audits)
    failed = any(finding.severity is Severity.ERROR for finding in findings)
    order = {severity: at for at, severity in enumerate(Severity)}
    findings.sort(key=lambda one: order[one.severity])  # stable: rules in the order of the policy, paths in theirs
    return Judged(
        outcome=Outcome.FAIL if failed else Outcome.PASS,
        findings=tuple(findings),
        obligations=tuple(obligations),
        waivers=_waivers(policy, waived, inputs.today),
        excused=emergencies.excused(),
        notes=emergencies.refused(),
        about=tuple(about),
    )


def _waivers(policy: Policy, lines: Mapping[int, int], today: date) -> tuple[Waived, ...]:
    """The waivers that reach lines of the change, those that are over included."""
    return tuple(
        Waived(
            rule=waiver.rule, who=waiver.who, why=waiver.why, until=waiver.until.isoformat(),
            lines=lines[at], holds=waiver.holds(today),
        )
        for at, waiver in enumerate(policy.waivers)
        if lines.get(at)
    )  # fmt: skip
