"""A policy below another adds to it: whatever the upper alone fails, both together fail, unless the upper lets it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from answerable.domain.grade import Grade
from answerable.domain.line_origin import LineOrigin
from answerable.domain.origin import Origin
from answerable.domain.verdict import Outcome, Severity
from answerable.policy.change.approvals import Approvals, Approver
from answerable.policy.change.emergency import Declaration, parsed
from answerable.policy.change.facts import LineFacts, What
from answerable.policy.file.source import load, read
from answerable.policy.judge.evaluate import Inputs, Judged, Place, evaluate
from answerable.policy.layers.place import Layers
from answerable.policy.model import Mode, Policy
from answerable.policy.rule import Authority

HEAD = "1" * 40
DAY = date(2026, 6, 1)
LAYERS = """layers:
  - {name: critical, paths: [/auth/]}
  - {name: sensitive, paths: [/deploy/]}
  - {name: standard}
  - {name: peripheral, paths: [/docs/]}
"""
ORGANISATION = f"""version: 1
{LAYERS}rules:
  - {{name: eyes, match: {{layers: [critical]}}, require: {{reviewers: {{humans: 1}}}}}}
"""


def both(upper: str, lower: str, folder: str = "") -> Policy:
    return load(lower.encode(), "lower.yaml", load(upper.encode(), "upper.yaml"), folder)


def faults(upper: str, lower: str, folder: str = "") -> list[str]:
    _, told = read(lower.encode(), "lower.yaml", load(upper.encode(), "upper.yaml"), folder)
    return [f"{fault.position.line}:{fault.position.column} {fault.message}" for fault in told]


def placed(policy: Policy, facts: tuple[LineFacts, ...]) -> dict[bytes, Place]:
    """As the gate places paths."""
    layers = Layers(policy)
    found = {}
    for one in facts:
        sides = [layers.place(name) for name in (one.path, one.old_path) if name]
        above = [layers.above.place(name) for name in (one.path, one.old_path) if name and layers.above]
        found[one.path] = Place(
            placed=min(sides, key=lambda p: p.layer.rank),
            above=min(above, key=lambda p: p.layer.rank, default=None),
            moved=len({p.layer.rank for p in sides}) > 1 or len({p.layer.rank for p in above}) > 1,
        )
    return found


def judged(policy: Policy, *facts: LineFacts, **more: Any) -> Judged:
    inputs = Inputs(head=HEAD, facts=facts, places=placed(policy, facts), today=DAY, **more)
    return evaluate(policy, inputs)


def fact(path: bytes = b"auth/a.py", count: int = 1, origin: Origin = Origin.AI, **more: Any) -> LineFacts:
    lines = LineOrigin(start=1, end=count, origin=origin, grade=Grade.DECLARED)
    return LineFacts(path=path, start=1, end=count, what=more.pop("what", What.ADDED), lines=lines, **more)


def by(*people: str) -> Approvals:
    return Approvals(counted=tuple(Approver(by=who, names=frozenset({who})) for who in people))


# -- what would loosen --------------------------------------------------------------------------------------------

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

_PATHS = (b"auth/a.py", b"deploy/b", b"docs/c.md", b"web/d", b"web/api/e", b"x")
_FOLDERS = ("", "web", "web/api", "auth")
_PATTERNS = st.lists(st.sampled_from(["/auth/", "/deploy/", "/docs/", "/web/", "api/", "*.py", "*"]), max_size=2)
_NAMES = st.sampled_from(["eyes", "two", "three"])
_WHEN = st.sampled_from(
    ["", "lines < 4", "lines > 3", "tier < 2", "layer == 'standard'", "'pii' in data", "variables.v", "services == []"]
)


@st.composite
def _rule(draw: st.DrawFn, layers: tuple[str, ...], name: str, *, overridable: bool = False) -> str:
    match = [f"layers: [{', '.join(draw(st.lists(st.sampled_from(layers), max_size=2, unique=True)))}]"]
    match.append(f"paths: [{', '.join(repr(p) for p in draw(_PATTERNS))}]")
    match.append(f"min_lines: {draw(st.integers(0, 6))}")
    match += draw(st.lists(st.sampled_from(["tiers: [0, 1]", "tiers: [3]", "data: [pii]"]), max_size=1))
    require = draw(
        st.sampled_from(
            [
                "",
                "reviewers: {humans: 1}",
                "reviewers: {humans: 2}",
                "reviewers: {teams: [security]}",
                "grade: recorded",
            ]
        )
    )
    when = draw(_WHEN)
    keys = [f"name: {name}", f"match: {{{', '.join(match)}}}", f"require: {{{require}}}"]
    keys.append(f"action: {draw(st.sampled_from(['Deny', 'Deny', 'Warn']))}")
    if when:
        keys += [f'when: "{when}"', "variables: [{name: v, expression: 'size(data) == 0'}]"]
    if draw(st.booleans()):
        keys.append("validations: [{expression: \"layer != 'critical' || lines < 3\"}]")
    if draw(st.booleans()):
        keys.append("emergency: allowed")
    if overridable:
        keys.append("overridable: true")
    return f"  - {{{', '.join(keys)}}}\n"


@st.composite
def _policy(draw: st.DrawFn, layers: tuple[str, ...], *, lower: bool, folder: bool = False) -> str:
    text = f"version: 1\nmode: {draw(st.sampled_from(['enforce', 'enforce', 'report']))}\n"
    if not folder:
        text += draw(
            st.sampled_from(
                ["", "teams: {security: [ada]}\n", "teams: {security: [bo]}\n", "teams: {ops: [bo], security: [ada]}\n"]
            )
        )
        text += draw(st.sampled_from(["", "emergency: {who: [bo], review_within: 24h}\n"]))
        tier, data = draw(st.integers(0, 4)), draw(st.sampled_from(["pii", "none"]))
        paths = ", ".join(repr(p) for p in draw(_PATTERNS)) or "/auth/"
        text += f"services: [{{name: {'l' if lower else 'u'}, paths: [{paths}], tier: {tier}, data: [{data}, pii]}}]\n"
    if not folder and (not lower or draw(st.booleans())):
        text += "layers:\n"
        for name in layers:
            conditions = (
                "" if name == "standard" else f", paths: [{', '.join(repr(p) for p in draw(_PATTERNS)) or '/none/'}]"
            )
            unless = f", unless: {{paths: [{', '.join(repr(p) for p in draw(_PATTERNS))}]}}" if conditions else ""
            text += f"  - {{name: {name}{conditions}{unless}}}\n"
    names = draw(st.lists(_NAMES, max_size=3, unique=True))
    text += "rules:\n" + "".join(draw(_rule(("critical", "sensitive", "standard"), name)) for name in names)
    return text if names else text + "  []\n"


_UPPER = _policy(("critical", "sensitive", "standard", "peripheral"), lower=False)
_LOWER = st.one_of(
    _policy(("secret", "critical", "sensitive", "standard", "low"), lower=True).map(lambda text: ("", text)),
    st.tuples(st.sampled_from(_FOLDERS[1:]), _policy((), lower=True, folder=True)),
)
_FACT = st.builds(
    lambda path, old, count, origin, what: fact(
        path, count, origin, old_path=None if old == path else old, what=What.ADDED if what and old == path else what
    ),
    st.sampled_from(_PATHS),
    st.one_of(st.none(), st.sampled_from(_PATHS)),
    st.integers(1, 6),
    st.sampled_from(Origin),
    st.sampled_from([What.ADDED, What.MOVED, What.CHANGED]),
)
_AT = parsed("2026-06-01T00:00:00Z")
_DECLARED = [Declaration(by="bo", why="x", at=_AT, sha=HEAD)] if _AT else []


@settings(max_examples=400)
@given(
    _UPPER, _LOWER, st.lists(_FACT, min_size=1, max_size=5, unique_by=lambda f: f.path),
    st.sampled_from([by(), by("ada"), by("bo"), by("ada", "bo")]), st.sampled_from([[], _DECLARED]),
)  # fmt: skip
def test_whatever_the_upper_alone_fails_both_together_fail(
    upper: str, lower: tuple[str, str], facts: list[LineFacts], approvals: Approvals, declared: list[Declaration]
) -> None:
    folder, text = lower
    above = load(upper.encode(), "upper")
    policy, _ = read(text.encode(), "lower", above, folder)
    assume(policy is not None)
    assert policy is not None
    more: dict[str, Any] = {"approvals": approvals, "emergencies": declared}
    alone = _failing(judged(above, *facts, **more))
    together = _failing(judged(policy, *facts, **more))
    assert alone <= together


def _failing(told: Judged) -> set[tuple[str, bytes | None, int | None]]:
    return {(f.rule, f.path, f.start) for f in told.findings if f.severity is Severity.ERROR}
