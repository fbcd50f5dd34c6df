"""The layers of a preset and of a file over it become one list: the file adds, it takes nothing away.

A layer that both have gets the file's conditions and exceptions besides its own. A new one stands before
the next that both have, or before the layer that takes the rest.
"""

from __future__ import annotations

from dataclasses import replace

from answerable.domain.fault import Position
from answerable.domain.layer import TrustLayer
from answerable.policy.file.combining import union, unique
from answerable.policy.layer_rule import LayerRule
from answerable.strict_yaml.reading import Notes

_TOP = Position(1, 1)


def layers(notes: Notes, upper: tuple[LayerRule, ...], own: tuple[LayerRule, ...]) -> tuple[LayerRule, ...]:
    """All layers, most severe first, their ranks counted anew."""
    unique(notes, "layer", ((layer.layer.name, layer.position) for layer in own))
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
        paths=union(upper.paths, own.paths),
        kinds=union(upper.kinds, own.kinds),
        touches=union(upper.touches, own.touches),
        imports=union(upper.imports, own.imports),
        symbols=union(upper.symbols, own.symbols),
        calls=union(upper.calls, own.calls),
        tiers=tuple(sorted(union(upper.tiers, own.tiers))),
        data=union(upper.data, own.data),
        regions=union(upper.regions, own.regions),
        jurisdictions=union(upper.jurisdictions, own.jurisdictions),
        fleets=union(upper.fleets, own.fleets),
        unless_paths=union(upper.unless_paths, own.unless_paths),
        unless_kinds=union(upper.unless_kinds, own.unless_kinds),
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
        notes.add(each.position or _TOP, message, "give it a condition, such as paths, or remove it")


def _ranked(layer: TrustLayer, rank: int) -> TrustLayer:
    return replace(layer, rank=rank)
