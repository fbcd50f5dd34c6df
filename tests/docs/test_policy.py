"""The pages about policies show policies that are sound, and list all that can be written."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest

from answerable.policy.file.read_expression import CONDITION_KEYS, VALIDATION_KEYS, VARIABLE_KEYS
from answerable.policy.file.read_layer import LAYER_KEYS, UNLESS_KEYS
from answerable.policy.file.read_rule import (
    FINDING_KEYS,
    MATCH_KEYS,
    MODEL_KEYS,
    REQUIRE_KEYS,
    REVIEWER_KEYS,
    RULE_KEYS,
    TOOL_KEYS,
)
from answerable.policy.file.read_service import SERVICE_KEYS
from answerable.policy.file.read_team import EMERGENCY_KEYS, NEED_KEYS
from answerable.policy.file.read_waiver import WAIVER_KEYS
from answerable.policy.file.source import KEYS, read
from answerable.policy.judge.variables import VARIABLES
from answerable.policy.layers.kinds import Kind, Touch

DOCS = Path(__file__).parent.parent.parent / "docs"
HOW_TO = (DOCS / "how-to" / "write-a-policy.md").read_text("utf-8")
REFERENCE = (DOCS / "reference" / "policy.md").read_text("utf-8")
SHOWN = re.findall(r"^( *)```yaml\n(.*?)^ *```$", HOW_TO + REFERENCE, re.MULTILINE | re.DOTALL)


def test_there_are_policies_to_look_at() -> None:
    assert len(SHOWN) >= 8


@pytest.mark.parametrize("text", [textwrap.dedent(text) for _, text in SHOWN])
def test_every_policy_that_is_shown_is_sound(text: str) -> None:
    assert read(text.encode(), "shown")[1] == ()


@pytest.mark.parametrize(
    ("above", "keys"),
    [
        ("", KEYS),
        ("services[].", SERVICE_KEYS),
        ("emergency.", EMERGENCY_KEYS),
        ("emergency.needs.", NEED_KEYS),
        ("layers[].", LAYER_KEYS),
        ("layers[].unless.", UNLESS_KEYS),
        ("rules[].", RULE_KEYS),
        ("variables[].", VARIABLE_KEYS),
        ("rules[].variables[].", VARIABLE_KEYS),
        ("rules[].when[].", CONDITION_KEYS),
        ("rules[].validations[].", VALIDATION_KEYS),
        ("rules[].match.", MATCH_KEYS),
        ("rules[].require.", REQUIRE_KEYS),
        ("rules[].require.reviewers.", REVIEWER_KEYS),
        ("rules[].require.findings.", FINDING_KEYS),
        ("rules[].require.tools.", TOOL_KEYS),
        ("rules[].require.tools.models.", MODEL_KEYS),
        ("waivers[].", WAIVER_KEYS),
    ],
)
def test_every_key_that_can_be_written_is_listed(above: str, keys: tuple[str, ...]) -> None:
    assert [key for key in keys if f"| `{above}{key}` |" not in REFERENCE] == []


def test_every_kind_every_touch_and_every_variable_is_listed() -> None:
    assert [word for word in (*Kind, *Touch, *VARIABLES) if f"| `{word}` |" not in REFERENCE] == []
