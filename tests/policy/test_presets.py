"""The presets are sound, say what they promise, and need no CEL."""

from __future__ import annotations

import subprocess
import sys

import pytest

from answerable.domain.acceptance import How
from answerable.domain.grade import Grade
from answerable.domain.level import Level
from answerable.domain.origin import Origin
from answerable.policy.file.source import PRESETS, default_layers, preset
from answerable.policy.model import Mode
from answerable.policy.rule import Action, Require, RequireFindings, Rule


def rules(name: str, layer: str) -> list[Rule]:
    return [rule for rule in preset(name).rules if not rule.match.layers or layer in rule.match.layers]


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_has_the_layers_of_a_repository_never_seen_and_words_for_each_rule(name: str) -> None:
    found = preset(name)
    assert found.layers == default_layers()
    assert found.rules
    assert all(rule.message and rule.origin == f"preset {name}" for rule in found.rules)
    assert all(rule.layer.purpose for rule in found.layers)
    assert not found.waivers


@pytest.mark.parametrize("name", PRESETS)
def test_no_preset_treats_unknown_more_kindly_than_ai(name: str) -> None:
    for rule in preset(name).rules:
        if Origin.AI in rule.match.origins and rule.action is Action.DENY:
            assert Origin.UNKNOWN in rule.match.origins, rule.name


def test_the_starter_reports_and_denies_nothing() -> None:
    assert preset("starter").mode is Mode.REPORT
    assert all(rule.action is not Action.DENY for rule in preset("starter").rules)


def test_the_balanced_one_asks_for_a_reviewer_where_it_matters_and_for_nothing_in_tests() -> None:
    assert preset("balanced").mode is Mode.ENFORCE
    denied = [rule for rule in rules("balanced", "critical") if rule.action is Action.DENY]
    assert {rule.require.reviewers.humans for rule in denied} == {0, 1, 2}
    assert rules("balanced", "peripheral") == []


def test_the_regulated_one_asks_for_four_eyes_and_attested_provenance_in_critical_layers() -> None:
    found = [rule for rule in rules("regulated", "critical") if rule.action is Action.DENY]
    eyes = next(rule for rule in found if rule.require.reviewers.humans == 2)
    assert eyes.match.origins == ()
    attested = next(rule for rule in found if rule.require.grade is Grade.ATTESTED)
    assert attested.require.acceptance == (How.HUMAN_EXPLICIT,)
    assert attested.require.countersign


def test_the_presets_grow_stricter() -> None:
    def most(name: str, layer: str) -> int:
        strict = [rule for rule in rules(name, layer) if rule.action is Action.DENY]
        return max((rule.require.reviewers.humans for rule in strict), default=0)

    for layer in ("critical", "sensitive", "standard"):
        assert most("starter", layer) <= most("balanced", layer) <= most("regulated", layer)


def test_a_preset_is_read_without_loading_cel() -> None:
    code = "import sys; from answerable.policy.file.source import PRESETS, preset; [preset(p) for p in PRESETS]; "
    code += "sys.exit('cel_expr_python' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("name", ["balanced", "regulated"])
def test_findings_of_analysers_fail_in_critical_layers_and_warn_elsewhere(name: str) -> None:
    found = {rule.name: rule for rule in preset(name).rules if rule.require.findings}
    assert {rule.action for rule in found.values() if "critical" in rule.match.layers} == {Action.DENY}
    assert {rule.action for rule in found.values() if "critical" not in rule.match.layers} == {Action.WARN}
    for rule in found.values():
        assert rule.require == Require(findings=RequireFindings(level=Level.ERROR))
        assert Origin.UNKNOWN in rule.match.origins
        assert Origin.HUMAN not in rule.match.origins


def test_the_starter_asks_for_no_findings_and_only_the_regulated_one_for_a_checklist_which_only_warns() -> None:
    asked = {name: [rule for rule in preset(name).rules if rule.require.checklist] for name in PRESETS}
    assert {name: [rule.action for rule in found] for name, found in asked.items()} == {
        "starter": [],
        "balanced": [],
        "regulated": [Action.WARN],
    }
    assert not any(rule.require.findings for rule in preset("starter").rules)
