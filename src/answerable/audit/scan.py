"""What entered a repository, and how well it is evidenced: every commit of a range, every line it added."""

from __future__ import annotations

import multiprocessing
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from answerable.audit.gaps import Gap, gaps
from answerable.audit.layers import lines_by_layer
from answerable.audit.signals import Signal, signals
from answerable.audit.tally import Tally
from answerable.domain.evidence import Defect
from answerable.git.added import added_lines
from answerable.git.attribution.comparing import leave_signals_to_parent
from answerable.git.attribution.store import Store
from answerable.git.changes import Step, steps
from answerable.git.commits import read_commits
from answerable.git.landing import merges_of
from answerable.git.program import git_date
from answerable.git.repository import Repository
from answerable.provenance import git_ai
from answerable.provenance.gather import Gatherer
from answerable.provenance.origins import Origins

WINDOW = 400  # commits whose diffs are held in memory at once
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """The result: counts, signals and gaps."""

    tally: Tally
    signals: tuple[Signal, ...]
    gaps: list[Gap]
    lines_by_layer: Counter[str]


class Scanner:
    """Scans one repository.

    Args:
        repository: Where.
        head: Full id of the newest commit.
        cache: Folder of the hunk store, or None.
        evidence: Agent Trace files given by the caller, by name.
        processes: How many to use; all processors by default.
        progress: Told how many commits are done.
    """

    def __init__(
        self,
        repository: Repository,
        head: str,
        *,
        cache: Path | None = None,
        evidence: Mapping[str, bytes] | None = None,
        processes: int | None = None,
        progress: Progress = lambda _stage, _done, _of: None,
    ) -> None:
        self._repository = repository
        self._head = head
        self._cache = cache
        self._gatherer = Gatherer(repository, head, evidence)
        self._merges: dict[str, str] = {}
        self._processes = processes or os.cpu_count() or 1
        self._progress = progress

    def scan(self, base: str | None = None, since: int | None = None) -> Scan:
        """Scan the commits that `head` has and `base` has not, or all.

        Args:
            base: Full commit id.
            since: Leave out commits older than this, in seconds since 1970.
        """
        limits = [*([f"^{base}"] if base else []), *([f"--since={git_date(since)}"] if since is not None else [])]
        walk = steps(self._repository.quarantine.git, self._head, *limits)
        _ = self._repository.quarantine.empty_blob
        parents = {step.commit.decode(): [one.decode() for one in step.parents] for step in walk}
        self._merges = merges_of(parents, self._head)
        self._gatherer.prepare(step.commit.decode() for step in walk if len(step.parents) > 1)
        tally = Tally()
        for part in self._tallies([walk[at : at + WINDOW] for at in range(0, len(walk), WINDOW)]):
            tally.add(part)
            self._progress("reading commits", tally.commits, len(walk))
        tally.defects.update(d.kind for d in self._gatherer.defects)
        if not limits:
            tally.defects.update(d.kind for d in self._elsewhere(walk))
        layers, unplaced = lines_by_layer(self._repository, self._head, tally.lines_by_path)
        found = gaps(self._repository, self._head, tally) + unplaced
        return Scan(tally=tally, signals=signals(tally), gaps=found, lines_by_layer=layers)

    def _tallies(self, windows: Sequence[Sequence[Step]]) -> Iterator[Tally]:
        count = min(self._processes, len(windows))
        if count < 2 or not hasattr(os, "fork"):
            with closing(Store(self._cache)) as store:
                yield from (self._tally(window, store) for window in windows)
            return
        context = multiprocessing.get_context("fork")
        with context.Pool(count, initializer=self._begin) as pool:
            yield from pool.imap(_work, windows)

    def _begin(self) -> None:
        """In a worker: processes, connections and signals are not shared with the parent."""
        leave_signals_to_parent()
        self._repository.objects = self._repository.reader()
        self._gatherer.detach(self._repository.objects)
        _WORKER.append((self, Store(self._cache)))

    def _tally(self, window: Sequence[Step], store: Store) -> Tally:
        tally = Tally()
        origins = Origins(self._repository, self._gatherer)
        before = len(origins.defects)
        shas = [step.commit.decode() for step in window]
        commits = {commit.sha: commit for commit in read_commits(self._repository.objects, shas)}
        landed = dict.fromkeys(self._merges[sha] for sha in shas if sha in self._merges)
        merges = {merge.sha: merge for merge in read_commits(self._repository.objects, landed)}
        for added in added_lines(self._repository.quarantine, store, window):
            sha = added.step.commit.decode()
            if sha in commits:
                origins.take(commits[sha])
                merge = merges.get(self._merges.get(sha, ""))
                tally.take(commits[sha], added, origins, merge=merge, cut=sha in self._repository.boundary)
        tally.defects.update(defect.kind for defect in origins.defects[before:])
        return tally

    def _elsewhere(self, walk: Sequence[Step]) -> Iterator[Defect]:
        """Defects of notes on commits that were not walked: on other branches, or not here at all."""
        walked = {step.commit.decode() for step in walk}
        rest = {sha: found for sha, found in self._gatherer.annotated().items() if sha not in walked}
        absent = self._repository.objects.missing(rest) if rest else set[str]()
        # the same blob under two refs is one note
        notes = [(sha, ref, blob) for sha, found in rest.items() for blob, ref in {b: r for r, b in found}.items()]
        read = self._repository.objects.stream(blob for _, _, blob in notes)
        for (sha, ref, _), note in zip(notes, read, strict=True):
            if sha in absent:
                kind = git_ai.COMMIT_NOT_HERE
                yield Defect(kind=kind, ref=f"{ref} {sha}", detail=git_ai.DEFECTS[kind])
            if note is not None:
                yield from git_ai.read_note(note.data, sha, ref=ref).defects


_WORKER: list[tuple[Scanner, Store]] = []  # in a worker: its scanner and its store


def _work(window: Sequence[Step]) -> Tally:
    scanner, store = _WORKER[0]
    return scanner._tally(window, store)
