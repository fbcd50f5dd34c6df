"""The messages of a commit and of its merge show what they show, and nothing is made of a merge."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.domain.commit import Commit, Person
from answerable.domain.grade import Grade
from answerable.domain.review import ReviewMark, ReviewMarks
from answerable.review.message import read

ANN = Person(name="Ann Author", email="ann@example.com")
MAX = Person(name="Max Merger", email="max@example.com")


def commit(message: str, *, author: Person = ANN, parents: int = 1) -> Commit:
    return Commit(
        sha="0" * 40,
        parents=("1" * 40,) * parents,
        author=author,
        authored_at="2024-05-02T09:10:11Z",
        committer=author,
        committed_at="2024-05-02T09:10:11Z",
        message=message,
    )


def people(marks: tuple[ReviewMark, ...]) -> list[tuple[str, str | None]]:
    return [(m.person, m.because) for m in marks]


def test_a_message_without_marks_shows_nothing() -> None:
    assert read(commit("Fix it\n\nReviewed the code by hand.\n")) == ReviewMarks()


@pytest.mark.parametrize(
    ("trailer", "role"),
    [
        ("Reviewed-by", "reviewers"),
        ("reviewed-By", "reviewers"),
        ("Approved-by", "reviewers"),
        ("Reviewed By", "reviewers"),
        ("Acked-by", "acks"),
        ("Tested-by", "testers"),
        ("Signed-off-by", "signoffs"),
    ],
)
def test_a_trailer_is_a_declared_mark_of_its_role(trailer: str, role: str) -> None:
    marks = read(commit(f"Fix it\n\n{trailer}: Rob <rob@example.com>\n"))
    (mark,) = getattr(marks, role)
    assert (mark.person, mark.grade, mark.independent) == ("Rob <rob@example.com>", Grade.DECLARED, True)
    others = {"reviewers", "acks", "testers", "signoffs"} - {role}
    assert all(getattr(marks, other) == () for other in others)


def test_a_sign_off_is_no_review() -> None:
    assert read(commit("Fix\n\nSigned-off-by: Rob <rob@example.com>")).independent_reviewers == ()


def test_a_merge_shows_a_change_and_who_merged_it_and_no_reviewer() -> None:
    merge = commit("Merge pull request #12 from acme/fix\n\nFix it", author=MAX, parents=2)
    marks = read(commit("Fix it"), merge)
    assert (marks.change, marks.change_grade) == ("#12", Grade.INFERRED)
    assert marks.merged_by == "Max Merger <max@example.com>"
    assert marks.reviewers == marks.acks == marks.testers == ()


@pytest.mark.parametrize(
    ("message", "change"),
    [
        ("Merge pull request #12 from a/b", "#12"),
        ("Fix the cart (#12)", "#12"),
        ("Backport: Fix the cart (#9) (#12)", "#12"),
        ("Merge branch 'fix' into 'main'\n\nFix\n\nSee merge request group/proj!34", "!34"),
        ("Merge branch 'fix' into 'main'\n\nSee merge request !34", "!34"),
        ("Fix (!34)", "!34"),
        ("Merged in fix (pull request #12)\n\nFix", "#12"),
        ("Pull request #12: Fix", "#12"),
        ("Merged PR 12: Fix", "#12"),
        ("Merge pull request 'Fix it' (#12) from a/b into main", "#12"),
        ("Auto merge of #12 - ann:fix, r=rob", "#12"),
        ("Fix, see #12", None),
        ("Fix (#12) for good", None),
        ("Fix\n\n(#12)", None),
        ("Fix\n\n> See merge request group/proj!34", None),
        ('Revert "Fix (#12)"', None),
    ],
)
def test_a_title_of_a_forge_names_the_change_as_inferred(message: str, change: str | None) -> None:
    marks = read(commit(message))
    assert marks.change == change
    assert marks.change_grade == (Grade.INFERRED if change else Grade.NONE)


@pytest.mark.parametrize(
    ("trailer", "change"),
    [
        ("PR-URL: https://github.com/acme/shop/pull/12", "#12"),
        ("Part-of: <https://gitlab.example.com/a/b/-/merge_requests/34>", "!34"),
        ("Reviewed-on: https://review.example.com/c/shop/+/567", "https://review.example.com/c/shop/+/567"),
        ("Reviewed-on: https://codeberg.org/a/b/pulls/12", "#12"),
        ("Differential Revision: https://reviews.example.org/D89", "https://reviews.example.org/D89"),
    ],
)
def test_an_address_names_the_change_as_declared_and_is_kept(trailer: str, change: str) -> None:
    marks = read(commit(f"Fix (#99)\n\n{trailer}\n"))
    assert (marks.change, marks.change_grade) == (change, Grade.DECLARED)
    assert marks.links[0].startswith("https://")


def test_an_address_is_no_reviewer() -> None:
    assert read(commit("Fix\n\nReviewed-on: https://review.example.com/1")).reviewers == ()


@pytest.mark.parametrize(
    ("reviewer", "because"),
    [
        ("Ann Author <ann@example.com>", "author"),
        ("A. Other Name <ANN@example.com>", "author"),
        ("Ann Author <ann@private.example>", "author"),
        ("ann@example.com", "author"),
        ("Cole <cole@example.com>", "co-author"),
        ("Cursor Agent <cursoragent@cursor.com>", "agent"),
        ("Some Name <no-reply@openai.com>", "agent"),
        ("GitHub Copilot <x@example.com>", "agent"),
        ("Gemini Code Assist <x@example.com>", "agent"),
        ("Jules <x@example.com>", "agent"),
        ("Devin AI <x@example.com>", "agent"),
        ("aider (gpt-4o) <x@example.com>", "agent"),
        ("renovate <x@example.com>", "agent"),
        ("Claude <noreply@anthropic.com>", "agent"),
        ("Claude Opus 4 <x@y>", "agent"),
        ("coderabbitai[bot] <136622811+coderabbitai[bot]@users.noreply.github.com>", "agent"),
        ("Copilot <copilot@github.com>", "agent"),
        ("@codex", "agent"),
        ("acme-review-bot <r@example.com>", "agent"),
        ("Claude Dupont <claude.dupont@example.com>", None),
        ("Jo Human <jo@anthropic.com>", None),
        ("Abbot Costello <abbot@example.com>", None),
        ("Rob <rob@example.com>", None),
    ],
)
def test_a_reviewer_who_took_part_or_is_a_tool_is_kept_and_not_independent(reviewer: str, because: str | None) -> None:
    marks = read(commit(f"Fix\n\nReviewed-by: {reviewer}\nCo-authored-by: Cole <cole@example.com>\n"))
    assert people(marks.reviewers) == [(reviewer, because)]
    assert len(marks.independent_reviewers) == (because is None)


def test_an_author_is_recognised_by_the_login_in_a_forge_address() -> None:
    author = Person(name="Ann", email="123+Ann-Dev@users.noreply.github.com")
    assert people(read(commit("Fix\n\nReviewed-by: @ann-dev", author=author)).reviewers) == [("@ann-dev", "author")]


def test_further_tools_can_be_named() -> None:
    marks = read(commit("Fix\n\nReviewed-by: Robo <r@example.com>"), is_agent=lambda p: p.name == "Robo")
    assert people(marks.reviewers) == [("Robo <r@example.com>", "agent")]


def test_marks_count_anywhere_in_the_message_but_not_where_it_is_quoted() -> None:
    message = (
        "Squash\n\n* One\n\n  Reviewed-by: Rob <rob@example.com>\n\n* Two\n\nMore words.\n\n"
        "> Reviewed-by: Quo Ted <q@example.com>\n\nAcked-by: Ada <ada@example.com>\n\nPS: thanks\n"
    )
    marks = read(commit(message))
    assert people(marks.reviewers) == [("Rob <rob@example.com>", None)]
    assert people(marks.acks) == [("Ada <ada@example.com>", None)]


def test_one_person_named_twice_counts_once() -> None:
    message = "Fix\n\nReviewed-by: Rob <rob@example.com>\nReviewed-by: Robert <ROB@example.com>\n"
    assert len(read(commit(message)).reviewers) == 1


def test_several_people_in_one_line_are_several_and_comments_are_none() -> None:
    assert people(read(commit("Fix\n\nReviewed By: alice, bob")).reviewers) == [
        ("alice", None),
        ("bob", None),
    ]
    assert people(read(commit("Fix\n\nReviewed-by: Rob <rob@x> # the driver, mostly")).reviewers) == [
        ("Rob <rob@x>", None)
    ]


@pytest.mark.parametrize("nobody", ["none", "N/A", "-", "TBD", "nobody"])
def test_nobody_is_no_reviewer(nobody: str) -> None:
    assert read(commit(f"Fix\n\nReviewed-by: {nobody}")).reviewers == ()


def test_trailers_of_the_merge_count_too_and_those_of_the_commit_stand_first() -> None:
    merge = commit("Merge\n\nApproved-by: Ada <ada@example.com>", author=MAX, parents=2)
    marks = read(commit("Fix\n\nReviewed-by: Rob <rob@example.com>"), merge)
    assert [m.person for m in marks.reviewers] == ["Rob <rob@example.com>", "Ada <ada@example.com>"]


def test_who_a_merge_robot_names_is_a_reviewer_only_as_inferred() -> None:
    merge = commit("Auto merge of #12 - ann:fix, r=rob,ann\n\nFix", author=MAX, parents=2)
    marks = read(commit("Fix", author=Person(name="ann", email="ann@example.com")), merge)
    assert people(marks.reviewers) == [("rob", None), ("ann", "author")]
    assert {m.grade for m in marks.reviewers} == {Grade.INFERRED}


PIECES = [
    "Reviewed-by",
    ": ",
    "<",
    ">",
    "\n",
    "a@b",
    ", ",
    "Merge pull request #1",
    "(#",
    "1)",
    "> ",
    "See merge",
]


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join) | st.text())
def test_no_message_raises(message: str) -> None:
    marks = read(commit(message), commit(message, parents=2))
    assert all(m.person for m in (*marks.reviewers, *marks.acks, *marks.signoffs, *marks.testers))
    assert (marks.change is None) is (marks.change_grade is Grade.NONE)
