"""What agents set in the environment of what they run says that one runs us."""

from __future__ import annotations

import pytest

from answerable.capture.inside import VARIABLES, agent_around


def test_outside_of_agents_nothing_says_so() -> None:
    assert agent_around({"HOME": "/ada", "CLAUDECODE": "", "TERM": "xterm"}) is None


@pytest.mark.parametrize("name", VARIABLES)
def test_each_variable_says_it_alone(name: str) -> None:
    assert agent_around({name: "1"})


def test_an_agent_may_name_itself() -> None:
    assert agent_around({"AI_AGENT": "goose"}) == "goose"


def test_one_that_sets_the_name_of_another_too_is_itself() -> None:
    assert agent_around({"CLAUDECODE": "1", "AMP_CURRENT_THREAD_ID": "T-1"}) == "amp"
    assert agent_around({"CLAUDECODE": "1", "AI_AGENT": "x"}) == "claude-code"
