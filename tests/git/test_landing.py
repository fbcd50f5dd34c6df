"""How a commit landed is what the graph says: the first merge of the main line that has it, and the oldest tag after.

One by one or all at once, the merge is the same; a release named is always one that contains the commit.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from answerable.git.landing import MANY, Landing, Landings, Line, merges_of
from answerable.git.repository import Repository
from answerable.git.tags import read_tags
from builders import RepoBuilder

Maker = Callable[..., RepoBuilder]


def history(seed: int, folder: Path) -> RepoBuilder:
    """Branches merged into one another and into `main`, with tags on any of them; clocks are right."""
    rng, repo = Random(seed), RepoBuilder(folder / "r")
    with repo.bulk():
        repo.commit({"a": "0\n"})
        tips = {"main": repo.commits[0]}
        for number in range(rng.choice((8, 20))):
            name = rng.choice(["main", "x", "y", "z"])
            start = tips.get(name, rng.choice(repo.commits))
            others = [tip for tip in tips.values() if tip != start] if rng.random() < 0.4 else []
            parents = [start, *rng.sample(others, min(len(others), rng.choice((1, 1, 2))))]
            tips[name] = repo.commit({f"f{number}": "x\n"}, branch=name, parents=parents)
        repo.commit(branch="main", parents=list(dict.fromkeys(tips.values())))
    for number, sha in enumerate(rng.sample(repo.commits, 4)):
        repo.tag(f"v{number}", sha, message="annotated\n" if rng.random() < 0.5 else None)
    return repo


def graph(repo: RepoBuilder) -> dict[str, list[str]]:
    """Every commit with its parents."""
    rows = (row.split() for row in repo.git("rev-list", "--parents", "--all").decode().splitlines())
    return {sha: parents for sha, *parents in rows}


def ancestors(parents: dict[str, list[str]], tip: str) -> set[str]:
    """A commit and all before it."""
    found, todo = {tip}, [tip]
    while todo:
        new = set(parents[todo.pop()]) - found
        found |= new
        todo += new
    return found


def main_line(parents: dict[str, list[str]], head: str) -> list[str]:
    found = [head]
    while parents[found[-1]]:
        found.append(parents[found[-1]][0])
    return found


def merges(parents: dict[str, list[str]], head: str) -> dict[str, str | None]:
    """For every commit of the head, the oldest of its main line that has it, or None where it is one."""
    found: dict[str, str | None] = {}
    for link in reversed(main_line(parents, head)):
        found |= {sha: None if sha == link else link for sha in ancestors(parents, link) - found.keys()}
    return found


def dates(repo: RepoBuilder) -> dict[str, int]:
    rows = (row.split() for row in repo.git("log", "--all", "--format=%H %ct").decode().splitlines())
    return {sha: int(seconds) for sha, seconds in rows}


def check(repo: RepoBuilder, found: dict[str, Landing], names: list[str]) -> None:
    """Compare with the graph; `names` are all tags, the oldest first."""
    parents, head = graph(repo), repo.resolve("main")
    expected, main = merges(parents, head), main_line(parents, head)
    tagged = {name: repo.resolve(name) for name in names}
    for sha, (merge, release) in found.items():
        assert merge == expected.get(sha), sha
        holding = [name for name in names if sha in ancestors(parents, tagged[name])]
        sure = [name for name in holding if tagged[name] in main]
        if sha in expected and sure:  # one on the main line is never missed, though an older one elsewhere may be
            assert release is not None
            assert names.index(release) <= names.index(sure[0])
        assert release is None or release in holding


def test_commits_asked_about_one_by_one_landed_where_the_graph_says(tmp_path: Path, seed: int) -> None:
    repo = history(seed, tmp_path)
    when = dates(repo)
    with Repository(repo.root) as repository:
        tags = read_tags(repository)
        found = {sha: Landings(repository.quarantine, repo.resolve("main"), tags).of(sha, when[sha]) for sha in when}
        shared = Landings(repository.quarantine, repo.resolve("main"), tags)
        assert {sha: shared.of(sha, when[sha]) for sha in when} == found
    check(repo, found, [name for _, _, name in tags])


def test_many_commits_at_once_landed_where_the_graph_says(tmp_path: Path, seed: int) -> None:
    repo = history(seed + 100, tmp_path)
    when = dates(repo)
    with Repository(repo.root) as repository:
        tags = read_tags(repository)
        landings = Landings(repository.quarantine, repo.resolve("main"), tags)
        landings.learn(when)
        assert len(when) > MANY
        check(repo, {sha: landings.of(sha, when[sha]) for sha in when}, [name for _, _, name in tags])


def test_the_main_line_read_ahead_gives_the_same(tmp_path: Path) -> None:
    repo = history(7, tmp_path)
    when, head = dates(repo), repo.resolve("main")
    with Repository(repo.root) as repository, closing(Line(repository.quarantine, head)) as line:
        tags = read_tags(repository)
        ahead = Landings(repository.quarantine, head, tags, line)
        alone = Landings(repository.quarantine, head, tags)
        assert all(ahead.of(sha, when[sha]) == alone.of(sha, when[sha]) for sha in when)


@pytest.mark.parametrize("many", [False, True])
def test_a_commit_that_is_not_in_the_history_of_the_head_has_not_landed(repo: RepoBuilder, many: bool) -> None:
    repo.commit({"a": "1\n"})
    side = [repo.commit({"b": f"{number}\n"}, branch="side") for number in range(MANY + 1)]
    repo.tag("v1", "side")
    head = repo.commit({"a": "2\n"})
    when = dates(repo)
    with Repository(repo.root) as repository:
        landings = Landings(repository.quarantine, head, read_tags(repository))
        if many:
            landings.learn({sha: when[sha] for sha in side})
        assert {landings.of(sha, when[sha]).merge for sha in side} == {None}


def test_a_commit_is_released_by_the_oldest_tag_after_it_on_the_main_line(repo: RepoBuilder) -> None:
    repo.commit({"a": "1\n"})
    repo.tag("v1", "main", message="before\n")
    side = repo.commit({"b": "1\n"}, branch="side", parents=["main"])
    repo.commit({"a": "2\n"})
    repo.tag("v2", "main", message="made after it, without it\n")
    merge = repo.merge("side")
    repo.commit({"a": "3\n"})
    repo.tag("v3", "main", message="the first that has it\n")
    head = repo.commit({"a": "4\n"})
    repo.tag("v4", "main", message="later\n")
    with Repository(repo.root) as repository:
        landings = Landings(repository.quarantine, head, read_tags(repository))
        assert landings.of(side, dates(repo)[side]) == Landing(merge, "v3")
        assert landings.of(merge, dates(repo)[merge]) == Landing(None, "v3")


def test_merges_are_those_of_the_first_parents_of_the_head() -> None:
    graph = {"e": ["c", "d"], "d": ["a"], "c": ["a", "b"], "b": ["a"], "a": []}
    assert merges_of(graph, "e") == {"b": "c", "d": "e"}
    assert merges_of(graph, "d") == {}
    assert merges_of({"e": ["c", "d"]}, "e") == {"d": "e"}  # what lies before a range is not known
