"""Origins of lines by commit and path, each decided once: what a whole tree or a whole history asks for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from answerable.domain.commit import Commit
from answerable.domain.evidence import Defect
from answerable.domain.line_origin import LineOrigin
from answerable.domain.origin import Origin
from answerable.git.commits import read_commits
from answerable.git.repository import Repository
from answerable.provenance.combine import UNKNOWN, Combined
from answerable.provenance.gather import Gatherer


class Origins:
    """Decides origins from a gatherer's readings.

    Args:
        repository: Where.
        gatherer: Prepared for many commits.
    """

    def __init__(self, repository: Repository, gatherer: Gatherer) -> None:
        self._repository = repository
        self.gatherer = gatherer
        self._whole: dict[str, LineOrigin] = {}
        self._combined: dict[str, Combined] = {}  # where claims speak of single paths
        self.defects: list[Defect] = list(gatherer.defects)
        self.commits: dict[str, Commit] = {}

    def learn(self, shas: Iterable[str], *, keep: bool = False) -> None:
        """Read the evidence about many commits.

        Args:
            shas: Full commit ids.
            keep: Remember the commits themselves in `commits`.
        """
        for commit in read_commits(self._repository.objects, [s for s in shas if s not in self._whole]):
            self.take(commit)
            if keep:
                self.commits[commit.sha] = commit

    def take(self, commit: Commit) -> None:
        """Read the evidence about one commit that is at hand."""
        reading = self.gatherer.reading(commit)
        self.defects.extend(reading.defects)
        combined = Combined(reading.claims) if reading.claims else None
        self._whole[commit.sha] = combined.whole if combined else UNKNOWN
        if combined and any(claim.path is not None for claim in reading.claims):
            self._combined[commit.sha] = combined

    def may_be(self, sha: str, *kinds: Origin) -> bool:
        """False where nothing says of any line of a commit that it is of one of these origins."""
        return sha in self._combined or self._whole.get(sha, UNKNOWN).origin in kinds

    def whole(self, sha: str, path: bytes) -> LineOrigin | None:
        """The origin of all lines of a path, where no evidence tells its lines apart; else None."""
        combined = self._combined.get(sha)
        return None if combined and combined.alone(path) else self._whole.get(sha, UNKNOWN)

    def of(self, sha: str, path: bytes, start: int, end: int) -> Sequence[LineOrigin]:
        """The origins of lines `start` to `end` (1-based, inclusive) of a path as one commit left it."""
        whole = self.whole(sha, path)
        if whole is not None:
            return (whole.at(start, end),)
        return self._combined[sha].of(path, start, end)
