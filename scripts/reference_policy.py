"""The page of policies: every key, kind, touch and variable, read off the code that reads them; and its documents."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from answerable.cli.policy import check_, explain_
from answerable.domain.acceptance import How
from answerable.domain.grade import Grade
from answerable.domain.line_origin import LineOrigin
from answerable.domain.origin import Origin
from answerable.policy.file import (
    nodes,
    read_expression,
    read_layer,
    read_rule,
    read_service,
    read_team,
    read_waiver,
    reading,
    source,
)
from answerable.policy.judge.explain import explain
from answerable.policy.judge.expressions import MOST_CHARACTERS
from answerable.policy.judge.variables import VARIABLES
from answerable.policy.layers.kinds import MEANING, Touch
from answerable.policy.model import Mode
from answerable.policy.rule import Action, Level

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
_EXAMPLE = b"""\
version: 1
rules: [{name: eyes, message: look, require: {reviewers: {humans: 2}}, when: lines > 10}]
waivers:
  - {rule: eyes, who: ada, why: moving, until: "9999-12-31"}
  - {rule: eyes, who: ada, why: moving, until: "2020-01-01"}
"""


def keys() -> Iterator[str]:
    """Every key of a policy file, by its path."""
    for above, below in _BELOW.items():
        yield from (f"{above}.{key}".lstrip(".") for key in below)


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
    intro = words["intro"]
    presets = [f"### {name}\n\n```yaml\n{source.shipped(name).decode()}```" for name in (*source.PRESETS, "layers")]
    presets[-1] = presets[-1].replace("### layers", "### The layers of a policy that names none")
    return [
        f"## Keys\n\n{intro['policy-keys']}\n{rows(('key', 'meaning'), told)}\n{limits}",
        f"## Kinds of files\n\n{intro['policy-kinds']}\n{rows(('kind', 'meaning'), kinds)}",
        f"## What code touches\n\n{intro['policy-touches']}\n{rows(('word', 'meaning'), touches)}",
        f"## Variables of expressions\n\n{intro['policy-expressions']}\n"
        + rows(("variable", "type", "meaning"), variables),
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
    named = replace(sound, preset=source.PRESETS[0])
    return {
        "policy check": [check_.document(named, (), "NAME", 1), check_.document(None, faults, "NAME", 1, faults)],
        "policy explain": [
            explain_.document(sound, found, True, 1, line, 1),
            explain_.document(sound, bare, False, None, None, 1),
        ],
    }


def _one_of(key: str) -> str:
    return f" One of {', '.join(f'`{value}`' for value in _VALUES[key])}." if key in _VALUES else ""


def _order(key: str) -> tuple[int, ...]:
    """Keys below a key follow it."""
    place: list[int] = []
    above = ""
    for part in key.split("."):
        place.append(_BELOW[above].index(part.removesuffix("[]")))
        above = f"{above}.{part}".lstrip(".")
    return tuple(place)
