"""A mandate is in force where each role signed its very bytes: whatever is missing, or does not count, is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.ownership.mandate.signatures import Signature
from answerable.ownership.mandate.standing import Facts, Standing
from ownership.mandate.mandates import DAY, LIN, NAMED, PIA, SEC, all_signed, facts, mandate, signed

MANDATE = mandate()


def kinds(found: Standing) -> list[str]:
    return [problem.kind for problem in found.problems]


def test_it_is_in_force_once_each_role_has_signed() -> None:
    all_three = all_signed(MANDATE)
    found = facts(MANDATE, all_three).standing()
    assert found.in_force
    assert found.until == date(2026, 12, 31)
    for missing in range(3):
        some = all_three[:missing] + all_three[missing + 1 :]
        found = facts(MANDATE, some).standing()
        assert not found.in_force
        assert kinds(found) == ["unsigned"]
        assert f"--role {NAMED[missing][0]}" in found.problems[0].remedy


@given(st.permutations(range(6)))
def test_in_which_order_they_signed_does_not_matter(order: list[int]) -> None:
    shared = mandate(("legal", LIN), ("legal", SEC), ("security", SEC), ("security", PIA), ("platform", PIA))
    made = [
        signed(shared, "legal", SEC),
        signed(shared, "legal", LIN),
        signed(shared, "security", PIA),
        signed(shared, "security", SEC),
        signed(shared, "platform", PIA),
        signed(shared, "platform", LIN),
    ]
    found = facts(shared, [replace(made[n], index=at, decision=f"d{at}") for at, n in enumerate(order)]).standing()
    assert found.in_force
    assert {role.role: role.signed and role.signed.by for role in found.roles} == {
        "legal": LIN,
        "security": SEC,
        "platform": PIA,
    }


def test_one_person_stands_for_one_role_only() -> None:
    alone = mandate(*((role, LIN) for role, _ in NAMED))
    found = facts(alone, all_signed(alone)).standing()
    assert kinds(found) == ["unsigned", "unsigned"]
    assert "signs in another role already" in found.problems[0].what


def test_one_person_with_two_addresses_is_one_person() -> None:
    other = "lin@home.example"
    twice = mandate(("legal", LIN), ("security", other), ("platform", PIA))
    assert facts(twice, all_signed(twice)).standing().in_force
    found = facts(twice, all_signed(twice), aliases={LIN: "lin", other: "lin"}).standing()
    assert kinds(found) == ["unsigned"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"by": PIA}, "does not name pia@example.com"),
        ({"by": "LIN@EXAMPLE.COM", "holders": frozenset({LIN})}, "did not hold"),
        ({"holders": frozenset()}, "did not hold the role legal"),
        ({"expires": date(2026, 5, 31)}, "expired on 2026-05-31"),
        ({"doubt": "the key of lin was revoked"}, "was revoked"),
    ],
)
def test_a_signature_that_does_not_count_is_told_with_its_reason(change: dict[str, object], why: str) -> None:
    legal, *others = all_signed(MANDATE)
    found = facts(MANDATE, [replace(legal, **change), *others]).standing()  # type: ignore[arg-type]
    assert kinds(found) == ["unsigned"]
    assert why in found.roles[0].refused[0][1]


def test_a_signature_over_other_bytes_counts_for_nothing() -> None:
    edited = mandate(governance="somebody else")
    assert kinds(facts(edited, all_signed(MANDATE)).standing()) == ["unsigned"] * 3


def test_a_signature_made_later_does_not_count_before() -> None:
    made = [replace(one, at=datetime(2026, 7, 1, tzinfo=UTC)) for one in all_signed(MANDATE)]
    assert not facts(MANDATE, made).standing().in_force
    assert facts(MANDATE, made, at=datetime(2026, 7, 1, tzinfo=UTC)).standing().in_force


def test_what_was_signed_for_a_shorter_time_ends_earlier() -> None:
    legal, *others = all_signed(MANDATE)
    shorter = [replace(legal, expires=date(2026, 9, 30)), *others]
    assert facts(MANDATE, shorter).standing().until == date(2026, 9, 30)
    assert facts(MANDATE, shorter, at=datetime(2026, 9, 30, 23, tzinfo=UTC)).standing().in_force
    assert not facts(MANDATE, shorter, at=datetime(2026, 10, 1, tzinfo=UTC)).standing().in_force


def test_whoever_signed_takes_it_back_and_may_sign_again() -> None:
    legal, *others = all_signed(MANDATE)
    back = replace(legal, withdrawn=True, index=7)
    assert kinds(facts(MANDATE, [legal, *others, back]).standing()) == ["unsigned"]
    assert facts(MANDATE, [legal, *others, replace(back, by=SEC)]).standing().in_force
    assert facts(MANDATE, [legal, *others, replace(back, doubt="unknown key")]).standing().in_force
    assert facts(MANDATE, [legal, *others, back, replace(legal, index=8)]).standing().in_force


@pytest.mark.parametrize(
    ("change", "at", "kind"),
    [
        ({"status": "proposed"}, DAY, "not-accepted"),
        ({}, datetime(2025, 12, 31, tzinfo=UTC), "not-yet"),
        ({}, datetime(2027, 1, 1, tzinfo=UTC), "expired"),
    ],
)
def test_it_is_in_force_on_its_days_and_once_accepted(change: dict[str, object], at: datetime, kind: str) -> None:
    of = mandate(**change)
    made = [replace(one, at=datetime(2025, 1, 1, tzinfo=UTC), expires=of.expires) for one in all_signed(of)]
    assert kinds(facts(of, made, at=at).standing()) == [kind]


def test_on_its_last_day_it_is_in_force_to_the_end() -> None:
    assert facts(MANDATE, all_signed(MANDATE), at=datetime(2026, 12, 31, 23, 59, tzinfo=UTC)).standing().in_force


def test_a_role_that_is_asked_for_and_not_named_keeps_it_from_force() -> None:
    small = mandate(("platform", PIA))
    assert kinds(facts(small, all_signed(small)).standing()) == ["role-not-named"] * 2
    assert facts(small, all_signed(small)).standing(["platform"]).in_force
    assert not facts(MANDATE, all_signed(MANDATE)[2:]).standing(["platform"]).in_force, "those it names sign, too"


def test_an_older_mandate_is_over_once_all_its_roles_signed_the_newer() -> None:
    newer = mandate(replaces=MANDATE.digest, governance="a new owner")
    old, new = all_signed(MANDATE), [replace(one, replaces=MANDATE.digest) for one in all_signed(newer)]
    assert facts(MANDATE, [*old, *new[:2]]).standing().in_force, "not all have signed the newer one"
    assert kinds(facts(MANDATE, [*old, *new]).standing()) == ["replaced"]
    assert facts(newer, [*old, *new]).standing().in_force
    strangers = [replace(one, by=f"eve{at}@example.com") for at, one in enumerate(new)]
    assert facts(MANDATE, [*old, *strangers]).standing().in_force, "nobody else ends it"


def test_without_a_ledger_nothing_is_signed() -> None:
    found = Facts(at=DAY, commit="1" * 40, mandate=MANDATE, signatures=None).standing()
    assert kinds(found) == ["no-ledger"]


def test_what_it_depends_on_is_told_for_a_digest() -> None:
    made = all_signed(MANDATE)
    told = facts(MANDATE, made).told
    assert told != facts(MANDATE, made[:2]).told
    assert told == facts(MANDATE, [*made, replace(made[0], at=datetime(2026, 8, 1, tzinfo=UTC), index=9)]).told


@given(st.lists(st.tuples(st.sampled_from(["legal", "security", "platform"]), st.sampled_from([LIN, SEC, PIA]))))
def test_whatever_was_signed_a_role_has_a_person_of_its_own(made: list[tuple[str, str]]) -> None:
    everybody = mandate(*((role, who) for role, _ in NAMED for who in (LIN, SEC, PIA)))
    given: list[Signature] = [signed(everybody, role, who, at) for at, (role, who) in enumerate(made)]
    found = facts(everybody, given).standing()
    people = [role.signed.by for role in found.roles if role.signed]
    assert len(set(people)) == len(people)
    possible = max((len(pairing) for pairing in _pairings(set(made))), default=0)
    assert len(people) == possible


def _pairings(made: set[tuple[str, str]]) -> list[set[tuple[str, str]]]:
    """Every set of signatures in which no role and no person is twice, the slow way."""
    found: list[set[tuple[str, str]]] = [set()]
    for role, who in made:
        found += [{*one, (role, who)} for one in found if all(role != r and who != w for r, w in one)]
    return found
