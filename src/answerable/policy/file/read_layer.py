"""Reads one of `layers`."""

from __future__ import annotations

import re

from answerable.domain.layer import TrustLayer
from answerable.policy.file.read_service import REACH_KEYS, Words, condition, tiers
from answerable.policy.layer_rule import LayerRule
from answerable.policy.layers.kinds import Kind, Touch
from answerable.strict_yaml.nodes import Node
from answerable.strict_yaml.reading import Notes, words_of

LAYER_KEYS = ("name", "purpose", "paths", "kinds", "touches", "imports", "symbols", "calls", *REACH_KEYS, "unless")
UNLESS_KEYS = ("paths", "kinds")

_NAME = re.compile(r"[^\s()]{1,200}(?:\(\))?")


def layer(notes: Notes, node: Node, rank: int, words: Words) -> LayerRule:
    """One of `layers`; `words` are those of the services there are."""
    keys = notes.keys(node, "a layer", *LAYER_KEYS, needs=("name",))
    unless = notes.keys(keys["unless"], "unless", *UNLESS_KEYS) if "unless" in keys else {}
    purpose = notes.text(keys["purpose"], "purpose") if "purpose" in keys else ""
    name = notes.name(keys.get("name"), "the name of a layer")
    return LayerRule(
        layer=TrustLayer(name=name, rank=rank, purpose=purpose),
        paths=notes.patterns(keys.get("paths")),
        kinds=notes.some(keys["kinds"], "kinds", words_of(Kind)) if "kinds" in keys else (),
        touches=notes.some(keys["touches"], "touches", words_of(Touch)) if "touches" in keys else (),
        imports=_names(notes, keys, "imports"),
        symbols=_names(notes, keys, "symbols"),
        calls=_names(notes, keys, "calls"),
        tiers=tiers(notes, keys),
        data=condition(notes, keys, "data", words),
        regions=condition(notes, keys, "regions", words),
        jurisdictions=condition(notes, keys, "jurisdictions", words),
        fleets=condition(notes, keys, "fleets", words),
        unless_paths=notes.patterns(unless.get("paths")),
        unless_kinds=notes.some(unless["kinds"], "kinds", words_of(Kind)) if "kinds" in unless else (),
        position=node.at,
    )


def _names(notes: Notes, keys: dict[str, Node], key: str) -> tuple[str, ...]:
    """Patterns of names of code."""
    return tuple(dict.fromkeys(notes.each(keys[key], key, lambda node: _name(notes, node)))) if key in keys else ()


def _name(notes: Notes, node: Node) -> str:
    pattern = notes.text(node, "a name")
    if pattern and not _NAME.fullmatch(pattern):
        fix = "join its parts by dots, such as os.system; `*` stands for any text, and () at the end for calls alone"
        notes.add(node.at, f"the name {pattern[:80]!r} cannot be in code", fix)
    elif pattern and not pattern.strip("*.()"):
        notes.add(
            node.at, f"the name {pattern[:80]!r} means all code", "name what is meant; `paths` takes whole folders"
        )
    return pattern
