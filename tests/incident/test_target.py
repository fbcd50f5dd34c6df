"""Targets are understood as a person means them; what names nothing is refused with the nearest names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.errors import AnswerableError, PathNotFound
from answerable.git.repository import Repository
from answerable.incident.target import Kind, Reader, Target, nearest, paths_of
from builders import RepoBuilder

Read = Callable[[str], Target]


@pytest.fixture
def history(repo: RepoBuilder) -> RepoBuilder:
    repo.commit({"src/app.py": "1\n", "a..b": "x\n", "10:20": "x\n", "src/app.py:7": "odd\n", "HEAD": "x\n"})
    repo.commit({"src/app.py": "2\n"})
    repo.commit({"src/other.py": "2\n"}, branch="work", parents=[repo.commits[0]])
    return repo


@pytest.fixture
def read(history: RepoBuilder) -> Read:
    def reading(given: str) -> Target:
        with Repository(history.root) as repository:
            return Reader(repository, repository.resolve("main")).read(given)

    return reading


@pytest.mark.parametrize(
    ("given_", "path", "lines"),
    [
        ("src/app.py", b"src/app.py", None),
        ("./src//app.py", b"src/app.py", None),
        ("src/app.py:3", b"src/app.py", (3, 3)),
        ("src/app.py:3-5", b"src/app.py", (3, 5)),
        ("src/app.py:7", b"src/app.py:7", None),
        ("src/app.py:7:1", b"src/app.py:7", (1, 1)),
        ("10:20", b"10:20", None),
        ("a..b", b"a..b", None),
        ("HEAD", b"HEAD", None),
    ],
)
def test_a_path_comes_before_every_other_reading(
    read: Read, given_: str, path: bytes, lines: tuple[int, int] | None
) -> None:
    target = read(given_)
    assert (target.path, target.lines) == (path, lines)
    assert target.kind is (Kind.LINES if lines else Kind.PATH)
    assert target.given == given_


def test_ranges_are_read_as_git_reads_them(read: Read, history: RepoBuilder) -> None:
    first, second, work = history.commits
    assert (read("main~1..main").base, read("main~1..main").commit) == (first, second)
    assert (read("main...work").base, read("main...work").commit) == (first, work)
    assert (read(f"{first[:9]}..").base, read("..work").commit) == (first, work)


def test_a_revision_is_one_commit(read: Read, history: RepoBuilder) -> None:
    assert (read("work").kind, read("work").commit, read("work").base) == (Kind.COMMIT, history.commits[2], "")
    assert read("main^").commit == history.commits[0]


@pytest.mark.parametrize("given_", ["../outside.py", "/etc/passwd", "src/../../x", "..", "."])
def test_what_lies_outside_the_repository_names_nothing(read: Read, given_: str) -> None:
    with pytest.raises(AnswerableError) as caught:
        read(given_)
    assert caught.value.exit_code == 2


@given(st.text(max_size=30))
def test_no_text_breaks_the_reader(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    root = _small(tmp_path_factory.getbasetemp() / "target-property")
    with Repository(root) as repository:
        try:
            target = Reader(repository, repository.resolve("HEAD")).read(text)
        except AnswerableError as refusal:
            said = (refusal.message, refusal.hint)
        else:
            said = (target.given, "understood")
    assert all(said) or text == ""


def _small(root: Path) -> Path:
    if not root.exists():
        RepoBuilder(root).commit({"a": "x\n", "b/c.py": "x\n"})
    return root


def test_files_of_folders_and_files_are_each_named_once(history: RepoBuilder) -> None:
    with Repository(history.root) as repository:
        head = repository.resolve("main")
        assert paths_of(repository, head, ["src", "src/app.py"]) == [b"src/app.py", b"src/app.py:7"]
        with pytest.raises(PathNotFound):
            paths_of(repository, head, ["nothing"])


def test_the_nearest_names_are_the_same_name_elsewhere_then_similar_ones() -> None:
    paths = ["a/user.py", "b/users.py", "c/user.py", "d/zebra.py"]
    assert nearest("x/user.py", paths)[:2] == ["a/user.py", "c/user.py"]
    assert nearest("user.yp", paths)[0] in ("a/user.py", "c/user.py")
    assert nearest("qqqqq", paths) == []
    assert len(nearest("user.py", [f"{n}/user.py" for n in range(9)])) == 3
