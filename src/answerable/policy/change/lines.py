"""Reads the lines of a change with few processes: its hunks once, and from its own commits who wrote which line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing

from answerable.domain.commit import Commit
from answerable.git.attribution.hunks import Differ, Pair, key_of
from answerable.git.attribution.many import Many
from answerable.git.attribution.snapshot import Attribution
from answerable.git.attribution.store import Held, Store
from answerable.git.changes import Record, Step, records
from answerable.git.repository import Repository

MOST = 100  # commits: of more, those that changed none of the paths are better passed over by git


def steps(commits: Iterable[Commit]) -> list[Step]:
    """Commits as history is read by."""
    return [Step(one.sha.encode(), tuple(parent.encode() for parent in one.parents)) for one in commits]


def hunks_of(repository: Repository, pairs: Iterable[Pair], store: Held) -> Mapping[Pair, bytes]:
    """The hunks of pairs of blobs, binary ones without any; those of text are held, since blame makes the same.

    Args:
        repository: Where.
        pairs: Old and new blobs that differ.
        store: Where they are held.
    """
    with closing(Store(None)) as none, closing(Differ(repository.quarantine, binary=False)) as differ:
        found = differ.hunks(list(pairs), none)
    store.add_hunks({key_of(pair): packed for pair, packed in found.items() if packed})
    return found


def wrote(
    repository: Repository,
    head: str,
    files: Mapping[bytes, bytes],
    walk: Sequence[Step],
    store: Held,
    history: Iterator[Record] | None = None,
) -> Attribution:
    """Which commit of a range wrote each line of some files at its head.

    Args:
        repository: Where.
        head: Full id.
        files: The files, each with its blob there.
        walk: All commits of the range, children before parents.
        store: Hunks that are known.
        history: What each of the commits did, where it is asked already.
    """
    if not files:
        return Attribution(head)
    with (
        closing(Many(repository, store, few=True)) as many,
        closing(records(repository.quarantine.git, () if history else walk)) as asked,
    ):
        many.take(head, files, history or asked)
        (found,) = many.finish()
    return found
