"""Conditions in CEL: checked when they are loaded, bounded when they are evaluated, and never passed by a fault."""

from __future__ import annotations

import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.domain.fault import Position
from answerable.errors import ExtraMissing, PolicyUnevaluable
from answerable.policy.judge import expressions
from answerable.policy.judge.expressions import MOST_CHARACTERS, MOST_ITEMS, check, truth, value_of, words
from answerable.policy.judge.variables import BOOL, TEXT, TEXTS, VARIABLES, read_by
from answerable.policy.rule import Expression
from policy.reading import policy

VALUES: dict[str, object] = {
    "origin": "ai",
    "grade": "declared",
    "tool": "codex",
    "model": None,
    "session": "s1",
    "layer": "critical",
    "path": "src/auth/login.py",
    "lines": 12,
    "acceptance": "unknown",
    "change.id": "7",
    "change.title": "Add a login",
    "change.author": "ada",
    "change.target": "main",
    "approvals": 1,
    "kinds": ("test",),
    "what": "added",
    "services": ("shop", "till"),
    "tier": -1,
    "data": ["pii"],
    "regions": [],
    "jurisdictions": ["eu"],
    "fleets": [],
    "change.lines": 40,
    "change.files": 2,
    "tools": ["codex"],
    "teams": ["@acme/security"],
}


def test_every_variable_is_in_the_values_of_these_tests() -> None:
    assert set(VALUES) == set(VARIABLES)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("lines > 10 && tool != 'claude-code'", True),
        ("grade in ['none', 'inferred']", False),
        ("path.startsWith('src/') && !path.endsWith('_test.go')", True),
        ("change.target == 'main' && approvals < 2", True),
        ("path.matches('^src/(auth|pay)/.*[.]py$')", True),
        ("['a', 'b', 'auth'].exists(x, path.contains(x))", True),
        ("model == ''", True),
        ("'pii' in data && tier < 0 && size(regions) == 0", True),
        ("services.exists(x, x.startsWith('ti')) && !('test' in kinds && change.files > 2)", True),
        ("jurisdictions.all(x, x in ['eu', 'ch'])", True),
        ("lines > 100 ? true : origin == 'ai'", True),
    ],
)
def test_a_condition_gives_its_truth_value(text: str, value: bool) -> None:
    assert check(text, BOOL) is None
    assert truth(Expression(text=text), VALUES) is value


def test_a_message_gives_its_text() -> None:
    text = "tool + ' wrote ' + string(lines) + ' lines in ' + path"
    assert check(text, TEXT) is None
    assert words(Expression(text=text), VALUES) == "codex wrote 12 lines in src/auth/login.py"


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("lines > 'x'", 1, 7, "found no matching overload for '_>_' applied to '(int, string)'"),
        ("lines > 1 &&\n  foo", 2, 3, "undeclared reference to 'foo'"),
        ("change.tagret == 'x'", 1, 7, "undeclared reference to 'change.tagret'"),
        ("lines >", 1, 8, "Syntax error: mismatched input '<EOF>'"),
        ("lines", 1, 1, "the expression gives int; it must give bool"),
        ("path == 'é' && foo", 1, 16, "undeclared reference to 'foo'"),
        ("1 in data", 1, 3, "found no matching overload for '@in' applied to '(int, list(string))'"),
        ("data.exists(x, x > 1)", 1, 18, "found no matching overload for '_>_' applied to '(string, int)'"),
        ("variables.x", 1, 10, "undeclared reference to 'variables.x'"),
        ("[1].map(x, x) == [1]", 1, 8, "undeclared reference to"),
        ("x" * (MOST_CHARACTERS + 1), 1, 1, "the expression has 2001 characters; 2000 is the most"),
    ],
)
def test_a_fault_has_its_line_its_column_and_a_fix(text: str, line: int, column: int, message: str) -> None:
    fault = check(text, BOOL)
    assert fault is not None
    assert fault.message.startswith(message)
    assert (fault.line, fault.column) == (line, column) or message == "undeclared reference to"
    assert fault.fix


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("[1].all(x, [2].exists(y, y > x))", 16),
        ("['a'].exists(x, path.matches(x))", 22),
        ("[1].filter(x, (x > 1)).all(x, [2].filter(y, true) == [])", 35),
        ("[1].exists // '\n(x, [1].all(y, true))", None),
    ],
)
def test_what_is_done_for_each_item_of_a_list_is_no_regular_expression_and_no_other_list(
    text: str, column: int | None
) -> None:
    fault = check(text, BOOL)
    assert fault is not None
    assert fault.message.endswith("for each item of a list would take too long")
    assert column is None or (fault.line, fault.column) == (1, column)


@pytest.mark.parametrize(
    "text",
    [
        "['a'].exists(x, path.contains(x)) && ['b'].exists(x, path.contains(x))",
        "path.matches('a') || ['all(', \"exists(\"].exists(x, path == x)",
        "['a'].exists(x, path == x) && path.matches('src')",
        "[1, 2].filter(x, x > 1).exists(x, x == 2)",
        "path == '''all(''' || ['a'].exists(x, path == r'\\(')",
    ],
)
def test_what_stands_side_by_side_or_in_texts_is_taken(text: str) -> None:
    assert check(text, BOOL) is None


@pytest.mark.parametrize(
    "text",
    ["1 / (lines - 12) > 0", "[1][lines] > 0", "9223372036854775807 + lines > 0", "path.matches('(')"],
)
def test_an_error_of_an_evaluation_is_never_an_answer(text: str) -> None:
    assert check(text, BOOL) is None
    with pytest.raises(PolicyUnevaluable, match="line 4 of the policy could not be evaluated") as info:
        truth(Expression(text=text, position=Position(4, 9)), VALUES)
    assert info.value.hint is not None
    assert text in info.value.hint


def test_the_words_of_an_error_are_no_message() -> None:
    text = "'after ' + string(1 / (lines - 12))"
    assert check(text, TEXT) is None
    with pytest.raises(PolicyUnevaluable, match="divi"):
        words(Expression(text=text), VALUES)


def test_a_value_that_is_missing_or_of_another_type_is_an_error() -> None:
    expression = Expression(text="lines > 10")
    for values in ({}, {"lines": "twelve"}, {"lines": 1 << 70}):
        with pytest.raises(PolicyUnevaluable):
            truth(expression, values)
    with pytest.raises(PolicyUnevaluable):
        truth(Expression(text="lines + 1"), VALUES)
    with pytest.raises(PolicyUnevaluable):
        words(Expression(text="lines > 1"), VALUES)


def test_a_path_that_is_no_utf_8_is_shown_with_escapes() -> None:
    values = VALUES | {"path": b"a\xff.py".decode("utf-8", "surrogateescape")}
    assert words(Expression(text="path"), values) == "a\\xff.py"


def test_a_message_that_is_too_long_is_an_error() -> None:
    with pytest.raises(PolicyUnevaluable):
        words(Expression(text="path + path + path"), VALUES | {"path": "x" * 4000})


def test_without_the_extra_an_expression_is_an_error_and_not_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cel_expr_python", None)
    expressions._environment.cache_clear()
    expressions._compiled.cache_clear()
    with pytest.raises(ExtraMissing, match="CEL is not installed") as info:
        policy("version: 1\nrules: [{name: a, when: lines > 987}]\n")
    assert info.value.hint == "pip install 'answerable[policy]'"
    assert policy("version: 1\npreset: regulated\nrules: [{name: a}]\n").rules


def test_an_expression_is_compiled_once() -> None:
    expression = Expression(text="lines > 10 && lines < 1000")
    truth(expression, VALUES)
    before = expressions._compiled.cache_info().misses
    began = time.process_time()
    for _ in range(1000):
        truth(expression, VALUES)
    assert expressions._compiled.cache_info().misses == before
    assert time.process_time() - began < 1


@given(st.text(max_size=60))
def test_any_text_is_an_expression_or_has_a_fault(text: str) -> None:
    fault = check(text, BOOL)
    if fault is None:
        with_answer = Expression(text=text)
        try:
            assert truth(with_answer, VALUES) in (True, False)
        except PolicyUnevaluable:
            return
    else:
        assert fault.line >= 1
        assert fault.column >= 1


SCOPE = (("variables.big", BOOL), ("variables.where", TEXTS))


def test_variables_of_the_policy_itself_are_typed_as_well() -> None:
    assert check("variables.big && 'eu' in variables.where", BOOL, SCOPE) is None
    wrong = check("variables.big > 1", BOOL, SCOPE)
    assert wrong is not None
    assert wrong.message.startswith("found no matching overload")
    missing = check("variables.small", BOOL, SCOPE)
    assert missing is not None
    assert missing.fix.endswith("variables.big, variables.where")
    known = VALUES | {"variables.big": True, "variables.where": ["eu"]}
    assert truth(Expression(text="variables.big && 'eu' in variables.where", scope=SCOPE), known)


@pytest.mark.parametrize("text", ["{'a': 1}", "[[1]]", "null", "timestamp('2026-01-01T00:00:00Z')", "[1.5]", "type(1)"])
def test_a_variable_is_a_truth_value_a_number_a_text_or_a_list_of_them(text: str) -> None:
    fault = check(text, None)
    assert fault is not None
    assert "it must give one of bool, string" in fault.message


def test_what_a_variable_gives_is_bounded_so_that_no_chain_of_them_can_grow() -> None:
    assert value_of(Expression(text="data + ['x']"), VALUES) == ["pii", "x"]
    with pytest.raises(PolicyUnevaluable, match="a text of 8000 characters"):
        value_of(Expression(text="path + path"), VALUES | {"path": "a" * 4000})
    with pytest.raises(PolicyUnevaluable, match=f"{MOST_ITEMS} is the most"):
        value_of(Expression(text="data + data"), VALUES | {"data": ["a"] * MOST_ITEMS})


def test_a_list_that_is_too_long_or_of_another_type_is_an_error() -> None:
    for data in (["a"] * (MOST_ITEMS + 1), [1], "pii", None):
        with pytest.raises(PolicyUnevaluable):
            truth(Expression(text="'pii' in data"), VALUES | {"data": data})


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("lines > 1 && tool == 'path'", {"tool", "lines"}),
        ("change . id == 'a' // layer", {"change.id"}),
        ("change.id == r'' || path == ''", {"change.id", "path"}),
        ("variables.x || variables.y", {"variables.x"}),
        ('"""tool""" == model', {"model"}),
    ],
)
def test_what_an_expression_reads_is_known_from_its_text(text: str, names: set[str]) -> None:
    assert set(read_by(text, ("variables.x",))) == names


def test_a_variable_that_is_not_given_is_an_error_and_no_value() -> None:
    values = {name: value for name, value in VALUES.items() if name != "lines"}
    with pytest.raises(PolicyUnevaluable, match="lines"):
        truth(Expression(text="lines < 1"), values)
    assert truth(Expression(text="lines < 1 || origin == 'ai'"), values)
