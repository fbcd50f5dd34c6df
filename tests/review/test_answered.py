"""Answers in a signed decision: bound to exact lines, and nothing where the decision is not of the shape."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.domain.decision import Decision, Kind, Principal, PrincipalType, Subject
from answerable.ledger.statement import MOST, read_statement, statement
from answerable.review.answered import MOST_HUNKS, digest_of, parts, questions, read
from answerable.review.answers import Answer, Word
from answerable.review.checklist.choose import choose
from answerable.review.checklist.hunk import Hunk
from answerable.review.checklist.sheet import Asked

HEAD = "a" * 40


def hunk(path: bytes = b"a.py", start: int = 1, digest: str = "0" * 64, **more: Any) -> Hunk:
    return Hunk(path=path, start=start, end=start + 9, digest=f"sha256:{digest}", layer="critical", **more)


def asked(*hunks: Hunk) -> list[Asked]:
    return [Asked.of(one, choose(one)) for one in hunks]


def answers(each: Asked, word: Word = Word.YES, text: str = "") -> list[Answer]:
    return [Answer(hunk=each.hunk.id, question=question.id, word=word, text=text) for question in each.questions]


def decision(details: dict[str, Any], kind: Kind = Kind.REVIEW) -> Decision:
    return Decision(
        decision_id="01890000-0000-7000-8000-000000000000",
        kind=kind,
        subjects=(Subject(digest={"gitCommit": HEAD}),),
        principal=Principal(type=PrincipalType.HUMAN, id="bo@example.com"),
        observed_at="2026-03-01T12:00:00Z",
        details=details,
    )


def test_what_is_signed_reads_as_what_was_answered() -> None:
    (each,) = asked(hunk(language="python"))
    (part,) = parts(HEAD, [each], answers(each, Word.NO))
    told = decision(dict(part.details))
    (found,) = read(read_statement(statement(replace(told, subjects=part.subjects))))
    assert found.covers(each.hunk)
    assert found.words == {question.id: Word.NO for question in each.questions}
    assert list(questions(told)) == [(each.hunk.id, len(each.questions), frozenset(found.words))]
    assert [subject.digest for subject in part.subjects] == [{"gitCommit": HEAD}, {"sha256": "0" * 64}]


@pytest.mark.parametrize(
    "other",
    [hunk(b"b.py"), hunk(digest="1" * 64), hunk(number=1)],
    ids=["another path", "other lines", "the second of two equal ones"],
)
def test_it_covers_no_other_lines(other: Hunk) -> None:
    (each,) = asked(hunk())
    (part,) = parts(HEAD, [each], answers(each))
    assert not read(decision(dict(part.details)))[0].covers(other)


def test_it_covers_the_same_lines_further_down() -> None:
    (each,) = asked(hunk())
    (part,) = parts(HEAD, [each], answers(each))
    assert read(decision(dict(part.details)))[0].covers(hunk(start=40))


def test_texts_stay_outside_unless_asked_for() -> None:
    (each,) = asked(hunk())
    (part,) = parts(HEAD, [each], answers(each, text="between us"))
    assert "between us" not in json.dumps(part.details)
    assert part.texts is not None
    assert json.loads(part.texts)[each.hunk.id]["purpose.alone"] == "between us"
    (part,) = parts(HEAD, [each], answers(each, text="between us"), openly=True)
    assert "between us" in json.dumps(part.details)
    assert part.texts is None


def test_very_many_hunks_fit_into_several_decisions() -> None:
    every = asked(*(hunk(b"d" * 60 + b"/%d.py" % at, language="go") for at in range(150)))
    told = list(parts(HEAD, every, [answer for each in every for answer in answers(each)]))
    assert len(told) == -(-150 // MOST_HUNKS)
    for part in told:
        assert len(statement(replace(decision(dict(part.details)), subjects=part.subjects))) <= MOST
    found = [one for part in told for one in read(decision(dict(part.details)))]
    assert [one.hunk for one in found] == [each.hunk.id for each in every]


def test_the_digest_of_the_questions_tells_what_yes_was_said_to() -> None:
    first, *rest = choose(hunk(language="python"))
    assert digest_of([first, *rest]) == digest_of([*rest, first])
    assert digest_of([first]) != digest_of([replace(first, text="Is it fine?")])


def valid() -> dict[str, Any]:
    (each,) = asked(hunk())
    (part,) = parts(HEAD, [each], answers(each))
    details: dict[str, Any] = json.loads(json.dumps(part.details))
    return details


def bent(key: str, value: Any) -> dict[str, Any]:
    details = valid()
    details["checklist"]["hunks"][0][key] = value
    return details


ROW = {"question": "purpose.alone", "answer": "yes"}


@pytest.mark.parametrize(
    "details",
    [
        bent("hunk", None), bent("hunk", "0123"), bent("hunk", ["0" * 16]), bent("path", 1), bent("digest", "0" * 64),
        bent("digest", None), bent("answers", {}), bent("answers", "yes"), bent("answers", [None]),
        bent("answers", [{**ROW, "answer": "Yes"}]), bent("answers", [{**ROW, "answer": []}]),
        bent("answers", [{**ROW, "question": "x"}]), bent("answers", [{"answer": "yes"}]), bent("answers", [ROW, ROW]),
        {**valid(), "checklist": None}, {**valid(), "checklist": []}, {**valid(), "checklist": {"version": 1}},
        {**valid(), "checklist": {**valid()["checklist"], "version": 2}},
        {**valid(), "checklist": {"version": 1, "hunks": {}}}, {**valid(), "checklist": {"version": 1, "hunks": [7]}},
    ],
)  # fmt: skip
def test_what_is_not_of_the_shape_answers_nothing(details: dict[str, Any]) -> None:
    assert read(decision(details)) == ()


def test_only_a_review_answers() -> None:
    assert read(decision(valid()))
    assert read(decision(valid(), Kind.ATTEST)) == ()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["yes", "no", "a.b", "0" * 16]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["version", "hunks", "hunk", "answers", "asked", "digest", "path"]), inner)
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_details_are_read(told: Any) -> None:
    one = decision({"checklist": told})
    assert all(len(words) <= many for _, many, words in questions(one))
