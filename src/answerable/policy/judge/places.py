"""Where the paths of a change belong: of what each was and what it is, what is more severe counts."""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from dataclasses import replace

from answerable.domain.layer import Placed
from answerable.errors import PolicyUnevaluable
from answerable.git.changes import GITLINK
from answerable.git.repository import Repository
from answerable.policy.change.paths import MISSING, PathChange
from answerable.policy.judge.evaluate import Place
from answerable.policy.layers.place import Layers

Side = tuple[bytes, bytes, bytes]  # path, octal mode and hex id
Kept = MutableMapping[tuple[Layers, bytes, bytes, bytes], Placed]
_LINK = b"120000"


def places(
    repository: Repository, layers: Layers, changed: Sequence[PathChange], kept: Kept | None = None
) -> dict[bytes, Place]:
    """The layer of each changed path: the most severe of what it was and what it is.

    Args:
        repository: Where.
        layers: The layers of the policy.
        changed: The paths.
        kept: What was placed before, where many changes are judged; learns what is placed now.

    Raises:
        PolicyUnevaluable: the content of a file is not in this clone.
    """
    found = {}
    for change in changed:
        sides = [(change.path, change.new_mode, change.new), (change.old_path, change.old_mode, change.old)]
        placed: list[Placed] = []
        for side in sides:
            if side[1].strip(b"0") and not (placed and _settled(change, placed[0])):
                placed.append(_placed(repository, layers, side, kept))
        worst = min(placed, key=lambda one: one.layer.rank)
        found[change.path] = Place(placed=worst, moved=len({one.layer.rank for one in placed}) > 1)
    if layers.above is None:
        return found
    # as the policy above would have it without the one below it
    alone = places(repository, layers.above, changed, kept)
    return {
        path: replace(place, above=alone[path].placed, moved=place.moved or alone[path].moved)
        for path, place in found.items()
    }


def _settled(change: PathChange, placed: Placed) -> bool:
    """True where nothing that the path was before could make its layer more severe, or show that it moved."""
    return placed.layer.rank == 0 and change.path == change.old_path


def _placed(repository: Repository, layers: Layers, side: Side, kept: Kept | None) -> Placed:
    key = (layers, *side)
    if kept is not None and key in kept:
        return kept[key]
    path, mode, oid = side
    content = None if mode in (GITLINK, _LINK) else repository.objects.blob(oid.decode())
    if content is None and mode not in (GITLINK, _LINK):  # by its path alone it could only be less severe
        name = path.decode("utf-8", "replace")
        raise PolicyUnevaluable(f"the content of {name} is not in this clone", hint=MISSING)
    found = layers.place(path, content)
    if kept is not None:
        kept[key] = found
    return found
