"""What breaks with a path: the services that it belongs to, their tier, the data they hold and whom they reach.

A path can belong to several services; then the most severe tier counts, and all of their data and reach. A service
whose tier is not said counts as tier 0: that nobody said how much breaks with it is no sign that little does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from answerable.domain.fault import Position
from answerable.policy.paths import Paths

MOST_TIER = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service as the policy file says it; its name is unique in a policy."""

    name: str
    paths: tuple[str, ...]  # patterns with the meaning of CODEOWNERS
    tier: int | None = None  # 0 is the most severe; None: not said
    data: tuple[str, ...] = ()  # classes of data, such as `pii`
    regions: tuple[str, ...] = ()
    jurisdictions: tuple[str, ...] = ()
    fleets: tuple[str, ...] = ()  # of devices
    position: Position | None = field(default=None, compare=False)

    @property
    def counts_as(self) -> int:
        """Its tier; 0 where it is not said."""
        return self.tier or 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What breaks with one path: that of all services that it belongs to."""

    services: tuple[str, ...] = ()  # their names, in the order of the policy
    tier: int | None = None  # the most severe; None: the path belongs to no service
    data: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    jurisdictions: tuple[str, ...] = ()
    fleets: tuple[str, ...] = ()


NOTHING = Reach()
"""What breaks with a path of no service."""


class Services:
    """The services of a policy, ready to be asked."""

    def __init__(self, services: tuple[Service, ...]) -> None:
        self._services = [(service, Paths(service.paths)) for service in services]

    def at(self, path: bytes) -> tuple[Service, ...]:
        """The services that a path belongs to, in the order of the policy."""
        return tuple(service for service, paths in self._services if paths.first(path) is not None)

    def of(self, path: bytes) -> Reach:
        """What breaks with a path.

        Args:
            path: A path of the tree, as git names it; any bytes.
        """
        if not self._services:
            return NOTHING
        found = self.at(path)
        return Reach(
            services=tuple(service.name for service in found),
            tier=min((service.counts_as for service in found), default=None),
            data=_all(service.data for service in found),
            regions=_all(service.regions for service in found),
            jurisdictions=_all(service.jurisdictions for service in found),
            fleets=_all(service.fleets for service in found),
        )


def _all(lists: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for words in lists for word in words))
