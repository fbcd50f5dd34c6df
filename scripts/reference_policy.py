"""The page of policies: every key, kind, touch and variable, read off the code that reads them; and its documents."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from answerable.cli.policy import check_, debts_, explain_, simulate_, test_
from answerable.domain.acceptance import How
from answerable.domain.grade import Grade
from answerable.domain.level import Level
from answerable.domain.line_origin import LineOrigin
from answerable.domain.origin import Origin
from answerable.domain.verdict import Outcome
from answerable.policy.cases import Checked, Difference, run
from answerable.policy.change.facts import What
from answerable.policy.debts import Debt, Standing
from answerable.policy.file import (
    read_case,
    read_expression,
    read_layer,
    read_rule,
    read_service,
    read_team,
    read_waiver,
    source,
)
from answerable.policy.history.weigh import Hit, Reason, Weighed
from answerable.policy.judge.explain import explain
from answerable.policy.judge.expressions import MOST_CHARACTERS
from answerable.policy.judge.variables import VARIABLES
from answerable.policy.layers.kinds import MEANING, Touch
from answerable.policy.model import Mode, Policy
from answerable.policy.rule import Action
from answerable.policy.simulate import Simulation
from answerable.strict_yaml import nodes, reading

Rows = Callable[[Sequence[str], list[tuple[str, ...]]], str]

_BELOW: dict[str, tuple[str, ...]] = {
    "": source.KEYS,
    "services[]": read_service.SERVICE_KEYS,
    "emergency": read_team.EMERGENCY_KEYS,
    "emergency.needs": read_team.NEED_KEYS,
    "layers[]": read_layer.LAYER_KEYS,
    "layers[].unless": read_layer.UNLESS_KEYS,
    "rules[]": read_rule.RULE_KEYS,
    "variables[]": read_expression.VARIABLE_KEYS,
    "rules[].variables[]": read_expression.VARIABLE_KEYS,
    "rules[].when[]": read_expression.CONDITION_KEYS,
    "rules[].validations[]": read_expression.VALIDATION_KEYS,
    "rules[].match": read_rule.MATCH_KEYS,
    "rules[].require": read_rule.REQUIRE_KEYS,
    "rules[].require.reviewers": read_rule.REVIEWER_KEYS,
    "rules[].require.tools": read_rule.TOOL_KEYS,
    "rules[].require.tools.models": read_rule.MODEL_KEYS,
    "rules[].require.findings": read_rule.FINDING_KEYS,
    "rules[].require.mandate": read_rule.MANDATE_KEYS,
    "waivers[]": read_waiver.WAIVER_KEYS,
}
_VALUES: dict[str, Sequence[str]] = {
    "preset": source.PRESETS,
    "mode": [mode.value for mode in Mode],
    "rules[].emergency": read_rule.EMERGENCY_WORDS,
    "rules[].action": [action.value for action in Action],
    "rules[].match.origins": [origin.value for origin in Origin],
    "rules[].match.grades": [grade.word for grade in Grade],
    "rules[].require.grade": [grade.word for grade in Grade],
    "rules[].require.acceptance": [how.value for how in How],
    "rules[].require.findings.level": [level.value for level in Level],
}
_CASES = {
    "": read_case.KEYS,
    "cases[]": read_case.CASE_KEYS,
    "cases[].lines[]": read_case.LINE_KEYS,
    "cases[].approvals[]": read_case.APPROVAL_KEYS,
    "cases[].context": read_case.CONTEXT_KEYS,
    "cases[].emergency": read_case.EMERGENCY_KEYS,
    "cases[].expect": read_case.EXPECT_KEYS,
}
_CASE_VALUES = {
    "cases[].lines[].what": [str(what) for what in What],
    "cases[].lines[].origin": [origin.value for origin in Origin],
    "cases[].lines[].grade": [grade.word for grade in Grade],
    "cases[].lines[].acceptance": [how.value for how in How],
    "cases[].lines[].checklist": [said.value for said in Checked],
    "cases[].approvals[].kind": list(read_case.KINDS),
    "cases[].expect.verdict": [outcome.value for outcome in Outcome],
}
_EXAMPLE_CASES = b"""\
version: 1
cases:
  - name: NAME
    lines: [{path: a, lines: 20}]
    expect: {verdict: pass}
"""
_EXAMPLE = b"""\
version: 1
rules: [{name: eyes, message: look, require: {reviewers: {humans: 2}}, when: lines > 10}]
waivers:
  - {rule: eyes, who: ada, why: moving, until: "9999-12-31"}
  - {rule: eyes, who: ada, why: moving, until: "2020-01-01"}
"""


def key_paths(tables: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Every key of a file by its path, from the keys that there are below each."""
    for above, below in tables.items():
        yield from (f"{above}.{key}".lstrip(".") for key in below)


def keys() -> Iterator[str]:
    """Every key of a policy file, by its path."""
    return key_paths(_BELOW)


def case_keys() -> Iterator[str]:
    """Every key of a file of cases, by its path."""
    return key_paths(_CASES)


def sections(words: Mapping[str, Any], rows: Rows) -> list[str]:
    """The sections of the page.

    Args:
        words: What the code cannot say.
        rows: Writes a table.
    """
    told = [(f"`{key}`", words["policy"][key] + _one_of(key)) for key in sorted(keys(), key=_order)]
    kinds = [(f"`{kind}`", f"It {meaning}.") for kind, meaning in MEANING.items()]
    touches = [(f"`{touch}`", words["touches"][touch]) for touch in Touch]
    variables = [(f"`{name}`", kind, f"{text[0].upper()}{text[1:]}.") for name, (kind, text) in VARIABLES.items()]
    limits = f"At most {nodes.MOST_BYTES:,} bytes, {nodes.MOST_LEVELS} levels, {source.MOST_PARTS:,} services, "
    limits += f"layers, rules or waivers, {reading.MOST_PATTERN:,} characters in a pattern and {MOST_CHARACTERS:,} in "
    limits += "an expression."
    stated = [
        (f"`{key}`", _with_values(words["cases"][key], key, _CASE_VALUES)) for key in sorted(case_keys(), key=_case)
    ]
    intro = words["intro"]
    presets = [f"### {name}\n\n```yaml\n{source.shipped(name).decode()}```" for name in (*source.PRESETS, "layers")]
    presets[-1] = presets[-1].replace("### layers", "### The layers of a policy that names none")
    return [
        f"## Keys\n\n{intro['policy-keys']}\n{rows(('key', 'meaning'), told)}\n{limits}",
        f"## Kinds of files\n\n{intro['policy-kinds']}\n{rows(('kind', 'meaning'), kinds)}",
        f"## What code touches\n\n{intro['policy-touches']}\n{rows(('word', 'meaning'), touches)}",
        f"## Variables of expressions\n\n{intro['policy-expressions']}\n"
        + rows(("variable", "type", "meaning"), variables),
        f"## Cases\n\n{intro['policy-cases']}\n{rows(('key', 'meaning'), stated)}",
        "## Presets\n\n" + intro["policy-presets"] + "\n" + "\n\n".join(presets),
    ]


def policy_documents() -> dict[str, list[dict[str, Any]]]:
    """Documents of the commands of `answerable policy`, by the command."""
    sound = source.load(_EXAMPLE, "NAME")
    _, faults = source.read(b"version: 2\n", "NAME")
    line = LineOrigin(origin=Origin.AI, grade=Grade.DECLARED)
    found = explain(sound, b"NAME", b"", date(2026, 1, 1), line)
    silent = replace(sound.rules[0], message=None)
    bare = explain(replace(sound, rules=(silent,)), b"NAME", None, date(2026, 1, 1))
    owed = Debt(index=1, head="NAME", at="NAME", due="NAME", reviewed_by=("NAME",), problem="NAME")
    named = replace(sound, preset=source.PRESETS[0])
    return {
        "policy check": [check_.document(named, (), "NAME", 1), check_.document(None, faults, "NAME", 1, faults)],
        "policy debts": [
            debts_.document([(owed, Standing.DONE), (replace(owed, due=None, problem=None), Standing.OPEN)])
        ],
        "policy explain": [
            explain_.document(sound, found, True, 1, line, 1),
            explain_.document(sound, bare, False, None, None, 1),
        ],
        "policy simulate": _simulations(sound),
        "policy test": [test_.document(_tested(sound), 1)],
    }


def _simulations(policy: Policy) -> list[dict[str, Any]]:
    """One with everything, and one with nothing."""
    found = Simulation(base=None, head="NAME", policy=policy, today=date(2026, 1, 1))
    hit = Hit(rule="NAME", action="Deny", refused=True, who=("NAME",), checks=("NAME",))
    reason = Reason(rule="NAME", message="NAME", findings=1, lines=1, path=b"NAME", start=1, end=1)
    bare = replace(reason, path=None, start=None, end=None)
    change = Weighed(
        head="NAME", base="NAME", commits=1, subject="NAME", outcome=Outcome.FAIL, left=Outcome.FAIL, hits=(hit,),
        reasons=(reason, bare), problem="NAME", remedy="NAME",
    )  # fmt: skip
    found.add(0, change)
    found.add(1, replace(change, base=None, remedy=None))
    found.add(2, replace(change, problem=None))
    none = Simulation(base="NAME", head="NAME", policy=None, today=date(2026, 1, 1))
    return [simulate_.document(found, 1), simulate_.document(none, 1)]


def _tested(policy: Policy) -> list[test_.Tested]:
    cases, _ = read_case.read(_EXAMPLE_CASES, "NAME", policy)
    (ended,) = run(policy, cases)
    difference = Difference(what="NAME", expected="NAME", found="NAME")
    failed = replace(ended, layers=(("NAME", "NAME", "NAME"),), differences=(difference,), problem="NAME")
    passed = replace(failed, problem=None)
    _, faults = read_case.read(b"version: 2\n", "NAME", policy)
    return [
        test_.Tested(name="NAME", policy=policy, ended=(failed, passed)),
        test_.Tested(name="NAME", policy=policy, faults=faults),
    ]


def _one_of(key: str) -> str:
    return _with_values("", key, _VALUES)


def _with_values(words: str, key: str, values: Mapping[str, Sequence[str]]) -> str:
    return words + (f" One of {', '.join(f'`{value}`' for value in values[key])}." if key in values else "")


def _case(key: str) -> tuple[int, ...]:
    return _order(key, _CASES)


def _order(key: str, every: Mapping[str, Sequence[str]] = _BELOW) -> tuple[int, ...]:
    """Keys below a key follow it."""
    place: list[int] = []
    above = ""
    for part in key.split("."):
        place.append(every[above].index(part.removesuffix("[]")))
        above = f"{above}.{part}".lstrip(".")
    return tuple(place)
