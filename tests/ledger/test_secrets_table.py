"""The table of secrets proves itself: every example of every row, with many made-up characters."""

from __future__ import annotations

import re
from typing import Any

import pytest

from answerable.ledger.secrets import find, rules
from ledger.made_up import made_up

SEEDS = range(20)
EXAMPLES = [
    pytest.param(row["name"], wanted, example, id=f"{row['name']}-{kind}-{number}")
    for row in rules().rows
    for kind, wanted in (("positive", True), ("negative", False))
    for number, example in enumerate(row.get(kind, ()))
]


@pytest.mark.parametrize(("rule", "wanted", "example"), EXAMPLES)
def test_the_example_is_read_as_its_row_says(rule: str, wanted: bool, example: str) -> None:
    for seed in SEEDS:
        text = made_up(example, seed)
        found = [finding.rule for finding in find(text)]
        assert found == ([rule] if wanted else []), text


@pytest.mark.parametrize("row", rules().rows, ids=lambda row: row["name"])
def test_every_row_carries_examples_of_both_kinds(row: dict[str, Any]) -> None:
    assert row["positive"]
    assert row["negative"]


@pytest.mark.parametrize("row", rules().rows, ids=lambda row: row["name"])
def test_every_positive_example_holds_a_hint_and_every_hint_is_folded(row: dict[str, Any]) -> None:
    for example in row["positive"]:
        assert any(hint in made_up(example).lower() for hint in row["hints"]), example
    assert [hint for hint in row["hints"] if hint != hint.lower()] == []


def test_every_field_of_a_row_is_a_known_one() -> None:
    known = {"name", "what", "hints", "pattern", "word", "entropy", "random", "positive", "negative"}
    assert {field for row in rules().rows for field in row} <= known


def test_every_name_belongs_to_one_row() -> None:
    names = [row["name"] for row in rules().rows]
    assert len(names) == len(set(names))


def test_no_example_looks_like_a_live_secret_before_it_is_filled_in() -> None:
    """A forge that scans this repository must not raise an alarm: the parts are put together only here."""
    for row in rules().rows:
        for example in row["positive"]:
            assert re.search(r"\{[a-z0-9]+:\d+\}", example), example
            assert find(example) == [], example
