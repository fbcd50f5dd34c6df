"""Where the files of a period stand: their trust layer, the services they belong to, who owns them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from answerable.audit.facts.wrote import Wrote
from answerable.audit.period import Period
from answerable.domain.origin import Origin
from answerable.errors import PolicyInvalid, PolicyUnevaluable
from answerable.git.repository import Repository
from answerable.ownership.registry import Registry
from answerable.policy.placing import Placing

MOST = 500  # files that are looked into; where there are more, all are placed by their names


class Placement:
    """Answers about paths, by the policy and the owners that the head declares.

    Args:
        repository: Where.
        head: Full commit id.
        paths: Every path that will be asked about.
        period: Who owns a path is asked for its last moment.
    """

    def __init__(self, repository: Repository, head: str, paths: Iterable[bytes], period: Period) -> None:
        self.notes: list[str] = []
        self.layers: tuple[str, ...] = ()
        self.policy: str | None = None
        every = sorted(set(paths))
        self._layers = self._placed(repository, head, every)
        registry = Registry(repository, head)
        at = period.end - timedelta(microseconds=1)
        self._owners = dict(zip(every, registry.resolve_many(every, at), strict=True))
        self.notes += [f"{fault.where}: {fault.message}" for fault in registry.faults[:1]]

    def of(self, brought: Iterable[Wrote]) -> dict[str, Any]:
        """The columns of a change that its paths fill."""
        layers: Counter[str] = Counter()
        services: dict[str, None] = {}
        teams: dict[str, None] = {}
        owned = 0
        for one in brought:
            for sort, many in one.lines.items():
                layer, owner = self._layers.get(sort.path), self._owners[sort.path]
                if layer:
                    layers[layer] += many
                if owner.service:
                    services[owner.service.id] = None
                # people who own files are no teams: what is told by team would be told by person
                teams.update((name, None) for name in (owner.owner.teams if owner.owner else ()))
                owned += many * (owner.owner is not None and sort.origin != Origin.HUMAN.value)
        return {
            "layer": next((name for name in self.layers if layers[name]), None),
            "layers": {name: layers[name] for name in self.layers if layers[name]},
            "services": tuple(sorted(services)),
            "teams": tuple(sorted(teams)),
            "owned_lines": owned,
        }

    def _placed(self, repository: Repository, head: str, paths: list[bytes]) -> Mapping[bytes, str]:
        placing, look = Placing(repository, head), len(paths) <= MOST
        try:
            self.layers = tuple(layer.name for layer in placing.layers)
            self.policy = placing.policy.digest
            found = placing(paths, look=look)
        except (PolicyInvalid, PolicyUnevaluable) as error:
            self.notes.append(f"changes are told without a trust layer: {error.message}")
            return {}
        if not look:
            self.notes.append(f"trust layers go by the names of files alone: there are more than {MOST} of them")
        return {path: placed.layer.name for path, placed in found.items()}
