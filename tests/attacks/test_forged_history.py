"""Whoever can write into `.git` makes history look different from what the objects hold.

Replace refs and grafts are ignored and told. A forged shallow file only ever takes knowledge away: what lies beyond is
unknown, never human. Objects may lie in other folders. A commit-graph that is cut short is not read; one that lies well
is believed, as git itself believes it (SECURITY.md: whoever can write into `.git`).
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from attacks.hostile import LONG, lines, project, truth
from builders import RepoBuilder
from e2e.asking import ask_here


def test_replace_refs_are_ignored_and_told(repo: RepoBuilder) -> None:
    expected = truth(project(repo))
    forged = repo.commit({"src/a.py": "forged\n" * 13}, "Forged\n", parents=[], branch="forged", author=("Eve", "e@x"))
    repo.git("replace", repo.commits[1], forged)
    assert repo.blame("main", "src/a.py") != expected[b"src/a.py"]
    assert lines(repo, "--no-cache") == expected
    (span,) = ask_here("for", "src/a.py:1", "--format", "json", cwd=repo.root).json["spans"]
    assert (span["commit"], span["author"]["name"], span["origin"]) == (repo.commits[1], "Ada", "ai")
    gaps = ask_here("scan", "--no-cache", "--format", "json", cwd=repo.root).json["gaps"]
    assert "history-replaced" in {gap["id"] for gap in gaps}


def test_grafts_are_ignored_and_told(repo: RepoBuilder) -> None:
    expected = truth(project(repo))
    (repo.git_dir / "info").mkdir(exist_ok=True)
    (repo.git_dir / "info" / "grafts").write_text(f"{repo.commits[1]}\n")
    assert repo.blame("main", "src/a.py") != expected[b"src/a.py"]
    assert lines(repo, "--no-cache") == expected
    gaps = ask_here("scan", "--no-cache", "--format", "json", cwd=repo.root).json["gaps"]
    assert "history-replaced" in {gap["id"] for gap in gaps}


def test_a_forged_shallow_file_takes_knowledge_away_and_never_gives_a_wrong_commit(repo: RepoBuilder) -> None:
    expected = truth(project(repo))[b"src/a.py"]
    (repo.git_dir / "shallow").write_text(repo.commits[1] + "\n")
    document = ask_here("for", "src/a.py", "--format", "json", cwd=repo.root).json
    for span in document["spans"]:
        assert span["commit"] in (None, expected[span["start"] - 1].sha)
        assert (span["commit"] is None) == (span["boundary"] == "shallow")
        assert span["origin"] != "human"
    assert None in {span["commit"] for span in document["spans"]}
    found = ask_here("lines", "src/a.py", cwd=repo.root).documents
    assert {(row["boundary"], row["origin"]) for row in found if "boundary" in row} == {("shallow", "unknown")}


@pytest.mark.parametrize("content", [b"garbage\n", b"\xff" * 40 + b"\n", b"\0" * 41, b"1" * 39 + b"\n", b"--all\n"])
def test_a_shallow_file_that_is_none_could_not_be_evaluated(repo: RepoBuilder, content: bytes) -> None:
    project(repo)
    (repo.git_dir / "shallow").write_bytes(content)
    said = ask_here("lines", cwd=repo.root)
    assert (said.code, said.out) == (3, "")
    assert "[git-failed]" in said.err


def test_a_shallow_file_of_unknown_commits_changes_nothing(repo: RepoBuilder) -> None:
    expected = truth(project(repo))
    (repo.git_dir / "shallow").write_text("1" * 40 + "\n")
    assert lines(repo, "--no-cache") == expected


def graph(repo: RepoBuilder) -> Path:
    repo.git("commit-graph", "write", "--reachable", "--changed-paths")
    file = repo.git_dir / "objects" / "info" / "commit-graph"
    file.chmod(0o600)
    return file


def test_a_commit_graph_that_is_cut_short_changes_nothing(repo: RepoBuilder) -> None:
    expected = truth(project(repo))
    file = graph(repo)
    whole = file.read_bytes()
    for size in (0, 7, 50, len(whole) // 2):
        file.write_bytes(whole[:size])
        assert lines(repo, "--no-cache") == expected


def test_a_commit_graph_that_lies_well_is_believed_as_git_believes_it(repo: RepoBuilder) -> None:
    """Not defended: git asks the graph for parents, and checks nothing that it says."""
    first = repo.commit({"a.py": LONG})
    second = repo.commit({"a.py": "top\n" + LONG})
    third = repo.commit({"a.py": "top\n" + LONG + "end\n"})
    file = graph(repo)
    data = bytearray(file.read_bytes())
    order = sorted([first, second, third])
    table = data.index(bytes.fromhex(order[0])) + 20 * 3  # commit data follows the ids
    at = table + 36 * order.index(third) + 20
    data[at : at + 4] = order.index(first).to_bytes(4, "big")
    data[-20:] = hashlib.sha1(data[:-20]).digest()
    file.write_bytes(data)
    assert repo.git("rev-list", "main").decode().split() == [third, first]
    assert {line.sha for line in lines(repo, "--no-cache")[b"a.py"]} == {third, first}
    assert ask_here("for", "a.py:1", "--format", "json", cwd=repo.root).json["spans"][0]["commit"] == third


def test_objects_may_lie_elsewhere_and_missing_folders_are_no_error(repo: RepoBuilder, tmp_path: Path) -> None:
    expected = truth(project(repo))
    elsewhere = tmp_path / 'odd:"folder"\\'
    (repo.git_dir / "objects").rename(elsewhere)
    (repo.git_dir / "objects" / "info").mkdir(parents=True)
    alternates = repo.git_dir / "objects" / "info" / "alternates"
    alternates.write_text(f"/nothing/here\n# no comment\n{elsewhere}\n../../../../\n")
    assert lines(repo, "--no-cache") == expected
    alternates.write_text("/nothing/here\n")
    assert ask_here("lines", cwd=repo.root).code != 0


def test_a_linked_work_tree_and_a_git_file_lead_to_one_truth(repo: RepoBuilder, tmp_path: Path) -> None:
    expected = truth(project(repo))
    assert lines(repo.worktree()) == expected
    other = tmp_path / "pointed"
    other.mkdir()
    (other / ".git").write_text(f"gitdir: {os.fspath(repo.git_dir)}\n")
    assert lines(RepoBuilder.at(other)) == expected


@pytest.mark.parametrize("content", [b"", b".\0x\n", b"\xff\n", b"/nothing\n", b"../../..\n", b"." * 5000])
def test_a_common_folder_that_is_none_is_no_traceback(repo: RepoBuilder, content: bytes) -> None:
    project(repo)
    (repo.git_dir / "commondir").write_bytes(content)
    assert ask_here("lines", "--no-cache", cwd=repo.root).code in (0, 2, 3)
