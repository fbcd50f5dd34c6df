"""What commands about owners ask of a whole tree: who wrote each line, and the layers of its files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from answerable.domain.layer import Placed
from answerable.errors import PolicyInvalid, PolicyUnevaluable
from answerable.git.repository import Repository
from answerable.provenance.lines import LineSpan

LOOKED_INTO = 100
"""Files, as in `scan`: beyond, reading their code would take longer than all else."""


class Layers:
    """Layers by the policy of a commit, or none where that has a fault; `notes` say what of them is not known.

    Args:
        repository: Where.
        commit: Full id of the commit whose tree and policy count.
    """

    def __init__(self, repository: Repository, commit: str) -> None:
        self._repository, self._commit = repository, commit
        self.notes: list[str] = []

    def __call__(self, paths: Sequence[bytes]) -> Mapping[bytes, Placed]:
        """The layer of each path."""
        from answerable.policy.placing import Placing  # slow to load

        many = len(paths) > LOOKED_INTO
        try:
            found = Placing(self._repository, self._commit)(paths, look=not many)
        except (PolicyInvalid, PolicyUnevaluable) as error:
            self._say(f"no layer is told, for the policy cannot be read: {error.message}")
            return {}
        if many:
            self._say("files are placed in layers by their names alone: they are many")
        return found

    def _say(self, note: str) -> None:
        if note not in self.notes:
            self.notes.append(note)


def spans_of_tree(
    repository: Repository, commit: str, *, cached: bool, show: Callable[[str, int, int], None]
) -> Iterator[LineSpan]:
    """Every line of a tree, in path and line order.

    Args:
        repository: Where.
        commit: Full id.
        cached: Use and keep a cache.
        show: Told how far it is.
    """
    from answerable.git.attribution.engine import Engine, cache_folder
    from answerable.provenance.gather import Gatherer
    from answerable.provenance.lines import line_spans, origins_of_tree

    cache = cache_folder(repository) if cached else None
    attribution = Engine(repository, cache=cache, progress=show).attribute(commit)
    return line_spans(attribution, origins_of_tree(repository, attribution, Gatherer(repository, commit)))
