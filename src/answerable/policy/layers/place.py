"""Places a path in a trust layer, and says why in words: the most severe layer that takes it.

A layer takes a path that one of its patterns names, that is of one of its kinds, or whose content touches what it
names, unless an exception takes it out. What no layer takes is in the one without conditions. A layer is that of the
whole file: what one line touches, the lines around it serve.
"""

from __future__ import annotations

from answerable.domain.layer import Placed, TrustLayer
from answerable.policy.layer_rule import LayerRule
from answerable.policy.layers.kinds import MEANING, Kind, kinds_of
from answerable.policy.layers.touches import touched
from answerable.policy.model import Policy
from answerable.policy.paths import Paths


class Layers:
    """The layers of a policy, ready to place paths."""

    def __init__(self, policy: Policy) -> None:
        self._rules = [(rule, Paths(rule.paths), Paths(rule.unless_paths)) for rule in policy.layers]
        self._rest = next(rule for rule in policy.layers if rule.takes_the_rest)

    def place(self, path: bytes, content: bytes | None = None) -> Placed:
        """The layer of a path.

        Args:
            path: A path of the tree, as git names it; any bytes.
            content: The file's bytes; None: it is placed by its path alone, which can only be less severe.
        """
        kinds = kinds_of(path)
        for rule, paths, unless in self._rules:
            if rule is self._rest or kinds & set(rule.unless_kinds) or unless.first(path) is not None:
                continue
            why = _why(rule, paths, path, kinds, content)
            if why:
                return Placed(layer=rule.layer, because=why)
        return Placed(layer=self._rest.layer, because="no other layer takes it")

    def most_severe(self, *placed: Placed) -> Placed:
        """Of several, as of the old and the new path of a file, the one that counts; the first of equals."""
        return min(placed, key=lambda each: each.layer.rank)

    @property
    def all(self) -> tuple[TrustLayer, ...]:
        """All layers, most severe first."""
        return tuple(rule.layer for rule, _, _ in self._rules)


def _why(rule: LayerRule, paths: Paths, path: bytes, kinds: frozenset[Kind], content: bytes | None) -> str | None:
    pattern = paths.first(path)
    if pattern is not None:
        return f"the path matches {pattern}"
    kind = next((kind for kind in rule.kinds if kind in kinds), None)
    if kind is not None:
        return f"a file of the kind {kind}, which {MEANING[kind]}"
    found = next(touched(path, content, rule.touches), None) if content is not None and rule.touches else None
    return f"line {found.line} touches {found.touch}: {found.name}" if found else None
