"""Guarantees: every source of evidence about a commit is asked, built-in ones without the cost of discovery.

A new source of ours is one file with ``read(commit) -> Reading`` and one line in `COMMIT_READERS`. A source
shipped by others is an entry point of the group ``answerable.provenance``; looking those up costs more than a
command's whole start, so it happens on the first call that wants them and never at import. A plugin that
fails is a named defect of the evidence and never hides what the others say.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import cache
from importlib import import_module

from answerable.domain.commit import Commit
from answerable.domain.evidence import Claim, Defect, Reading
from answerable.provenance import identities, signatures

CommitReader = Callable[[Commit], Reading]

GROUP = "answerable.provenance"


def _entire(commit: Commit) -> Reading:
    """Entire's reader, loaded with the first message that may hold its trailers."""
    if "ntire-" not in commit.message:
        return Reading()
    from answerable.provenance import entire

    return entire.read(commit)


COMMIT_READERS: tuple[CommitReader, ...] = (signatures.read, identities.read, _entire)
PLUGIN_FAILED = "plugin-failed"


def read_commit(commit: Commit, *, plugins: Iterable[tuple[str, CommitReader]] = ()) -> Reading:
    """All that a commit says about itself: message, author, committer. Notes and branches are the caller's to
    add.

    Args:
        commit: The commit.
        plugins: Readers of others, as `installed` gives them.
    """
    claims: list[Claim] = []
    defects: list[Defect] = []
    for read in COMMIT_READERS:
        reading = read(commit)
        claims += reading.claims
        defects += reading.defects
    for name, read in plugins:
        try:
            reading = read(commit)
        except Exception as error:  # a stranger's code may raise anything
            defects.append(
                Defect(kind=PLUGIN_FAILED, ref=f"commit {commit.sha}", detail=f"{name}: {type(error).__name__}")
            )
            continue
        claims += reading.claims
        defects += reading.defects
    return Reading(claims=tuple(claims), defects=tuple(defects))


PLUGINS = "ANSWERABLE_PLUGINS"
"""The environment variable that lets plugins run; a repository cannot set it."""


@cache
def installed() -> tuple[tuple[str, CommitReader], ...]:
    """The readers that other packages bring, by name, where the environment asks for them; none of our own."""
    if not os.environ.get(PLUGINS):
        return ()
    metadata = import_module("importlib.metadata")
    found = sorted(metadata.entry_points(group=GROUP), key=lambda point: point.name)
    return tuple((p.name, _loaded(p.load)) for p in found if not p.value.startswith("answerable.provenance."))


def _loaded(load: Callable[[], CommitReader]) -> CommitReader:
    """A plugin that is loaded with its first commit, so that one that cannot be loaded is a defect like any fault."""

    def read(commit: Commit) -> Reading:
        return load()(commit)

    return read
