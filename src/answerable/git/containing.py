"""Which of some revisions have a commit in their history: few commits one by one, many from one walk.

The answer is git's: a walk that ends near a commit is believed where it finds it, and git follows the rest in full.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from answerable.git.program import git_date
from answerable.git.quarantine import Quarantine

MANY = 6  # commits from which on one walk is faster than asking about each
_DAY = 86_400  # clocks differ


class Containing:
    """Answers for some revisions.

    Args:
        quarantine: Where.
        tips: Full ids of commits that are here.
    """

    def __init__(self, quarantine: Quarantine, tips: Iterable[str]) -> None:
        self._git = quarantine.git
        self._tips = tuple(dict.fromkeys(tips))
        self._known: dict[str, frozenset[str]] = {}

    def learn(self, commits: Mapping[str, int]) -> None:
        """Find out about many commits (id, seconds since 1970) at once."""
        new = {sha: seconds for sha, seconds in commits.items() if sha not in self._known}
        if self._tips and len(new) >= MANY:
            masks = self._masks()
            self._known.update((sha, self._named(masks.get(sha, 0))) for sha in new)
        for sha, seconds in new.items():
            self.of(sha, seconds)

    def of(self, sha: str, seconds: int) -> frozenset[str]:
        """The revisions that have a commit in their history, or are it.

        Args:
            sha: Full commit id.
            seconds: When it was committed, since 1970.
        """
        if sha not in self._known:
            self._known[sha] = self._holding(sha, seconds)
        return self._known[sha]

    def _holding(self, sha: str, seconds: int) -> frozenset[str]:
        found = self._named(self._masks(seconds - _DAY).get(sha, 0)) if self._tips else frozenset()
        rest = [tip for tip in self._tips if tip not in found]
        if not rest:
            return found
        # they do not hold it, unless a clock was wrong: git follows them in full
        code, out, _ = self._git.attempt("rev-list", "--ancestry-path", *rest, f"^{sha}")
        return found | (set(out.decode("ascii", "replace").split()).intersection(rest) if code == 0 else set())

    def _masks(self, since: int | None = None) -> dict[str, int]:
        """Of every commit, or of those after a moment, the tips that reach it, one bit each."""
        limit = [] if since is None else [f"--since={git_date(since)}"]
        code, out, _ = self._git.attempt("rev-list", "--parents", "--topo-order", *limit, *self._tips)
        bits = {tip: 1 << at for at, tip in enumerate(self._tips)}
        masks: dict[str, int] = dict(bits)
        for row in out.decode("ascii", "replace").splitlines() if code == 0 else ():
            sha, *parents = row.split()
            mask = masks.get(sha, 0)
            for parent in parents:
                masks[parent] = masks.get(parent, 0) | mask
        return masks

    def _named(self, mask: int) -> frozenset[str]:
        return frozenset(tip for at, tip in enumerate(self._tips) if mask >> at & 1)


def present(quarantine: Quarantine, revisions: Sequence[str]) -> set[str]:
    """Those of some full ids that are commits in this clone."""
    feed = "".join(f"{sha}\n" for sha in revisions).encode()
    out = quarantine.git.run("cat-file", "--batch-check=%(objecttype) %(objectname)", feed=feed) if feed else b""
    rows = (row.split() for row in out.decode("ascii", "replace").splitlines())
    return {row[1] for row in rows if row[0] == "commit"}
