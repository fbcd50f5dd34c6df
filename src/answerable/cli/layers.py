"""Gives commands that may not know policies a way to ask for layers: what is asked is read when it is needed."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from answerable.domain.layer import Placed, TrustLayer
from answerable.errors import AnswerableError, PolicyInvalid, PolicyUnevaluable, TargetUnsupported
from answerable.git.repository import Repository
from answerable.git.tree import entry_at

if TYPE_CHECKING:
    from answerable.policy.placing import Placing

_PATH = b".answerable/policy.yaml"  # these two as in policy.file.find, which takes longer to load than most answers
_ORGANISATION = "ANSWERABLE_ORGANISATION_POLICY"


class LayersInForce:
    """Layers by the policy of a commit, or none for all paths where that has a fault: `problem` then says which.

    Args:
        repository: Where.
        commit: Full id of the commit whose tree and policy count.
        declared: Take layers only where a policy is declared: reading the default ones would be waited for.
    """

    def __init__(self, repository: Repository, commit: str, *, declared: bool = False) -> None:
        self._repository, self._commit, self._declared = repository, commit, declared
        self.problem: AnswerableError | None = None

    def __call__(self, paths: Sequence[bytes]) -> Mapping[bytes, Placed]:
        """The layer of each path that is in one."""
        if not paths or (self._declared and not self._is_declared):
            return {}
        try:
            return self._placing(paths)
        except (PolicyInvalid, PolicyUnevaluable) as error:
            self.problem = error
            return {}

    def called(self, name: str) -> TrustLayer:
        """The layer of a name.

        Raises:
            TargetUnsupported: there is none.
            PolicyInvalid, PolicyUnevaluable: the policy cannot be read.
        """
        layers = {layer.name: layer for layer in self._placing.layers}
        if name not in layers:
            hint = f"the layers here are {', '.join(layers)}"
            raise TargetUnsupported(f"no trust layer is called {name!r}", hint=hint)
        return layers[name]

    @cached_property
    def _placing(self) -> Placing:
        from answerable.policy.placing import Placing  # slow to load

        return Placing(self._repository, self._commit)

    @cached_property
    def _is_declared(self) -> bool:
        if os.environ.get(_ORGANISATION):
            return True
        return entry_at(self._repository.objects, self._commit, _PATH) is not None
