"""A policy file is read strictly: what is sound is complete, and each fault has its place and what to write instead."""

from __future__ import annotations

import re
from datetime import date

import pytest

from answerable.domain.acceptance import How
from answerable.domain.grade import Grade
from answerable.domain.level import Level
from answerable.domain.origin import Origin
from answerable.errors import PolicyInvalid
from answerable.policy.emergency import Emergency
from answerable.policy.file import source
from answerable.policy.file.dump import dump
from answerable.policy.file.source import default_layers, load
from answerable.policy.layers.kinds import Kind, Touch
from answerable.policy.model import Mode
from answerable.policy.rule import Action, RequireFindings, Reviewers
from answerable.strict_yaml.nodes import MOST_BYTES, MOST_LEVELS
from answerable.strict_yaml.reading import MOST_FAULTS
from policy.reading import bare, faults, fixes, policy

WHOLE = """\
version: 1
mode: report
teams: {security: ["@Ada", bo@example.com], acme/web: [cy]}
emergency: {who: [security, ada], review_within: 3d, needs: {humans: 1}}
layers:
  - name: critical
    purpose: money
    paths: ["src/pay/**", "/keys/"]
    kinds: [ci, migration]
    touches: [sql, auth]
    unless: {paths: ["src/pay/docs/"], kinds: [test]}
  - name: standard
variables:
  - {name: much, expression: lines > 10}
  - {name: unused, expression: "'x'"}
rules:
  - name: four-eyes
    variables: [{name: ours, expression: "variables.much && tool != 'claude-code'"}]
    match:
      {layers: [critical], origins: [ai], grades: [none, declared], tools: [codex], models: [gpt-5], min_lines: 3,
       tiers: [1, 0], data: [personal], regions: [eu-1], jurisdictions: [eu], fleets: [pumps]}
    when: "lines > 10 && tool != 'claude-code'"
    require:
      reviewers: {humans: 2, teams: [security], owners: true}
      grade: recorded
      acceptance: [human_explicit]
      countersign: true
      checks: ["ci/test"]
      tools: {allow: [claude-code], models: {allow: []}}
      findings: {level: error, tools: [semgrep], rules: ["py.*"], most: 2, required: true}
      checklist: true
    validations:
      - {expression: variables.ours, message: "no", messageExpression: "'no: ' + path"}
    action: Warn
    message: two people must look
    messageExpression: "'look at ' + path"
    emergency: allowed
    overridable: true
waivers:
  - {rule: four-eyes, paths: ["old/**"], who: "ada@example.com", why: moving away, until: 2026-12-31}
"""


def test_every_key_of_a_policy_is_read() -> None:
    found = policy(WHOLE)
    layer, rest = found.layers
    assert (layer.layer.name, layer.layer.rank, layer.layer.purpose) == ("critical", 0, "money")
    assert layer.paths == ("src/pay/**", "/keys/")
    assert layer.kinds == (Kind.MIGRATION, Kind.CI)
    assert layer.touches == (Touch.AUTH, Touch.SQL)
    assert (layer.unless_paths, layer.unless_kinds) == (("src/pay/docs/",), (Kind.TEST,))
    assert rest.takes_the_rest
    assert rest.layer.rank == 1
    (rule,) = found.rules
    assert rule.match.layers == ("critical",)
    assert rule.match.origins == (Origin.AI, Origin.UNKNOWN)
    assert rule.match.grades == (Grade.NONE, Grade.DECLARED)
    assert (rule.match.tools, rule.match.models, rule.match.min_lines) == (("codex",), ("gpt-5",), 3)
    assert (rule.match.tiers, rule.match.data, rule.match.regions) == ((0, 1), ("personal",), ("eu-1",))
    assert (rule.match.jurisdictions, rule.match.fleets) == (("eu",), ("pumps",))
    assert rule.when is not None
    assert rule.when.text == "lines > 10 && tool != 'claude-code'"
    assert rule.require.reviewers == Reviewers(humans=2, teams=("security",), owners=True)
    assert (rule.require.grade, rule.require.acceptance) == (Grade.RECORDED, (How.HUMAN_EXPLICIT,))
    assert rule.require.countersign
    assert (rule.require.checks, rule.require.tools, rule.require.models) == (("ci/test",), ("claude-code",), ())
    assert rule.require.findings == RequireFindings(
        level=Level.ERROR, tools=("semgrep",), rules=("py.*",), most=2, required=True
    )
    assert rule.require.checklist
    assert [(v.name, v.type, v.expression.scope) for v in rule.variables] == [
        ("much", "bool", ()),
        ("ours", "bool", (("variables.much", "bool"),)),
    ]
    (valid,) = rule.validations
    assert (valid.expression.text, valid.message) == ("variables.ours", "no")
    assert valid.message_expression is not None
    assert (rule.emergency, rule.overridable, rule.forbids) == (True, True, False)
    assert [(t.name, t.members) for t in found.teams] == [
        ("security", ("ada", "bo@example.com")),
        ("acme/web", ("cy",)),
    ]
    assert found.emergency == Emergency(who=("security", "ada"), review_within=72, humans=1)
    assert (rule.action, rule.message) == (Action.WARN, "two people must look")
    assert rule.message_expression is not None
    (waiver,) = found.waivers
    assert (waiver.rule, waiver.who, waiver.why) == ("four-eyes", "ada@example.com", "moving away")
    assert (waiver.until, waiver.paths) == (date(2026, 12, 31), ("old/**",))
    assert found.mode is Mode.REPORT


def test_unknown_counts_as_ai_unless_the_rule_says_that_it_does_not() -> None:
    text = "version: 1\nrules:\n  - {{name: a, match: {{origins: [{}]{}}}}}\n"
    apart = ", unknown_counts_as_ai: false"
    assert policy(text.format("ai", "")).rules[0].match.origins == (Origin.AI, Origin.UNKNOWN)
    assert policy(text.format("mixed", "")).rules[0].match.origins == (Origin.MIXED, Origin.UNKNOWN)
    assert policy(text.format("human", "")).rules[0].match.origins == (Origin.HUMAN,)
    assert policy(text.format("ai", apart)).rules[0].match.origins == (Origin.AI,)


def test_a_policy_without_layers_has_those_for_a_repository_never_seen() -> None:
    assert policy("version: 1\n").layers == default_layers()
    assert [rule.layer.name for rule in default_layers()] == ["critical", "sensitive", "standard", "peripheral"]


def test_the_digest_covers_the_file_and_its_preset() -> None:
    plain, other = (load(data, "p") for data in (b"version: 1\n", b"version: 1 \n"))
    assert re.fullmatch("sha256:[0-9a-f]{64}", plain.digest)
    assert plain.digest != other.digest
    assert policy("version: 1\npreset: starter\n").digest != policy("version: 1\npreset: balanced\n").digest
    assert plain.digest == load(b"version: 1\n", "elsewhere").digest


@pytest.mark.parametrize("changed", ["balanced", "layers"])
def test_the_digest_changes_with_the_preset_of_a_later_version(changed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "version: 1\npreset: balanced\n"
    before = policy(text).digest
    shipped = source.shipped
    monkeypatch.setattr(source, "shipped", lambda name: shipped(name) + b"#" * (name == changed))
    assert policy(text).digest != before


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "1:1 the file is empty"),
        ("# nothing\n", "1:1 the file is empty"),
        ("preset: starter\n", "1:1 a policy needs version"),
        ("version: 2\n", "1:10 this version of the format is not known"),
        ('version: "1"\n', "1:10 this version of the format is not known"),
        ("version: 1\nrulez: []\n", "2:1 a policy has no key 'rulez'"),
        ("version: 1\nversion: 1\n", "2:1 the key version is here twice, first at line 1"),
        ("version: 1\nmode: strict\n", "2:7 mode cannot be 'strict'"),
        ("version: 1\npreset: none\n", "2:9 preset cannot be 'none'"),
        ("version: 1\nrules: {}\n", "2:8 rules must be a list"),
        ("version: 1\nrules: [a]\n", "2:9 an entry of rules must be a mapping"),
        ("version: 1\nrules:\n- action: Deny\n", "3:3 a rule needs name"),
        ("version: 1\nrules:\n- name: A b\n", "3:9 the name of a rule cannot be 'A b'"),
        ("version: 1\nrules:\n- {name: a, match: {layers: [top]}}\n", "3:30 an entry of layers cannot be 'top'"),
        ("version: 1\nrules:\n- {name: a, match: {origins: [robot]}}\n", "3:31 an entry of origins cannot be 'robot'"),
        ("version: 1\nrules:\n- {name: a, match: {tools: [no]}}\n", "3:29 an entry of tools must be a text, and no"),
        (
            "version: 1\nrules:\n- {name: a, match: {models: [4.5]}}\n",
            "3:30 an entry of models must be a text, and 4.5",
        ),
        ("version: 1\nrules:\n- {name: a, match: {min_lines: -1}}\n", "3:32 min_lines must be a whole number"),
        ("version: 1\nrules:\n- {name: a, match: {min_lines: '3'}}\n", "3:32 min_lines must be a whole number"),
        ("version: 1\nrules:\n- {name: a, require: {reviewers: {humans: 21}}}\n", "3:43 humans must be a whole number"),
        (
            "version: 1\nrules:\n- {name: a, match: {tiers: [5]}}\n",
            "3:29 an entry of tiers must be a whole number from 0",
        ),
        ("version: 1\nrules:\n- {name: a, require: {findings: {level: bad}}}\n", "3:41 level cannot be 'bad'"),
        ("version: 1\nrules:\n- {name: a, validations: [{message: x}]}\n", "3:27 a validation needs expression"),
        (
            "version: 1\nrules:\n- {name: a, validations: [{expression: lines}]}\n",
            "3:40 expression: the expression gives int",
        ),
        ("version: 1\nrules:\n- {name: a, validations: [a]}\n", "3:27 an entry of validations must be a mapping"),
        ("version: 1\nrules:\n- {name: a, when: [{name: x, expression: lines > foo}]}\n", "3:50 when x: undeclared"),
        ("version: 1\nrules:\n- {name: a, when: [{expression: lines > 1}]}\n", "3:20 a condition needs name"),
        ("version: 1\nvariables: [{name: 1a, expression: '1'}]\n", "2:20 the name of a variable cannot be '1a'"),
        ("version: 1\nvariables: [{name: a, expression: variables.a}]\n", "2:44 variable a: undeclared reference"),
        (
            "version: 1\nvariables: [{name: a, expression: variables.b}, {name: b, expression: '1'}]\n",
            "2:44 variable a: undeclared",
        ),
        ("version: 1\nvariables: [{name: a, expression: '{}'}]\n", "2:36 variable a: the expression gives map"),
        (
            "version: 1\nvariables: [{name: a, expression: '1'}]\nrules: [{name: r, variables: [{name: a}]}]\n",
            "3:31 a variable needs expression",
        ),
        (
            "version: 1\nvariables: [{name: a, expression: '1'}, {name: a, expression: '2'}]\n",
            "2:48 the variable a is here twice",
        ),
        ("version: 1\nrules: [{name: r, when: variables.a > 1}]\n", "2:34 when: undeclared reference"),
        ("version: 1\nrules: [{name: r, emergency: yes}]\n", "2:30 emergency cannot be 'yes'"),
        ("version: 1\nemergency: {who: [], review_within: 72h}\n", "2:18 nobody may declare an emergency"),
        ("version: 1\nemergency: {who: [a], review_within: 72}\n", "2:38 review_within must be hours or days"),
        ("version: 1\nemergency: {who: [a], review_within: 91d}\n", "2:38 review_within must be hours or days"),
        ("version: 1\nteams: [a]\n", "2:8 teams must be a mapping"),
        ("version: 1\nteams: {a: [], b: [x], acme/b: [y]}\n", "2:12 the team a has no members"),
        ("version: 1\nteams: {a: [x], b: [x], acme/b: [y]}\n", "2:25 the team acme/b is here twice"),
        (
            "version: 1\nteams: {web: [x]}\nrules: [{name: r, require: {reviewers: {teams: [web, wep]}}}]\n",
            "3:54 reviewers.teams of the rule r names the team wep, which teams does not define",
        ),
        ("version: 1\nrules:\n- {name: a, require: {countersign: yes}}\n", "3:36 countersign must be true or false"),
        ("version: 1\nrules:\n- {name: a, require: {grade: great}}\n", "3:30 grade cannot be 'great'"),
        ("version: 1\nrules:\n- {name: a, action: deny}\n", "3:21 action cannot be 'deny'"),
        ("version: 1\nrules:\n- {name: a}\n- {name: a}\n", "4:3 the rule a is here twice, first at line 3"),
        ("version: 1\nrules:\n- {name: a, match: {paths: ['!x']}}\n", "3:29 the pattern !x cannot work"),
        ("version: 1\nrules:\n- {name: a, message: ''}\n", "3:22 message is empty"),
        ("version: 1\nlayers: [{name: a, paths: [x]}]\n", "2:10 no layer takes the rest"),
        ("version: 1\nlayers: [{name: a}, {name: b}]\n", "2:10 the layer a takes nothing"),
        ("version: 1\nlayers: []\n", "1:1 no layer takes the rest"),
        ("version: 1\nlayers: [{name: a, kinds: [code]}, {name: b}]\n", "2:28 an entry of kinds cannot be 'code'"),
        ("version: 1\nlayers: [{name: a, unless: {layers: [x]}}]\n", "2:29 unless has no key 'layers'"),
        ("version: 1\nwaivers: [{rule: x}]\n", "2:11 a waiver needs who"),
        ("version: 1\nwaivers: [{until: 2026-02-30}]\n", "2:19 until must be a date"),
        ("a: b: c\n", "1:5 this is not YAML: mapping values are not allowed in this context"),
        ("version: 1\n---\nversion: 1\n", "2:1 a second document begins here"),
        ("version: &a 1\n", "1:10 anchors and aliases (& and *) are not taken"),
        ("version: *a\n", "1:10 anchors and aliases (& and *) are not taken"),
        ("version: !!int 1\n", "1:10 the tag tag:yaml.org,2002:int is not taken"),
        ("[a]: b\n", "1:1 a key must be a word"),
        ("- a\n", "1:1 a policy must be a mapping"),
        (b"version: 1\n# \xff\n", "2:3 this is not UTF-8"),
        ("version: 1\n# \x07\n", "2:3 the character U+0007 cannot be in YAML"),
    ],
)
def test_a_fault_is_named_with_its_line_and_its_column(text: str | bytes, fault: str) -> None:
    found = faults(text)
    assert any(told.startswith(fault) for told in found), found


def test_a_waiver_must_name_a_rule_that_there_is() -> None:
    text = "version: 1\nrules: [{name: four-eyes}]\nwaivers:\n  - {rule: four-eye, who: a, why: b, until: 2026-01-01}\n"
    assert faults(text) == ["4:12 rule cannot be 'four-eye'"]
    assert fixes(text) == ["did you mean four-eyes?"]


def test_all_faults_are_found_in_one_reading_in_the_order_of_the_file() -> None:
    text = "version: 1\nrules:\n  - name: a\n    action: deny\n    requires: {}\nmode: on\n"
    assert faults(text) == [
        "4:13 action cannot be 'deny'",
        "5:5 a rule has no key 'requires'",
        "6:7 mode cannot be 'on'",
    ]
    assert fixes(text)[:2] == ["did you mean Deny?", "did you mean require?"]


def test_after_a_hundred_faults_no_more_are_told() -> None:
    text = "version: 1\n" + "".join(f"key{n}: 1\n" for n in range(3000))
    assert len(faults(text)) == MOST_FAULTS


def test_an_error_names_the_first_fault_with_file_line_and_column_and_counts_the_others() -> None:
    with pytest.raises(PolicyInvalid, match=re.escape("policy.yaml:2:1: a policy has no key 'x' (and 1 more)")) as info:
        policy("version: 1\nx: 1\ny: 2\n")
    assert info.value.hint is not None
    assert "version, preset, mode" in info.value.hint


def test_a_fault_in_an_expression_is_named_where_it_stands_in_the_file() -> None:
    quoted = 'version: 1\nrules:\n  - name: a\n    when: "lines > foo"\n'
    plain = "version: 1\nrules:\n  - name: a\n    when: lines > foo\n"
    block = "version: 1\nrules:\n  - name: a\n    when: |\n      lines > 1 &&\n        lines < foo\n"
    folded = block.replace("|", ">")
    assert faults(quoted) == ["4:20 when: undeclared reference to 'foo'"]
    assert faults(plain) == ["4:19 when: undeclared reference to 'foo'"]
    assert faults(block) == ["6:17 when: undeclared reference to 'foo'"]
    assert faults(folded) == ["4:11 when: undeclared reference to 'foo'"]


def test_a_condition_must_give_a_truth_value_and_a_message_a_text() -> None:
    assert faults("version: 1\nrules: [{name: a, when: lines}]\n") == [
        "2:25 when: the expression gives int; it must give bool"
    ]
    assert faults("version: 1\nrules: [{name: a, messageExpression: lines > 1}]\n") == [
        "2:38 messageExpression: the expression gives bool; it must give string"
    ]


def test_a_file_over_the_limit_and_one_too_deep_are_refused() -> None:
    big = b"version: 1\n" + b"#" * MOST_BYTES
    assert faults(big) == [f"1:1 the file has more than {MOST_BYTES} bytes"]
    deep = "version: " + "[" * (MOST_LEVELS + 1) + "]" * (MOST_LEVELS + 1)
    assert any("nested more than 20 deep" in told for told in faults(deep))


def test_a_byte_order_mark_and_the_ends_of_lines_of_windows_are_taken() -> None:
    text = '\ufeffversion: 1\r\nrules:\r\n  - name: a\r\n    when: "foo"\r\n'
    assert faults(text) == ["4:12 when: undeclared reference to 'foo'"]


@pytest.mark.parametrize("text", [WHOLE, *(f"version: 1\npreset: {p}\n" for p in ("starter", "balanced", "regulated"))])
def test_a_policy_written_out_needs_no_preset_and_is_equal(text: str) -> None:
    first = policy(text)
    written = dump(first)
    assert "preset" not in written
    assert bare(policy(written)) == bare(first)
