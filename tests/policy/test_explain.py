"""A path is explained before there is a change: its layer, the rules that would be about it, and their waivers."""

from __future__ import annotations

from datetime import date

from answerable.domain.grade import Grade
from answerable.domain.line_origin import LineOrigin
from answerable.domain.origin import Origin
from answerable.policy.file.source import load
from answerable.policy.judge.asks import asked, conditions
from answerable.policy.judge.explain import Explained, explain
from answerable.policy.rule import Authority
from policy.reading import policy

TEXT = """\
version: 1
layers:
  - {name: critical, paths: [/auth/]}
  - {name: standard}
rules:
  - name: eyes
    match: {layers: [critical], origins: [ai]}
    require: {reviewers: {humans: 2, teams: [sec], owners: true}}
  - {name: folder, match: {paths: [/auth/old/]}, when: "lines > 3"}
  - name: tools
    match: {origins: [ai, mixed], grades: [recorded], tools: [codex], models: [gpt-5], min_lines: 4}
    require:
      grade: declared
      acceptance: [human_explicit, automatic]
      countersign: true
      checks: [ci]
      tools: {allow: [], models: {allow: [a, b]}}
  - {name: people, match: {origins: [human]}, require: {reviewers: {humans: 1}}}
waivers:
  - {rule: eyes, paths: [/auth/old/], who: ada, why: moving, until: 2026-06-30}
  - {rule: eyes, paths: [/auth/], who: bo, why: once, until: 2026-01-31}
  - {rule: people, who: cy, why: always, until: 2026-12-31}
"""
DAY = date(2026, 6, 1)


def told(path: str, line: LineOrigin | None = None) -> Explained:
    return explain(policy(TEXT), path.encode(), None, DAY, line)


def names(found: Explained) -> list[str]:
    return [each.rule.name for each in found.rules]


def test_the_rules_are_those_whose_layer_and_path_hold() -> None:
    assert names(told("auth/a.py")) == ["eyes", "tools", "people"]
    assert names(told("auth/old/a.py")) == ["eyes", "folder", "tools", "people"]
    assert names(told("a.py")) == ["tools", "people"]
    assert told("auth/a.py").placed.layer.name == "critical"


def test_of_a_line_only_the_rules_that_would_be_about_it_are_told() -> None:
    human = LineOrigin(origin=Origin.HUMAN, grade=Grade.ATTESTED)
    assert names(told("auth/a.py", human)) == ["people"]
    unsigned = LineOrigin(origin=Origin.HUMAN, grade=Grade.DECLARED)
    assert names(told("auth/a.py", unsigned)) == ["eyes", "people"]
    assert names(told("auth/a.py", LineOrigin(origin=Origin.UNKNOWN, grade=Grade.NONE))) == ["eyes"]


def test_waivers_are_shown_at_their_rule_and_those_that_are_over_apart() -> None:
    found = told("auth/old/a.py")
    assert [waiver.who for waiver in found.rules[0].waivers] == ["ada"]
    assert [waiver.who for waiver in found.rules[-1].waivers] == ["cy"]
    assert [waiver.who for waiver in found.expired] == ["bo"]
    assert told("auth/a.py").rules[0].waivers == ()


def test_everything_that_a_rule_asks_for_is_told_in_words() -> None:
    eyes, folder, tools, _ = policy(TEXT).rules
    assert asked(eyes) == (
        "approval by 2 independent people",
        "approval by the team sec",
        "approval by an owner",
    )
    assert asked(tools) == (
        "provenance that is at least declared",
        "acceptance: human_explicit or automatic",
        "a countersign",
        "the check ci",
        "written with no tool",
        "written by a or b",
    )
    assert asked(folder) == ("no such lines at all",)
    assert conditions(folder) == ("when lines > 3",)
    assert conditions(tools) == (
        "origin ai or mixed or unknown",
        "grade recorded",
        "tool codex",
        "model gpt-5",
        "at least 4 such lines in the change",
    )


def test_a_rule_tells_what_must_hold_and_whose_it_is() -> None:
    upper = policy(
        "version: 1\nrules: [{name: a, validations: [{expression: lines < 9}, {expression: 'true', message: t}]}]\n"
    )
    lower = b"version: 1\nrules: [{name: b, match: {paths: [/x/]}}]\n"
    joined = load(lower, "lower", upper, "web")
    found = explain(joined, b"web/x/a.py", None, date(2026, 1, 1))
    assert [(each.rule.name, each.rule.authority, each.rule.origin) for each in found.rules] == [
        ("a", Authority.REPOSITORY, "policy.yaml"),
        ("b", Authority.FOLDER, "lower"),
    ]
    assert asked(found.rules[0].rule) == ("this to hold: lines < 9", "this to hold: t")
    assert [each.rule.name for each in explain(joined, b"x/a.py", None, date(2026, 1, 1)).rules] == ["a"]
