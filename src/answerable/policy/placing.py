"""Places the paths of a commit's tree by the policy in force there, as the gate and `policy explain` do.

A repository without a policy has the default layers. What a file touches is looked at where its content is here;
a path that the tree has not is placed by its name alone, which can only be less severe.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from answerable.domain.layer import Placed, TrustLayer
from answerable.git.repository import Repository
from answerable.git.tree import entry_at
from answerable.policy.file.find import policy_at
from answerable.policy.layers.place import Layers
from answerable.policy.model import Policy


class Placing:
    """Answers in which layer paths are.

    Args:
        repository: Where.
        commit: Full id of the commit whose tree and policy count.
    """

    def __init__(self, repository: Repository, commit: str) -> None:
        self._repository, self._commit = repository, commit

    @cached_property
    def policy(self) -> Policy:
        """The policy in force; those of folders have rules, and no layers.

        Raises:
            PolicyInvalid: a file has a fault.
            PolicyUnevaluable: what is there is no file, or this clone does not hold it.
        """
        return policy_at(self._repository, self._commit)

    @property
    def layers(self) -> tuple[TrustLayer, ...]:
        """All layers, most severe first; raises as `policy`."""
        return tuple(rule.layer for rule in self.policy.layers)

    def __call__(self, paths: Sequence[bytes], *, look: bool = True) -> Mapping[bytes, Placed]:
        """The layer of each path; raises as `policy`.

        Args:
            paths: As git names them.
            look: Look into the files; False: their names alone count.
        """
        return {path: self._rules.place(path, self._content(path) if look else None) for path in paths}

    @cached_property
    def _rules(self) -> Layers:
        return Layers(self.policy)

    def _content(self, path: bytes) -> bytes | None:
        found = entry_at(self._repository.objects, self._commit, path)
        return found.data if found is not None and found.kind == "blob" else None
