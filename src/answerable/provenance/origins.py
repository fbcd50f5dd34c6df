"""Origins of lines by commit and path, each decided once: what a whole tree or a whole history asks for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from answerable.domain.commit import Commit
from answerable.domain.evidence import Claim, Defect
from answerable.domain.line_origin import LineOrigin
from answerable.git.commits import read_commits
from answerable.git.repository import Repository
from answerable.provenance.combine import UNKNOWN, combine, commit_origin
from answerable.provenance.gather import Gatherer


class Origins:
    """Decides origins from a gatherer's readings.

    Args:
        repository: Where.
        gatherer: Prepared for many commits.
    """

    def __init__(self, repository: Repository, gatherer: Gatherer) -> None:
        self._repository = repository
        self._gatherer = gatherer
        self._whole: dict[str, LineOrigin] = {}
        self._local: dict[str, dict[bytes, list[Claim]]] = {}
        self._everywhere: dict[str, list[Claim]] = {}
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
        reading = self._gatherer.reading(commit)
        self.defects.extend(reading.defects)
        everywhere = [claim for claim in reading.claims if claim.path is None]
        self._whole[commit.sha] = commit_origin(everywhere) if everywhere else UNKNOWN
        if len(everywhere) < len(reading.claims):
            self._everywhere[commit.sha] = everywhere
            local = self._local.setdefault(commit.sha, {})
            for claim in reading.claims:
                if claim.path is not None:
                    local.setdefault(claim.path, []).append(claim)

    def whole(self, sha: str, path: bytes) -> LineOrigin | None:
        """The origin of all lines of a path, where no evidence tells its lines apart; else None."""
        local = self._local.get(sha)
        return None if local and path in local else self._whole.get(sha, UNKNOWN)

    def of(self, sha: str, path: bytes, start: int, end: int) -> Sequence[LineOrigin]:
        """The origins of lines `start` to `end` (1-based, inclusive) of a path as one commit left it."""
        whole = self.whole(sha, path)
        if whole is not None:
            return (whole.at(start, end),)
        return combine([*self._everywhere[sha], *self._local[sha][path]], path, start, end)
