"""What holds for every format of a verdict that is registered."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from answerable.domain.verdict import Outcome
from answerable.policy.outputs import OUTPUTS
from policy.made_verdicts import ERROR, FAIL, PASS, WAIVED


@pytest.mark.parametrize("name", OUTPUTS)
def test_a_verdict_that_is_no_pass_says_so_even_where_nothing_says_why(name: str) -> None:
    render = OUTPUTS[name]
    for outcome, word in ((Outcome.FAIL, "the verdict is fail"), (Outcome.ERROR, "cannot be evaluated")):
        for findings in ((), (WAIVED,)):
            assert word in render(replace(PASS, outcome=outcome, findings=findings))


@pytest.mark.parametrize("name", OUTPUTS)
def test_the_problem_of_an_error_and_what_to_do_about_it_are_told(name: str) -> None:
    said = OUTPUTS[name](ERROR)
    assert "unknown key" in said
    assert "write layers" in said


@pytest.mark.parametrize("name", OUTPUTS)
def test_the_same_verdict_gives_the_same_bytes_and_ends_its_last_line(name: str) -> None:
    assert OUTPUTS[name](FAIL) == OUTPUTS[name](replace(FAIL))
    assert OUTPUTS[name](FAIL).endswith("\n")


@pytest.mark.parametrize("name", ["sarif", "gitlab", "rdjson"])
def test_json_is_one_line_of_ascii(name: str) -> None:
    said = OUTPUTS[name](FAIL)
    assert said.isascii()
    assert said.count("\n") == 1
    json.loads(said)
