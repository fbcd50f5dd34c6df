"""What a rule is about and what it asks for, in words that a person reads in one go."""

from __future__ import annotations

from collections.abc import Iterator

from answerable.domain.level import Level
from answerable.policy.rule import Match, Require, RequireFindings, Rule


def asked(rule: Rule) -> tuple[str, ...]:
    """Each thing that is required; a rule that requires nothing forbids what it is about."""
    told = (validation.message or " ".join(validation.expression.text.split()) for validation in rule.validations)
    return (*_asked(rule.require), *(f"this to hold: {each}" for each in told)) or ("no such lines at all",)


def conditions(rule: Rule) -> tuple[str, ...]:
    """On what besides the layer and the path it depends whether a rule is about a line."""
    match = rule.match
    when = [f"when {' '.join(rule.when.text.split())}"] if rule.when else []
    return (*_conditions(match), *when)


def _asked(require: Require) -> Iterator[str]:
    reviewers = require.reviewers
    if reviewers.humans:
        many = "one independent person" if reviewers.humans == 1 else f"{reviewers.humans} independent people"
        yield f"approval by {many}"
    for team in reviewers.teams:
        yield f"approval by the team {team}"
    if reviewers.owners:
        yield "approval by an owner"
    if require.grade is not None:
        yield f"provenance that is at least {require.grade.word}"
    if require.acceptance:
        yield f"acceptance: {' or '.join(how.value for how in require.acceptance)}"
    if require.countersign:
        yield "a countersign"
    for check in require.checks:
        yield f"the check {check}"
    if require.tools is not None:
        yield f"written with {' or '.join(require.tools) or 'no tool'}"
    if require.models is not None:
        yield f"written by {' or '.join(require.models) or 'no model'}"
    yield from _more(require)


def _more(require: Require) -> Iterator[str]:
    if require.findings is not None:
        yield _findings(require.findings)
    if require.checklist:
        yield "the checklist of the lines, answered by a reviewer"
    if require.mandate is not None:
        yield f"a mandate in force, signed as {' and '.join(require.mandate)}"


def _findings(findings: RequireFindings) -> str:
    worse = "" if findings.level is Level.ERROR else " or worse"
    of = f" of {' or '.join(findings.tools)}" if findings.tools else ""
    named = f" by the rules {' or '.join(findings.rules)}" if findings.rules else ""
    where = "" if findings.required else ", where findings are given"
    many = f"at most {findings.most}" if findings.most else "no"
    return f"{many} findings of level {findings.level}{worse}{of}{named}{where}"


def _conditions(match: Match) -> Iterator[str]:
    listed = {
        "origin": match.origins,
        "grade": tuple(grade.word for grade in match.grades),
        "tool": match.tools,
        "model": match.models,
        "service tier": tuple(map(str, match.tiers)),
        "data": match.data,
        "region": match.regions,
        "jurisdiction": match.jurisdictions,
        "fleet": match.fleets,
    }
    for what, words in listed.items():
        if words:
            yield f"{what} {' or '.join(words)}"
    if match.min_lines:
        yield f"at least {match.min_lines} such lines in the change"
