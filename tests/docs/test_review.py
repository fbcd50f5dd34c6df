"""The pages about reviews show what is sound, list all that is asked, and tell the numbers of the code."""

from __future__ import annotations

import re
from pathlib import Path

from answerable.policy.checklists import own
from answerable.policy.file.source import read as read_policy
from answerable.review import depth
from answerable.review.answers import Word, read
from answerable.review.checklist import choose
from answerable.review.checklist.hunk import Hunk
from answerable.review.checklist.question import MOST_TEXT
from answerable.review.checklist.questions import shipped

DOCS = Path(__file__).parent.parent.parent / "docs"
HOW_TO = (DOCS / "how-to" / "review-ai-lines.md").read_text("utf-8")
DEPTH = (DOCS / "explanation" / "review-depth.md").read_text("utf-8")
PAGE = (DOCS / "reference" / "checklist.md").read_text("utf-8")


def shown(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", HOW_TO, re.MULTILINE | re.DOTALL)


def test_the_policy_and_the_questions_that_are_shown_are_sound() -> None:
    policy, questions = (text.encode() for text in shown("yaml"))
    assert read_policy(policy, "shown")[1] == ()
    found, faults = own.read(questions)
    assert not faults
    assert found[0].when.touches == ("sql",)


def test_the_sheet_that_is_shown_can_be_read() -> None:
    found = read(shown("markdown")[0])
    assert [(answer.question, answer.word) for answer in found.answers] == [
        ("network.retry-budget", Word.NO), ("network.idempotency", Word.YES),
    ]  # fmt: skip
    assert not found.problems
    known = {question.id for question in shipped()}
    assert known >= set(re.findall(r"^- \[[ x]\] (\S+):", shown("markdown")[0], re.MULTILINE))


def test_every_question_and_every_key_is_on_the_page() -> None:
    assert [question.id for question in shipped() if f"| `{question.id}` | {question.text} |" not in PAGE] == []
    keys = (
        *own.KEYS,
        *(f"questions[].{key}" for key in own.QUESTION_KEYS),
        *(f"questions[].when.{k}" for k in own.WHEN_KEYS),
    )
    assert [key for key in keys if f"| `{key}` |" not in PAGE] == []


def test_every_question_is_one_with_a_reason_and_an_id_of_its_own() -> None:
    found = shipped()
    assert len({question.id for question in found}) == len(found) > 60
    for question in found:
        assert question.text.endswith("?"), question.id
        assert question.why.endswith("."), question.id
        assert max(len(question.text), len(question.why)) <= MOST_TEXT
        assert "  " not in question.text + question.why


def test_the_numbers_of_the_choice_are_those_of_the_page() -> None:
    def most(rank: int, lines: int) -> int:
        return choose.most_of(Hunk(path=b"a", start=1, end=lines, digest="", rank=rank))

    assert [most(rank, 5) for rank in range(4)] == [6, 5, 4, 4]
    assert [most(rank, 4) for rank in range(4)] == [3, 2, 1, 1]
    told = " ".join(PAGE.split())
    assert "at most six questions in the most severe layer, five in the second and four in the others" in told
    assert "three, two and one where it has four lines or fewer" in told


def test_the_numbers_of_the_measure_are_those_of_the_page() -> None:
    told = dict(re.findall(r"^\| `(\w+)` \| (0\.\d+) \|", DEPTH, re.MULTILINE))
    assert {name: float(weight) for name, weight in told.items()} == depth.WEIGHTS
    assert f"over {depth.SECONDS_A_LINE} seconds a changed line, and over {depth.LEAST_SECONDS:.0f} seconds" in DEPTH
    assert f"one for each {depth.LINES_A_REMARK} AI-origin lines" in DEPTH
    assert depth.HURRY == 4
    assert "four times `time`" in DEPTH
    assert f"{depth.NOT_BY_OWNER} where somebody else did" in DEPTH
