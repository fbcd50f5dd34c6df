"""Joins a policy with the one above it: the lower one adds and tightens, and loosens only what the upper one lets it.

Whatever the upper policy alone fails, both together fail. That holds because every rule of the upper stays as it is, is
asked as if it were alone (`judge.matching`), and knows none of the lower's variables, teams, waivers or mode. What a
lower policy says of a rule of the upper becomes a rule besides it. A rule that says `overridable: true` is left to the
lower one: that may waive it, or put its own in its place (docs/adr/0012-policy-inheritance.md).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Set
from dataclasses import replace

from answerable.domain.fault import Position
from answerable.policy.file.combine_rules import stricter
from answerable.policy.model import Mode, Policy
from answerable.policy.rule import Authority, Require, Rule
from answerable.policy.team import same
from answerable.policy.waiver import Waiver
from answerable.strict_yaml.reading import Notes

_TOP = Position(1, 1)
_MOVES = ("match", "when", "variables", "validations")
_OWN = "give the rule a name of its own"


def joined(
    notes: Notes, above: Policy, own: Policy, given: Mapping[str, frozenset[str]], preset: Set[str], folder: str
) -> Policy:
    """Both policies as one.

    Args:
        notes: Takes the faults of the lower file.
        above: The upper policy; of an organisation, unless the lower one is that of a folder.
        own: The lower one. Its layers and services hold those of the upper.
        given: For each rule that the lower file writes, the keys that it has.
        preset: The rules that come with its preset.
        folder: Below which it holds; empty: everywhere.
    """
    above = _settled(above, Authority.REPOSITORY if folder else Authority.ORGANISATION)
    authority = Authority.FOLDER if folder else Authority.REPOSITORY
    reports = own.mode is Mode.REPORT
    upper = {rule.name: rule for rule in above.rules if _is_over(rule, folder)}  # of one name, the nearest
    mine = []
    for rule in own.rules:
        over = upper.get(rule.name)
        if over is not None and rule.name in preset and rule == over and (reports or not over.reports):
            continue  # both build on the same preset
        if over is not None and rule.name not in preset and not over.overridable:
            rule = _tightened(notes, over, rule, given.get(rule.name, frozenset()))
        mine.append(replace(rule, authority=authority, folder=folder, reports=reports))
    names = {rule.name for rule in mine}
    _waivers_may(notes, upper, names, own.waivers)
    _teams_are_new(notes, above, own)
    left = (_left(rule, folder) if rule.name in names and _gives_way(rule, folder) else rule for rule in above.rules)
    waivers = (replace(waiver, authority=authority, folder=folder) for waiver in own.waivers)
    return Policy(
        layers=above.layers if folder else own.layers,
        rules=(*(rule for rule in left if rule is not None), *mine),
        waivers=(*above.waivers, *waivers),
        services=above.services if folder else own.services,
        teams=(*above.teams, *own.teams),
        emergency=own.emergency or above.emergency,
        mode=Mode.ENFORCE if Mode.ENFORCE in (above.mode, own.mode) else Mode.REPORT,
        preset=above.preset if folder else own.preset,
        digest=_digest(above.digest, own.digest, folder),
        source=above.source if folder else f"{own.source}, under {above.source}",
        above=above.above if folder else above,
        commit=above.commit,
        named=(*above.named, *own.named),
    )


def _settled(policy: Policy, authority: Authority) -> Policy:
    """A policy that others are below: what its parts are is theirs, whatever comes to stand beside them."""
    if any(rule.reports is not None for rule in policy.rules) or policy.above:
        return policy  # joined before
    reports = policy.mode is Mode.REPORT
    return replace(
        policy,
        rules=tuple(replace(rule, authority=authority, reports=reports) for rule in policy.rules),
        waivers=tuple(replace(waiver, authority=authority) for waiver in policy.waivers),
        teams=tuple(replace(team, authority=authority) for team in policy.teams),
    )


def _is_over(rule: Rule, folder: str) -> bool:
    """True for rules of the policies above a folder, false for those of the folders beside it."""
    return not rule.folder or folder.startswith(f"{rule.folder}/")


def _gives_way(rule: Rule, folder: str) -> bool:
    return rule.overridable and _is_over(rule, folder)


def _left(rule: Rule, folder: str) -> Rule | None:
    """What is left of a rule where a lower one stands in its place."""
    return replace(rule, outside=(*rule.outside, folder)) if folder else None


def _tightened(notes: Notes, upper: Rule, own: Rule, given: frozenset[str]) -> Rule:
    """What a lower policy asks besides, of the lines that a rule of the upper is about."""
    at = own.position or _TOP
    moved = [key for key in _MOVES if key in given]
    if moved or own.variables:
        message = f"the rule {own.name} of {upper.origin} can be tightened, not moved: {(moved or ['variables'])[0]}"
        notes.add(at, message, _OWN)
    elif upper.match.paths and upper.folder != own.folder:
        notes.add(at, f"the rule {own.name} of {upper.origin} is about paths, and cannot be tightened here", _OWN)
    stronger = "action" in given and own.action.strength > upper.action.strength
    if own.require == Require() and not stronger:
        fix = f"say in require what it asks besides, or {_OWN}"
        notes.add(at, f"nothing of the rule {own.name} of {upper.origin} is tightened here", fix)
    both = own.message or own.message_expression
    return replace(
        own,
        match=upper.match,
        variables=upper.variables,
        when=upper.when,
        require=(own.require if upper.forbids else stricter(upper.require, own.require)) if stronger else own.require,
        validations=upper.validations if stronger else (),
        action=own.action if "action" in given else upper.action,
        message=own.message if both else upper.message,
        message_expression=own.message_expression if both else upper.message_expression,
    )


def _waivers_may(notes: Notes, upper: Mapping[str, Rule], mine: Set[str], waivers: tuple[Waiver, ...]) -> None:
    for waiver in waivers:
        over = upper.get(waiver.rule)
        if over is not None and not over.overridable and waiver.rule not in mine:
            message = f"the rule {waiver.rule} of {over.origin} cannot be waived here"
            fix = "have it waived there, or let the rule say there `overridable: true`"
            notes.add(waiver.position or _TOP, message, fix)


def _teams_are_new(notes: Notes, above: Policy, own: Policy) -> None:
    for team in own.teams:
        if any(same(team.name, other.name) for other in above.teams):
            message = f"the team {team.name} is defined by {above.source}, and by nobody below it"
            notes.add(team.position or _TOP, message, "give it another name, or have its members changed there")


def _digest(upper: str, own: str, folder: str) -> str:
    """Over both, so that a policy is another one where either is."""
    parts = (upper.encode(), own.encode(), folder.encode("utf-8", "surrogateescape"))
    return f"sha256:{hashlib.sha256(b''.join(b'%d:' % len(part) + part for part in parts)).hexdigest()}"
