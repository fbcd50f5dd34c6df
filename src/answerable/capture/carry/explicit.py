"""Carries into commits that were made elsewhere, when somebody asks: a forge's squash or rebase, a rewritten history.

A commit that has a note of its own is left as it is; one whose note git copied from another commit gets a new one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

from answerable.capture.carry.attributed import NOTES
from answerable.capture.carry.carrier import Carrier
from answerable.capture.carry.copied import Copied
from answerable.capture.carry.record import Carried
from answerable.capture.carry.sources import Given
from answerable.capture.commit import Told
from answerable.capture.lines.hand import unknown
from answerable.capture.note import write
from answerable.domain.commit import Commit
from answerable.git.added import added_lines
from answerable.git.attribution.store import Store
from answerable.git.changes import Step
from answerable.git.commits import read_commits
from answerable.git.notes import Notes
from answerable.git.repository import Repository

_UNSEEN = unknown("not-seen")
_AT_ONCE = 500  # commits that are looked at together
MOST_GIVEN = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Into:
    """One commit that was asked about: what came into it, and the note for it; `noted` where it has its own."""

    commit: Commit
    carried: Carried
    note: bytes | None
    noted: bool


class Carry:
    """Carries into commits of one repository.

    Args:
        repository: Where.
        given: What is named as sources, each as arguments of `git rev-list`; none: they are looked for.
        whole: Whether one new commit was made of all of these, as a squash is.
        pairs: Old and new commits.
    """

    def __init__(
        self,
        repository: Repository,
        given: Sequence[Sequence[str]] = (),
        *,
        whole: bool = True,
        pairs: Sequence[tuple[str, str]] = (),
    ) -> None:
        self._repository = repository
        self._arguments = given
        self._told: dict[str, dict[bytes, Told]] = {}
        self._carrier = Carrier(
            repository, self._told, pairs=pairs, given=Given(self._given, whole) if given or pairs else None
        )
        self.notes = Notes(repository.git, repository.objects, NOTES)
        self._sources: dict[str, frozenset[str]] = {}
        self.copied = Copied(self.notes, self._sources)

    def into(self, shas: Sequence[str]) -> Iterator[Into]:
        """Carry into commits, in the order given: parents first.

        Args:
            shas: Full ids.
        """
        for at in range(0, len(shas), _AT_ONCE):
            part = shas[at : at + _AT_ONCE]
            commits = list(read_commits(self._repository.objects, part))
            steps = [Step(one.sha.encode(), tuple(map(str.encode, one.parents))) for one in commits]
            with closing(Store(None)) as store:
                found = added_lines(self._repository.quarantine, store, steps)
                for commit, added in zip(commits, found, strict=True):
                    yield self._into(commit, added.paths)

    def _into(self, commit: Commit, paths: Mapping[bytes, Sequence[tuple[int, int]]]) -> Into:
        own: dict[bytes, Told] = {path: tuple((span, _UNSEEN) for span in spans) for path, spans in paths.items()}
        carried = self._carrier.into(commit.sha, own)
        self._sources[commit.sha] = carried.sources
        there = self.notes.of(commit.sha)
        copied = there is not None and self.copied.is_one(commit.sha, there)
        if there is not None and not copied:
            return Into(commit=commit, carried=Carried(told=own), note=None, noted=True)
        self._told[commit.sha] = carried.told
        note = write(commit.sha, carried.told, carried.sessions, str(commit.author), empty=copied)
        return Into(commit=commit, carried=carried, note=note, noted=False)

    def _given(self, commit: Commit) -> list[str]:
        """The commits named that are not below this one, the newest first."""
        found: dict[str, None] = {}
        below = [f"^{parent}" for parent in commit.parents]
        for arguments in self._arguments:
            out = self._repository.quarantine.git.run(
                "rev-list", "--topo-order", f"--max-count={MOST_GIVEN}", *arguments, *below
            )
            found.update(dict.fromkeys(out.decode("ascii", "replace").split()))
        found.pop(commit.sha, None)
        return list(found)
