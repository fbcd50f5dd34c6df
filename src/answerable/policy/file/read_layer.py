"""Reads one of `layers`."""

from __future__ import annotations

from answerable.domain.layer import TrustLayer
from answerable.policy.file.nodes import Node
from answerable.policy.file.reading import Notes, words_of
from answerable.policy.layer_rule import LayerRule
from answerable.policy.layers.kinds import Kind, Touch

LAYER_KEYS = ("name", "purpose", "paths", "kinds", "touches", "unless")
UNLESS_KEYS = ("paths", "kinds")


def layer(notes: Notes, node: Node, rank: int) -> LayerRule:
    """One of `layers`."""
    keys = notes.keys(node, "a layer", *LAYER_KEYS, needs=("name",))
    unless = notes.keys(keys["unless"], "unless", *UNLESS_KEYS) if "unless" in keys else {}
    purpose = notes.text(keys["purpose"], "purpose") if "purpose" in keys else ""
    name = notes.name(keys.get("name"), "the name of a layer")
    return LayerRule(
        layer=TrustLayer(name=name, rank=rank, purpose=purpose),
        paths=notes.patterns(keys.get("paths")),
        kinds=notes.some(keys["kinds"], "kinds", words_of(Kind)) if "kinds" in keys else (),
        touches=notes.some(keys["touches"], "touches", words_of(Touch)) if "touches" in keys else (),
        unless_paths=notes.patterns(unless.get("paths")),
        unless_kinds=notes.some(unless["kinds"], "kinds", words_of(Kind)) if "kinds" in unless else (),
        position=node.at,
    )
