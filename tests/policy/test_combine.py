"""A preset and a file over it: the file adds, and by name it tightens; it never loosens a rule."""

from __future__ import annotations

import pytest

from answerable.domain.acceptance import How
from answerable.domain.grade import Grade
from answerable.domain.level import Level
from answerable.policy.file.combine_rules import stricter
from answerable.policy.file.source import preset
from answerable.policy.model import Mode
from answerable.policy.rule import Action, Require, RequireFindings, Reviewers
from policy.reading import faults, policy


def test_a_rule_of_the_preset_is_tightened_by_its_name() -> None:
    found = policy(
        "version: 1\npreset: balanced\nrules:\n  - name: critical-four-eyes\n"
        "    require: {reviewers: {humans: 1, teams: [security]}, grade: recorded}\n"
    )
    rule = next(rule for rule in found.rules if rule.name == "critical-four-eyes")
    before = next(rule for rule in preset("balanced").rules if rule.name == "critical-four-eyes")
    assert rule.require.reviewers == Reviewers(humans=2, teams=("security",))
    assert rule.require.grade is Grade.RECORDED
    assert (rule.match, rule.action, rule.message) == (before.match, before.action, before.message)
    assert [each.name for each in found.rules] == [each.name for each in preset("balanced").rules]


@pytest.mark.parametrize(("action", "then"), [("Audit", Action.WARN), ("Deny", Action.DENY)])
def test_the_action_of_a_preset_is_never_made_weaker(action: str, then: Action) -> None:
    found = policy(f"version: 1\npreset: starter\nrules: [{{name: critical-review, action: {action}}}]\n")
    assert found.rules[0].action is then


@pytest.mark.parametrize("key", ["match: {origins: [human]}", "when: lines > 1000"])
def test_what_a_rule_of_the_preset_is_about_cannot_be_changed(key: str) -> None:
    text = f"version: 1\npreset: balanced\nrules: [{{name: critical-review, {key}}}]\n"
    assert faults(text)[0].startswith("3:9 the rule critical-review of the preset can be tightened, not moved")


def test_only_what_both_allow_stays_allowed_and_nothing_left_is_a_fault() -> None:
    text = "version: 1\npreset: regulated\nrules: [{{name: {}, require: {{acceptance: [{}]}}}}]\n"
    found = policy(text.format("sensitive-recorded", "standing_grant, automatic"))
    rule = next(rule for rule in found.rules if rule.name == "sensitive-recorded")
    assert rule.require.acceptance == (How.STANDING_GRANT,)
    assert faults(text.format("critical-attested", "automatic")) == ["3:9 nothing is left that acceptance allows"]


def test_layers_of_the_preset_get_more_conditions_and_new_ones_find_their_place() -> None:
    found = policy(
        "version: 1\npreset: balanced\nlayers:\n  - {name: secret, paths: [/vault/]}\n"
        "  - {name: critical, paths: [/core/], unless: {paths: [/core/ui/]}}\n  - {name: shown, paths: [/ui/]}\n"
    )
    assert [rule.layer.name for rule in found.layers] == [
        "secret", "critical", "sensitive", "shown", "standard", "peripheral",
    ]  # fmt: skip
    assert [rule.layer.rank for rule in found.layers] == list(range(6))
    critical = found.layers[1]
    assert "/core/" in critical.paths
    assert "auth/" in critical.paths
    assert critical.unless_paths == ("/core/ui/",)


def test_the_layer_that_takes_the_rest_takes_no_conditions() -> None:
    text = "version: 1\npreset: balanced\nlayers: [{name: standard, paths: [x]}]\n"
    assert faults(text) == ["3:10 the layer standard takes the rest and needs no conditions"]


def test_the_mode_of_the_preset_holds_unless_the_file_says_another() -> None:
    assert policy("version: 1\npreset: starter\n").mode is Mode.REPORT
    assert policy("version: 1\npreset: starter\nmode: enforce\n").mode is Mode.ENFORCE
    assert policy("version: 1\n").mode is Mode.ENFORCE


def test_of_findings_what_counts_for_either_counts() -> None:
    upper = RequireFindings(level=Level.ERROR, tools=("semgrep",), rules=("a",), most=3)
    own = RequireFindings(level=Level.NOTE, tools=(), rules=("b",), most=5, required=True)
    both = RequireFindings(level=Level.NOTE, tools=(), rules=("a", "b"), most=3, required=True)
    assert stricter(Require(findings=upper), Require(findings=own)).findings == both
    assert stricter(Require(findings=upper), Require(checklist=True)) == Require(findings=upper, checklist=True)
    assert stricter(Require(checklist=True), Require(findings=own)) == Require(findings=own, checklist=True)
