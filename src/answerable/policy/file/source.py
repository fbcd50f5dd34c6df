"""Reads a policy file: what comes out is complete and without a fault, or it is an error that says where.

A preset named by the file comes first; the file adds to it and tightens it (`combine_layers`, `combine_rules`). Reading
takes no longer than in proportion to the file, whatever it holds.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from answerable.domain.fault import Fault
from answerable.errors import PolicyInvalid
from answerable.policy.file import (
    below,
    combine_layers,
    combine_rules,
    read_layer,
    read_rule,
    read_service,
    read_team,
    read_waiver,
)
from answerable.policy.file.combining import unique
from answerable.policy.file.read_expression import Reader
from answerable.policy.layer_rule import LayerRule
from answerable.policy.model import Mode, Policy
from answerable.policy.rule import Rule
from answerable.policy.services import Service
from answerable.policy.team import Named
from answerable.strict_yaml.nodes import Mapping, Node, Scalar, Sequence, Unreadable, compose
from answerable.strict_yaml.reading import Notes, words_of

PATH = ".answerable/policy.yaml"
PRESETS = ("starter", "balanced", "regulated")
KEYS = (*("version", "preset", "mode", "teams", "emergency", "services", "layers", "variables", "rules", "waivers"),)
FOLDER_KEYS = ("version", "mode", "variables", "rules", "waivers")
MOST_PARTS = 1000  # services, layers, rules or waivers


def load(data: bytes, name: str, above: Policy | None = None, folder: str = "") -> Policy:
    """Read a policy.

    Args:
        data: The bytes of the file; any.
        name: What it is called in errors and in `Policy.source`.
        above: The policy that it adds to, and takes nothing away from; what comes out is both (`below`).
        folder: It is the policy of this folder of a repository.

    Raises:
        PolicyInvalid: names file, line, column and the fix of the first fault; `read` gives all.
    """
    policy, faults = read(data, name, above, folder)
    if policy is None:
        first, more = faults[0], len(faults) - 1
        also = f" (and {more} more)" if more else ""
        raise PolicyInvalid(f"{first.where}: {first.message}{also}", hint=first.fix)
    return policy


def read(
    data: bytes, name: str, above: Policy | None = None, folder: str = ""
) -> tuple[Policy | None, tuple[Fault, ...]]:
    """Read a policy, or all of its faults in the order of the file: one of the two is empty."""
    notes = Notes(name)
    try:
        node = compose(data, name, begin="write `version: 1`, and `preset: balanced` to begin with")
    except Unreadable as error:
        return None, (error.fault,)
    policy = _policy(notes, node, data, above, folder)
    if notes.faults:
        return None, tuple(sorted(notes.faults, key=lambda fault: fault.position))
    return policy, ()


@lru_cache
def preset(name: str) -> Policy:
    """A policy that comes with the program: `starter`, `balanced` or `regulated`."""
    return load(shipped(name), f"preset {name}")


@lru_cache
def default_layers() -> tuple[LayerRule, ...]:
    """The layers of a policy that names none."""
    return load(shipped("layers"), "default layers").layers


def shipped(name: str) -> bytes:
    """The file of a preset, or of the default layers."""
    return (Path(__file__).with_name("presets") / f"{name}.yaml").read_bytes()


def _policy(notes: Notes, node: Node, data: bytes, above: Policy | None, folder: str) -> Policy:
    what, known = ("the policy of a folder", FOLDER_KEYS) if folder else ("a policy", KEYS)
    keys = notes.keys(node, what, *known, needs=("version",))
    _version(notes, keys.get("version"))
    name = notes.one(keys["preset"], "preset", {p: p for p in PRESETS}, PRESETS[0]) if "preset" in keys else None
    under = preset(name) if name else None
    teams = read_team.teams(notes, keys.get("teams"))
    services = _services(notes, keys, under, above)
    layers = _layers(notes, keys, under, above, services)
    rules = _rules(notes, keys, under, layers, data)
    words = {rule.name: rule.name for rule in (*(above.rules if above else ()), *rules)}
    named = _named(notes.file, keys)
    read_team.unknown(notes, named, (*(above.teams if above else ()), *teams))
    mode = under.mode if under else Mode.ENFORCE
    own = Policy(
        teams=teams,
        emergency=read_team.emergency(notes, keys.get("emergency")),
        named=named,
        services=services,
        layers=layers,
        rules=rules,
        waivers=tuple(read_waiver.waiver(notes, each, words) for each in _each(notes, keys, "waivers")),
        mode=notes.one(keys["mode"], "mode", words_of(Mode), mode) if "mode" in keys else mode,
        preset=name,
        digest=_digest(data, name, default=under is None and "layers" not in keys),
        source=notes.file,
    )
    if above is None:
        return own
    return below.joined(
        notes, above, own, _given(keys), {rule.name for rule in under.rules} if under else set(), folder
    )


def _given(keys: dict[str, Node]) -> dict[str, frozenset[str]]:
    """By the name of a rule, the keys that the file has."""
    found = {}
    for rule in _mappings(keys.get("rules")):
        of = dict(_pairs(rule)).get("name")
        if isinstance(of, Scalar):
            found[of.text] = frozenset(key.text for key, _ in rule.pairs)
    return found


def _version(notes: Notes, node: Node | None) -> None:
    if node is not None and (not isinstance(node, Scalar) or node.style or node.text != "1"):
        notes.add(node.at, "this version of the format is not known", "write `version: 1`")


def _services(notes: Notes, keys: dict[str, Node], under: Policy | None, above: Policy | None) -> tuple[Service, ...]:
    own = tuple(read_service.service(notes, each) for each in _each(notes, keys, "services"))
    unique(notes, "service", ((each.name, each.position) for each in own))
    return (*(above.services if above else ()), *(under.services if under else ()), *own)


def _layers(
    notes: Notes,
    keys: dict[str, Node],
    under: Policy | None,
    above: Policy | None,
    services: tuple[Service, ...],
) -> tuple[LayerRule, ...]:
    upper = above.layers if above else ()
    if above and under:
        upper = combine_layers.layers(notes, upper, under.layers)
    elif under:
        upper = under.layers
    if "layers" not in keys:
        return upper or default_layers()
    words, nodes = read_service.words_of(services), _each(notes, keys, "layers")
    own = tuple(read_layer.layer(notes, each, rank, words) for rank, each in enumerate(nodes))
    return combine_layers.layers(notes, upper, own)


def _rules(
    notes: Notes, keys: dict[str, Node], under: Policy | None, layers: tuple[LayerRule, ...], data: bytes
) -> tuple[Rule, ...]:
    lines = data.decode("utf-8").removeprefix("\ufeff").splitlines()
    words = {each.layer.name: each.layer.name for each in layers}
    reader = Reader(notes, lines).knowing(keys.get("variables"))
    own = [
        (read_rule.rule(notes, each, words, reader), frozenset(key.text for key, _ in each.pairs))
        for each in _each(notes, keys, "rules")
    ]
    return combine_rules.rules(notes, under.rules if under else (), own)


def _named(file: str, keys: dict[str, Node]) -> tuple[Named, ...]:
    """Where the file names teams and people; what is no such place has its fault already."""
    found: list[Named] = []
    for rule in _mappings(keys.get("rules")):
        names = dict(_pairs(rule))
        of = names.get("name")
        name = of.text if isinstance(of, Scalar) else ""
        reviewers = _inner(_inner(names, "require"), "reviewers")
        found += read_team.named(file, reviewers.get("teams"), f"reviewers.teams of the rule {name[:80]}")
    for waiver in _mappings(keys.get("waivers")):
        found += read_team.named(file, dict(_pairs(waiver)).get("who"), "who of a waiver")
    return (*found, *read_team.named(file, _inner(keys, "emergency").get("who"), "who of emergency"))


def _mappings(node: Node | None) -> list[Mapping]:
    return [item for item in node.items if isinstance(item, Mapping)] if isinstance(node, Sequence) else []


def _inner(keys: dict[str, Node], key: str) -> dict[str, Node]:
    return dict(_pairs(keys.get(key)))


def _pairs(node: Node | None) -> list[tuple[str, Node]]:
    return [(key.text, value) for key, value in node.pairs] if isinstance(node, Mapping) else []


def _each(notes: Notes, keys: dict[str, Node], key: str) -> tuple[Mapping, ...]:
    """The mappings that a key lists; anything else among them is a fault."""
    node = keys.get(key)
    if node is None:
        return ()
    items = notes.each(node, key, lambda item: item)
    if len(items) > MOST_PARTS:
        notes.add(node.at, f"these are {len(items)} {key}; {MOST_PARTS} is the most", "leave some out")
        return ()
    for item in items:
        if not isinstance(item, Mapping):
            notes.add(item.at, f"an entry of {key} must be a mapping", "write `- name: …` and its keys below")
    return tuple(item for item in items if isinstance(item, Mapping))


def _digest(data: bytes, name: str | None, *, default: bool) -> str:
    """Over everything that the policy was made of, each with its length, so that no two sets of files are alike."""
    digest = hashlib.sha256()
    for part in (data, *([shipped(name)] if name else []), *([shipped("layers")] if default or name else [])):
        digest.update(b"%d:" % len(part) + part)
    return f"sha256:{digest.hexdigest()}"
