"""A rule that asks for the checklist: what is open or answered no is a finding, and nothing else is."""

from __future__ import annotations

from datetime import date

import pytest

from answerable.domain.grade import Grade
from answerable.domain.line_origin import LineOrigin
from answerable.domain.origin import Origin
from answerable.policy.change.facts import LineFacts, What
from answerable.policy.checklists.given import Said
from answerable.policy.checklists.open import Checklists, checklists
from answerable.policy.judge.evaluate import Inputs
from answerable.policy.judge.require_checklist import lacks
from answerable.policy.rule import Require
from answerable.review.answers import Word
from answerable.review.checklist.choose import choose
from answerable.review.checklist.hunk import Hunk

HEAD, DAY = "1" * 40, date(2026, 6, 1)
ASKS = Require(checklist=True)
HUNK = Hunk(path=b"a.py", start=10, end=19, digest="sha256:" + "0" * 64, layer="critical", language="python")
QUESTIONS = [question.id for question in choose(HUNK)]


def said(word: Word = Word.YES, left: int = 0, who: str = "bo") -> Checklists:
    words = {(HUNK.id, question): {who: word} for question in QUESTIONS[left:]}
    return checklists([HUNK], (), Said(words=words))


def lines(
    start: int = 10, end: int = 19, path: bytes = b"a.py", what: What = What.ADDED, **origin: object
) -> LineFacts:
    told = LineOrigin(start=start, end=end, **origin)  # type: ignore[arg-type]
    return LineFacts(path=path, start=start, end=end, what=what, lines=told)


def lacking(found: Checklists | None, fact: LineFacts | None = None, require: Require = ASKS) -> list[str]:
    inputs = Inputs(head=HEAD, facts=(), places={}, today=DAY, checklists=found)
    return [lack.what for lack in lacks(require, fact or lines(), inputs)]


def test_nothing_is_missing_where_all_is_answered() -> None:
    assert lacking(said()) == []
    assert lacking(said(Word.NOT_APPLICABLE)) == []


def test_what_is_not_asked_for_is_not_missing() -> None:
    assert lacking(None, require=Require()) == []


def test_what_was_not_looked_up_is_not_answered() -> None:
    assert lacking(None) == lacking(Checklists()) == ["its checklist is not answered"]


@pytest.mark.parametrize("fact", [lines(9, 9), lines(20, 20), lines(path=b"b.py"), lines(path=b"a.pyc")])
def test_lines_that_are_in_no_hunk_are_not_answered_by_those_that_are(fact: LineFacts) -> None:
    assert lacking(said(), fact) == ["its checklist is not answered"]


def test_what_is_open_is_named() -> None:
    (what,) = lacking(said(left=4))
    assert what.startswith(f"no independent person answered 4 of 6 questions of its checklist: {QUESTIONS[0]}, ")
    assert what.endswith(" and 1 more")


def test_a_no_is_told_with_who_said_it() -> None:
    assert lacking(said(Word.NO))[0] == f"bo answered no to {QUESTIONS[0]}"
    assert len(lacking(said(Word.NO))) == 3  # the rest is told by the checklist itself


def test_a_no_stands_beside_a_yes() -> None:
    words = {(HUNK.id, question): {"bo": Word.YES, "cy": Word.NO} for question in QUESTIONS[:1]}
    words |= {(HUNK.id, question): {"bo": Word.YES} for question in QUESTIONS[1:]}
    assert lacking(checklists([HUNK], (), Said(words=words))) == [f"cy answered no to {QUESTIONS[0]}"]


def test_what_a_person_signed_to_have_written_or_what_has_no_lines_is_asked_nothing() -> None:
    assert lacking(None, lines(origin=Origin.HUMAN, grade=Grade.ATTESTED)) == []
    assert lacking(None, lines(origin=Origin.HUMAN, grade=Grade.RECORDED)) != []
    assert lacking(None, lines(0, 0, what=What.REMOVED)) == []
    assert lacking(None, lines(0, 0, what=What.CHANGED)) == []
    assert lacking(None, lines(what=What.MOVED)) != []
