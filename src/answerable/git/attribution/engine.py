"""Attributes every line of a tree: what `git blame` says of each file, for all files in one walk."""

from __future__ import annotations

import os
from array import array
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path

from answerable.git.attribution.annotate import Lines, expand
from answerable.git.attribution.comparing import Comparing, Hunks
from answerable.git.attribution.lineage import Lineage, groups
from answerable.git.attribution.pieces import End, Origin
from answerable.git.attribution.renames import Renames
from answerable.git.attribution.snapshot import Attribution, FileLines, load, save
from answerable.git.attribution.store import Store
from answerable.git.attribution.workers import Job
from answerable.git.changes import GITLINK, Step, steps
from answerable.git.links import leads_away
from answerable.git.objects import Objects
from answerable.git.repository import Repository
from answerable.git.tree import list_tree

_FEW = 16  # paths
_LISTED = 64  # paths
Progress = Callable[[str, int, int], None]  # stage, done, of


def cache_folder(repository: Repository) -> Path:
    """Where everything disposable about a repository is kept."""
    return repository.common_dir / "answerable"


def _quiet(_stage: str, _done: int, _of: int) -> None:
    pass


class Engine:
    """Attributes trees of one repository.

    Args:
        repository: Where.
        cache: Folder of the store and the snapshot; None keeps and uses nothing.
        processes: How many to use; all processors by default.
        progress: Told what is being done.
    """

    def __init__(
        self,
        repository: Repository,
        *,
        cache: Path | None = None,
        processes: int | None = None,
        progress: Progress = _quiet,
    ) -> None:
        self._repository = repository
        self._cache = cache
        self._processes = processes or os.cpu_count() or 1
        self._progress = progress

    def attribute(
        self, commit: str, paths: Iterable[bytes] | None = None, base: Sequence[str] | None = None
    ) -> Attribution:
        """Attribute the files of a commit.

        Args:
            commit: Full commit id.
            paths: Only these files; all by default.
            base: Look no further back than these commits: older lines end as `End.OUTSIDE`.
        """
        snapshot = load(self._snapshot) if self._cache and base is None else None
        doubtful = (
            snapshot.forget_doubtful(self._repository.boundary, self._missing(snapshot.absent)) if snapshot else False
        )
        if snapshot and snapshot.commit == commit and not doubtful:
            return snapshot if paths is None else _only(snapshot, paths)
        quarantine = self._repository.quarantine
        with (
            closing(Store(self._cache)) as store,
            closing(Renames(quarantine, store)) as renames,
            closing(Comparing(quarantine, store, self._processes)) as comparing,
        ):
            lineage = Lineage(quarantine.git, renames, self._repository.boundary, comparing.want)
            found = self._attribute(lineage, comparing, commit, paths, base, snapshot)
        if self._cache and base is None and paths is None:
            found.absent = self._missing(found.skipped.values())
            save(found, self._snapshot)
        return found

    def _forget_doubtful(self, snapshot: Attribution) -> bool:
        return snapshot.forget_doubtful(self._repository.boundary, self._missing(snapshot.absent))

    def _missing(self, oids: Collection[bytes]) -> set[bytes]:
        if not oids:
            return set()
        absent = Objects(self._repository.quarantine.git).missing(oid.decode() for oid in oids)
        return {oid.encode() for oid in absent}

    @property
    def _snapshot(self) -> Path:
        return (self._cache or Path()) / "snapshot"

    def _attribute(
        self,
        lineage: Lineage,
        comparing: Comparing,
        commit: str,
        paths: Iterable[bytes] | None,
        base: Sequence[str] | None,
        snapshot: Attribution | None,
    ) -> Attribution:
        wanted = None if paths is None else set(paths)
        few = wanted is not None and 0 < len(wanted) <= _LISTED and not any(map(_odd, wanted))
        listed = list_tree(self._repository.git, commit, *(sorted(wanted or ()) if few else ()))  # no other folder
        blobs = {e.path: e.oid.encode() for e in listed if e.mode != GITLINK}
        if wanted is not None:
            blobs = {path: oid for path, oid in blobs.items() if path in wanted}
        skipped = snapshot.skipped if snapshot else {}
        without = {path: oid for path, oid in blobs.items() if skipped.get(path) == oid}
        blobs = {path: oid for path, oid in blobs.items() if path not in without}
        heads = lineage.begin(commit.encode(), blobs)
        limit = set(blobs) if paths is not None else None
        self._walk(lineage, commit, base, snapshot, limit)
        comparing.conclude()
        found = _Assembly(lineage, heads, blobs, snapshot).finish(self, comparing, commit)
        found.skipped |= without
        return found

    def _walk(
        self,
        lineage: Lineage,
        commit: str,
        base: Sequence[str] | None,
        snapshot: Attribution | None,
        limit: set[bytes] | None,
    ) -> None:
        git = self._repository.quarantine.git
        if snapshot and self._repository.try_resolve(snapshot.commit):
            lineage.begin(snapshot.commit.encode(), snapshot.files, known=True)
            self._follow(lineage, steps(git, f"{commit}...{snapshot.commit}"), limit)
            unsettled = lineage.unsettled()
            if not unsettled:
                return
            lineage.keep_only(unsettled)
            limit = unsettled
        else:
            lineage.known.clear()
        starts = [sha.decode() for sha in lineage.pending]
        if starts:
            self._follow(lineage, steps(git, *starts, *(f"^{sha}" for sha in base or ())), limit)

    def _follow(self, lineage: Lineage, walk: Sequence[Step], limit: set[bytes] | None) -> None:
        if limit is not None and len(limit) > _FEW:
            limit = None  # git compares every entry with every path: past a few, looking at all is faster
        lineage.walk(walk, limit, lambda done: self._progress("reading history", done, len(walk)))

    def compared(self, comparing: Comparing) -> Hunks:
        """What is compared by now, with this engine's progress."""
        return comparing.finish(lambda done, of: self._progress("comparing versions", done, of))

    @property
    def repository(self) -> Repository:
        """Whose trees these are."""
        return self._repository

    @property
    def processes(self) -> int:
        """How many to use."""
        return self._processes


class _Assembly:
    """Turns a walked lineage into an attribution."""

    def __init__(
        self, lineage: Lineage, heads: Mapping[bytes, int], blobs: Mapping[bytes, bytes], snapshot: Attribution | None
    ) -> None:
        self._lineage = lineage
        self._snapshot = snapshot
        self._blobs = blobs
        self._heads = {path: lineage.find(version) for path, version in heads.items()}
        self._nodes = lineage.joined()
        self._first_known = lineage.versions  # versions of the snapshot's origins come after those of the walk

    def finish(self, engine: Engine, comparing: Comparing, commit: str) -> Attribution:
        unchanged = {p: v for p, v in self._heads.items() if v in self._lineage.known}
        # a version that no commit walked has changed is older than the range: nothing of it is asked about
        work = {v: self._blobs[p] for p, v in self._heads.items() if v in self._nodes}
        job = Job(
            quarantine=engine.repository.quarantine, hunks=engine.compared(comparing), nodes=self._nodes,
            groups=groups(self._nodes, work), heads=work, known=self._known_lines,
        )  # fmt: skip
        coded, unreadable = job.run(engine.processes) if work else ({}, set())
        result = Attribution(commit)
        numbering: dict[int, int] = {}
        for path, version in self._heads.items():
            run = self._known_runs(unchanged[path]) if path in unchanged else coded.get(version)
            if run is not None:  # two paths may share a version, and so its runs
                result.files[path] = FileLines(self._blobs[path], self._renumber(run[:], numbering))
            elif version in self._nodes:
                result.skipped[path] = self._blobs[path]
        result.origins = [self._origin(version, unreadable) for version in numbering]
        return result

    def _known_runs(self, version: int) -> array[int]:
        if self._snapshot is None:  # pragma: no cover - nothing is known without one
            return array("I")
        run = self._snapshot.files[self._lineage.known[version]].runs[:]
        for at in range(0, len(run), 3):
            run[at] += self._first_known
        return run

    def _known_lines(self, version: int) -> Lines | None:
        return expand(self._known_runs(version)) if version in self._lineage.known else None

    def _renumber(self, run: array[int], numbering: dict[int, int]) -> array[int]:
        for at in range(0, len(run), 3):
            run[at] = numbering.setdefault(run[at], len(numbering))
        return run

    def _origin(self, version: int, unreadable: set[int]) -> Origin:
        if version >= self._first_known and self._snapshot:
            return self._snapshot.origins[version - self._first_known]
        node = self._nodes.get(version)
        if node is None:
            return Origin(b"", b"", End.OUTSIDE)
        return Origin(node.commit, node.path, End.MISSING if version in unreadable else node.end)


def _odd(path: bytes) -> bool:
    """True for a path that only a forged tree holds, and that git would take to lead elsewhere."""
    return not {b"", b".", b".."}.isdisjoint(path.split(b"/"))


def _only(attribution: Attribution, paths: Iterable[bytes]) -> Attribution:
    files = {path: attribution.files[path] for path in paths if path in attribution.files}
    return Attribution(attribution.commit, attribution.origins, files)


def forget(repository: Repository) -> None:
    """Delete everything disposable."""
    folder = cache_folder(repository)
    for path in () if leads_away(folder) else folder.glob("*"):
        with suppress(OSError):
            path.unlink()
