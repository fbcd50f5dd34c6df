"""Places a path in a trust layer, and says why in words: the most severe layer that takes it.

A layer takes a path that one of its patterns names, that is of one of its kinds, that belongs to a service of which it
names something, or whose code touches or uses what it names, unless an exception takes it out. What no layer takes is
in the one without conditions. A layer is that of the whole file: what one line touches, the lines around it serve.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from answerable.domain.layer import Placed, TrustLayer
from answerable.policy.layer_rule import LayerRule
from answerable.policy.layers.code.uses import Reads
from answerable.policy.layers.kinds import MEANING, Kind, kinds_of
from answerable.policy.layers.look import Look
from answerable.policy.layers.reached import reached
from answerable.policy.layers.touches import touched_by
from answerable.policy.layers.used import used
from answerable.policy.model import Policy
from answerable.policy.paths import ready
from answerable.policy.services import Service, Services


@dataclass(frozen=True, slots=True)
class _ByPath:
    """What the path alone says: the layer that it is in, unless what the code touches or uses puts it in another."""

    placed: Placed
    by_code: tuple[LayerRule, ...]  # more severe ones, which its content could put it in


class Layers:
    """The layers of a policy, ready to place paths.

    Args:
        policy: Of which.
        reads: Says what code uses, where that is kept.
    """

    def __init__(self, policy: Policy, reads: Reads | None = None) -> None:
        self._rules = [(rule, ready(rule.paths), ready(rule.unless_paths)) for rule in policy.layers]
        self._rest = next(rule for rule in policy.layers if rule.takes_the_rest)
        self._services = Services(policy.services)
        self._reads = reads
        self.above = Layers(policy.above, reads) if policy.above else None
        self._named = {rule.layer.name: rule.layer for rule in policy.layers}
        self._known: dict[bytes, _ByPath] = {}  # the two sides of a change, and many changes, have the same paths

    def place(self, path: bytes, content: bytes | None = None) -> Placed:
        """The layer of a path; never less severe than the policy above alone has it.

        Args:
            path: A path of the tree, as git names it; any bytes.
            content: The file's bytes; None: it is placed by its path alone, which can only be less severe.
        """
        return self.placed(path, self.look(path, content) if content is not None else None)

    def look(self, path: bytes, content: bytes | Callable[[], bytes]) -> Look:
        """A look at a file, which can be placed by several layers; its bytes are got when they are asked for."""
        return Look(path, content, self._reads)

    def placed(self, path: bytes, look: Look | None) -> Placed:
        """The same of a file that is looked at."""
        mine = self._place(path, look)
        if self.above is None:
            return mine
        theirs = self.above.placed(path, look)
        return self.most_severe(replace(theirs, layer=self._named[theirs.layer.name]), mine)

    def reads(self, path: bytes) -> bool:
        """True where the layer of a path depends on its content."""
        return bool(self._by_path(path).by_code) or (self.above is not None and self.above.reads(path))

    def _place(self, path: bytes, look: Look | None) -> Placed:
        known = self._by_path(path)
        for rule in known.by_code:
            why = _by_code(rule, look) if look is not None else None
            if why:
                return Placed(layer=rule.layer, because=why)
        return known.placed

    def _by_path(self, path: bytes) -> _ByPath:
        known = self._known.get(path)
        if known is None:
            known = self._known[path] = self._read(path)
        return known

    def _read(self, path: bytes) -> _ByPath:
        kinds, services = kinds_of(path), self._services.at(path)
        by_code: list[LayerRule] = []
        for rule, paths, unless in self._rules:
            if rule is self._rest or kinds & set(rule.unless_kinds) or unless.first(path) is not None:
                continue
            why = _why(rule, paths.first(path), kinds, services)
            if why:
                return _ByPath(Placed(layer=rule.layer, because=why), tuple(by_code))
            if rule.asks_for_code:
                by_code.append(rule)
        return _ByPath(Placed(layer=self._rest.layer, because="no other layer takes it"), tuple(by_code))

    def most_severe(self, *placed: Placed) -> Placed:
        """Of several, as of the old and the new path of a file, the one that counts; the first of equals."""
        return min(placed, key=lambda each: each.layer.rank)

    @property
    def all(self) -> tuple[TrustLayer, ...]:
        """All layers, most severe first."""
        return tuple(rule.layer for rule, _, _ in self._rules)


def _why(rule: LayerRule, pattern: str | None, kinds: frozenset[Kind], services: tuple[Service, ...]) -> str | None:
    if pattern is not None:
        return f"the path matches {pattern}"
    kind = next((kind for kind in rule.kinds if kind in kinds), None)
    if kind is not None:
        return f"a file of the kind {kind}, which {MEANING[kind]}"
    return reached(rule, services)


def _by_code(rule: LayerRule, look: Look) -> str | None:
    found = next(touched_by(look, rule.touches), None)
    return found.because if found else used(rule, look)
