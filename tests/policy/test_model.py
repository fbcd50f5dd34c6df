"""The words of a policy: what a name means among tools and models, how long a waiver holds, which action is more."""

from __future__ import annotations

from datetime import date

import pytest

from answerable.domain.fault import Fault, Position
from answerable.policy.rule import Action, named
from answerable.policy.waiver import Waiver
from policy.reading import policy


@pytest.mark.parametrize(
    ("name", "patterns", "found"),
    [
        ("claude-code", ("claude-code",), True),
        ("Claude-Code", ("claude-code",), True),
        ("claude-code", ("codex", "claude-*"), True),
        ("claude-code", ("claude",), False),
        ("gpt-5.1", ("gpt-5?1",), False),
        ("gpt-[5]", ("gpt-[5]",), True),
        ("gpt-5", ("gpt-[5]",), False),
        ("anthropic/claude", ("*claude",), True),
        ("anything", (), False),
        (None, ("claude-code",), False),
        (None, ("*",), True),
    ],
)
def test_a_tool_is_named_in_letters_of_any_case_with_stars(
    name: str | None, patterns: tuple[str, ...], found: bool
) -> None:
    assert named(name, patterns) is found


def test_a_waiver_holds_up_to_and_on_its_last_day() -> None:
    waiver = Waiver(rule="a", who="ada", why="because", until=date(2026, 3, 1))
    assert [waiver.holds(date(2026, 3, day)) for day in (1, 2)] == [True, False]
    assert waiver.holds(date(2026, 2, 28))


def test_deny_is_stronger_than_warn_and_warn_than_audit() -> None:
    assert Action.DENY.strength > Action.WARN.strength > Action.AUDIT.strength


def test_a_fault_names_its_place_as_compilers_do() -> None:
    assert Fault(file="p.yaml", position=Position(3, 7), message="no", fix="yes").where == "p.yaml:3:7"


def test_a_layer_is_found_by_its_name() -> None:
    found = policy("version: 1\nlayers: [{name: a, paths: [x]}, {name: b}]\n")
    layer = found.layer("b")
    assert layer is not None
    assert layer.rank == 1
    assert found.layer("c") is None


def test_two_policies_that_say_the_same_are_equal_wherever_their_parts_stand() -> None:
    one = policy("version: 1\nrules: [{name: a, when: lines > 1}]\n")
    other = policy("version: 1\n\n\nrules:\n  - name: a\n    when: lines > 1\n")
    assert (one.layers, one.rules) == (other.layers, other.rules)
    assert one.digest != other.digest
