"""A policy below another adds to it: whatever the upper alone fails, both together fail, unless the upper lets it."""

from __future__ import annotations

import pytest

from answerable.domain.verdict import Outcome, Severity
from answerable.policy.change.emergency import Declaration, parsed
from answerable.policy.file.source import load
from answerable.policy.layers.place import Layers
from answerable.policy.model import Mode
from answerable.policy.rule import Authority
from policy.levels import HEAD, LAYERS, ORGANISATION, both, by, fact, faults, judged

LOOSER = {
    "report only": "mode: report\n",
    "out of the layer": "layers: [{name: critical, unless: {paths: [/auth/]}}, {name: standard}]\n",
    "into a less severe layer": "layers: [{name: critical}, {name: standard}, {name: peripheral, paths: [/auth/]}]\n",
    "into a more severe layer": "layers: [{name: secret, paths: [/auth/]}, {name: critical}, {name: standard}]\n",
    "a weaker rule of the name": "rules: [{name: eyes, require: {checks: [ci]}, action: Audit}]\n",
    "a team": "teams: {security: [mallory]}\n",
    "an emergency": "emergency: {who: [mallory], review_within: 1h}\n",
    "services": "services: [{name: s, paths: [/auth/], tier: 4}]\n",
    "nothing": "",
}


@pytest.mark.parametrize("name", LOOSER)
def test_nothing_below_takes_away_what_is_above(name: str) -> None:
    text = LOOSER[name].replace("layers: [{name: critical},", "layers: [{name: critical, paths: [/x/]},")
    told = judged(both(ORGANISATION, f"version: 1\n{text}"), fact())
    assert told.outcome is Outcome.FAIL
    assert any(f.rule == "eyes" and f.severity is Severity.ERROR for f in told.findings)


@pytest.mark.parametrize(
    ("lower", "fault"),
    [
        (
            "waivers: [{rule: eyes, who: a, why: b, until: 2030-01-01}]\n",
            "2:11 the rule eyes of upper.yaml cannot be waived here",
        ),
        (
            "rules: [{name: eyes, match: {origins: [ai]}}]\n",
            "2:9 the rule eyes of upper.yaml can be tightened, not moved: match",
        ),
        (
            "rules: [{name: eyes, when: lines > 9}]\n",
            "2:9 the rule eyes of upper.yaml can be tightened, not moved: when",
        ),
        ("rules: [{name: eyes, message: x}]\n", "2:9 nothing of the rule eyes of upper.yaml is tightened here"),
        ("rules: [{name: eyes, action: Audit}]\n", "2:9 nothing of the rule eyes of upper.yaml is tightened here"),
        ("layers: [{name: other}]\n", "2:10 the layer other takes nothing"),
    ],
)
def test_what_would_loosen_is_a_fault_with_its_place(lower: str, fault: str) -> None:
    assert any(told.startswith(fault) for told in faults(ORGANISATION, f"version: 1\n{lower}")), faults(
        ORGANISATION, f"version: 1\n{lower}"
    )


def test_a_team_that_is_defined_above_is_not_defined_again() -> None:
    upper = ORGANISATION + "teams: {acme/security: [ada]}\n"
    assert faults(upper, "version: 1\nteams: {security: [mallory]}\n") == [
        "2:9 the team security is defined by upper.yaml, and by nobody below it"
    ]


def test_a_team_that_is_asked_for_above_has_no_members_from_below() -> None:
    upper = ORGANISATION.replace("humans: 1", "teams: [security]")
    below = both(
        upper,
        "version: 1\nteams: {security: [mallory]}\nrules: [{name: ours, require: {reviewers: {teams: [security]}}}]\n",
    )
    told = judged(below, fact(), approvals=by("mallory"))
    assert {f.rule for f in told.findings} == {"eyes"}


def test_an_emergency_has_the_terms_of_the_policy_whose_rule_it_passes() -> None:
    upper = ORGANISATION.replace("}}}\n", "}}, emergency: allowed}\n") + "emergency: {who: [ada], review_within: 48h}\n"
    lower = "version: 1\nemergency: {who: [bo], review_within: 24h}\n"
    lower += "rules: [{name: ours, match: {layers: [critical]}, emergency: allowed}]\n"
    for who, failing in (("ada", {"ours"}), ("bo", {"eyes"})):
        at = parsed("2026-06-01T00:00:00Z")
        assert at is not None
        told = judged(both(upper, lower), fact(), emergencies=[Declaration(by=who, why="x", at=at, sha=HEAD)])
        assert {f.rule for f in told.findings if f.severity is Severity.ERROR} == failing
        assert told.excused is not None
        assert told.excused.review_due_by == ("2026-06-03T00:00:00Z" if who == "ada" else "2026-06-02T00:00:00Z")


def test_lines_counted_below_do_not_change_what_is_counted_above() -> None:
    upper = ORGANISATION.replace("require:", "when: lines < 10, require:")
    lower = "version: 1\nlayers: [{name: critical, paths: [/more/]}, {name: standard}]\n"
    told = judged(both(upper, lower), fact(count=5), fact(b"more/a.py", 50))
    assert told.outcome is Outcome.FAIL
    assert [f.path for f in told.findings] == [b"auth/a.py"]


def test_a_service_from_below_takes_no_path_out_of_a_tier_of_above() -> None:
    upper = f"""version: 1
{LAYERS}services: [{{name: batch, paths: [/auth/], tier: 3, data: [logs]}}]
rules: [{{name: slow, match: {{tiers: [3]}}, when: "services == ['batch']", require: {{checks: [ci]}}}}]
"""
    lower = "version: 1\nservices: [{name: till, paths: [/auth/], tier: 0, data: [pii]}]\n"
    assert judged(both(upper, lower), fact()).outcome is Outcome.FAIL


def test_a_waiver_of_what_was_tightened_below_leaves_what_is_above() -> None:
    lower = "version: 1\nrules: [{name: eyes, require: {checks: [ci]}}]\n"
    lower += "waivers: [{rule: eyes, who: a, why: b, until: 2030-01-01}]\n"
    told = judged(both(ORGANISATION, lower), fact())
    assert [(f.severity, f.message) for f in told.findings] == [
        (Severity.ERROR, "needs 1 independent approval, has 0"),
        (Severity.NOTE, "needs the check ci: no result for this head"),
    ]


@pytest.mark.parametrize(
    ("lower", "path", "layer"),
    [
        (
            "layers: [{name: critical, paths: [/x/], unless: {paths: [/auth/]}}, {name: standard}]",
            b"auth/a",
            "critical",
        ),
        ("layers: [{name: standard}, {name: peripheral, paths: [/web/]}]", b"web/a", "standard"),
        (
            "layers: [{name: secret, paths: [/auth/]}, {name: critical, paths: [/x/]}, {name: standard}]",
            b"auth/a",
            "secret",
        ),
    ],
)
def test_a_path_is_never_less_severe_than_the_upper_alone_has_it(lower: str, path: bytes, layer: str) -> None:
    policy = both(ORGANISATION, f"version: 1\n{lower}\n")
    found = Layers(policy).place(path).layer
    assert (found.name, found) == (layer, policy.layer(layer))


# -- what tightens ------------------------------------------------------------------------------------------------


def test_a_path_that_is_called_more_severe_below_has_the_rules_of_above() -> None:
    lower = "version: 1\nlayers: [{name: critical, paths: [/billing/]}, {name: standard}]\n"
    assert judged(both(ORGANISATION, lower), fact(b"billing/a.py")).outcome is Outcome.FAIL
    assert judged(load(ORGANISATION.encode(), "u"), fact(b"billing/a.py")).outcome is Outcome.PASS


def test_a_rule_is_tightened_by_its_name() -> None:
    lower = "version: 1\nrules: [{name: eyes, require: {reviewers: {humans: 2}}}]\n"
    policy = both(ORGANISATION, lower)
    assert [(r.name, r.authority, r.require.reviewers.humans) for r in policy.rules] == [
        ("eyes", Authority.ORGANISATION, 1),
        ("eyes", Authority.REPOSITORY, 2),
    ]
    assert judged(policy, fact(), approvals=by("a")).outcome is Outcome.FAIL
    assert judged(policy, fact(), approvals=by("a", "b")).outcome is Outcome.PASS


def test_a_rule_that_forbids_stays_one_when_something_is_asked_besides() -> None:
    upper = ORGANISATION.replace(", require: {reviewers: {humans: 1}}", "")
    lower = "version: 1\nrules: [{name: eyes, require: {reviewers: {humans: 1}}}]\n"
    assert judged(both(upper, lower), fact(), approvals=by("a")).outcome is Outcome.FAIL


def test_a_warning_above_can_be_made_to_fail_below() -> None:
    upper = ORGANISATION.replace("}}}\n", "}}, action: Warn}\n")
    assert judged(both(upper, "version: 1\n"), fact()).outcome is Outcome.PASS
    assert judged(both(upper, "version: 1\nrules: [{name: eyes, action: Deny}]\n"), fact()).outcome is Outcome.FAIL


def test_each_policy_has_its_own_mode() -> None:
    upper = ORGANISATION + "mode: report\n"
    lower = "version: 1\nrules: [{name: ours, match: {layers: [critical]}}]\n"
    told = judged(both(upper, lower), fact())
    assert [(f.rule, f.severity) for f in told.findings] == [("ours", Severity.ERROR), ("eyes", Severity.WARNING)]
    told = judged(both(ORGANISATION, lower + "mode: report\n"), fact())
    assert [(f.rule, f.severity) for f in told.findings] == [("eyes", Severity.ERROR), ("ours", Severity.WARNING)]
    assert both(upper, lower + "mode: report\n").mode is Mode.REPORT


@pytest.mark.parametrize("preset", ["balanced", "regulated"])
def test_the_same_preset_above_and_below_is_asked_once(preset: str) -> None:
    text = f"version: 1\npreset: {preset}\n"
    names = [rule.name for rule in both(text, text).rules]
    assert names == [rule.name for rule in load(text.encode(), "u").rules]


# -- what the upper lets -------------------------------------------------------------------------------------------

OVERRIDABLE = ORGANISATION.replace("}}}\n", "}}, overridable: true}\n")


def test_a_rule_that_may_be_overridden_is_waived_below() -> None:
    waiver = "version: 1\nwaivers: [{rule: eyes, who: a, why: b, until: 2030-01-01, paths: [/auth/]}]\n"
    told = judged(both(OVERRIDABLE, waiver), fact())
    assert told.outcome is Outcome.PASS
    assert [w.rule for w in told.waivers] == ["eyes"]


def test_a_rule_that_may_be_overridden_is_replaced_below() -> None:
    policy = both(OVERRIDABLE, "version: 1\nrules: [{name: eyes, match: {layers: [critical]}, action: Warn}]\n")
    assert [(r.name, r.authority) for r in policy.rules] == [("eyes", Authority.REPOSITORY)]
    assert judged(policy, fact()).outcome is Outcome.PASS


def test_what_may_be_overridden_in_a_folder_holds_outside_of_it() -> None:
    policy = both(OVERRIDABLE, "version: 1\nrules: [{name: eyes, action: Audit, require: {checks: [x]}}]\n", "auth/old")
    assert judged(policy, fact(b"auth/old/a.py")).outcome is Outcome.PASS
    assert judged(policy, fact(b"auth/a.py")).outcome is Outcome.FAIL
    assert judged(policy, fact(b"auth/old/a.py", old_path=b"auth/a.py")).outcome is Outcome.FAIL


# -- folders -------------------------------------------------------------------------------------------------------


def test_the_policy_of_a_folder_is_about_what_is_below_it_and_its_patterns_begin_there() -> None:
    lower = 'version: 1\nrules: [{name: ours, match: {paths: ["/api/"]}}]\n'
    policy = both(ORGANISATION, lower, "web/shop")
    for path, rules in (
        (b"web/shop/api/a", {"ours"}),
        (b"web/shop/a", set()),
        (b"api/a", set()),
        (b"web/shopping/api/a", set()),
    ):
        assert {f.rule for f in judged(policy, fact(path)).findings} == rules, path
    moved = fact(b"elsewhere", old_path=b"web/shop/api/a")
    assert {f.rule for f in judged(policy, moved).findings} == {"ours"}


def test_a_folder_below_a_folder_adds_to_both() -> None:
    first = both(ORGANISATION, "version: 1\nrules: [{name: a, require: {reviewers: {humans: 1}}}]\n", "auth")
    second = load(b"version: 1\nrules: [{name: a, require: {checks: [ci]}}]\n", "x", first, "auth/deep")
    told = judged(second, fact(b"auth/deep/x"))
    assert sorted((f.rule, f.message) for f in told.findings) == [
        ("a", "needs 1 independent approval, has 0"),
        ("a", "needs the check ci: no result for this head"),
        ("eyes", "needs 1 independent approval, has 0"),
    ]
    beside = load(b"version: 1\nrules: [{name: a, require: {checks: [ci]}}]\n", "x", first, "docs")
    assert {f.rule for f in judged(beside, fact(b"docs/x")).findings} == {"a"}


@pytest.mark.parametrize("key", ["layers: []", "services: []", "teams: {}", "preset: balanced", "emergency: {}"])
def test_a_folder_says_nothing_of_the_whole(key: str) -> None:
    assert faults(ORGANISATION, f"version: 1\n{key}\n", "web")[0].startswith("2:1 the policy of a folder has no key")


# -- for all policies and all changes ------------------------------------------------------------------------------
