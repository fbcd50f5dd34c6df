"""A repository is recognised wherever it is asked for and of whatever kind it is, and says what it cannot show."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest

from answerable.errors import EmptyRepository, GitFailed, NotARepository, RevisionNotFound
from answerable.git.repository import Repository
from answerable.git.tree import list_tree
from builders import RepoBuilder, submodule

Maker = Callable[..., RepoBuilder]
FOLDERS = ["plain", "sp ace", "grö\u2028ße", "caf\udce9", "new\nline", "-dash", "a:b", 'quo"te', "trail\n"]


def test_a_work_tree_knows_its_root_from_any_folder_in_it(repo: RepoBuilder) -> None:
    repo.commit({"a/b/c": "1\n"})
    repo.checkout()
    for folder, prefix in ((".", b""), ("a", b"a/"), ("a/b", b"a/b/")):
        with Repository(repo.root / folder) as found:
            assert (found.root, found.prefix, found.bare) == (repo.root.resolve(), prefix, False)
            assert found.git_dir == found.common_dir == repo.git_dir.resolve()


@pytest.mark.parametrize("name", FOLDERS)
def test_a_folder_may_have_any_name(tmp_path: Path, name: str) -> None:
    repo = RepoBuilder(tmp_path / name)
    sha = repo.commit({f"{name}/a": "1\n"})
    repo.checkout()
    for folder in (repo.root, repo.root / name):
        with Repository(folder) as found:
            assert found.root == repo.root
            assert found.git_dir == repo.git_dir
            assert found.resolve("HEAD") == sha
            assert found.quarantine.git.run("rev-list", sha).decode().split() == [sha]


def test_a_bare_repository_has_itself_as_root(new_repo: Maker) -> None:
    repo = new_repo("r.git", bare=True)
    sha = repo.commit({"a": "1\n"})
    for folder in (repo.root, repo.root / "objects"):
        with Repository(folder) as found:
            assert (found.bare, found.root, found.prefix) == (True, repo.root.resolve(), b"")
            assert found.resolve("main") == sha


def test_a_linked_work_tree_shares_objects_and_has_its_own_head(repo: RepoBuilder) -> None:
    first, second = repo.commit({"a": "1\n"}), repo.commit({"a": "2\n"})
    with Repository(repo.worktree(first).root) as inside:
        assert inside.common_dir == repo.git_dir.resolve()
        assert inside.git_dir != inside.common_dir
        assert (inside.resolve("HEAD"), inside.resolve("main")) == (first, second)
        assert inside.quarantine.git.run("cat-file", "-t", second) == b"commit\n"


def test_a_submodule_is_a_repository_of_its_own(repo: RepoBuilder, new_repo: Maker) -> None:
    inner = new_repo("inner")
    sha = inner.commit({"lib": "1\n"})
    repo.commit({"vendor": submodule(sha), "a": "1\n"})
    repo.checkout()
    inner.git("clone", "--quiet", "--separate-git-dir", repo.git_dir / "modules", inner.root, repo.root / "vendor")
    with Repository(repo.root / "vendor") as found:
        assert (found.root.name, found.resolve("HEAD")) == ("vendor", sha)
    with Repository(repo.root) as found:
        assert found.resolve("HEAD") == repo.commits[0]


def test_a_detached_head_and_every_way_to_name_a_commit_is_resolved(repo: RepoBuilder) -> None:
    first, second = repo.commit({"a": "1\n"}, "first\n"), repo.commit({"a": "2\n"})
    repo.tag("v1", first, message="annotated\n")
    repo.checkout(first)
    repo.git("checkout", "--quiet", "--detach")
    with Repository(repo.root) as found:
        names = {"HEAD": first, "v1": first, "main~1": first, first[:9]: first, "main": second}
        assert {name: found.resolve(name) for name in names} == names


@pytest.mark.parametrize(
    "name", ["none", "HEAD~9", "main:a", "HEAD^{tree}", "", "--all", "a\nmain", "main\0", "\udcff"]
)
def test_what_is_no_commit_is_not_found_with_a_next_step(repo: RepoBuilder, name: str) -> None:
    repo.commit({"a": "1\n"})
    with Repository(repo.root) as found:
        assert found.try_resolve(name) is None
        with pytest.raises(RevisionNotFound) as caught:
            found.resolve(name)
    assert "git fetch --unshallow" in (caught.value.hint or "")


def test_a_repository_without_a_commit_is_empty_and_one_without_that_branch_is_not(repo: RepoBuilder) -> None:
    with Repository(repo.root) as found, pytest.raises(EmptyRepository):
        found.resolve("HEAD")
    repo.commit({"a": "1\n"}, branch="other", parents=[])
    with Repository(repo.root) as found:
        with pytest.raises(RevisionNotFound):
            found.resolve("HEAD")
        assert found.resolve("other") == repo.commits[0]


@pytest.mark.parametrize(("kind", "length"), [("sha1", 40), ("sha256", 64)])
def test_ids_are_as_long_as_the_hash(new_repo: Maker, kind: Literal["sha1", "sha256"], length: int) -> None:
    repo = new_repo("r", object_format=kind)
    sha = repo.commit({"a": "1\n"})
    with Repository(repo.root) as found:
        assert (found.object_format, len(found.null_oid), len(sha)) == (kind, length, length)
        assert found.quarantine.git.run("hash-object", "--stdin").decode().strip() == found.quarantine.empty_blob
        assert found.quarantine.git.run("rev-list", sha).decode().split() == [sha]


def test_a_shallow_clone_knows_where_it_ends_and_a_full_one_ends_nowhere(repo: RepoBuilder) -> None:
    for number in range(4):
        repo.commit({"a": f"{number}\n"})
    clone = repo.shallow_clone(2)
    with Repository(clone.root) as found:
        assert (found.shallow, found.boundary) == (True, {repo.commits[2]})
        assert found.quarantine.git.run("rev-list", repo.commits[3]).decode().split() == repo.commits[:1:-1]
    with Repository(clone.worktree("HEAD").root) as found:
        assert found.boundary == {repo.commits[2]}
    with Repository(repo.root) as found:
        assert (found.shallow, found.boundary) == (False, frozenset())


def test_a_partial_clone_fetches_nothing_and_knows_what_is_missing(repo: RepoBuilder) -> None:
    sha = repo.commit({"a": "1\n"})
    blob = repo.files()[b"a"][1]
    with Repository(repo.partial_clone().root) as found:
        assert found.partial
        assert found.resolve("HEAD") == found.resolve("origin/main") == sha
        assert found.objects.missing([blob, sha]) == {blob}
        assert found.objects.blob(blob) is None
        assert found.objects.get("HEAD:a") is None
        assert list(found.objects.stream([blob])) == [None]
        for name in ("none", "HEAD..HEAD", "^HEAD", "--all", "HEAD:b", "", "@{-1}"):
            assert found.objects.get(name) is None
        tree = found.objects.get("HEAD^{tree}")
        assert tree is not None
        assert tree.kind == "tree"


def test_a_clone_without_trees_is_told_what_to_fetch(repo: RepoBuilder) -> None:
    sha = repo.commit({"a": "1\n"})
    with Repository(repo.partial_clone(spec="tree:0").root) as found:
        assert found.resolve("HEAD") == sha
        with pytest.raises(GitFailed) as caught:
            list_tree(found.git, sha)
    assert caught.value.hint == "git fetch --refetch --no-filter"


def test_replaced_and_grafted_history_is_noticed_and_not_believed(repo: RepoBuilder) -> None:
    first, second = repo.commit({"a": "1\n"}), repo.commit({"a": "2\n"})
    with Repository(repo.root) as found:
        assert not found.rewrites
    repo.git("replace", second, first)
    with Repository(repo.root) as found:
        assert found.rewrites
        shown = found.objects.get("HEAD")
        assert shown is not None
        assert f"parent {first}".encode() in shown.data
    repo.git("replace", "-d", second)
    (repo.git_dir / "info").mkdir(exist_ok=True)
    (repo.git_dir / "info/grafts").write_text(f"{second}\n")
    with Repository(repo.root) as found:
        assert found.rewrites
        assert found.quarantine.git.run("rev-list", second).decode().split() == [second, first]


@pytest.mark.parametrize("folder", [".", "none", "file"])
def test_what_is_no_repository_is_said_so_with_a_next_step(tmp_path: Path, folder: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NotARepository) as caught:
        Repository(tmp_path / folder)
    assert "-C" in (caught.value.hint or "")


def test_closing_leaves_nothing_behind_and_may_be_done_twice(repo: RepoBuilder) -> None:
    repo.commit({"a": "1\n"})
    with Repository(repo.root) as found:
        folder = found.quarantine.folder
        assert folder.is_dir()
        found.close()
        assert not folder.exists()
    assert list(repo.root.iterdir()) == [repo.git_dir]
