"""Reads many changes in one pass: which paths they change, which lines, and which commit wrote each.

History is read by one git for all of them, all versions are compared by one more; what is read of a change is what the
gate would read of it alone. A change of which anything is missing is given back unread. Memory holds the paths and
hunks of one batch of changes, and never the content of more than one file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import chain, islice

from answerable.domain.commit import Commit
from answerable.errors import GitFailed
from answerable.git.attribution.many import Many
from answerable.git.attribution.store import Held
from answerable.git.changes import GITLINK, Change, Record, Step, records
from answerable.git.commits import read_commits
from answerable.git.paired import paired
from answerable.git.repository import Repository
from answerable.policy.change.facts import Read, pairs_of
from answerable.policy.change.lines import hunks_of
from answerable.policy.change.paths import PathChange, change_of, parsed
from answerable.policy.history.line import Entered

BATCH = 1000  # commits: what a batch costs to begin is little beside that many


@dataclass(frozen=True, slots=True, kw_only=True)
class Batched:
    """A change as it was read."""

    entered: Entered
    changed: Sequence[PathChange]
    read: Read
    commits: Mapping[str, Commit]  # all of them, as in `entered`


def read(repository: Repository, changes: Iterable[Entered]) -> Iterator[Batched | Entered]:
    """Read changes, in the order given; one of which anything is missing comes back as it is.

    Args:
        repository: Where.
        changes: Any number; as many as make a batch are read at a time.
    """
    for batch in batches(changes):
        try:
            yield from list(_Batch(repository, batch).read())
        except GitFailed:  # something is damaged: whoever reads them one by one learns which
            yield from batch


def batches(changes: Iterable[Entered], commits: int = BATCH) -> Iterator[list[Entered]]:
    """Changes that together have about so many commits."""
    batch: list[Entered] = []
    size = 0
    for change in changes:
        batch.append(change)
        size += len(change.commits)
        if size >= commits:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


class _Batch:
    def __init__(self, repository: Repository, batch: Sequence[Entered]) -> None:
        self._repository = repository
        self._git = repository.quarantine.git
        self._batch = batch

    def read(self) -> Iterator[Batched | Entered]:
        with closing(Held()) as store, closing(Many(self._repository, store)) as many:
            changed = self._changed(many)
            pairs = [
                [pair for pair in pairs_of(self._repository, found).values() if pair[0] != pair[1]] if found else []
                for found in changed
            ]
            hunks = hunks_of(self._repository, dict.fromkeys(pair for each in pairs for pair in each), store)
            commits = self._commits()
            for entered, found, own, lines in zip(self._batch, changed, pairs, many.finish(), strict=True):
                mine = {sha: commits[sha] for sha, _ in entered.commits if sha in commits}
                if found is None or len(mine) < len(entered.commits) or not all(pair in hunks for pair in own):
                    yield entered
                    continue
                told = Read(hunks={pair: hunks[pair] for pair in own}, lines=lines)
                yield Batched(entered=entered, changed=found, read=told, commits=mine)

    def _commits(self) -> Mapping[str, Commit]:
        asked = (sha for entered in self._batch for sha, _ in entered.commits)
        return {commit.sha: commit for commit in read_commits(self._repository.objects, asked)}

    def _changed(self, many: Many) -> list[list[PathChange] | None]:
        """The paths of each change, and its commits handed on to attribution."""
        walk = [
            Step(sha.encode(), tuple(parent.encode() for parent in parents))
            for entered in self._batch
            for sha, parents in entered.commits
        ]
        found: list[list[PathChange] | None] = []
        with closing(records(self._git, walk)) as stream:
            for entered in self._batch:
                first = next(stream)  # of the head itself, against the commit of the line before it
                rest = islice(stream, len(entered.commits) - 1)
                many.take(entered.head, _files(first), chain((first,), rest))
                found.append(None if first.opaque else [change_of(path, raw) for path, raw in first.raw])
        self._pair(found)
        return found

    def _pair(self, found: list[list[PathChange] | None]) -> None:
        """Ask about renames where there can be any."""
        asked = [at for at, each in enumerate(found) if each and {b"A", b"D"} <= {one.status for one in each}]
        steps = [self._batch[at] for at in asked]
        walk = [Step(e.head.encode(), (e.base.encode(),) if e.base else ()) for e in steps]
        for at, fields in zip(asked, paired(self._git, walk), strict=True):
            found[at] = None if fields is None else list(parsed(iter(fields)))


def _files(first: Record) -> dict[bytes, bytes]:
    """The files whose lines may be new at the head, with their blobs."""
    every = (Change.of(path, raw) for path, raw in first.raw)
    return {
        c.path: c.new
        for c in every
        if c.new.strip(b"0") and c.new_mode != GITLINK and (c.old != c.new or c.status != b"M")
    }
