"""A path of an agent is followed to the file it leads to, by all its names, and none slips by as another."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from answerable.policy import whereabouts as module
from answerable.policy.whereabouts import roots, whereabouts


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    top = tmp_path.resolve() / "shop"
    for folder in ("auth", "docs", ".git"):
        (top / folder).mkdir(parents=True)
    (top / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    (top / "auth" / "a.py").write_text("x\n")
    return top


def names(tree: Path, path: str, base: str = "") -> list[tuple[bytes, ...]]:
    return [inside.names for inside in whereabouts(path, str(tree / base)).inside]


def test_a_path_counts_from_the_folder_and_may_be_absolute(tree: Path) -> None:
    assert names(tree, "auth/a.py") == [(b"auth/a.py",)]
    assert names(tree, "a.py", "auth") == [(b"auth/a.py",)]
    assert names(tree, str(tree / "new" / "b.py"), "auth") == [(b"new/b.py",)]
    assert names(tree, f"file://{tree}/auth/a%2Epy") == [(b"auth/a.py",)]


@pytest.mark.parametrize("path", ["docs/../auth/a.py", "./auth//a.py", "auth/./a.py", "../shop/auth/a.py"])
def test_detours_lead_to_the_file(tree: Path, path: str) -> None:
    assert names(tree, path) == [(b"auth/a.py",)]


def test_a_link_is_followed_and_its_own_name_counts_too(tree: Path) -> None:
    (tree / "docs" / "link").symlink_to(tree / "auth")
    (tree / "docs" / "file").symlink_to("../auth/a.py")
    assert names(tree, "docs/link/a.py") == [(b"auth/a.py", b"docs/link/a.py")]
    assert names(tree, "docs/link/new.py") == [(b"auth/new.py", b"docs/link/new.py")]
    assert names(tree, "docs/file") == [(b"auth/a.py", b"docs/file")]
    assert names(tree, "docs/link/../a.py") == [(b"a.py", b"docs/a.py")]


def test_a_link_out_of_the_tree_leads_away(tree: Path) -> None:
    (tree / "docs" / "out").symlink_to(tree.parent)
    assert whereabouts("docs/out/x", str(tree)).away
    assert not whereabouts(str(tree.parent / "x"), str(tree)).away
    assert whereabouts(str(tree.parent / "x"), str(tree)).inside == ()


def test_a_link_from_elsewhere_leads_in(tree: Path) -> None:
    (tree.parent / "in").symlink_to(tree / "auth")
    assert names(tree, str(tree.parent / "in" / "a.py")) == [(b"auth/a.py",)]


def test_a_link_to_itself_is_a_name_like_any(tree: Path) -> None:
    (tree / "loop").symlink_to("loop")
    assert (b"loop/x",) in names(tree, "loop/x")


GITS = (".git/hooks/x", ".GIT/config", ".git./config", ".git /config", "GIT~1/config", ".g\u200cit/x", "x/../.git/x")


@pytest.mark.parametrize("path", GITS)
def test_what_is_gits_own_is_told_whatever_it_is_called(tree: Path, path: str) -> None:
    found = whereabouts(path, str(tree))
    assert found.of_git
    assert [inside.root for inside in found.inside] == [str(tree)]


def test_a_work_tree_inside_a_folder_of_git_is_one(tree: Path) -> None:
    linked = tree / ".git" / "trees" / "one"
    linked.mkdir(parents=True)
    (linked / ".git").write_text(f"gitdir: {tree}/.git/worktrees/one\n")
    found = whereabouts("a.py", str(linked))
    assert not found.of_git
    assert (found.inside[0].root, found.inside[0].names) == (str(linked), (b"a.py",))


def test_a_repository_in_another_is_in_both(tree: Path) -> None:
    (tree / "auth" / ".git").mkdir()
    assert names(tree, "auth/a.py") == [(b"auth/a.py",)], "an empty folder makes no repository"
    (tree / "auth" / ".git" / "HEAD").write_text("ref: x\n")
    assert names(tree, "auth/a.py") == [(b"a.py",), (b"auth/a.py",)]
    assert roots(str(tree / "auth")) == [str(tree / "auth"), str(tree)]


@pytest.mark.parametrize("path", ["", "a\0b", "\ud800"])
def test_what_is_no_path_is_told(tree: Path, path: str) -> None:
    assert whereabouts(path, str(tree)).odd


def test_names_that_no_text_can_show_stay_what_they_are(tree: Path) -> None:
    assert names(tree, "auth/a\nb") == [(b"auth/a\nb",)]
    assert names(tree, os.fsdecode(b"auth/\xff")) == [(b"auth/\xff",)]
    assert names(tree, "AUTH/a.py") == [(b"AUTH/a.py",)], "where case counts, it is another file"


def test_where_case_does_not_count_a_name_is_as_its_folder_lists_it(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = os.path.lexists
    monkeypatch.setattr(module.os.path, "lexists", lambda path: str(path).endswith(".GIT") or there(path))
    assert names(tree, "AUTH/A.py") == [(b"auth/a.py",)]
    assert names(tree, "Auth/new.py") == [(b"auth/new.py",)]
    assert names(tree, "NEW/a.py") == [(b"NEW/a.py",)]
