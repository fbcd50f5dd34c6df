"""Random histories made to break an attribution engine; a seed gives the same commits on every machine.

A history with more commits begins with the commits of a shorter one of the same seed, so a failing history
is made small by asking for fewer commits.
"""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Literal

from builders.edits import ALPHABETS, Editor
from builders.entries import Content, Entry
from builders.operations import Operations
from builders.repository import START, RepoBuilder

_PEOPLE = (
    ("Ada", "ada@example.com"),
    ("Bo", "bo@example.com"),
    (b"Ren\xe9", "rene@example.com"),
    ("copilot[bot]", "198982749+Copilot@users.noreply.github.com"),
    ("", "nobody"),
)
_MAX_LINES_OF_WORK = 5


def random_history(
    seed: int, root: Path, commits: int = 40, object_format: Literal["sha1", "sha256"] = "sha1"
) -> RepoBuilder:
    """Build a repository with about `commits` commits; `main` merges most of them at the end.

    Args:
        seed: Any integer; equal seeds give equal commit ids.
        root: The folder to build in.
        commits: How many commits before the last merges.
        object_format: ``sha1`` or ``sha256``.
    """
    repo = RepoBuilder(root, object_format)
    history = _History(Random(seed), repo)
    with repo.bulk():
        while len(repo.commits) < commits:
            history.step()
        history.close()
    return repo


class _History:
    """Several lines of work, each a branch; a step commits to one, forks one or merges some."""

    def __init__(self, rng: Random, repo: RepoBuilder) -> None:
        self._rng = rng
        self._repo = repo
        self._editor = Editor(rng, rng.choice(ALPHABETS), rng.choice((0.0, 0.1, 0.1, 0.4, 0.9)))
        self._operations = Operations(rng, self._editor)
        self._trees: dict[str, dict[bytes, Entry]] = {}
        self._heads: dict[str, str] = {}
        self._skew = rng.choice((0.0, 0.0, 0.2, 0.6))
        self._branchy = rng.choice((0.05, 0.15, 0.35))
        self._clock = START

    def step(self) -> None:
        """Make one or a few commits."""
        rng = self._rng
        roll = rng.random()
        if not self._heads:
            self._commit("main", self._operations.first(), [])
        elif roll < self._branchy and len(self._heads) > 1:
            self._merge()
        elif roll < 2 * self._branchy and len(self._heads) < _MAX_LINES_OF_WORK:
            self._fork()
        else:
            branch = self._branch()
            tree = dict(self._trees[self._heads[branch]])
            self._operations.change(tree)
            self._commit(branch, tree, [self._heads[branch]])

    def close(self) -> None:
        """Bring most lines of work into ``main``."""
        while len(self._heads) > 1 and self._rng.random() < 0.9:
            self._join("main", [self._branch(but="main")], self._rng.choice(("clean", "evil")))

    def _branch(self, but: str | None = None) -> str:
        return self._rng.choice([name for name in self._heads if name != but])

    def _fork(self) -> None:
        name = f"work-{len(self._repo.commits)}"
        if self._rng.random() < 0.1:
            self._commit(name, self._operations.first(), [])
            return
        start = self._rng.choice((*self._heads.values(), *list(self._trees)[-12:]))
        tree = dict(self._trees[start])
        self._operations.change(tree)
        self._commit(name, tree, [start])

    def _merge(self) -> None:
        rng = self._rng
        ours = self._branch()
        others = [name for name in self._heads if name != ours]
        kind = rng.choice(("clean", "clean", "evil", "evil", "ours", "theirs", "octopus", "criss-cross"))
        if kind == "octopus":
            self._join(ours, rng.sample(others, min(len(others), rng.choice((2, 2, 3)))), "evil")
        elif kind == "criss-cross":
            theirs = rng.choice(others)
            left, right = self._heads[ours], self._heads[theirs]
            self._commit(ours, self._merged([left, right], "clean"), [left, right])
            self._commit(theirs, self._merged([right, left], "clean"), [right, left])
        else:
            self._join(ours, [rng.choice(others)], kind)

    def _join(self, ours: str, others: list[str], kind: str) -> None:
        parents = [self._heads[ours], *(self._heads[name] for name in others)]
        self._commit(ours, self._merged(parents, kind), list(dict.fromkeys(parents)))
        for name in others:
            if name != "main" and (kind in {"clean", "evil"} and self._rng.random() < 0.7):
                del self._heads[name]

    def _merged(self, parents: list[str], kind: str) -> dict[bytes, Entry]:
        trees = [self._trees[parent] for parent in parents]
        if kind in {"ours", "theirs"}:
            return dict(trees[0] if kind == "ours" else trees[-1])
        tree = trees[0]
        for other in trees[1:]:
            tree = self._operations.merged(tree, other, evil=kind == "evil" and self._rng.random() < 0.6)
        if kind == "evil" and self._rng.random() < 0.3:
            self._operations.change(tree)
        return tree

    def _commit(self, branch: str, tree: dict[bytes, Entry], parents: list[str]) -> None:
        rng = self._rng
        self._clock += rng.choice((0, 1, 60, 3600))
        skewed = rng.random() < self._skew
        when = max(1, self._clock + (rng.randint(-90_000, 90_000) if skewed else 0))
        base = self._trees[parents[0]] if parents else {}
        files: dict[bytes, Content] = {path: None for path in base if path not in tree}
        files |= {path: entry for path, entry in tree.items() if base.get(path) != entry}
        sha = self._repo.commit(
            files,
            f"step {len(self._repo.commits)}\n",
            author=rng.choice(_PEOPLE),
            when=f"{when} {rng.choice(('+0000', '-0800', '+0545'))}",
            parents=parents,
            branch=branch,
        )
        self._trees[sha] = tree
        self._heads[branch] = sha
