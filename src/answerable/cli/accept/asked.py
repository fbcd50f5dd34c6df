"""What a person is asked to sign for: a change, or a part of it by path, trust layer or origin."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from answerable.cli.review.change import Reviewed, read_change
from answerable.cli.revision import range_of
from answerable.domain.origin import Origin
from answerable.errors import PathNotFound
from answerable.git.repository import Repository
from answerable.policy.checklists.unsigned import Unsigned, blobs, unsigned
from answerable.review.checklist.hunk import Hunk


def asked(repository: Repository, given: dict[str, Any], by: str | None) -> tuple[Reviewed, Unsigned]:
    """The change, and what of it is to be signed for.

    Args:
        repository: Where.
        given: The options of the command.
        by: Who signs, where that is known.

    Raises:
        PathNotFound: there is no such layer, or nothing to sign for in a path.
        RevisionNotFound: the range names nothing here.
    """
    base, head = _range(repository, given["revisions"])
    change = read_change(repository, base, head, None, given["organisation"])
    _must_be_layers(change, given["layers"])
    paths = [_below(repository, path) for path in given["paths"]]
    wanted = _Wanted(paths, given["layers"])
    origins = [Origin(name) for name in given["origins"]]
    found = unsigned(
        change.head, change.known.facts, change.checklists, blobs(repository), by=by, wanted=wanted, origins=origins
    )
    unmet = [path for path in wanted.paths if path not in wanted.met]
    if unmet:
        name = unmet[0].decode("utf-8", "replace") or "."
        raise PathNotFound(f"the change has no AI-origin lines in {name}", hint="see which there are: --dry-run")
    return change, found


def _range(repository: Repository, given: str) -> tuple[str | None, str]:
    """A change as the gate takes it; of a single revision what it changed, seen from its first parent."""
    if ".." in given:
        left, _, right = given.partition("..")
        return range_of(repository, f"{left}..{right.removeprefix('.')}")
    head = repository.resolve(given)
    return repository.try_resolve(f"{head}^1"), head


def _must_be_layers(change: Reviewed, names: Sequence[str]) -> None:
    known = [rule.layer.name for rule in change.policy.layers]
    if unknown := [name for name in names if name not in known]:
        raise PathNotFound(f"the policy has no layer {unknown[0]}", hint=f"take one of: {', '.join(known)}")


def _below(repository: Repository, path: str) -> bytes:
    """A path as from the root of the repository, however it was typed."""
    given = path.encode("utf-8", "surrogateescape")
    return os.path.normpath(repository.prefix + given).removeprefix(b"./").rstrip(b"/")


class _Wanted:
    """Which hunks were asked for, and which of the paths had any."""

    def __init__(self, paths: Sequence[bytes], layers: Sequence[str]) -> None:
        self.paths, self._layers = paths, layers
        self.met: set[bytes] = set()

    def __call__(self, hunk: Hunk) -> bool:
        there = [path for path in self.paths if path == b"." or (hunk.path + b"/").startswith(path + b"/")]
        self.met.update(there)
        return (not self.paths or bool(there)) and (not self._layers or hunk.layer in self._layers)
