"""What entered a repository, and how well it is evidenced: every commit of a range, every line it added."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from answerable.audit.gaps import Gap, gaps
from answerable.audit.layers import lines_by_layer
from answerable.audit.signals import Signal, signals
from answerable.audit.tally import Tally
from answerable.audit.walking import Walk, Walked
from answerable.domain.evidence import Defect
from answerable.git.changes import Step
from answerable.git.repository import Repository
from answerable.ownership.coverage import owned_lines
from answerable.ownership.registry import Registry
from answerable.provenance import git_ai
from answerable.provenance.origins import Origins

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
        self._walk = Walk(repository, head, cache=cache, evidence=evidence, processes=processes)
        self._progress = progress

    def scan(self, base: str | None = None, since: int | None = None) -> Scan:
        """Scan the commits that `head` has and `base` has not, or all.

        Args:
            base: Full commit id.
            since: Leave out commits older than this, in seconds since 1970.
        """
        walk, tally = self._walk.steps(base, since), Tally()
        for part in self._walk.over(walk, _tally):
            tally.add(part)
            self._progress("reading commits", tally.commits, len(walk))
        tally.defects.update(d.kind for d in self._walk.gatherer.defects)
        if base is None and since is None:
            tally.defects.update(d.kind for d in self._elsewhere(walk))
        layers, unplaced = lines_by_layer(self._repository, self._head, tally.lines_by_path)
        found = gaps(self._repository, self._head, tally) + unplaced
        owned = owned_lines(Registry(self._repository, self._head), tally.weighed_by_path)
        return Scan(tally=tally, signals=signals(tally, owned), gaps=found, lines_by_layer=layers)

    def _elsewhere(self, walk: Sequence[Step]) -> Iterator[Defect]:
        """Defects of notes on commits that were not walked: on other branches, or not here at all."""
        walked = {step.commit.decode() for step in walk}
        rest = {sha: found for sha, found in self._walk.gatherer.annotated().items() if sha not in walked}
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


def _tally(window: Iterable[Walked], origins: Origins) -> Tally:
    tally = Tally()
    for commit, added, merge, cut in window:
        tally.take(commit, added, origins, merge=merge, cut=cut)
    tally.defects.update(defect.kind for defect in origins.defects)
    return tally
