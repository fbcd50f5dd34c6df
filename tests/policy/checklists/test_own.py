"""The organisation's own questions: read strictly, from the base, and a fault is an error and no silence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.errors import PolicyInvalid, PolicyUnevaluable
from answerable.git.repository import Repository
from answerable.policy.checklists.own import MOST_QUESTIONS, PATH, own_questions, read
from answerable.review.checklist.question import Question, When
from builders import RepoBuilder, link

GOOD = """version: 1
questions:
  - id: ours.ledger-order
    text: Is the order of postings kept?
    why: Statements are made of it.
    when: {layers: [crit*], ranks: 1, touches: [sql], languages: [python, go], unless-kinds: [test], origins: [unknown]}
  - id: ours.names
    text: Are names those of the glossary?
    why: Others search for them.
"""


def test_what_is_written_is_asked() -> None:
    found, faults = read(GOOD.encode())
    assert not faults
    assert found[1] == Question(
        id="ours.names", text="Are names those of the glossary?", why="Others search for them.", own=True
    )
    assert found[0].when == When(
        layers=("crit*",), ranks=1, touches=("sql",), languages=("python", "go"), unless_kinds=("test",),
        origins=("unknown",),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("version: 1\nquestion: []\n", 1, "needs questions"),
        ("version: 2\nquestions: []\n", 1, "version"),
        ("version: '1'\nquestions: []\n", 1, "version"),
        ("questions: []\n", 1, "needs version"),
        ("version: 1\nquestions: {}\n", 2, "must be a list"),
        ("version: 1\nquestions:\n  - text: a\n    why: b\n", 3, "needs id"),
        ("version: 1\nquestions:\n  - {id: ours.a, text: a}\n", 3, "needs why"),
        ("version: 1\nquestions:\n  - {id: ours, text: a, why: b}\n", 3, "cannot be 'ours'"),
        ("version: 1\nquestions:\n  - {id: Ours.a, text: a, why: b}\n", 3, "cannot be"),
        ("version: 1\nquestions:\n  - {id: design.fit, text: a, why: b}\n", 3, "comes with the program"),
        ("version: 1\nquestions:\n  - {id: o.a, text: a, why: b}\n  - {id: o.a, text: a, why: b}\n", 4, "twice"),
        ("version: 1\nquestions:\n  - {id: o.a, text: '', why: b}\n", 3, "empty"),
        ("version: 1\nquestions:\n  - {id: o.a, text: yes, why: b}\n", 3, "must be a text"),
        (f"version: 1\nquestions:\n  - {{id: o.a, text: {'x' * 301}, why: b}}\n", 3, "301 characters"),
        ("version: 1\nquestions:\n  - {id: o.a, text: a, why: b, when: {kind: [ci]}}\n", 3, "has no key 'kind'"),
        ("version: 1\nquestions:\n  - {id: o.a, text: a, why: b, when: {kinds: [cj]}}\n", 3, "cannot be 'cj'"),
        ("version: 1\nquestions:\n  - {id: o.a, text: a, why: b, when: {origins: [human]}}\n", 3, "cannot be 'human'"),
        ("version: 1\nquestions:\n  - {id: o.a, text: a, why: b, when: {languages: [cobol]}}\n", 3, "cobol"),
        ("version: 1\nquestions:\n  - {id: o.a, text: a, why: b, when: {ranks: -1}}\n", 3, "whole number"),
        ("version: 1\nquestions:\n  - {id: o.a, text: a, why: b, when: {}}\n", 3, "when says nothing"),
        ("version: 1\nquestions:\n  - {id: o.a, text: a, why: b, when: {code: 1}}\n", 3, "true or false"),
        ("version: 1\nquestions: &a []\n", 2, "anchors"),
        ("", 1, "empty"),
    ],
)
def test_a_fault_is_told_with_its_line(text: str, line: int, said: str) -> None:
    found, faults = read(text.encode())
    assert not found
    assert (faults[0].position.line, faults[0].file) == (line, PATH)
    assert said in faults[0].message
    assert faults[0].fix


def test_there_are_not_too_many_of_them() -> None:
    rows = "".join(f"  - {{id: o.q{at}, text: a, why: b}}\n" for at in range(MOST_QUESTIONS + 1))
    assert "201 questions" in read(f"version: 1\nquestions:\n{rows}".encode())[1][0].message


def test_they_are_those_of_the_commit(repo: RepoBuilder) -> None:
    old = repo.commit({PATH: GOOD})
    new = repo.commit({PATH: None})
    with Repository(repo.root) as repository:
        assert [question.id for question in own_questions(repository, old)] == ["ours.ledger-order", "ours.names"]
        assert own_questions(repository, new) == ()
        assert own_questions(repository, None) == ()


def test_a_fault_in_a_commit_is_an_error(repo: RepoBuilder) -> None:
    sha = repo.commit({PATH: "version: 1\nquestions: {}\n"})
    with Repository(repo.root) as repository, pytest.raises(PolicyInvalid, match=r"checklist\.yaml:2:12"):
        own_questions(repository, sha)


@pytest.mark.parametrize(
    "name", [".answerable/checklist.yml", ".answerable/Checklist.yaml", ".answerable/checklist.json"]
)
def test_what_is_nearly_called_so_is_an_error(repo: RepoBuilder, name: str) -> None:
    sha = repo.commit({name: GOOD})
    with (
        Repository(repo.root) as repository,
        pytest.raises(PolicyUnevaluable, match="looks like the checklist") as found,
    ):
        own_questions(repository, sha)
    assert PATH in str(found.value.hint)


def test_a_link_is_not_followed(repo: RepoBuilder) -> None:
    sha = repo.commit({PATH: link("../x"), "x": GOOD})
    with Repository(repo.root) as repository, pytest.raises(PolicyUnevaluable, match="is a link"):
        own_questions(repository, sha)


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: f"version: 1\nquestions: {text}".encode()))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    found, faults = read(data)
    assert not (found and faults)
