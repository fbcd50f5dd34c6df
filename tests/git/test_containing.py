"""Which revisions hold a commit: the same answer as git's, whatever the history and its clocks."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from answerable.git.containing import MANY, Containing, present
from answerable.git.repository import Repository
from builders import RepoBuilder

DAY = 86_400


def history(repo: RepoBuilder, clocks: Callable[[int], int] | None = None) -> list[str]:
    """Two lines that part and meet, and a third that goes on alone."""
    made = []

    def commit(name: str, *parents: str) -> str:
        when = clocks(len(made)) if clocks else None
        made.append(repo.commit({f"{name}.py": "x\n"}, parents=parents, when=when))
        return made[-1]

    root = commit("root")
    left = commit("left", root)
    right = commit("right", root)
    merge = commit("merge", left, right)
    commit("tip", merge)
    commit("alone", commit("side", right))
    return made


def truth(repo: RepoBuilder, sha: str, tips: list[str]) -> set[str]:
    found = set()
    for tip in tips:
        out = repo.git("rev-list", tip).decode().split()
        if sha in out:
            found.add(tip)
    return found


@pytest.mark.parametrize("skew", [None, "backwards", "apart"])
@pytest.mark.parametrize("at_once", [True, False])
def test_it_says_what_git_says(repo: RepoBuilder, skew: str | None, at_once: bool) -> None:
    clocks = {
        None: None,
        "backwards": lambda n: 1_800_000_000 - n * 30 * DAY,
        "apart": lambda n: 1_700_000_000 + (n % 3) * 400 * DAY,
    }[skew]
    made = history(repo, clocks)
    with Repository(repo.root) as repository:
        seconds = {sha: int(repo.git("show", "-s", "--format=%ct", sha)) for sha in made}
        assert len(made) >= MANY
        containing = Containing(repository.quarantine, made)
        if at_once:
            containing.learn(seconds)
        for sha in made:
            assert containing.of(sha, seconds[sha]) == truth(repo, sha, made), sha


def test_nothing_holds_anything_where_nothing_is_asked(repo: RepoBuilder) -> None:
    (first, *_) = history(repo)
    with Repository(repo.root) as repository:
        assert Containing(repository.quarantine, []).of(first, 0) == frozenset()
        assert present(repository.quarantine, []) == set()
        assert present(repository.quarantine, [first, "ab" * 20]) == {first}
