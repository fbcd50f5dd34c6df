"""The notes of decisions only grow: what a move of them would take away is named."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from answerable.git.repository import Repository
from answerable.policy.append_only import losses
from builders import RepoBuilder

A, B = "1" * 40, "2" * 40


def notes(repo: RepoBuilder, files: Mapping[str, str | bytes]) -> str:
    """A commit of notes with exactly these files."""
    return repo.commit(files, branch="refs/notes/x", parents=[])


def lost(repo: RepoBuilder, old: Mapping[str, str | bytes], new: Mapping[str, str | bytes] | None) -> list[str]:
    first = notes(repo, old)
    second = "0" * 40 if new is None else notes(repo, new)
    with Repository(repo.root) as repository:
        return losses(repository, first, second)


@pytest.mark.parametrize(
    "new",
    [
        {A: "one\ntwo\n"},
        {A: "two\none\n"},
        {A: "one\ntwo\nthree\n"},
        {A: "one\ntwo\n", B: "other\n"},
        {f"11/{A[2:]}": "one\ntwo\n"},
        {f"11/11/{A[4:]}": "two\nthree\none\n", "README": "no note"},
    ],
    ids=["the same", "another order", "a line more", "a note more", "fanned out", "fanned out twice"],
)
def test_what_only_grows_loses_nothing(repo: RepoBuilder, new: Mapping[str, str]) -> None:
    assert lost(repo, {A: "one\ntwo\n"}, new) == []


@pytest.mark.parametrize(
    "new",
    [
        None,
        {},
        {A: "one\n"},
        {A: "one\ntwo \n"},
        {A: ""},
        {B: "one\ntwo\n"},
        {f"11/11/11/{A[6:]}": "one\ntwo\n"},
        {A + "x": "one\ntwo\n"},
    ],
    ids=["deleted", "emptied", "a line less", "a line changed", "no line", "moved", "hidden", "renamed"],
)
def test_what_loses_a_line_is_named_with_its_object(repo: RepoBuilder, new: Mapping[str, str] | None) -> None:
    (words,) = lost(repo, {A: "one\ntwo\n"}, {"README": "x", **new} if new == {} else new)
    assert words.startswith("the note of 111111111111 would lose ")


def test_a_second_note_for_an_object_would_hide_the_first(repo: RepoBuilder) -> None:
    both = {A: "forged\n", f"11/{A[2:]}": "one\ntwo\n"}
    assert lost(repo, {A: "one\ntwo\n"}, both) == ["the object 111111111111 would have 2 notes"]
    assert lost(repo, {B: "x\n"}, {B: "x\n", **both}) == ["the object 111111111111 would have several notes"]


def test_a_note_that_is_no_plain_file_is_no_note(repo: RepoBuilder) -> None:
    old = notes(repo, {A: "one\n"})
    blob = repo.write("blob", b"one\n")
    tree = repo.write("tree", b"120000 " + A.encode() + b"\0" + bytes.fromhex(blob))
    link = repo.write("commit", b"tree %s\nauthor A <a> 1 +0000\ncommitter A <a> 1 +0000\n\nx\n" % tree.encode())
    with Repository(repo.root) as repository:
        assert len(losses(repository, old, link)) == 1
