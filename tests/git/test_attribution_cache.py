"""Attribution over snapshots, branches, worktrees, empty trees and ranges: no state changes an answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import pytest

from answerable.git.attribution.engine import Engine, cache_folder
from answerable.git.repository import Repository
from builders import RepoBuilder
from git.oracle import attributed, blamed, every, only

Maker = Callable[..., RepoBuilder]
A_SEED = 5  # histories


def attribute(repo: RepoBuilder, rev: str = "main") -> dict[bytes, list[tuple[str, bytes, int]]]:
    """Attribute a revision with no cache."""
    with Repository(repo.root) as repository:
        return attributed(Engine(repository, processes=1).attribute(repo.resolve(rev)))


def check(repo: RepoBuilder, *revs: str) -> None:
    """Attribute revisions one after the other, first without and then with a shared cache, and blame them."""
    with Repository(repo.root) as repository:
        for rev in revs or ("main",):
            sha, expected = repo.resolve(rev), blamed(repo, rev)
            assert attributed(Engine(repository, processes=1).attribute(sha)) == expected
            cached = Engine(repository, cache=cache_folder(repository), processes=1)
            assert attributed(cached.attribute(sha)) == expected
            assert attributed(cached.attribute(sha)) == expected


LONG = "".join(f"line {n}\n" for n in range(20))


def test_switching_between_branches_is_right_each_time(repo: RepoBuilder) -> None:
    repo.commit({"a": LONG, "b": LONG})
    for at in range(4):
        repo.commit({"a": f"left {at}\n" + LONG}, branch="left")
        repo.commit({"a": None, "c": LONG + f"right {at}\n", "b": f"{at}\n"}, branch="right")
    check(repo, "left", "right", "left~2", "right~3", "main", "left", "right")


def test_merging_a_branch_older_than_the_snapshot_finds_its_lines(repo: RepoBuilder) -> None:
    repo.commit({"a": LONG})
    repo.commit({"a": LONG + "old branch\n", "new": "n\n"}, branch="old")
    for at in range(5):
        repo.commit({"a": f"{at}\n" + LONG, f"f{at}": LONG + f"{at}\n"})
    check(repo, "main")  # the snapshot
    repo.commit({"a": None, "moved": LONG + "old branch\nmore\n"}, branch="old")
    repo.merge("old", files={"a": None, "moved": "4\n" + LONG + "old branch\nmore\n"})
    check(repo, "main")
    repo.commit({"moved": "5\n4\n" + LONG + "old branch\nmore\n"})
    check(repo, "main", "old", "main")


def test_a_snapshot_whose_commit_is_gone_is_not_used(repo: RepoBuilder) -> None:
    repo.commit({"a": LONG})
    repo.commit({"a": LONG + "gone\n"}, branch="gone")
    with Repository(repo.root) as repository:
        Engine(repository, cache=cache_folder(repository)).attribute(repo.resolve("gone"))
    (repo.git_dir / "refs/heads/gone").unlink()
    repo.git("reflog", "expire", "--expire=now", "--all")
    repo.git("gc", "--quiet", "--prune=now")
    check(RepoBuilder.at(repo.root))


def test_a_file_renamed_after_the_snapshot_is_traced_through_it(repo: RepoBuilder) -> None:
    one = repo.commit({"a": LONG, "b": "b\n"})
    check(repo)
    repo.commit({"a": None, "c": LONG})
    repo.commit({"c": LONG + "more\n", "b": b"\0"})
    check(repo)
    assert attribute(repo)[b"c"][4] == (one, b"a", 5)


def test_worktrees_share_one_cache(repo: RepoBuilder) -> None:
    repo.commit({"a": LONG})
    repo.commit({"a": LONG + "more\n"})
    tree = repo.worktree("main~1")
    with Repository(tree.root) as inside, Repository(repo.root) as outside:
        assert cache_folder(inside) == cache_folder(outside)
        assert not inside.bare
        engine = Engine(inside, cache=cache_folder(inside))
        assert attributed(engine.attribute(tree.resolve("HEAD"))) == blamed(repo, "main~1")
    check(repo, "main")


def test_a_bare_repository_and_a_detached_head_are_repositories(new_repo: Maker) -> None:
    repo = new_repo("bare", bare=True)
    repo.commit({"a": LONG})
    repo.commit({"a": LONG + "more\n"})
    check(repo, "main")
    clone = repo.clone()
    clone.git("checkout", "--quiet", "--detach", "HEAD~1")
    check(clone, "HEAD")


@pytest.mark.parametrize("kind", ["sha1", "sha256"])
def test_a_range_of_nothing_leaves_every_line_outside(new_repo: Maker, kind: Literal["sha1", "sha256"]) -> None:
    repo = new_repo("r", object_format=kind)
    head = repo.commit({"a": LONG})
    with Repository(repo.root) as repository:
        found = Engine(repository).attribute(head, base=[head])
    assert set(only(every(found), {head})) == set()


def test_a_tree_without_files_has_no_lines(repo: RepoBuilder) -> None:
    repo.commit({"a": "1\n"})
    repo.commit({"a": None})
    check(repo, "main", "main~1", "main")
    repo.commit({"a": "", "b": b"\0"})
    assert attribute(repo) == {b"a": []}
    check(repo)


def test_attributes_in_the_tree_change_nothing(repo: RepoBuilder) -> None:
    attributes = "* -diff binary\n*.py diff=python text eol=crlf working-tree-encoding=UTF-16\n"
    repo.commit({"a.py": LONG, ".gitattributes": attributes})
    repo.commit({"a.py": "top\n" + LONG})
    check(repo)


def test_a_missing_file_is_not_looked_for_again_until_it_arrives(repo: RepoBuilder, monkeypatch: Any) -> None:
    repo.commit({"a": LONG, "huge": "1\n" * 500})
    repo.commit({"a": LONG + "more\n"})
    blob = repo.git_dir / "objects" / (oid := repo.git("rev-parse", "main:huge").decode().strip())[:2] / oid[2:]
    away = blob.rename(blob.with_suffix(".away"))
    with Repository(repo.root) as repository:
        engine, head = Engine(repository, cache=cache_folder(repository), processes=1), repo.resolve("main")
        assert b"huge" not in attributed(engine.attribute(head))
        with monkeypatch.context() as patched:
            patched.setattr(Engine, "_walk", None)  # calling it would be an error
            assert b"huge" not in attributed(engine.attribute(head))
        away.rename(blob)
        assert attributed(engine.attribute(head)) == blamed(repo, "main")
