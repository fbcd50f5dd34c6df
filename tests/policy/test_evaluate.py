"""What a rule says of given facts: no repository, no clock, no surprise."""

from __future__ import annotations

from typing import Any

import pytest

from answerable.domain.acceptance import Acceptance, How
from answerable.domain.agent import Agent
from answerable.domain.grade import Grade
from answerable.domain.layer import Placed, TrustLayer
from answerable.domain.origin import Origin
from answerable.domain.owner import Owner
from answerable.domain.verdict import Outcome, Severity
from answerable.errors import PolicyUnevaluable
from answerable.policy.change.context import Check, Context
from answerable.policy.change.facts import LineFacts, What
from answerable.policy.judge.evaluate import Judged, Place
from policy.judging import ONE, PATH, WAIVER, ai, by, fact, judged


@pytest.mark.parametrize(
    ("origin", "outcome"),
    [
        (Origin.AI, Outcome.FAIL),
        (Origin.MIXED, Outcome.PASS),
        (Origin.UNKNOWN, Outcome.FAIL),
        (Origin.HUMAN, Outcome.PASS),
    ],
)
def test_unknown_counts_as_ai_and_human_does_not(origin: Origin, outcome: Outcome) -> None:
    assert judged(ONE, fact(origin=origin, grade=Grade.ATTESTED)).outcome is outcome


@pytest.mark.parametrize("grade", [grade for grade in Grade if grade is not Grade.ATTESTED])
def test_that_a_person_wrote_lines_helps_only_where_it_is_signed(grade: Grade) -> None:
    found = judged(ONE, fact(origin=Origin.HUMAN, grade=grade))
    assert found.outcome is Outcome.FAIL
    assert any("nobody signed that a person wrote them" in said for said in found.findings[0].evidence)
    trusting = "{name: r, match: {origins: [ai], unknown_counts_as_ai: false}, require: {reviewers: {humans: 1}}}"
    assert judged(trusting, fact(origin=Origin.HUMAN, grade=grade)).outcome is Outcome.PASS


def test_a_rule_may_leave_unknown_out_on_purpose() -> None:
    rule = "{name: r, match: {origins: [ai], unknown_counts_as_ai: false}, require: {reviewers: {humans: 1}}}"
    assert judged(rule, fact()).outcome is Outcome.PASS


def test_an_approval_by_one_independent_person_meets_a_rule_that_asks_for_one() -> None:
    found = judged(ONE, ai(), approvals=by("bo"))
    assert found.outcome is Outcome.PASS
    assert [(o.met, o.have) for o in found.obligations] == [(True, "1 of 1: bo")]
    assert not found.findings


def test_a_finding_names_rule_lines_evidence_and_the_next_step() -> None:
    (finding,) = judged(ONE, ai(3, 5)).findings
    assert (finding.rule, finding.path, finding.start, finding.end) == ("r", PATH, 3, 5)
    assert (finding.layer, finding.origin, finding.grade) == ("critical", Origin.AI, Grade.DECLARED)
    assert finding.message == "needs 1 independent approval, has 0"
    assert "approved at its present head" in str(finding.remedy)
    assert finding.evidence[0] == "layer critical: the test says so"


def test_adjacent_lines_of_which_the_same_is_known_are_one_finding() -> None:
    found = judged(ONE, ai(1, 2), ai(3, 3), ai(5, 5), fact(6, 6))
    assert [(f.start, f.end) for f in found.findings] == [(1, 3), (5, 5), (6, 6)]


@pytest.mark.parametrize(("lines", "outcome"), [(9, Outcome.PASS), (10, Outcome.FAIL)])
def test_a_size_is_counted_over_all_matching_lines(lines: int, outcome: Outcome) -> None:
    rule = "{name: r, match: {layers: [critical], min_lines: 10}, require: {reviewers: {humans: 1}}}"
    assert judged(rule, ai(1, 5), ai(7, 6 + lines - 5), fact(path=b"x")).outcome is (
        outcome if lines == 10 else Outcome.FAIL
    )
    assert judged(rule, ai(1, 5), ai(7, 6 + lines - 5)).outcome is outcome


def test_lines_that_went_count_by_their_number() -> None:
    rule = "{name: r, match: {min_lines: 10}, require: {reviewers: {humans: 1}}}"
    assert judged(rule, fact(0, 0, what=What.REMOVED, weight=10)).outcome is Outcome.FAIL
    assert judged(rule, fact(0, 0, what=What.REMOVED, weight=9)).outcome is Outcome.PASS


def test_a_condition_decides_for_each_fact() -> None:
    rule = "{name: r, when: \"tool != 'claude-code' && lines > 1\", require: {reviewers: {humans: 1}}}"
    claude = Agent(tool="claude-code")
    found = judged(rule, ai(1, 1, agent=claude), ai(2, 2, agent=Agent(tool="codex")))
    assert [(f.start, f.end) for f in found.findings] == [(2, 2)]


@pytest.mark.parametrize("when", ["1 / (lines - 1) > 0", "path.matches('(')", "[1][lines] == 1"])
def test_a_condition_that_gives_no_answer_is_an_error_of_all(when: str) -> None:
    rule = f'{{name: r, when: "{when}", require: {{reviewers: {{humans: 1}}}}}}'
    with pytest.raises(PolicyUnevaluable, match="rule r"):
        judged(rule, ai())


def test_a_message_may_be_computed() -> None:
    rule = "{name: r, messageExpression: \"origin + ' in ' + layer\", require: {reviewers: {humans: 1}}}"
    (finding,) = judged(rule, ai()).findings
    assert finding.message.startswith("ai in critical: needs 1 independent approval")


@pytest.mark.parametrize(
    ("action", "severity", "outcome"),
    [
        ("Deny", Severity.ERROR, Outcome.FAIL),
        ("Warn", Severity.WARNING, Outcome.PASS),
        ("Audit", Severity.NOTE, Outcome.PASS),
    ],
)
def test_only_deny_fails(action: str, severity: Severity, outcome: Outcome) -> None:
    found = judged(f"{ONE[:-1]}, action: {action}}}", ai())
    assert ([f.severity for f in found.findings], found.outcome) == ([severity], outcome)


def test_a_policy_that_only_reports_warns_of_what_would_fail() -> None:
    found = judged(ONE, ai(), extra="mode: report\n")
    assert (found.outcome, found.findings[0].severity) == (Outcome.PASS, Severity.WARNING)


@pytest.mark.parametrize(
    ("until", "path", "outcome"),
    [
        ("2026-06-01", "/src/auth/", Outcome.PASS),
        ("2026-05-31", "/src/auth/", Outcome.FAIL),
        ("2026-06-01", "/src/other/", Outcome.FAIL),
    ],
)
def test_a_waiver_holds_for_its_paths_until_its_day_and_is_shown(until: str, path: str, outcome: Outcome) -> None:
    found = judged(ONE, ai(), extra=WAIVER.format(until=until, path=path))
    assert found.outcome is outcome
    waived = [f.waived_by for f in found.findings if f.waived_by]
    assert waived == ([f"ada@example.com until {until}: legacy"] if outcome is Outcome.PASS else [])


def test_a_waiver_that_has_ended_is_told() -> None:
    (finding,) = judged(ONE, ai(), extra=WAIVER.format(until="2026-05-31", path="*")).findings
    assert "a waiver by ada@example.com ended on 2026-05-31" in finding.evidence


def test_a_rename_into_the_reach_of_a_waiver_is_not_waived() -> None:
    moved = ai(old_path=b"src/auth/b.py", path=b"legacy/a.py")
    assert judged(ONE, moved, extra=WAIVER.format(until="2026-06-01", path="/legacy/")).outcome is Outcome.FAIL


def test_a_waiver_of_some_lines_leaves_the_others() -> None:
    found = judged(ONE, ai(path=b"legacy/a.py"), ai(), extra=WAIVER.format(until="2026-06-01", path="/legacy/"))
    assert found.outcome is Outcome.FAIL
    assert [(f.path, f.severity) for f in found.findings] == [
        (PATH, Severity.ERROR),
        (b"legacy/a.py", Severity.NOTE),
    ]


@pytest.mark.parametrize("teams", [("security",), ("@acme/security",), ("acme/Security",)])
def test_a_member_of_the_team_meets_what_asks_for_the_team(teams: tuple[str, ...]) -> None:
    rule = "{name: r, require: {reviewers: {teams: [security]}}}"
    assert judged(rule, ai(), approvals=by("bo", teams=teams)).outcome is Outcome.PASS
    found = judged(rule, ai(), approvals=by("bo", teams=("web", "insecurity")))
    assert found.outcome is Outcome.FAIL
    assert [(o.who, o.have) for o in found.obligations] == [(("security",), "nobody")]


def test_every_path_needs_an_owner_who_approved() -> None:
    rule = "{name: r, require: {reviewers: {owners: true}}}"
    owners = {PATH: Owner(people=("@bo",), source="x"), b"b": Owner(teams=("@acme/web",), source="x")}
    facts = (ai(), ai(path=b"b"))
    assert judged(rule, *facts, owners=owners, approvals=by("bo", teams=("web",))).outcome is Outcome.PASS
    half = judged(rule, *facts, owners=owners, approvals=by("bo"))
    assert half.outcome is Outcome.FAIL
    assert (half.obligations[0].have, half.obligations[0].who) == ("1 of 2 paths approved by an owner", ("@acme/web",))


def test_a_path_that_nobody_owns_does_not_pass_and_says_what_to_do() -> None:
    (finding,) = judged("{name: r, require: {reviewers: {owners: true}}}", ai(), approvals=by("bo")).findings
    assert "CODEOWNERS" in str(finding.remedy)


@pytest.mark.parametrize(
    ("checks", "outcome"),
    [
        ((), Outcome.FAIL),
        ((Check(name="ci", succeeded=True, said="success"),), Outcome.PASS),
        ((Check(name="ci", succeeded=True, said="success", sha="2" * 40),), Outcome.FAIL),
        ((Check(name="ci", succeeded=False, said="failure"),), Outcome.FAIL),
        ((Check(name="ci", succeeded=True, said="ok"), Check(name="ci", succeeded=False, said="bad")), Outcome.FAIL),
        ((Check(name="CI", succeeded=True, said="success"),), Outcome.FAIL),
    ],
)
def test_a_check_must_have_succeeded_on_the_head(checks: tuple[Check, ...], outcome: Outcome) -> None:
    assert judged("{name: r, require: {checks: [ci]}}", ai(), context=Context(checks=checks)).outcome is outcome


def _shown(how: How) -> dict[str, Any]:
    return {"acceptance": Acceptance(how=how, grade=Grade.RECORDED)}


@pytest.mark.parametrize(
    ("require", "good", "bad"),
    [
        ("grade: recorded", {"grade": Grade.RECORDED}, {"grade": Grade.DECLARED}),
        ("acceptance: [human_explicit]", _shown(How.HUMAN_EXPLICIT), _shown(How.AUTOMATIC)),
        ("acceptance: [human_explicit]", _shown(How.HUMAN_EXPLICIT), {}),
        ("tools: {allow: [codex]}", {"agent": Agent(tool="codex")}, {"agent": Agent(tool="cursor")}),
        ("tools: {allow: [codex]}", {"agent": Agent(tool="codex")}, {}),
        ("countersign: true", {"countersigned": ("bo",)}, {}),
    ],
)
def test_what_lines_must_show(require: str, good: dict[str, Any], bad: dict[str, Any]) -> None:
    rule = f"{{name: r, require: {{{require}}}}}"
    assert judged(rule, ai(**good)).outcome is Outcome.PASS
    found = judged(rule, ai(**bad))
    assert found.outcome is Outcome.FAIL
    assert found.findings[0].remedy


def test_what_a_person_wrote_needs_no_tool_and_no_acceptance() -> None:
    rule = "{name: r, require: {acceptance: [human_explicit], tools: {allow: []}}}"
    assert judged(rule, fact(origin=Origin.HUMAN, grade=Grade.ATTESTED)).outcome is Outcome.PASS


def test_lines_that_only_moved_count_where_their_layer_changed() -> None:
    moved = fact(1, 9, what=What.MOVED, old_path=b"docs/a.py")
    placed = Placed(layer=TrustLayer(name="critical", rank=0), because="")
    assert judged(ONE, moved).outcome is Outcome.PASS
    assert judged(ONE, moved, places={PATH: Place(placed=placed, moved=True)}).outcome is Outcome.FAIL


def test_a_pattern_of_a_rule_meets_the_old_path_too() -> None:
    rule = '{name: r, match: {paths: ["/src/auth/"]}, require: {reviewers: {humans: 1}}}'
    assert judged(rule, ai(path=b"docs/a.py", old_path=PATH)).outcome is Outcome.FAIL
    assert judged(rule, ai(path=b"docs/a.py")).outcome is Outcome.PASS


def test_the_same_inputs_give_the_same_verdict() -> None:
    assert judged(ONE, ai(1, 2), fact(4, 4)) == judged(ONE, ai(1, 2), fact(4, 4))


# -- variables and validations --------------------------------------------------------------------------------------

_VALID = """
  - name: r
    variables:
      - {name: big, expression: "change.lines > 10"}
      - {name: both, expression: "variables.big && origin == 'ai'"}
      - {name: unused, expression: "1 / (lines - lines) > 0"}
    validations:
      - {expression: "!variables.both", message: split it}
      - {expression: "!path.endsWith('.py')", messageExpression: "path + ' is ' + layer"}
"""


def _written(rules: str, *facts: LineFacts, **more: Any) -> Judged:
    return judged(rules.strip().removeprefix("- "), *facts, **more)


def test_what_does_not_hold_is_a_finding_with_its_message() -> None:
    (finding,) = _written(_VALID, ai(1, 11)).findings
    assert finding.message == "split it; src/auth/a.py is critical"
    assert finding.remedy == "change the lines so that it holds, or have the policy changed first"
    (finding,) = _written(_VALID, ai(1, 10)).findings
    assert finding.message == "src/auth/a.py is critical"
    assert _written(_VALID, ai(1, 10, path=b"a.go")).outcome is Outcome.PASS


def test_a_validation_holds_for_lines_that_go_and_a_rule_with_one_forbids_nothing() -> None:
    rule = "{name: r, validations: [{expression: \"what != 'removed'\"}]}"
    found = judged(rule, fact(0, 0, what=What.REMOVED, weight=2))
    assert found.findings[0].message == "this must hold: what != 'removed'"
    assert judged(rule, ai()).outcome is Outcome.PASS


def test_a_variable_that_cannot_be_computed_is_an_error_only_where_the_answer_depends_on_it() -> None:
    rule = (
        "{{name: r, variables: [{{name: bad, expression: '1 / (lines - lines) > 0'}}], "
        "validations: [{{expression: '{}'}}]}}"
    )
    assert judged(rule.format("variables.bad || lines > 0"), ai()).outcome is Outcome.PASS
    with pytest.raises(PolicyUnevaluable, match=r"rule r: the expression at line .* divi"):
        judged(rule.format("variables.bad"), ai())


def test_a_chain_of_variables_cannot_grow() -> None:
    chain = "{name: v0, expression: path + path}, "
    chain += ", ".join(f"{{name: v{n}, expression: variables.v{n - 1} + variables.v{n - 1}}}" for n in range(1, 60))
    rule = f"{{name: r, variables: [{chain}], validations: [{{expression: \"variables.v59 == ''\"}}]}}"
    with pytest.raises(PolicyUnevaluable, match="4096 is the most"):
        judged(rule, ai())


def test_named_conditions_must_all_hold() -> None:
    rule = "{name: r, when: [{name: a, expression: lines > 1 // c}, {name: b, expression: tool == 'x'}]}"
    assert judged(rule, ai(1, 2, agent=Agent(tool="x"))).outcome is Outcome.FAIL
    assert judged(rule, ai(1, 1, agent=Agent(tool="x"))).outcome is Outcome.PASS
    assert judged(rule, ai(1, 2)).outcome is Outcome.PASS


SHOP = (
    "services:\n  - {name: till, paths: [/src/auth/], tier: 1, data: [pii], regions: [eu-1], fleets: [pumps]}\n"
    "  - {name: shop, paths: [/shop/], tier: 3, jurisdictions: [eu]}\n"
)


@pytest.mark.parametrize(
    ("match", "outcome"),
    [
        ("tiers: [0, 1]", Outcome.FAIL),
        ("tiers: [3]", Outcome.PASS),
        ("data: [pii]", Outcome.FAIL),
        ("regions: [eu-1]", Outcome.FAIL),
        ("fleets: [pumps]", Outcome.FAIL),
        ("jurisdictions: [eu]", Outcome.PASS),
        ("tiers: [1], jurisdictions: [eu]", Outcome.PASS),
    ],
)
def test_a_rule_may_be_about_what_the_service_of_a_path_reaches(match: str, outcome: Outcome) -> None:
    assert judged(f"{{name: r, match: {{{match}}}}}", ai(), extra=SHOP).outcome is outcome
    assert judged(f"{{name: r, match: {{{match}}}}}", ai(path=b"other"), extra=SHOP).outcome is Outcome.PASS


def test_a_renamed_path_has_the_reach_of_both_its_names() -> None:
    rule = "{name: r, match: {tiers: [1], jurisdictions: [eu]}}"
    assert judged(rule, ai(path=b"shop/a.py", old_path=PATH), extra=SHOP).outcome is Outcome.FAIL


def test_expressions_know_the_services_and_the_size_of_the_change() -> None:
    rule = "{name: r, when: \"tier == 1 && 'pii' in data && services == ['till'] && change.files == 2"
    rule += " && change.lines == 5 && tools == ['x'] && 'acme/web' in teams && size(kinds) == 0\"}"
    facts = (ai(1, 3, agent=Agent(tool="x")), fact(0, 0, path=b"b", what=What.REMOVED, weight=2))
    found = judged(rule, *facts, extra=SHOP, approvals=by("bo", teams=("@acme/Web",)))
    assert [(f.path, f.rule) for f in found.findings] == [(PATH, "r")]
    assert judged("{name: r, when: tier == -1}", ai(path=b"x"), extra=SHOP).outcome is Outcome.FAIL


# -- teams, waivers and emergencies ---------------------------------------------------------------------------------
