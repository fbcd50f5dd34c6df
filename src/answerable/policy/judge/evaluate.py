"""Applies a policy to what is known of a change; reads nothing and asks nobody: the same inputs, the same verdict.

A rule is about the lines that its `match` holds for and its `when` says yes to. Whatever it requires and is not shown,
for whatever reason, is a finding on each run of those lines. An expression that gives no answer is an error of the
whole evaluation. Unknown counts as AI because the policy's model says so (`Match.origins`), nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from answerable.domain.acceptance import How
from answerable.domain.layer import Placed
from answerable.domain.origin import Origin
from answerable.domain.owner import Owner
from answerable.domain.verdict import Finding, Obligation, Outcome, Severity
from answerable.errors import PolicyUnevaluable
from answerable.ownership.patterns import Glob, github
from answerable.policy.change.approvals import Approvals
from answerable.policy.change.context import Change, Context
from answerable.policy.change.facts import LineFacts, What
from answerable.policy.judge.requirements import Lack, of_lines, of_the_change, together
from answerable.policy.judge.telling import evidence_of, origin_of
from answerable.policy.model import Mode, Policy
from answerable.policy.rule import Action, Expression, Match, Rule, named
from answerable.policy.waiver import Waiver

_SEVERITY = {Action.DENY: Severity.ERROR, Action.WARN: Severity.WARNING, Action.AUDIT: Severity.NOTE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a changed path belongs: the most severe layer of what it was and what it is."""

    placed: Placed
    moved: bool = False  # it was renamed into another layer, so that its old lines count, too


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What a policy says of a change."""

    outcome: Outcome
    findings: tuple[Finding, ...] = ()
    obligations: tuple[Obligation, ...] = ()


def evaluate(policy: Policy, inputs: Inputs) -> Judged:
    """Apply every rule.

    Raises:
        PolicyUnevaluable: an expression gave no answer.
    """
    findings: list[Finding] = []
    obligations: list[Obligation] = []
    for rule in policy.rules:
        judge = _Rule(policy, rule, inputs)
        concerned = judge.concerned()
        if concerned:
            told, owed = judge.judge(concerned)
            findings += told
            obligations += owed
    failed = any(finding.severity is Severity.ERROR for finding in findings)
    order = {severity: at for at, severity in enumerate(Severity)}
    findings.sort(key=lambda one: order[one.severity])  # stable: rules in the order of the policy, paths in theirs
    return Judged(
        outcome=Outcome.FAIL if failed else Outcome.PASS, findings=tuple(findings), obligations=tuple(obligations)
    )


class _Rule:
    """One rule at work on one change."""

    def __init__(self, policy: Policy, rule: Rule, inputs: Inputs) -> None:
        self._policy, self._rule, self._inputs = policy, rule, inputs
        self._answers: dict[tuple[object, ...], bool | str] = {}
        self._size = 0

    def concerned(self) -> list[LineFacts]:
        """The facts that the rule is about."""
        paths = _globs(self._rule.match.paths)
        found = [fact for fact in self._inputs.facts if self._matches(self._rule.match, paths, fact)]
        self._size = sum(size_of(fact) for fact in found)
        if not found or self._size < self._rule.match.min_lines:
            return []
        when = self._rule.when
        return found if when is None else [fact for fact in found if self._says(when, fact) is True]

    def judge(self, concerned: Sequence[LineFacts]) -> tuple[list[Finding], list[Obligation]]:
        """What these lines lack."""
        waivers = [waiver for waiver in self._policy.waivers if waiver.rule == self._rule.name]
        waived = {id(fact): waiver for fact in concerned if (waiver := self._waiver(waivers, fact))}
        live = [fact for fact in concerned if id(fact) not in waived]
        requirement, inputs = self._rule.require, self._inputs
        obligations, common = of_the_change(self._rule.name, requirement, live or concerned, inputs)
        findings = []
        for run in together(concerned, [id(fact) in waived for fact in concerned]):
            lacks = [*common, *of_lines(requirement, run[0])]
            if not lacks and self._asks_nothing():
                lacks = [Lack("is not allowed here", "take the lines out, or have the policy changed first")]
            if lacks:
                findings.append(self._finding(run, lacks, waived.get(id(run[0])), waivers))
        return findings, (obligations if live else [])

    def _asks_nothing(self) -> bool:
        """A rule without requirements forbids what it matches."""
        return self._rule.require == type(self._rule.require)()

    def _finding(
        self, run: Sequence[LineFacts], lacks: Sequence[Lack], waiver: Waiver | None, waivers: Sequence[Waiver]
    ) -> Finding:
        rule, first = self._rule, run[0]
        place = self._inputs.places[first.path]
        severity = _SEVERITY[rule.action]
        if waiver or (self._policy.mode is Mode.REPORT and severity is Severity.ERROR):
            severity = Severity.NOTE if waiver else Severity.WARNING
        said = self._message(first)
        what = "; ".join(lack.what for lack in lacks)
        ended = [w for w in waivers if not w.holds(self._inputs.today) and _covers(w, first)]
        evidence = [*evidence_of(first, place.placed)]
        evidence += [f"a waiver by {w.who} ended on {w.until.isoformat()}" for w in ended if not waiver]
        return Finding(
            rule=rule.name,
            severity=severity,
            message=f"{said}: {what}" if said else what,
            remedy="; ".join(dict.fromkeys(lack.remedy for lack in lacks)),
            layer=place.placed.layer.name,
            path=first.path,
            start=first.start or None,
            end=run[-1].end or None,
            origin=origin_of(first),
            grade=first.lines.grade,
            waived_by=f"{waiver.who} until {waiver.until.isoformat()}: {waiver.why}" if waiver else None,
            evidence=tuple(evidence),
        )

    def _message(self, fact: LineFacts) -> str | None:
        expression = self._rule.message_expression
        if expression is None:
            return self._rule.message
        return str(self._says(expression, fact, text=True))

    def _waiver(self, waivers: Sequence[Waiver], fact: LineFacts) -> Waiver | None:
        return next((w for w in waivers if w.holds(self._inputs.today) and _covers(w, fact)), None)

    def _matches(self, match: Match, paths: Sequence[Glob], fact: LineFacts) -> bool:
        place = self._inputs.places[fact.path]
        if fact.what is What.MOVED and not place.moved:
            return False
        lines, agent = fact.lines, fact.lines.agent
        return (
            (not match.layers or place.placed.layer.name in match.layers)
            and (not match.origins or lines.origin in match.origins or _counts_as_unknown(match, fact))
            and (not match.grades or lines.grade in match.grades)
            and (not match.tools or named(agent.tool if agent else None, match.tools))
            and (not match.models or named(agent.model if agent else None, match.models))
            and (not match.paths or any(_under(paths, name) for name in _names(fact)))
        )

    def _says(self, expression: Expression, fact: LineFacts, *, text: bool = False) -> bool | str:
        from answerable.policy.judge import expressions  # slow to load, and many policies have none

        variables = self._variables(fact)
        key = (expression.text, *variables.values())
        if key not in self._answers:
            ask = expressions.words if text else expressions.truth
            try:
                self._answers[key] = ask(expression, variables)
            except PolicyUnevaluable as error:
                raise PolicyUnevaluable(f"rule {self._rule.name}: {error.message}", hint=error.hint) from error
        return self._answers[key]

    def _variables(self, fact: LineFacts) -> dict[str, str | int | None]:
        """What expressions may ask for (`expressions.VARIABLES`)."""
        agent, lines = fact.lines.agent, fact.lines
        change = self._inputs.context.change if self._inputs.context else Change()
        return {
            "origin": lines.origin.value,
            "grade": lines.grade.word,
            "tool": agent.tool if agent else None,
            "model": agent.model if agent else None,
            "session": agent.session if agent else None,
            "layer": self._inputs.places[fact.path].placed.layer.name,
            "path": fact.path.decode("utf-8", "surrogateescape"),
            "lines": self._size,
            "acceptance": (lines.acceptance.how if lines.acceptance else How.UNKNOWN).value,
            "change.id": change.id,
            "change.title": change.title,
            "change.author": change.author,
            "change.target": change.target,
            "approvals": len(self._inputs.approvals.counted),
        }


def _counts_as_unknown(match: Match, fact: LineFacts) -> bool:
    """That a person wrote lines helps only where it is signed; a rule that leaves `unknown` out believes it anyway."""
    return Origin.UNKNOWN in match.origins and fact.lines.origin is Origin.HUMAN and not fact.human


def size_of(fact: LineFacts) -> int:
    """How many lines a fact counts as: those at the head, else its weight, at least one."""
    return fact.count or fact.weight or 1


def _covers(waiver: Waiver, fact: LineFacts) -> bool:
    """Every name that the path had must be covered: a rename gets nothing out of a waiver's reach, or into it."""
    globs = _globs(waiver.paths)
    return not globs or all(_under(globs, name) for name in _names(fact))


def _globs(patterns: Sequence[str]) -> list[Glob]:
    return [github(pattern) for pattern in patterns]


def _under(globs: Sequence[Glob], path: bytes) -> bool:
    text = path.decode("utf-8", "surrogateescape")
    return any(glob.matches(text) for glob in globs)


def _names(fact: LineFacts) -> Iterator[bytes]:
    yield fact.path
    if fact.old_path:
        yield fact.old_path
