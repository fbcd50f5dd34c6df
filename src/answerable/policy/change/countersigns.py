"""Who signed a statement of intent over exactly these lines; only what the ledger's keys vouch for counts.

A countersign binds to lines as a commit left them: where they are not what was signed over, it covers nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from answerable.domain.decision import Kind, PrincipalType
from answerable.domain.ranges import Ranges
from answerable.git.repository import Repository
from answerable.git.tree import entry_at
from answerable.provenance.gather import Gatherer

_All = list[tuple[bytes | None, Ranges | None, str]]  # path or all, lines or all, who


class Countersigns:
    """The countersigns of one repository, read commit by commit.

    Args:
        repository: Where.
        gatherer: Knows the decisions about each commit.
    """

    def __init__(self, repository: Repository, gatherer: Gatherer) -> None:
        self._repository = repository
        self._gatherer = gatherer
        self._known: dict[str, _All] = {}

    def of(self, sha: str, path: bytes, start: int, end: int) -> Iterator[tuple[int, int, tuple[str, ...]]]:
        """Lines `start` to `end` (1-based, inclusive) of a file of a commit, split where others signed for them."""
        if sha not in self._known:
            self._known[sha] = self._read(sha)
        if not self._known[sha]:
            yield start, end, ()
            return
        signed = [(lines, who) for name, lines, who in self._known[sha] if name in (None, path)]
        cuts = {start, end + 1}
        for lines, _ in signed:
            cuts.update(cut for cut in (lines.cuts() if lines is not None else ()) if start < cut <= end)
        for first, after in pairwise(sorted(cuts)):
            by = [who for lines, who in signed if lines is None or first in lines]
            yield first, after - 1, tuple(dict.fromkeys(by))

    def _read(self, sha: str) -> _All:
        found = [
            one
            for one in self._gatherer.decisions(sha)
            if one.decision.kind is Kind.COUNTERSIGN and not one.doubt
            and one.decision.principal.type is PrincipalType.HUMAN
        ]  # fmt: skip
        if not found:
            return []
        from answerable.provenance.decisions import read  # only where there are any

        told: _All = []
        for one in found:
            if not one.decision.details.get("lines"):
                continue  # over no exact lines: covers none
            for claim in read([one], lambda path: self._file(sha, path)).claims:
                told.append((claim.path, claim.lines, one.decision.principal.id))
        return told

    def _file(self, sha: str, path: bytes) -> bytes | None:
        found = entry_at(self._repository.objects, sha, path)
        return found.data if found and found.kind == "blob" else None
