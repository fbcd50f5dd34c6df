"""A policy rules on an edit before it is made: what is certain stops it, what the change will need is told."""

from __future__ import annotations

from datetime import date

import pytest

from answerable.capture.payload.model import Decision
from answerable.policy.file.source import load
from answerable.policy.guard import Guard, Ruling, Touched
from policy.reading import policy

DAY = date(2026, 6, 1)
LAYERS = """\
version: 1
layers:
  - {name: critical, paths: [/auth/], touches: [process]}
  - {name: standard}
  - {name: peripheral, paths: [/docs/]}
rules:
"""


def guard(rules: str, tool: str | None = "codex", model: str | None = None, rest: str = "") -> Guard:
    return Guard(policy(LAYERS + rules + rest), tool, model, DAY)


def on(found: Guard, *paths: str) -> Ruling:
    return found.rule([Touched(path=path.encode()) for path in paths])


TOOLS = "  - {name: tools, match: {layers: [critical], origins: [ai]}, require: {tools: {allow: [claude-code]}}}\n"
MODELS = "  - {name: models, match: {layers: [critical]}, require: {tools: {models: {allow: ['claude-*']}}}}\n"
FORBID = "  - {name: never, match: {layers: [critical], origins: [ai]}, message: people only}\n"


def test_a_tool_that_is_not_allowed_in_a_layer_is_denied_there_alone() -> None:
    found = on(guard(TOOLS), "auth/a.py")
    assert found.decision is Decision.DENY
    refusal = found.refusals[0]
    assert (refusal.rule, refusal.path, refusal.layer) == ("tools", b"auth/a.py", "critical")
    assert refusal.because == "the path matches /auth/"
    assert refusal.what == "the tool codex is not allowed here"
    assert refusal.instead.startswith("allowed here: claude-code; ")
    assert found.free == ("standard", "peripheral")
    assert on(guard(TOOLS), "a.py") == Ruling()
    assert on(guard(TOOLS, "claude-code"), "auth/a.py") == Ruling()


def test_a_tool_or_model_that_is_not_known_is_not_among_the_allowed_ones() -> None:
    assert on(guard(TOOLS, None), "auth/a.py").refusals[0].what == "which tool edits here is not known"
    assert on(guard(MODELS), "auth/a.py").refusals[0].what == "which model edits here is not known"
    assert on(guard(MODELS, model="gpt-5"), "auth/a.py").decision is Decision.DENY
    assert on(guard(MODELS, model="Claude-Sonnet-4"), "auth/a.py").decision is Decision.ALLOW


def test_where_nothing_is_allowed_that_is_said() -> None:
    none = "  - {name: none, require: {tools: {allow: []}}}\n"
    found = on(guard(none), "a.py")
    assert found.refusals[0].instead.startswith("no tool is allowed here; ")
    assert found.free == ()


def test_a_rule_that_asks_for_nothing_forbids() -> None:
    found = on(guard(FORBID), "auth/a.py")
    assert (found.decision, found.refusals[0].what) == (
        Decision.DENY,
        "people only: an agent's edit is not allowed here",
    )


def test_of_several_files_each_is_ruled_on() -> None:
    found = on(guard(TOOLS), "a.py", "auth/a.py", "auth/b.py", "auth/a.py")
    assert [refusal.path for refusal in found.refusals] == [b"auth/a.py", b"auth/b.py"]


def test_a_rule_about_people_or_unknown_lines_is_not_about_an_agent() -> None:
    others = "  - {name: people, match: {origins: [human]}}\n  - {name: nobody, match: {origins: [unknown]}}\n"
    assert on(guard(others), "auth/a.py") == Ruling()


def test_a_rule_that_warns_asks_and_one_for_the_record_says_nothing() -> None:
    assert on(guard(FORBID.replace("message", "action: Warn, message")), "auth/a.py").decision is Decision.ASK
    assert on(guard(FORBID.replace("message", "action: Audit, message")), "auth/a.py") == Ruling()


def test_a_policy_that_only_reports_tells() -> None:
    found = on(Guard(policy("mode: report\n" + LAYERS + FORBID), "codex", None, DAY), "auth/a.py")
    assert (found.decision, found.told[0].reports) == (Decision.ALLOW, True)
    assert found.told[0].refuses == "people only: an agent's edit is not allowed here"


@pytest.mark.parametrize("rest", ["grades: [none]", "min_lines: 9"])
def test_what_depends_on_the_change_is_told_and_left_to_the_gate(rest: str) -> None:
    found = on(guard(f"  - {{name: big, match: {{layers: [critical], origins: [ai], {rest}}}}}\n"), "auth/a.py")
    assert found.decision is Decision.ALLOW
    assert found.told[0].refuses
    assert found.told[0].conditions
    assert not found.told[0].reports


def test_a_condition_on_what_is_certain_is_asked_and_one_on_the_change_is_not() -> None:
    def when(text: str, tool: str | None = "codex") -> Decision:
        rules = f"  - {{name: x, match: {{layers: [critical], origins: [ai]}}, when: '{text}'}}\n"
        return on(guard(rules, tool), "auth/a.py").decision

    assert when('tool == "codex" && path.startsWith("auth/")') is Decision.DENY
    assert when('tool == "cursor"') is Decision.ALLOW
    assert when('origin == "ai" && "source" in kinds || layer == "critical"') is Decision.DENY
    assert when("lines < 3") is Decision.ALLOW
    assert when('tool == "codex"', None) is Decision.ALLOW
    assert when('model == ""') is Decision.ALLOW


def test_a_condition_through_a_policys_own_variable_is_as_certain_as_what_that_reads() -> None:
    def own(reads: str) -> Decision:
        rules = (
            "  - name: x\n    match: {origins: [ai]}\n"
            f"    variables: [{{name: v, expression: '{reads}'}}]\n    when: variables.v\n"
        )
        return on(guard(rules), "a.py").decision

    assert own('tool == "codex"') is Decision.DENY
    assert own('tool == "codex" && lines < 9') is Decision.ALLOW


def test_what_must_hold_and_certainly_does_not_is_refused() -> None:
    rules = """\
  - name: x
    match: {layers: [critical], origins: [ai]}
    validations:
      - {expression: 'tool != "codex"', message: not by codex}
      - {expression: 'lines < 100', message: small changes only}
"""
    found = on(guard(rules), "auth/a.py")
    assert [refusal.what for refusal in found.refusals] == ["not by codex"]
    assert found.told[0].asks == ("this to hold: small changes only",)
    assert on(guard(rules, "cursor"), "auth/a.py").decision is Decision.ALLOW


def test_a_rule_about_a_model_asks_where_the_model_is_not_known() -> None:
    rules = "  - {name: x, match: {origins: [ai], models: ['gpt-*']}}\n"
    assert on(guard(rules, model="gpt-5"), "a.py").decision is Decision.DENY
    assert on(guard(rules, model="o3"), "a.py") == Ruling()
    assert on(guard(rules), "a.py").decision is Decision.ASK


def test_what_is_much_to_ask_for_is_told_beforehand() -> None:
    eyes = "  - {name: eyes, match: {layers: [critical]}, require: {reviewers: {humans: 2}, countersign: true}}\n"
    found = on(guard(eyes), "auth/a.py")
    assert (found.decision, found.told[0].asks) == (
        Decision.ALLOW,
        ("approval by 2 independent people", "a countersign"),
    )
    assert on(guard(eyes.replace("humans: 2}, countersign: true", "humans: 1}")), "auth/a.py") == Ruling()
    assert on(guard(eyes.replace("require", "action: Warn, require")), "auth/a.py") == Ruling()


def test_a_waiver_that_holds_lifts_a_rule_where_it_covers_all_names() -> None:
    def held(until: str, path: str = "auth/old/a.py", named: str | None = None) -> Decision:
        rest = f"waivers:\n  - {{rule: tools, paths: [/auth/old/], who: ada, why: moving, until: {until}}}\n"
        touched = Touched(path=path.encode(), named=named.encode() if named else None)
        return guard(TOOLS, rest=rest).rule([touched]).decision

    assert held("2026-06-01") is Decision.ALLOW
    assert held("2026-05-31") is Decision.DENY
    assert held("2026-06-01", "auth/a.py") is Decision.DENY
    assert held("2026-06-01", named="auth/a.py") is Decision.DENY


def test_every_name_and_every_content_of_a_file_counts() -> None:
    assert guard(TOOLS).rule([Touched(path=b"x.py", named=b"auth/x.py")]).decision is Decision.DENY
    code = (b"x = 1\n", b"import subprocess\n")
    assert guard(TOOLS).rule([Touched(path=b"x.py", contents=code)]).decision is Decision.DENY
    assert guard(TOOLS).rule([Touched(path=b"x.py", contents=code[:1])]).decision is Decision.ALLOW


def test_a_pattern_of_a_rule_takes_either_name() -> None:
    rules = "  - {name: x, match: {origins: [ai], paths: [/pay/]}}\n"
    assert guard(rules).rule([Touched(path=b"lib/a", named=b"pay/a")]).decision is Decision.DENY
    assert on(guard(rules), "lib/a") == Ruling()
    assert on(guard(rules), "pay/a").free == ("critical", "standard", "peripheral")


def test_a_command_is_asked_about_where_the_tool_may_change_nothing() -> None:
    everywhere = "  - {name: x, match: {origins: [ai]}, require: {tools: {allow: [cursor]}}}\n"
    assert guard(everywhere).command().decision is Decision.ASK
    assert guard(everywhere, "cursor").command() == Ruling()
    assert guard(everywhere.replace("require", "action: Warn, require")).command() == Ruling()
    assert guard(TOOLS).command() == Ruling(free=("standard", "peripheral"))
    assert guard("  - {name: x, match: {paths: [/a/]}}\n").command() == Ruling()


def test_an_organisations_rule_holds_where_its_own_policy_places_the_file() -> None:
    above = load((LAYERS + TOOLS).encode(), "org.yaml")
    below = "version: 1\nlayers:\n  - {name: critical, paths: [/x/]}\n  - {name: standard}\n  - {name: peripheral}\n"
    joined = load(below.encode(), "policy.yaml", above)
    assert on(Guard(joined, "codex", None, DAY), "auth/a.py").decision is Decision.DENY


def test_an_organisations_rule_holds_where_a_policy_below_is_more_severe() -> None:
    rule = "  - {name: x, match: {layers: [standard], origins: [ai]}}\n"
    above = load((LAYERS + rule).encode(), "org.yaml")
    below = "version: 1\nlayers:\n  - {name: critical, paths: [/x/]}\n  - {name: standard}\n  - {name: peripheral}\n"
    found = on(Guard(load(below.encode(), "policy.yaml", above), "codex", None, DAY), "x/a.py")
    assert (found.decision, found.refusals[0].layer) == (Decision.DENY, "critical")


def test_any_name_of_a_file_can_be_ruled_on() -> None:
    for path in (b"auth/\xff\n", b"\0", b"auth/" + b"x" * 5000, b"-rf", b"auth/..\x1b[2J"):
        wanted = Decision.DENY if path.startswith(b"auth/") else Decision.ALLOW
        assert guard(TOOLS).rule([Touched(path=path)]).decision is wanted
