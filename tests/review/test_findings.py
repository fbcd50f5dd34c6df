"""Results are put on the files of a commit: which path of its tree, which lines; a report of other code is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from answerable.errors import SarifInvalid
from answerable.git.repository import Repository
from answerable.review.findings import Findings, find
from answerable.review.sarif.read import read
from builders import Content, RepoBuilder, link
from review.sarif.making import log, place, result, run


def found(repo: RepoBuilder, *results: dict[str, Any], root: Path | None = None, **more: Any) -> Findings:
    head = repo.resolve("main")
    report = read(log(run(*results, **more)), "a.sarif", head, root or repo.root)
    with Repository(repo.root) as repository:
        return find(repository, head, [report])


def lines(repo: RepoBuilder, content: Content, **region: Any) -> tuple[int, int]:
    repo.commit({"a.py": content})
    where = {"physicalLocation": {"artifactLocation": {"uri": "a.py"}, "region": region}}
    (one,) = found(repo, result(where)).found
    return one.start, one.end


@pytest.mark.parametrize(
    ("content", "region", "expected"),
    [
        ("a\nb\nc\n", {"startLine": 2}, (2, 2)),
        ("a\nb\nc\n", {"startLine": 2, "endLine": 99}, (2, 3)),
        ("a\nb\nc\n", {"startLine": 4}, (3, 3)),  # the empty line after the last
        ("a\nb\nc", {"startLine": 3}, (3, 3)),
        ("", {"startLine": 1}, (0, 0)),
        ("a\nb\nc\n", {}, (0, 0)),
        ("a\nbc\nd\n", {"charOffset": 2, "charLength": 2}, (2, 2)),
        ("a\nbc\nd\n", {"charOffset": 0, "charLength": 3}, (1, 2)),
        ("ä\nbc\nd\n", {"charOffset": 2}, (2, 2)),
        ("ä\nbc\nd\n", {"byteOffset": 2}, (1, 1)),
        ("ä\nbc\nd\n", {"byteOffset": 3, "byteLength": 4}, (2, 3)),
        ("a\n", {"charOffset": 999}, (1, 1)),
        (b"a\rb\rc\n", {"startLine": 3}, (1, 1)),  # git ends lines at \n alone, others do not
    ],
)
def test_the_lines_of_a_place_are_those_of_git(
    repo: RepoBuilder, content: Content, region: dict[str, Any], expected: tuple[int, int]
) -> None:
    assert lines(repo, content, **region) == expected


def test_the_reading_of_an_address_that_is_in_the_tree_is_taken(repo: RepoBuilder) -> None:
    repo.commit({"100%.py": "1\n", "a b.py": "1\n", b"\xff.py": "1\n", "a#b.py": "1\n", "new\nline.py": "1\n"})
    uris = ["100%.py", "a%20b.py", "%FF.py", "a#b.py", "new%0Aline.py"]
    told = found(repo, *(result(place(uri, 1)) for uri in uris))
    assert {one.path for one in told.found} == {b"100%.py", b"a b.py", b"\xff.py", b"a#b.py", b"new\nline.py"}


def test_an_absolute_address_is_below_the_top_of_the_work_tree(repo: RepoBuilder, tmp_path: Path) -> None:
    repo.commit({"src/a.py": "1\n"})
    (tmp_path / "other").symlink_to(repo.root, target_is_directory=True)
    for root in (repo.root, tmp_path / "other"):
        (one,) = found(repo, result(place((repo.root / "src/a.py").as_uri(), 1)), root=root).found
        assert one.path == b"src/a.py"


def test_what_the_commit_does_not_have_is_counted_and_left_out(repo: RepoBuilder) -> None:
    repo.commit({"a.py": "1\n", "link": link("a.py")})
    told = found(repo, *(result(place(uri, 1)) for uri in ("a.py", "built.py", "link", "src", "../x", "https://x/y")))
    assert [one.path for one in told.found] == [b"a.py"]
    assert any("3 results of Tool are about files that the commit does not have" in note for note in told.notes)
    assert any("2 results of Tool are about what is outside of the repository" in note for note in told.notes)


def test_a_result_without_a_place_is_told(repo: RepoBuilder) -> None:
    repo.commit({"a.py": "1\n"})
    told = found(repo, result(), result(place("a.py", 1)))
    assert any("1 results of Tool name no place" in note for note in told.notes)


@pytest.mark.parametrize("uri", ["sub.py", "file:///elsewhere/a.py"])
def test_a_report_of_which_nothing_is_here_was_made_elsewhere(repo: RepoBuilder, uri: str) -> None:
    repo.commit({"src/sub.py": "1\n"})
    with pytest.raises(SarifInvalid, match="none of its 1 results is about a file of the commit"):
        found(repo, result(place(uri, 1)))


def test_a_line_that_the_file_does_not_have_is_of_other_content(repo: RepoBuilder) -> None:
    repo.commit({"a.py": "1\n2\n"})
    with pytest.raises(SarifInvalid, match=r"runs\[0\].results\[0\].*a\.py has no line 4"):
        found(repo, result(place("a.py", 4)))


def test_a_report_without_results_looks_at_nothing(repo: RepoBuilder) -> None:
    repo.commit({"a.py": "1\n"})
    assert found(repo).found == ()
    assert found(repo).reports[0].tools == ("Tool",)
