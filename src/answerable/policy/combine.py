"""A preset and a file over it become one policy: the file adds, and by name it tightens; it never loosens a rule.

Layers: one that the preset has too gets the file's paths, kinds, touches and exceptions besides its own. A new one
stands before the next that both have, or before the layer that takes the rest. Rules: one that the preset has too
asks for the more of both; what it is about (`match`, `when`) stays. Other rules follow those of the preset.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from answerable.domain.layer import TrustLayer
from answerable.policy.model import LayerRule, Position, Require, Reviewers, Rule
from answerable.policy.reading import Notes

T = TypeVar("T")
_TOP = Position(1, 1)


def layers(notes: Notes, upper: tuple[LayerRule, ...], own: tuple[LayerRule, ...]) -> tuple[LayerRule, ...]:
    """All layers, most severe first, their ranks counted anew."""
    _unique(notes, "layer", ((layer.layer.name, layer.position) for layer in own))
    found = list(upper)
    for number, layer in enumerate(own):
        names = [each.layer.name for each in found]
        if layer.layer.name in names:
            at = names.index(layer.layer.name)
            found[at] = _joined(notes, found[at], layer)
        else:
            found.insert(_place(found, own[number + 1 :]) if upper else len(found), layer)
    _one_takes_the_rest(notes, found)
    return tuple(replace(each, layer=_ranked(each.layer, rank)) for rank, each in enumerate(found))


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
        require=_both(upper.require, own.require),
        action=max(upper.action, own.action, key=lambda a: a.strength) if "action" in given else upper.action,
        message=own.message if both else upper.message,
        message_expression=own.message_expression if both else upper.message_expression,
        origin=f"{upper.origin}, tightened by {own.origin}",
        position=own.position,
    )


def rules(notes: Notes, upper: tuple[Rule, ...], own: Iterable[tuple[Rule, frozenset[str]]]) -> tuple[Rule, ...]:
    """All rules: those of the preset in their order, then the others."""
    own = tuple(own)
    _unique(notes, "rule", ((rule.name, rule.position) for rule, _ in own))
    found = {rule.name: rule for rule in upper}
    for rule, given in own:
        before = found.get(rule.name)
        found[rule.name] = tightened(notes, before, rule, given) if before in upper and before else rule
    return tuple(found.values())


def _place(found: list[LayerRule], following: tuple[LayerRule, ...]) -> int:
    names = [each.layer.name for each in found]
    after = next((names.index(each.layer.name) for each in following if each.layer.name in names), None)
    return after if after is not None else next(n for n, each in enumerate(found) if each.takes_the_rest)


def _joined(notes: Notes, upper: LayerRule, own: LayerRule) -> LayerRule:
    if upper.takes_the_rest and not own.takes_the_rest:
        fix = "leave the conditions out, or take the paths out of the other layers with unless"
        notes.add(own.position or _TOP, f"the layer {own.layer.name} takes the rest and needs no conditions", fix)
        return upper
    return replace(
        upper,
        layer=replace(upper.layer, purpose=own.layer.purpose or upper.layer.purpose),
        paths=_union(upper.paths, own.paths),
        kinds=_union(upper.kinds, own.kinds),
        touches=_union(upper.touches, own.touches),
        unless_paths=_union(upper.unless_paths, own.unless_paths),
        unless_kinds=_union(upper.unless_kinds, own.unless_kinds),
        position=own.position,
    )


def _one_takes_the_rest(notes: Notes, found: list[LayerRule]) -> None:
    rest = [each for each in found if each.takes_the_rest]
    if not rest:
        at = found[0].position if found else None
        notes.add(at or _TOP, "no layer takes the rest", "add a layer without conditions, such as `- name: standard`")
    for each in rest[:-1]:
        message = (
            f"the layer {each.layer.name} takes nothing: it has no conditions, and {rest[-1].layer.name} takes the rest"
        )
        notes.add(each.position or _TOP, message, "give it paths, kinds or touches, or remove it")


def _both(upper: Require, own: Require) -> Require:
    return Require(
        reviewers=Reviewers(
            humans=max(upper.reviewers.humans, own.reviewers.humans),
            teams=_union(upper.reviewers.teams, own.reviewers.teams),
            owners=upper.reviewers.owners or own.reviewers.owners,
        ),
        grade=max((g for g in (upper.grade, own.grade) if g is not None), default=None),
        acceptance=_common(upper.acceptance or None, own.acceptance or None) or (),
        countersign=upper.countersign or own.countersign,
        checks=_union(upper.checks, own.checks),
        tools=_common(upper.tools, own.tools),
        models=_common(upper.models, own.models),
    )


def _union(upper: tuple[T, ...], own: tuple[T, ...]) -> tuple[T, ...]:
    return tuple(dict.fromkeys((*upper, *own)))


def _common(upper: tuple[T, ...] | None, own: tuple[T, ...] | None) -> tuple[T, ...] | None:
    if upper is None or own is None:
        return own if upper is None else upper
    return tuple(each for each in upper if each in own)


def _ranked(layer: TrustLayer, rank: int) -> TrustLayer:
    return replace(layer, rank=rank)


def _unique(notes: Notes, what: str, names: Iterable[tuple[str, Position | None]]) -> None:
    seen: dict[str, Position | None] = {}
    for name, at in names:
        first = seen.setdefault(name, at)
        if name and first is not at and first:
            notes.add(
                at or _TOP, f"the {what} {name} is here twice, first at line {first.line}", "give it another name"
            )
