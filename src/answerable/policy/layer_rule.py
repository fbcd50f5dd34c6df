"""Which paths are in a trust layer, as a policy file says it."""

from __future__ import annotations

from dataclasses import dataclass, field

from answerable.domain.layer import TrustLayer
from answerable.policy.fault import Position
from answerable.policy.layers.kinds import Kind, Touch


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerRule:
    """A layer and what is in it: a path is where any condition holds, unless an exception takes it out."""

    layer: TrustLayer
    paths: tuple[str, ...] = ()  # patterns with the meaning of CODEOWNERS
    kinds: tuple[Kind, ...] = ()
    touches: tuple[Touch, ...] = ()
    unless_paths: tuple[str, ...] = ()
    unless_kinds: tuple[Kind, ...] = ()
    position: Position | None = field(default=None, compare=False)

    @property
    def takes_the_rest(self) -> bool:
        """True for the one layer without a condition: what no other layer takes is in it."""
        return not (self.paths or self.kinds or self.touches)
