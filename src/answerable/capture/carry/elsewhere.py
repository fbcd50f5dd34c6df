"""Finds lines of a new commit in commits that are not below it: git brought them in, whichever way, nobody typed them.

A squash with a message of its own, a file that was checked out of a branch, a patch that was applied: git says nothing
of these, and a person who saves a file looks the same. Only the files of the commit are looked at, and only as many
commits as were made last.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import closing

from answerable.capture.carry.source import Rule, Source
from answerable.capture.lines.hand import Text
from answerable.capture.lines.likeness import weight
from answerable.capture.lines.memory import FAR_WEIGHT
from answerable.git.added import Added, added_lines
from answerable.git.attribution.store import Store
from answerable.git.changes import Step
from answerable.git.program import Git
from answerable.git.repository import Repository

MOST_COMMITS = 200
_MOST_PATHS = 200
_MOST_SOURCES = 20
_REFS = ("--exclude=refs/notes/*", "--exclude=refs/stash", "--all", "--reflog")

Wanted = Mapping[bytes, frozenset[bytes]]  # by path, the lines that may have come from elsewhere
Content = Callable[[str, bytes], bytes | None]


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
        self._repository = repository
        self._git = Git(["-C", str(repository.root)])  # where paths begin
        self._content = content
        self._known = known
        self._added: dict[str, Added] = {}

    def of(self, sha: str, wanted: Wanted, chain: int, later: Collection[str] = frozenset()) -> list[Source]:
        """Commits that added such lines at the same path, those of which anything is known first.

        Args:
            sha: The new commit.
            wanted: Its lines that are asked about.
            chain: The number of the first one's chain; each has its own.
            later: Commits that are known to be made after it.
        """
        wanted = {path: lines for path, lines in wanted.items() if lines}
        if not wanted:
            return []
        found: list[Source] = []
        left = {(path, line) for path, lines in wanted.items() for line in lines}
        commits = [one for one in self._beside(sha, list(wanted)) if one not in later]
        for one in sorted(commits, key=lambda each: not self._known(each)):  # the newest first of both
            here = self._has(one, wanted) & left
            if here:
                found.append(Source(sha=one, rule=Rule.CONTENT, chain=chain + len(found)))
                left -= here
            if not left or len(found) == _MOST_SOURCES:
                break
        return found

    def _beside(self, sha: str, paths: Sequence[bytes]) -> list[str]:
        """The newest commits that are not below this one and that changed one of its files."""
        limits = paths if len(paths) <= _MOST_PATHS else []
        code, out, _ = self._git.attempt(
            "rev-list", "--no-merges", f"--max-count={MOST_COMMITS}", *_REFS, "--not", sha, "--", *limits
        )
        shas = out.decode("ascii", "replace").split() if code == 0 else []
        new = [one for one in shas if one not in self._added]
        if new:
            self._learn(new)
        return [one for one in shas if one in self._added]

    def _learn(self, shas: Sequence[str]) -> None:
        rows = self._repository.git.run("rev-list", "--no-walk=unsorted", "--parents", *shas).splitlines()
        walk = [Step(ids[0], tuple(ids[1:])) for ids in map(bytes.split, rows)]
        with closing(Store(None)) as store:
            for one in added_lines(self._repository.quarantine, store, walk):
                self._added[one.step.commit.decode()] = one

    def _has(self, sha: str, wanted: Wanted) -> set[tuple[bytes, bytes]]:
        found = set()
        for path, spans in self._added[sha].paths.items():
            if path in wanted:
                keys = Text.of(self._content(sha, path) or b"").keys
                lines = {line for start, end in spans for line in keys[start - 1 : end]}
                found |= {(path, line) for line in lines & wanted[path]}
        return found
