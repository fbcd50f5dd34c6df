"""Questions: what the language takes, what it answers, and that it ranks nobody."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.audit.ask.parse import PEOPLE, parse
from answerable.audit.ask.run import run, selected
from answerable.audit.ask.saved import named, read, said, shipped
from answerable.audit.facts.change import Change
from answerable.audit.table import Table, table
from answerable.audit.tables import COLUMNS
from answerable.errors import QuestionInvalid

CHANGES = (
    Change(
        id="#1", commit="a" * 40, at="2026-07-01T00:00:00Z", origin="ai", layer="critical", ai_lines=10, lines=10,
        services=("Payments",), tools=("claude-code", "codex"), approvals=("bo@x.org",), gate="pass",
        approved_at="2026-07-01T10:00:00Z", deployed_at="2026-07-01T09:00:00Z", depth=0.5,
    ),
    Change(id="#2", commit="b" * 40, at="2026-09-30T23:59:59Z", origin="human", layer="standard", lines=5,
           human_lines=5, gate="fail", waived=1, emergency=True),
    Change(id="#3", commit="c" * 40, at="2026-10-01T00:00:00Z", origin="mixed", layer="critical", mixed_lines=3,
           lines=7, services=("payments", "web"), approvals=("bo@x.org", "cy@x.org")),
)  # fmt: skip


def changes(rows: tuple[Change, ...] = CHANGES) -> Table:
    return table("changes", Change, rows)


def ids(question: str) -> list[str]:
    return [row["id"] for row in selected(parse(question, COLUMNS), changes())]


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("changes", ["#1", "#2", "#3"]),
        ("changes where ai_lines + mixed_lines > 0", ["#1", "#3"]),
        ("changes where services has payments", ["#1", "#3"]),
        ('changes where services has "PAYMENTS" and approvals < 2', ["#1"]),
        ("changes where count(services) >= 2 or gate = fail", ["#2", "#3"]),
        ("changes where not (gate = pass or gate = fail)", ["#3"]),
        ("changes where gate is known", ["#1", "#2"]),
        ("changes where gate is not known", ["#3"]),
        ("changes where not gate is known", ["#3"]),
        ("changes where gate in (pass, fail)", ["#1", "#2"]),
        ("changes where tools in (codex, aider)", ["#1"]),
        ("changes where emergency", ["#2"]),
        ("changes where not emergency and waived = 0", ["#1", "#3"]),
        ("changes where emergency = false", ["#1", "#3"]),
        ("changes where approved_at > deployed_at", ["#1"]),
        ("changes where lines != human_lines", ["#1", "#3"]),
        ("changes where depth >= 50%", ["#1"]),
        ("changes where depth < 0.5", []),
        ("changes where at >= 2026-Q4", ["#3"]),
        ("changes where at < 2026-10-01", ["#1", "#2"]),
        ("changes from 2026-Q3", ["#1", "#2"]),
        ("changes from 2026-09-30 to 2026-10", ["#2", "#3"]),
        ("changes to 2026-08", ["#1"]),
        ("changes where gate != pass", ["#2", "#3"]),
        ("changes where layer = critical or layer = standard and emergency", ["#1", "#2", "#3"]),
        ("changes where (layer = critical or layer = standard) and emergency", ["#2"]),
    ],
)
def test_a_question_selects_the_rows_that_it_says(question: str, found: list[str]) -> None:
    assert ids(question) == found


def test_columns_are_shown_grouped_added_and_ordered() -> None:
    shown = run(parse("changes show id, count(approvals) order lines desc limit 2", COLUMNS), changes())
    assert [dict(row) for row in shown.rows] == [
        {"id": "#1", "count(approvals)": 1},
        {"id": "#3", "count(approvals)": 2},
    ]
    grouped = run(parse("changes show sum(lines) by layer", COLUMNS), changes())
    assert [dict(row) for row in grouped.rows] == [
        {"layer": "critical", "count": 2, "sum(lines)": 17},
        {"layer": "standard", "count": 1, "sum(lines)": 5},
    ]
    tools = run(parse("changes by tools order count", COLUMNS), changes())
    assert [(row["tools"], row["count"]) for row in tools.rows] == [("claude-code", 1), ("codex", 1), (None, 2)]
    whole = run(parse("changes where lines > 5 show sum(lines)", COLUMNS), changes())
    assert [dict(row) for row in whole.rows] == [{"count": 2, "sum(lines)": 17}]


@pytest.mark.parametrize("name", sorted(PEOPLE & set(COLUMNS["changes"])))
@pytest.mark.parametrize("clause", ["by", "order"])
def test_nobody_is_ranked(name: str, clause: str) -> None:
    with pytest.raises(QuestionInvalid, match="people are not ranked"):
        parse(f"changes {clause} {name}", COLUMNS)


@pytest.mark.parametrize(
    ("question", "at", "what"),
    [
        ("chnges", 1, "there is no table"),
        ("", 1, "a table is missing"),
        ("changes where", 14, "a column is missing"),
        ("changes where lines", 20, "a comparison is missing"),
        ("changes where lines > many", 23, "compared with a number"),
        ("changes where subject > 3", 23, "has no size"),
        ("changes where emergency < true", 25, "has no size"),
        ("changes where (lines > 3", 25, ") is missing"),
        ("changes where lines has 3", 15, "is no list"),
        ("changes where lines > 3 3", 25, "the question ends before"),
        ("changes show lines limit 0", 26, "whole number"),
        ("changes from yesterday", 14, "a time is missing"),
        ("changes from 2026-13", 14, "is no day"),
        ("changes where gate = 'a' ; drop", 26, "nothing that a question can hold"),
        ("changes where at > lines", 20, "cannot be compared"),
        ("changes where count(lines) > 1", 15, "is no list"),
        ("changes show sum(subject)", 14, "is no number"),
    ],
)
def test_a_fault_is_pointed_at_with_what_could_stand_there(question: str, at: int, what: str) -> None:
    with pytest.raises(QuestionInvalid) as caught:
        parse(question, COLUMNS)
    assert f"at character {at}," in caught.value.message
    assert what in caught.value.message
    assert caught.value.hint


def test_a_question_is_bounded() -> None:
    with pytest.raises(QuestionInvalid, match="the most"):
        parse("changes where " + "(" * 5000, COLUMNS)
    with pytest.raises(QuestionInvalid, match="nested"):
        parse("changes where " + "(" * 200, COLUMNS)
    assert parse("changes where " + "not " * 900 + "emergency", COLUMNS)


_WORDS = st.sampled_from(["changes", "where", "not", "and", "(", ")", "lines", ">", "3", "show", "by", "has"])


@given(st.text(max_size=60) | st.lists(_WORDS).map(" ".join))
def test_any_text_is_a_question_or_an_error_that_says_so(text: str) -> None:
    try:
        found = parse(text, COLUMNS)
    except QuestionInvalid as error:
        found = None
        said_so = error.message
    if found is None:
        assert said_so.isprintable()
        return
    run(found, table(found.table, Change, CHANGES) if found.table == "changes" else table(found.table, Change, ()))


_TESTS = st.sampled_from(["lines > 5", "gate is known", "emergency", "services has payments", "approvals < 2"])
_ASKED: Any = st.recursive(
    _TESTS.map(lambda text: (text, ids(f"changes where {text}"))),
    lambda inner: st.one_of(
        inner.map(lambda one: (f"not ({one[0]})", [i for i in ("#1", "#2", "#3") if i not in one[1]])),
        st.tuples(inner, inner).map(
            lambda two: (f"({two[0][0]}) and ({two[1][0]})", [i for i in two[0][1] if i in two[1][1]])
        ),
        st.tuples(inner, inner).map(
            lambda two: (
                f"({two[0][0]}) or ({two[1][0]})",
                [i for i in ("#1", "#2", "#3") if i in two[0][1] or i in two[1][1]],
            )
        ),
    ),
    max_leaves=6,
)


@given(_ASKED)
def test_conditions_join_as_sets_do(asked: tuple[str, list[str]]) -> None:
    assert ids(f"changes where {asked[0]}") == asked[1]


NOW = datetime(2026, 11, 25, tzinfo=UTC)
WORDS = {"service": "payments", "layer": "critical", "environment": "production", "period": "2026-Q3"}


@pytest.mark.parametrize("name", [one.name for one in shipped()])
def test_every_question_that_comes_with_the_program_can_be_asked(name: str) -> None:
    one = named(name, shipped())
    assert parse(one.filled(WORDS, NOW), COLUMNS)
    sentence = one.says
    for hole, word in WORDS.items():
        sentence = sentence.replace(f"{{{hole}}}", word)
    found = said(f"{sentence[0].upper()}{sentence[1:]}?", shipped())
    assert found is not None
    assert found[0].name == name
    assert found[1] == {hole: WORDS[hole] for hole in one.holes}


@pytest.mark.parametrize(
    ("word", "period"),
    [("Q3", "2026-Q3"), ("q4", "2026-Q4"), ("Q4 2025", "2025-Q4"), ("2025 Q1", "2025-Q1"), ("2025-Q1", "2025-Q1")],
)
def test_a_quarter_without_a_year_is_the_last_one_that_has_begun(word: str, period: str) -> None:
    found = named("direct", shipped()).filled({"period": word}, NOW)
    assert f"from {period} " in found
    early = named("direct", shipped()).filled({"period": "Q3"}, datetime(2026, 2, 1, tzinfo=UTC))
    assert "from 2025-Q3 " in early


def test_a_word_cannot_become_a_part_of_the_language() -> None:
    hostile = 'payments" or approvals >= 0 or layer = "'
    question = named("no-second-human", shipped()).filled({"service": hostile, "period": "2026-Q3"}, NOW)
    assert ids(question) == []
    sentence = 'who approved AI-generated changes to x" or emergency service in Q3 without a second human'
    assert said(sentence, shipped()) is None


def test_what_a_saved_question_lacks_is_named() -> None:
    with pytest.raises(QuestionInvalid, match="needs service") as caught:
        named("no-second-human", shipped()).filled({"period": "Q3"}, NOW)
    assert "--set service=" in (caught.value.hint or "")
    with pytest.raises(QuestionInvalid, match="no saved question") as caught:
        named("by-modle", shipped())
    assert "by-model" in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"version: 1\nquestions: [{name: a}]", "2:13"),
        (b"questions: []", "version"),
        (b"\xff", "UTF-8"),
        (b"version: 1\nquestions: {}", "must be a list"),
    ],
)
def test_a_file_of_questions_is_read_strictly(data: bytes, what: str) -> None:
    with pytest.raises(QuestionInvalid) as caught:
        read(data, "questions.yaml")
    assert what in caught.value.message
