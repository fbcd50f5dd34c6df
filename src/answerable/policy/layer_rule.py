"""Which paths are in a trust layer, as a policy file says it: by their names, their code and what breaks with them."""

from __future__ import annotations

from dataclasses import dataclass, field

from answerable.domain.fault import Position
from answerable.domain.layer import TrustLayer
from answerable.policy.layers.kinds import Kind, Touch


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerRule:
    """A layer and what is in it: a path is where any condition holds, unless an exception takes it out."""

    layer: TrustLayer
    paths: tuple[str, ...] = ()  # patterns with the meaning of CODEOWNERS
    kinds: tuple[Kind, ...] = ()
    touches: tuple[Touch, ...] = ()
    imports: tuple[str, ...] = ()  # patterns of names of code, as `layers.names` reads them
    symbols: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    tiers: tuple[int, ...] = ()  # of services
    data: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    jurisdictions: tuple[str, ...] = ()
    fleets: tuple[str, ...] = ()
    unless_paths: tuple[str, ...] = ()
    unless_kinds: tuple[Kind, ...] = ()
    position: Position | None = field(default=None, compare=False)

    @property
    def takes_the_rest(self) -> bool:
        """True for the one layer without a condition: what no other layer takes is in it."""
        return not (self.paths or self.kinds or self.asks_for_code or self.asks_for_services)

    @property
    def asks_for_code(self) -> bool:
        """True where the content of a file can put it here."""
        return bool(self.touches or self.imports or self.symbols or self.calls)

    @property
    def asks_for_services(self) -> bool:
        """True where the services that a path belongs to can put it here."""
        return bool(self.tiers or self.data or self.regions or self.jurisdictions or self.fleets)
