"""The rules of a preset and of a file over it become one list: by name the file tightens, it never loosens.

A rule that both have asks for the more of both; what it is about (`match`, `when`) stays. Other rules follow.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from answerable.domain.fault import Position
from answerable.policy.file.combining import common, union, unique
from answerable.policy.rule import Require, RequireFindings, Reviewers, Rule
from answerable.strict_yaml.reading import Notes

_TOP = Position(1, 1)


def tightened(notes: Notes, upper: Rule, own: Rule, given: frozenset[str]) -> Rule:
    """A rule of the preset with what the file asks for besides; `given` are the keys that the file has."""
    for key in ("match", "when"):
        if key in given:
            fix = f"leave {key} out, or give the rule a name of its own"
            notes.add(
                own.position or _TOP, f"the rule {own.name} of the preset can be tightened, not moved: {key}", fix
            )
    for what in ("acceptance", "tools", "models"):
        mine, theirs = getattr(own.require, what), getattr(upper.require, what)
        if mine and theirs and not set(mine) & set(theirs):
            notes.add(own.position or _TOP, f"nothing is left that {what} allows", "name some that the preset allows")
    both = own.message or own.message_expression
    return replace(
        upper,
        require=stricter(upper.require, own.require),
        action=max(upper.action, own.action, key=lambda a: a.strength) if "action" in given else upper.action,
        message=own.message if both else upper.message,
        message_expression=own.message_expression if both else upper.message_expression,
        origin=f"{upper.origin}, tightened by {own.origin}",
        position=own.position,
    )


def rules(notes: Notes, upper: tuple[Rule, ...], own: Iterable[tuple[Rule, frozenset[str]]]) -> tuple[Rule, ...]:
    """All rules: those of the preset in their order, then the others."""
    own = tuple(own)
    unique(notes, "rule", ((rule.name, rule.position) for rule, _ in own))
    found = {rule.name: rule for rule in upper}
    for rule, given in own:
        before = found.get(rule.name)
        found[rule.name] = tightened(notes, before, rule, given) if before in upper and before else rule
    return tuple(found.values())


def stricter(upper: Require, own: Require) -> Require:
    """What asks for all that either asks for."""
    return Require(
        reviewers=Reviewers(
            humans=max(upper.reviewers.humans, own.reviewers.humans),
            teams=union(upper.reviewers.teams, own.reviewers.teams),
            owners=upper.reviewers.owners or own.reviewers.owners,
        ),
        grade=max((g for g in (upper.grade, own.grade) if g is not None), default=None),
        acceptance=common(upper.acceptance or None, own.acceptance or None) or (),
        countersign=upper.countersign or own.countersign,
        checks=union(upper.checks, own.checks),
        tools=common(upper.tools, own.tools),
        models=common(upper.models, own.models),
        findings=_findings(upper.findings, own.findings),
        checklist=upper.checklist or own.checklist,
    )


def _findings(upper: RequireFindings | None, own: RequireFindings | None) -> RequireFindings | None:
    """What counts for either counts; an empty list of tools or rules counts all."""
    if upper is None or own is None:
        return own if upper is None else upper
    return RequireFindings(
        level=min(upper.level, own.level, key=lambda level: level.strength),
        tools=union(upper.tools, own.tools) if upper.tools and own.tools else (),
        rules=union(upper.rules, own.rules) if upper.rules and own.rules else (),
        most=min(upper.most, own.most),
        required=upper.required or own.required,
    )
