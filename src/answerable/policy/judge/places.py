"""Where the paths of a change belong: of what each was and what it is, what is more severe counts."""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence

from answerable.domain.layer import Placed
from answerable.errors import PolicyUnevaluable
from answerable.git.changes import GITLINK
from answerable.git.repository import Repository
from answerable.policy.change.paths import MISSING, PathChange
from answerable.policy.judge.evaluate import Place
from answerable.policy.layers.look import Look
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
        PolicyUnevaluable: the content of a file that a layer depends on is not in this clone.
    """
    found = {}
    repository.objects.ahead(
        side[2].decode()
        for change in changed
        for side in _sides(change)
        if _has_content(side) and layers.reads(side[0])
    )
    for change in changed:
        looks = _Looks(repository, layers)
        worst, moved = _place(layers, change, looks, kept)
        found[change.path] = Place(placed=worst, moved=moved)
        if layers.above is not None:  # as the policy above would have it without the one below it
            above, moved_above = _place(layers.above, change, looks, kept)
            found[change.path] = Place(placed=worst, above=above, moved=moved or moved_above)
    return found


class _Looks:
    """What one path was and what it is, each read and looked at once for all layers, and only where one asks for it."""

    def __init__(self, repository: Repository, layers: Layers) -> None:
        self._repository = repository
        self._layers = layers
        self._known: dict[Side, Look | None] = {}

    def at(self, side: Side) -> Look | None:
        """A look at it; None where it has no content of its own."""
        if side not in self._known:
            self._known[side] = self._look(*side)
        return self._known[side]

    def _look(self, path: bytes, mode: bytes, oid: bytes) -> Look | None:
        if not _has_content((path, mode, oid)):
            return None
        return self._layers.look(path, lambda: self._content(path, oid))

    def _content(self, path: bytes, oid: bytes) -> bytes:
        content = self._repository.objects.blob(oid.decode())
        if content is None:  # without it the layer could only be less severe
            name = path.decode("utf-8", "replace")
            raise PolicyUnevaluable(f"the content of {name} is not in this clone", hint=MISSING)
        return content


def _place(layers: Layers, change: PathChange, looks: _Looks, kept: Kept | None) -> tuple[Placed, bool]:
    """The most severe of what a path was and is, and whether these differ."""
    placed: list[Placed] = []
    for side in _sides(change):
        if side[1].strip(b"0") and not (placed and _settled(change, placed[0])):
            placed.append(_placed(layers, side, looks, kept))
    return min(placed, key=lambda one: one.layer.rank), len({one.layer.rank for one in placed}) > 1


def _sides(change: PathChange) -> tuple[Side, Side]:
    """What a path is and what it was; where there is nothing, the mode is null."""
    return (change.path, change.new_mode, change.new), (change.old_path, change.old_mode, change.old)


def _has_content(side: Side) -> bool:
    return side[1] not in (GITLINK, _LINK) and bool(side[1].strip(b"0"))


def _settled(change: PathChange, placed: Placed) -> bool:
    """True where nothing that the path was before could make its layer more severe, or show that it moved."""
    return placed.layer.rank == 0 and change.path == change.old_path


def _placed(layers: Layers, side: Side, looks: _Looks, kept: Kept | None) -> Placed:
    key = (layers, *side)
    if kept is not None and key in kept:
        return kept[key]
    found = layers.placed(side[0], looks.at(side))
    if kept is not None:
        kept[key] = found
    return found
