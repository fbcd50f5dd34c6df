"""A rule asks for a mandate: read, written out and told as it is; what was not looked up is not there."""

from __future__ import annotations

import pytest

from answerable.errors import PolicyInvalid
from answerable.ledger.trust import Trust
from answerable.ownership.mandate.model import ROLES
from answerable.policy.cases import run
from answerable.policy.file.dump import dump
from answerable.policy.file.read_case import load as load_cases
from answerable.policy.file.source import load, preset
from answerable.policy.judge.asks import asked
from ledger.people import ADA, BO, key, root
from ledger.test_trust import judged

_POLICY = "version: 1\nrules: [{{name: decided, require: {{mandate: {0}}}}}]\n"


@pytest.mark.parametrize(
    ("written", "roles"),
    [("true", ROLES), ("false", None), ("{roles: [cto]}", ("cto",)), ("{roles: [cto, legal, cto]}", ("cto", "legal"))],
)
def test_it_is_read_and_written_out_again(written: str, roles: tuple[str, ...] | None) -> None:
    policy = load(_POLICY.format(written).encode(), "policy.yaml")
    assert policy.rules[0].require.mandate == roles
    assert load(dump(policy).encode(), "policy.yaml").rules == policy.rules


@pytest.mark.parametrize("written", ["yes", "{roles: []}", "{}", "[legal]", "{roles: [Legal]}", "{role: legal}"])
def test_anything_else_is_a_fault(written: str) -> None:
    with pytest.raises(PolicyInvalid, match=r"policy\.yaml:2:"):
        load(_POLICY.format(written).encode(), "policy.yaml")


def test_it_is_told_in_words() -> None:
    rule = load(_POLICY.format("true").encode(), "x").rules[0]
    assert asked(rule) == ("a mandate in force, signed as legal and security and platform",)


def test_the_strictest_preset_warns_where_there_is_none() -> None:
    rule = next(rule for rule in preset("regulated").rules if rule.require.mandate)
    assert (rule.action.value, rule.match.layers) == ("Warn", ("critical",))


def test_administrators_say_who_holds_a_role_from_then_on() -> None:
    trust = Trust()
    said = [
        root(ADA),
        key(ADA, "one", action="role", role="legal", people=[BO.id]),
        key(ADA, "two", action="role", role="legal", people=[]),
    ]
    assert judged(*said, trust=trust) == [[], [], []]
    assert [trust.holders("legal", index) for index in range(4)] == [None, None, {BO.id}, frozenset()]
    assert trust.holders("security", 9) is None
    assert trust.copy().holders("legal", 2) == {BO.id}


def test_nobody_else_says_who_holds_a_role() -> None:
    trust = Trust()
    added = key(ADA, "add", action="add", keys=[BO.row()])
    (_, _, problems) = judged(
        root(ADA), added, key(BO, "one", action="role", role="legal", people=[BO.id]), trust=trust
    )
    assert problems == ["key-threshold"]
    assert trust.holders("legal", 9) is None


@pytest.mark.parametrize(
    ("mandate", "verdict"),
    [("", "fail"), ("mandate: [legal, security, platform], ", "pass"), ("mandate: [legal], ", "fail")],
)
def test_a_case_says_in_which_roles_a_mandate_is_signed(mandate: str, verdict: str) -> None:
    policy = load(_POLICY.format("true").encode(), "policy.yaml")
    text = f"version: 1\ncases: [{{name: one, {mandate}lines: [{{path: a}}], expect: {{verdict: {verdict}}}}}]\n"
    (case,) = load_cases(text.encode(), "policy_test.yaml", policy)
    (ended,) = run(policy, [case])
    assert ended.differences == ()
