"""Which commits a change was made of, held to what they change: a record of a carry alone moves no verdict.

Anybody with a key can sign that a commit was made of others. A verdict or an approval goes with it only where the
change is the same, line for line, as what was judged; and only from the tip of what it was made of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from answerable.domain.commit import Commit
from answerable.git.repository import Repository

MOST = 50  # sources of one change that are compared
_DIFF = ("diff", "--no-ext-diff", "--no-textconv", "--no-color", "--no-renames", "--full-index", "--binary")


@dataclass(frozen=True, slots=True)
class Source:
    """The tip of commits that a change was made of, and where they begin."""

    tip: str
    start: str


class Carries:
    """Answers which commits a change was made of.

    Args:
        repository: Where.
        carried: By commit, the commits that it was made of, as signed records say.
    """

    def __init__(self, repository: Repository, carried: Mapping[str, Sequence[str]]) -> None:
        self._git = repository.quarantine.git
        self._repository = repository
        self._carried = carried

    def of(self, landed: Commit) -> list[Source]:
        """The sources that change what a change changes, no more and no less."""
        if not landed.parents or len(landed.parents) > 2:
            return []
        first, tip = landed.parents[0], landed.parents[1] if landed.is_merge else landed.sha
        olds = self._carried.get(tip, ())
        if not olds:
            return []
        begin = self._base(first, tip) if landed.is_merge else first
        wanted = self._patch(begin, tip) if begin else None
        return [source for old in dict.fromkeys(olds[:MOST]) for source in self._same(first, old, wanted)]

    def said(self, sha: str) -> Sequence[str]:
        """The commits that one was made of, as records say."""
        return self._carried.get(sha, ())

    def commits(self, source: Source) -> list[str]:
        """Every commit of a source."""
        _, out, _ = self._git.attempt("rev-list", "--max-count=1000", source.tip, f"^{source.start}")
        return out.decode("ascii", "replace").split()

    def covers(self, base: str, source: Source) -> bool:
        """True where a verdict from `base` on holds all of a source."""
        return self._known(base) and self._git.attempt("merge-base", "--is-ancestor", base, source.start)[0] == 0

    def _same(self, first: str, old: str, wanted: bytes | None) -> list[Source]:
        if wanted is None or not self._known(old):
            return []
        begins = [self._base(first, old), self._repository.try_resolve(f"{old}^")]
        found = (
            begin for begin in dict.fromkeys(begins) if begin and begin != old and self._patch(begin, old) == wanted
        )
        return [Source(old, begin) for begin in found][:1]

    def _known(self, sha: str) -> bool:
        return bool(sha) and self._repository.try_resolve(sha) == sha

    def _base(self, one: str, other: str) -> str:
        code, out, _ = self._git.attempt("merge-base", one, other)
        return out.decode("ascii", "replace").strip() if code == 0 else ""

    def _patch(self, begin: str, end: str) -> bytes | None:
        """What changes, without where in the file it stands; None where git cannot tell."""
        code, out, _ = self._git.attempt(*_DIFF, begin, end, "--")
        if code:
            return None
        return b"\n".join(row for row in out.split(b"\n") if not row.startswith((b"@@ ", b"index ")))
