"""Answers are read where a reader sees them as the writer's own word, and nowhere else."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from answerable.review.answers import LARGEST, MOST_TEXT, Answer, Word, read

HUNK = "0123456789abcdef"
HEADING = f"### `src/pay.py:1-5` hunk `{HUNK}`"


def under(*lines: str) -> str:
    return "\n".join((HEADING, "", *lines))


def words(text: str) -> dict[str, Word]:
    return {answer.question: answer.word for answer in read(text).answers}


@pytest.mark.parametrize(
    ("said", "word", "text"),
    [
        ("yes", Word.YES, ""),
        ("Yes.", Word.YES, ""),
        ("YES, the gateway retries", Word.YES, "the gateway retries"),
        ("yes \u2014 see the client", Word.YES, "see the client"),
        ("no", Word.NO, ""),
        ("No: it retries for ever", Word.NO, "it retries for ever"),
        ("n/a", Word.NOT_APPLICABLE, ""),
        ("N/A - nothing is called", Word.NOT_APPLICABLE, "nothing is called"),
        ("not applicable", Word.NOT_APPLICABLE, ""),
        ("Not applicable, a test", Word.NOT_APPLICABLE, "a test"),
    ],
)
def test_an_answer_begins_with_yes_no_or_not_applicable(said: str, word: Word, text: str) -> None:
    sheet = read(under(f"- [x] design.fit: {said}"))
    assert sheet.answers == (Answer(hunk=HUNK, question="design.fit", word=word, text=text, line=3),)
    assert not sheet.problems


@pytest.mark.parametrize(
    "said", ["", "yesterday it did", "nothing", "none", "n/aa", "looks good", "yes/no", "no-one", "yes_"]
)
def test_what_says_neither_is_a_problem(said: str) -> None:
    sheet = read(under(f"- [x] design.fit: {said}"))
    assert not sheet.answers
    assert "neither yes, no nor not applicable" in sheet.problems[0].what


def test_a_box_that_is_not_ticked_is_no_answer() -> None:
    sheet = read(under("- [ ] design.fit: yes", "- [ ] purpose.alone:"))
    assert not sheet.answers
    assert [problem.line for problem in sheet.problems] == [3]


@pytest.mark.parametrize("mark", ["- [X] ", "* [x] ", "+ [x]  ", "  - [x] ", "-\t[x] "])
def test_lists_may_be_written_in_every_way_of_markdown(mark: str) -> None:
    assert words(under(f"{mark}design.fit: yes")) == {"design.fit": Word.YES}
    assert words(under(f"{mark}`design.fit`: yes")) == {"design.fit": Word.YES}


def test_an_answer_may_stand_below_the_question() -> None:
    sheet = read(under("- [x] design.fit:", "  > Does it fit? _Why._", "  no, there is a client", "  for that already"))
    assert (sheet.answers[0].word, sheet.answers[0].text) == (Word.NO, "there is a client\nfor that already")


@pytest.mark.parametrize(
    "hidden",
    [
        ("> - [x] design.fit: yes",),
        (">- [x] design.fit: yes",),
        ("```", "- [x] design.fit: yes", "```"),
        ("~~~ text", "- [x] design.fit: yes", "~~~"),
        ("```", "- [x] design.fit: yes"),
        ("````", "```", "- [x] design.fit: yes", "````"),
        ("<!-- - [x] design.fit: yes -->",),
        ("<!--", "- [x] design.fit: yes", "-->"),
        ("a <!-- b", "- [x] design.fit: yes", "-->"),
        ("<!-- a --> <!--", "- [x] design.fit: yes"),
        ("- [x] design.fit: yes <!-- not meant -->",),
        ("    - [x] design.fit: yes",),
        ("\t- [x] design.fit: yes",),
        ("# Other things", "- [x] design.fit: yes"),
        ("text - [x] design.fit: yes",),
        ("[//]: # (- [x] design.fit: yes)",),
    ],
)
def test_what_a_reader_does_not_see_as_the_writers_own_word_is_no_answer(hidden: tuple[str, ...]) -> None:
    assert words(under(*hidden)) == {}


def test_a_block_that_ends_hides_nothing_after_it() -> None:
    text = under("```", "code", "```", "<!-- a", "b -->", "- [x] design.fit: yes")
    assert words(text) == {"design.fit": Word.YES}


def test_what_is_not_under_a_heading_of_a_hunk_is_not_looked_at() -> None:
    sheet = read("- [x] design.fit: yes\n- [x] I ran the tests\n## Done\n- [x] ready: yes\n")
    assert sheet == read("")
    assert not sheet.is_one


def test_a_question_that_is_answered_twice_is_not_answered() -> None:
    sheet = read(under("- [x] design.fit: yes", "- [x] purpose.alone: yes", HEADING, "- [x] design.fit: no"))
    assert [answer.question for answer in sheet.answers] == ["purpose.alone"]
    assert [problem.line for problem in sheet.problems] == [3, 6]


@pytest.mark.parametrize("name", [HUNK.upper(), HUNK[:-1], HUNK + "0", "0123456789abcdeg", "x" * 16])
def test_a_heading_with_an_id_that_is_none_is_a_problem_and_takes_its_answers_along(name: str) -> None:
    sheet = read(f"### `a.py:1` hunk `{name}`\n- [x] design.fit: yes\n")
    assert not sheet.answers
    assert sheet.problems


@pytest.mark.parametrize(
    "name", ["design", "Design.fit", "design..fit", "design.f\u0456t", "a" * 80 + ".b", "design.fit\u200b"]
)
def test_an_id_of_a_question_is_taken_to_the_letter(name: str) -> None:
    sheet = read(under(f"- [x] {name}: yes"))
    assert not sheet.answers
    assert "is no id of a question" in sheet.problems[0].what


def test_a_path_cannot_choose_the_hunk_of_its_heading() -> None:
    sheet = read(f"### `x hunk fedcba9876543210`` hunk `{HUNK}`\n- [x] design.fit: yes\n")
    assert sheet.answers[0].hunk == HUNK


def test_lines_may_end_in_any_way() -> None:
    for end in ("\n", "\r\n", "\r"):
        assert words(under("- [x] design.fit: yes").replace("\n", end)) == {"design.fit": Word.YES}


def test_the_heads_that_a_sheet_names_are_told() -> None:
    head = "a" * 40
    assert read(f"<!-- answerable checklist v1 head={head} -->\n").heads == (head,)
    assert read(f"> <!-- answerable checklist v1 head={head} -->\n").heads == ()


def test_what_is_too_long_is_a_problem() -> None:
    assert read("x" * (LARGEST + 1)).problems
    assert "characters" in read(under(f"- [x] design.fit: yes {'x' * (MOST_TEXT + 1)}")).problems[0].what


NOISE = st.sampled_from(
    [HEADING, "- [x] a.b: yes", "- [ ] a.b:", "- [x] a.b: no", "  more", "> quoted", "```", "~~~", "<!--", "-->", "",
     "# x", "- [x] ", "* [x] c.d: n/a", "\t", "    - [x] a.b: yes", f"## hunk {HUNK}", "- [x] a.b: yes <!--"]
)  # fmt: skip


@given(st.text())
@example("\x00")
@example("### hunk `")
def test_any_text_is_read(text: str) -> None:
    sheet = read(text)
    assert all(answer.question and answer.hunk for answer in sheet.answers)


@given(st.lists(st.one_of(NOISE, st.text(max_size=20))))
def test_each_question_of_a_hunk_is_answered_at_most_once_and_where_the_text_has_it(lines: list[str]) -> None:
    text = "\n".join(lines)
    sheet = read(text)
    keys = [(answer.hunk, answer.question) for answer in sheet.answers]
    assert len(keys) == len(set(keys))
    rows = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for answer in sheet.answers:
        assert answer.question in rows[answer.line - 1]
        assert not rows[answer.line - 1].lstrip().startswith(">")


@given(st.lists(NOISE))
def test_to_quote_a_text_answers_nothing(lines: list[str]) -> None:
    assert not read("\n".join(f"> {line}" for line in lines)).answers


@pytest.mark.parametrize(
    "text",
    ["- [x] " * 40_000, "#" * 250_000, "`" * 250_000, "<!--" * 60_000, "<!---->" * 35_000, "- [x] a:" + " " * 200_000,
     "### hunk " * 25_000, "  \n" * 80_000, (HEADING + "\n- [x] a.b: yes\n") * 4000],
    ids=lambda text: text[:8],
)  # fmt: skip
def test_no_text_takes_long(text: str) -> None:
    began = time.perf_counter()
    read(text)
    assert time.perf_counter() - began < 2
