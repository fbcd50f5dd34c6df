"""Finds lines of a new commit in commits that are not below it: git brought them in, whichever way, nobody typed them.

A squash with a message of its own, a file that was checked out of a branch, a patch that was applied: git says nothing
of these, and a person who saves a file looks the same. Only the files of the commit are looked at, and only as many
commits as were made last.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from answerable.capture.carry.source import Rule, Source
from answerable.capture.lines.hand import Text
from answerable.capture.lines.likeness import weight
from answerable.capture.lines.memory import FAR_WEIGHT
from answerable.git.program import Git
from answerable.git.repository import Repository

MOST_COMMITS = 200
_MOST_PATHS = 200
_MOST_SOURCES = 20
_REFS = ("--exclude=refs/notes/*", "--exclude=refs/stash", "--all", "--reflog")

Wanted = Mapping[bytes, frozenset[bytes]]  # by path, the lines that may have come from elsewhere
Content = Callable[[str, bytes], bytes | None]
_Lines = set[tuple[bytes, bytes]]  # by path


def heavy(lines: Iterable[bytes]) -> frozenset[bytes]:
    """The lines with enough letters to be told again."""
    return frozenset(line for line in lines if weight(line) >= FAR_WEIGHT)


class Elsewhere:
    """Looks into the commits of one repository.

    Args:
        repository: Where.
        content: Reads files of commits.
        known: Tells whether anything is known of whose a commit's lines are.
    """

    def __init__(self, repository: Repository, content: Content, known: Callable[[str], bool]) -> None:
        self._git = Git(["-C", str(repository.root)])  # where paths begin
        self._content = content
        self._known = known

    def of(self, sha: str, wanted: Wanted, chain: int, later: Collection[str] = frozenset()) -> list[Source]:
        """Commits that have such lines at the same path: as few as have them all, those that say whose first.

        Args:
            sha: The new commit.
            wanted: Its lines that are asked about.
            chain: The number of the first one's chain; each has its own.
            later: Commits that are known to be made after it.
        """
        paths = [path for path, lines in wanted.items() if heavy(lines)]
        commits = [one for one in self._beside(sha, paths) if one not in later] if paths else []
        found = self.choose(commits, wanted)
        return [Source(sha=one, rule=Rule.CONTENT, chain=chain + n) for n, one in enumerate(found)]

    def choose(self, commits: Sequence[str], wanted: Wanted) -> list[str]:
        """As few of these commits as have all of such lines that any of them has, those that say whose first.

        Args:
            commits: The one that counts most first.
            wanted: The lines that are asked about.
        """
        left = {(path, line) for path, lines in wanted.items() for line in heavy(lines)}
        has = {one: self._has(one, wanted) for one in commits} if left else {}
        found: list[str] = []
        for group in ([one for one in has if self._known(one)], list(has)):
            while left and len(found) < _MOST_SOURCES:
                best = max(group, key=lambda one: (len(has[one] & left), len(has[one])), default=None)
                if best is None or not has[best] & left:
                    break
                found.append(best)
                left -= has[best]
        return found

    def _beside(self, sha: str, paths: Sequence[bytes]) -> list[str]:
        """The newest commits that are not below this one and that changed one of its files."""
        limits = paths if len(paths) <= _MOST_PATHS else []
        code, out, _ = self._git.attempt(
            "rev-list", "--no-merges", f"--max-count={MOST_COMMITS}", *_REFS, "--not", sha, "--", *limits
        )
        return out.decode("ascii", "replace").split() if code == 0 else []

    def _has(self, sha: str, wanted: Wanted) -> _Lines:
        found: _Lines = set()
        for path in wanted:
            content = self._content(sha, path)
            found |= {(path, line) for line in wanted[path].intersection(Text.of(content).keys)} if content else set()
        return found
