"""One rule at work on one change: the lines it is about, what they lack, and what a waiver or an emergency passes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from answerable.domain.verdict import Finding, Obligation, Severity
from answerable.policy.change.facts import LineFacts
from answerable.policy.judge import require_checklist, require_findings
from answerable.policy.judge.asking import Asking, Known
from answerable.policy.judge.emergency import Granted
from answerable.policy.judge.known import size_of
from answerable.policy.judge.lack import Lack
from answerable.policy.judge.matching import Scene, View, counts, covers, globs, matches, within
from answerable.policy.judge.requirements import of_lines, of_the_change, together
from answerable.policy.judge.telling import origin_of
from answerable.policy.model import Mode
from answerable.policy.rule import Action, Rule, Validation
from answerable.policy.waiver import Waiver

_SEVERITY = {Action.DENY: Severity.ERROR, Action.WARN: Severity.WARNING, Action.AUDIT: Severity.NOTE}


class OneRule:
    """A rule and a change.

    Args:
        scene: The change, and the policy whose rule it is.
        rule: The rule.
        granted: The emergency that it lets pass, if there is one.
    """

    def __init__(self, scene: Scene, rule: Rule, granted: Granted | None = None) -> None:
        self._scene, self._rule, self._inputs, self._granted = scene, rule, scene.inputs, granted
        self._asking = Asking(rule)
        self._known: dict[int, list[Callable[[], Known]]] = {}  # by fact: what is known, in each view it is about
        self._waivers = [(at, w) for at, w in enumerate(scene.policy.waivers) if w.reaches(rule)]
        self._counted: set[int] = set()
        self.waived: Counter[int] = Counter()  # by the number of a waiver: the lines with findings that it is about

    def concerned(self) -> list[LineFacts]:
        """The facts that the rule is about, in one view or the other; sizes are counted in each view by itself."""
        rule, scene = self._rule, self._scene
        if rule.folder or rule.outside or rule.match.paths:
            paths, places = globs(rule.match.paths), self._inputs.places
            facts = [f for f in scene.facts(rule) if counts(f, moved=places[f.path].moved) and within(rule, paths, f)]
            seen: Sequence[tuple[LineFacts, tuple[View, ...]]] = [(fact, scene.views(fact, rule)) for fact in facts]
        else:
            seen = scene.everywhere(rule)
        for at in range(max((len(views) for _, views in seen), default=0)):
            self._look([(fact, views[at]) for fact, views in seen])
        return [fact for fact, _ in seen if id(fact) in self._known]

    def judge(self, concerned: Sequence[LineFacts]) -> tuple[list[Finding], list[Obligation]]:
        """What these lines lack."""
        waived = {id(fact): w for fact in concerned if (w := self._waiver(fact))} if self._waivers else {}
        live = [fact for fact in concerned if id(fact) not in waived]
        rule = self._rule
        teams = self._scene.teams(rule)
        obligations, common = of_the_change(rule.name, rule.require, live or concerned, self._inputs, teams)
        findings = []
        for run in together(concerned, [id(fact) in waived for fact in concerned]):
            lacks = [*common, *self._of_lines(run[0]), *self._broken(run[0])]
            if not lacks and rule.forbids:
                lacks = [Lack("is not allowed here", "take the lines out, or have the policy changed first")]
            if lacks:
                findings.append(self._finding(run, lacks, waived.get(id(run[0]))))
        findings += self._analysed(concerned, waived)
        return findings, (obligations if live else [])

    def _of_lines(self, fact: LineFacts) -> Iterator[Lack]:
        yield from of_lines(self._rule.require, fact)
        if not self._inputs.given:
            yield from require_checklist.lacks(self._rule.require, fact, self._inputs)

    def _look(self, seen: Sequence[tuple[LineFacts, View]]) -> None:
        """Keep those facts that the rule is about in one view."""
        match, when = self._rule.match, self._rule.when
        found = [(fact, view) for fact, view in seen if matches(match, fact, view)]
        size = sum(size_of(fact) for fact, _ in found)
        for fact, view in found if size >= match.min_lines else ():
            known = partial(self._scene.known, fact, view, size)
            if when is None or self._asking.truth(when, known()):
                self._known.setdefault(id(fact), []).append(known)

    def _broken(self, fact: LineFacts) -> Iterator[Lack]:
        for validation in self._rule.validations:
            for values in self._known[id(fact)]:
                if not self._asking.truth(validation.expression, values()):
                    asked = f"this must hold: {' '.join(validation.expression.text.split())}"
                    step = "change the lines so that it holds, or have the policy changed first"
                    yield Lack(self._said(validation, values) or asked, step)
                    break

    def _finding(self, run: Sequence[LineFacts], lacks: Sequence[Lack], waiver: Waiver | None) -> Finding:
        first = run[0]
        place = self._inputs.places[first.path]
        severity, excused = self._severity(waiver)
        self._count(run)
        said = self._said(self._rule, self._known[id(first)][0])
        what = "; ".join(lack.what for lack in lacks)
        return Finding(
            rule=self._rule.name,
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
            evidence=(*self._scene.evidence(first), *self._aside(first, waiver, excused)),
        )

    def _analysed(self, concerned: Sequence[LineFacts], waived: Mapping[int, Waiver]) -> Iterator[Finding]:
        """What analysers found that the rule does not allow: each by itself, up to a bound."""
        asked, laying = self._rule.require.findings, self._inputs.laying
        if asked is None or not laying.laid:
            return
        most = require_findings.MOST_TOLD
        for hits in require_findings.hits(asked, concerned, waived, laying):
            for laid, fact in hits[:most]:
                found, waiver = laid.found, waived.get(id(fact))
                lack = Lack(require_findings.words(found), require_findings.remedy(found))
                told = self._finding([fact], [lack], waiver)
                lines = (found.start, found.end) if found.start else (fact.start, fact.end)
                yield replace(
                    told, start=lines[0] or None, end=lines[1] or None, analysed=require_findings.analysed(found)
                )
            if len(hits) > most:
                fact = hits[most].fact
                lack = Lack(
                    f"{len(hits) - most:,} more findings of analysers", "mend those that are told, and look again"
                )
                yield self._finding([fact], [lack], waived.get(id(fact)))

    def _severity(self, waiver: Waiver | None) -> tuple[Severity, bool]:
        """What a finding does, and whether an emergency keeps it from failing."""
        severity = _SEVERITY[self._rule.action]
        if waiver:
            return Severity.NOTE, False
        policy, rule = self._scene.policy, self._rule
        if severity is not Severity.ERROR:
            return severity, False
        if rule.reports if rule.reports is not None else policy.mode is Mode.REPORT:
            return Severity.WARNING, False
        if self._granted:
            self._granted.used.append(rule.name)
            return Severity.WARNING, True
        return severity, False

    def _aside(self, fact: LineFacts, waiver: Waiver | None, excused: bool) -> Iterator[str]:
        today = self._inputs.today
        for _, each in self._waivers if not waiver else ():
            if not each.holds(today) and covers(each, fact):
                yield f"a waiver by {each.who} ended on {each.until.isoformat()}"
        if excused and self._granted:
            yield f"passes as an emergency that {self._granted.words}"

    def _said(self, told: Rule | Validation, known: Callable[[], Known]) -> str | None:
        expression = told.message_expression
        return told.message if expression is None else self._asking.words(expression, known())

    def _waiver(self, fact: LineFacts) -> Waiver | None:
        return next((w for _, w in self._waivers if w.holds(self._inputs.today) and covers(w, fact)), None)

    def _count(self, run: Sequence[LineFacts]) -> None:
        for fact in run if self._waivers else ():
            if id(fact) in self._counted:
                continue
            self._counted.add(id(fact))
            for at, waiver in self._waivers:
                if covers(waiver, fact):
                    self.waived[at] += size_of(fact)
