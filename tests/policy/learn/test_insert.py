"""A rule goes into the text of a policy, and nothing else of it changes."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.errors import PolicyInvalid
from answerable.policy.file.source import PATH, load
from answerable.policy.learn.insert import NEW, difference, inserted

RULE = {
    "name": "incident-1-review", "match": {"layers": ("critical",), "origins": ("ai", "mixed")},
    "require": {"reviewers": {"humans": 1}}, "action": "Deny", "message": 'say "why": # not a comment',
}  # fmt: skip
OWN = "rules:\n  - name: own\n    match: {layers: [critical]}\n    require: {grade: declared}\n    action: Warn\n"
TEXTS = {
    "none": NEW,
    "no end of line": "version: 1\npreset: balanced",
    "indented": f"version: 1\n{OWN}",
    "not indented": "version: 1\n" + OWN.replace("\n  ", "\n"),
    "something after": f"version: 1\n{OWN}\n# the end of the rules\n\nmode: report  # for now\n",
    "comments inside": f"# ours\nversion: 1\n{OWN}  # about the next\n\n  - name: next\n"
    "    match: {layers: [critical]}\n    action: Audit\n# last\n",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_everything_else_stays_byte_for_byte(text: str) -> None:
    made = inserted(text, RULE)
    assert made is not None
    new, policy = made
    assert [line for line in text.splitlines() if line not in new.splitlines()] == []
    assert policy.rules[-1].name == RULE["name"] or policy.rules[0].name == RULE["name"]
    assert [rule.name for rule in policy.rules if rule.name != RULE["name"]] == [
        rule.name for rule in load(text.encode(), PATH).rules
    ]
    assert policy.rules[-1].message == RULE["message"]


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_the_diff_applies(text: str, tmp_path: Path) -> None:
    made = inserted(text, RULE)
    assert made is not None
    file = tmp_path / PATH
    file.parent.mkdir()
    file.write_text(text)
    feed = difference(text, made[0]).encode()
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=feed, check=True)
    assert file.read_text() == made[0]


def test_a_policy_that_is_not_there_yet_is_a_new_file(tmp_path: Path) -> None:
    made = inserted(NEW, RULE)
    assert made is not None
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=difference(None, made[0]).encode(), check=True)
    assert (tmp_path / PATH).read_text() == made[0]


def test_a_list_in_one_line_is_left_to_people() -> None:
    text = "version: 1\nrules: [{name: own, match: {layers: [critical]}, action: Warn}]\n"
    assert inserted(text, RULE) is None


def test_a_rule_that_is_there_already_is_none() -> None:
    made = inserted(NEW, RULE)
    assert made is not None
    with pytest.raises(PolicyInvalid, match="incident-1-review"):
        inserted(made[0], RULE)


def test_a_layer_that_the_policy_has_not_is_said() -> None:
    with pytest.raises(PolicyInvalid, match="elsewhere"):
        inserted(NEW, {**RULE, "match": {"layers": ("elsewhere",)}})


@given(st.text(max_size=60))
def test_no_message_can_become_anything_but_itself(message: str) -> None:
    try:
        made = inserted(NEW, {**RULE, "message": message})
    except PolicyInvalid:
        return
    assert made is not None
    assert [rule.message for rule in made[1].rules if rule.name == RULE["name"]] == [message]


def test_a_rule_that_takes_the_place_of_another_is_left_to_people() -> None:
    """`critical-review` is the preset's own: a rule of that name changes it."""
    rule = {
        **RULE,
        "name": "critical-review",
        "match": {"layers": ("critical",), "origins": ("ai", "mixed", "unknown")},
    }
    try:
        made = inserted("version: 1\npreset: balanced\n", rule)
    except PolicyInvalid:
        return
    assert made is None
