"""Reads one of `services`, and the conditions on services that layers and rules have.

A word that no service of the policy has would never hold, so it is a fault; only a policy without any services may use
every word, for the services may come with the file that builds on it.
"""

from __future__ import annotations

from collections.abc import Iterable

from answerable.policy.services import MOST_TIER, Service
from answerable.strict_yaml.nodes import Node
from answerable.strict_yaml.reading import Notes

SERVICE_KEYS = ("name", "paths", "tier", "data", "regions", "jurisdictions", "fleets")
REACH_KEYS = ("tiers", "data", "regions", "jurisdictions", "fleets")  # the conditions
_ONE = {"data": "a class of data", "regions": "a region", "jurisdictions": "a jurisdiction", "fleets": "a fleet"}

Words = dict[str, dict[str, str]]  # by the key, the words that services have


def service(notes: Notes, node: Node) -> Service:
    """One of `services`."""
    keys = notes.keys(node, "a service", *SERVICE_KEYS, needs=("name", "paths"))
    return Service(
        name=notes.name(keys.get("name"), "the name of a service"),
        paths=notes.patterns(keys.get("paths")),
        tier=notes.number(keys["tier"], "tier", MOST_TIER) if "tier" in keys else None,
        data=_names(notes, keys, "data"),
        regions=_names(notes, keys, "regions"),
        jurisdictions=_names(notes, keys, "jurisdictions"),
        fleets=_names(notes, keys, "fleets"),
        position=node.at,
    )


def words_of(services: Iterable[Service]) -> Words:
    """What conditions can name, once there are services."""
    found: Words = {}
    for each in services:
        of = {"data": each.data, "regions": each.regions, "jurisdictions": each.jurisdictions, "fleets": each.fleets}
        for key, words in of.items():
            found.setdefault(key, {}).update((word, word) for word in words)
    return found


def tiers(notes: Notes, keys: dict[str, Node]) -> tuple[int, ...]:
    """The condition `tiers`: numbers from 0 to 4, each once, the most severe first."""
    if "tiers" not in keys:
        return ()
    return tuple(sorted(set(notes.each(keys["tiers"], "tiers", lambda item: notes.number(item, "a tier", MOST_TIER)))))


def condition(notes: Notes, keys: dict[str, Node], key: str, words: Words) -> tuple[str, ...]:
    """One of the other conditions: words that a service has."""
    if key in keys and words:
        return notes.some(keys[key], key, words[key])
    return _names(notes, keys, key)


def _names(notes: Notes, keys: dict[str, Node], key: str) -> tuple[str, ...]:
    if key not in keys:
        return ()
    found = notes.each(keys[key], key, lambda item: notes.name(item, _ONE[key]))
    return tuple(dict.fromkeys(name for name in found if name))
