"""Reads one of `waivers`."""

from __future__ import annotations

from datetime import date

from answerable.policy.waiver import Waiver
from answerable.strict_yaml.nodes import Node
from answerable.strict_yaml.reading import Notes

WAIVER_KEYS = ("rule", "paths", "who", "why", "until")


def waiver(notes: Notes, node: Node, rules: dict[str, str]) -> Waiver:
    """One of `waivers`; `rules` are the names there are."""
    keys = notes.keys(node, "a waiver", *WAIVER_KEYS, needs=("rule", "who", "why", "until"))
    return Waiver(
        rule=notes.one(keys["rule"], "rule", rules, "") if "rule" in keys else "",
        who=notes.text(keys["who"], "who") if "who" in keys else "",
        why=notes.text(keys["why"], "why") if "why" in keys else "",
        until=notes.day(keys["until"], "until") if "until" in keys else date.max,
        paths=notes.patterns(keys.get("paths")),
        position=node.at,
    )
