"""Walks the commits of a range with what each added and what evidence says of it, in windows, on all processors.

Memory is bounded by a window of commits and by what is made of each; the order is that of `git rev-list`.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

from answerable.domain.commit import Commit
from answerable.git.added import Added, added_lines
from answerable.git.attribution.comparing import leave_signals_to_parent
from answerable.git.attribution.store import Store
from answerable.git.changes import Step, steps
from answerable.git.commits import read_commits
from answerable.git.landing import merges_of
from answerable.git.program import git_date
from answerable.git.repository import Repository
from answerable.provenance.gather import Gatherer
from answerable.provenance.origins import Origins

WINDOW = 400  # commits whose diffs are held in memory at once
T = TypeVar("T")


class Walked(NamedTuple):
    """One commit: what it added, the merge that brought it in, and whether history ends there."""

    commit: Commit
    added: Added
    merge: Commit | None
    cut: bool  # what it seems to add came from before


Fold = Callable[[Iterable[Walked], Origins], T]


class Walk:
    """The history of one head.

    Args:
        repository: Where.
        head: Full id of the newest commit.
        cache: Folder of the hunk store, or None.
        evidence: Agent Trace files given by the caller, by name.
        processes: How many to use; all processors by default.
    """

    def __init__(
        self,
        repository: Repository,
        head: str,
        *,
        cache: Path | None = None,
        evidence: Mapping[str, bytes] | None = None,
        processes: int | None = None,
    ) -> None:
        self.repository = repository
        self.head = head
        self.cache = cache
        self.gatherer = Gatherer(repository, head, evidence)
        self.merges: dict[str, str] = {}  # by commit, the merge that brought it in
        self._processes = processes or os.cpu_count() or 1

    def steps(self, base: str | None = None, since: int | None = None) -> list[Step]:
        """The commits that `head` has and `base` has not, or all; evidence about them is made ready.

        Args:
            base: Full commit id.
            since: Leave out commits older than this, in seconds since 1970.
        """
        limits = [*([f"^{base}"] if base else []), *([f"--since={git_date(since)}"] if since is not None else [])]
        walk = steps(self.repository.quarantine.git, self.head, *limits)
        _ = self.repository.quarantine.empty_blob
        parents = {step.commit.decode(): [one.decode() for one in step.parents] for step in walk}
        self.merges = merges_of(parents, self.head)
        self.gatherer.prepare(step.commit.decode() for step in walk if len(step.parents) > 1)
        return walk

    def over(self, walk: Sequence[Step], fold: Fold[T]) -> Iterator[T]:
        """What a function makes of each window, in order; it may run in another process.

        Args:
            walk: From `steps`.
            fold: Takes the commits of a window; what it gives can be pickled.
        """
        windows = [walk[at : at + WINDOW] for at in range(0, len(walk), WINDOW)]
        count = min(self._processes, len(windows))
        if count < 2 or not hasattr(os, "fork"):
            with closing(Store(self.cache)) as store:
                yield from (self._fold(window, store, fold) for window in windows)
            return
        context = multiprocessing.get_context("fork")
        with context.Pool(count, initializer=_begin, initargs=(self, fold)) as pool:
            yield from pool.imap(_work, windows)

    def _fold(self, window: Sequence[Step], store: Store, fold: Fold[T]) -> T:
        origins = Origins(self.repository, self.gatherer)
        del origins.defects[:]  # those of no commit are counted once, by who walks
        return fold(self._walked(window, store, origins), origins)

    def _walked(self, window: Sequence[Step], store: Store, origins: Origins) -> Iterator[Walked]:
        shas = [step.commit.decode() for step in window]
        commits = {commit.sha: commit for commit in read_commits(self.repository.objects, shas)}
        landed = dict.fromkeys(self.merges[sha] for sha in shas if sha in self.merges)
        merges = {merge.sha: merge for merge in read_commits(self.repository.objects, landed)}
        for added in added_lines(self.repository.quarantine, store, window):
            sha = added.step.commit.decode()
            if sha in commits:
                origins.take(commits[sha])
                merge = merges.get(self.merges.get(sha, ""))
                yield Walked(commits[sha], added, merge, sha in self.repository.boundary)


class _Worker(NamedTuple, Generic[T]):
    walk: Walk
    store: Store
    fold: Fold[T]


_WORKER: list[_Worker[Any]] = []  # in a worker: what it does


def _begin(walk: Walk, fold: Fold[T]) -> None:
    """In a worker: processes, connections and signals are not shared with the parent."""
    leave_signals_to_parent()
    walk.repository.objects = walk.repository.reader()
    walk.gatherer.detach(walk.repository.objects)
    _WORKER.append(_Worker(walk, Store(walk.cache), fold))


def _work(window: Sequence[Step]) -> Any:
    walk, store, fold = _WORKER[0]
    return walk._fold(window, store, fold)
