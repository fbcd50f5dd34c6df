"""Who may sign what: every way in which a signature that verifies must still not count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from answerable.domain.decision import Kind, Principal, PrincipalType
from answerable.ledger.envelope import Envelope, Signature
from answerable.ledger.statement import read_statement
from answerable.ledger.trust import Trust
from ledger.people import ADA, BO, CI, CY, EVE, Actor, decide, key, root


def judged(*entries: Envelope, trust: Trust | None = None) -> list[list[str]]:
    """The problems of each entry of a log, by name."""
    trust = trust or Trust()
    found = []
    for index, envelope in enumerate(entries):
        problems = trust.judge(index, read_statement(envelope.payload), envelope)
        assert all(problem.index == index for problem in problems)
        found.append([problem.kind for problem in problems])
    return found


def last(*entries: Envelope) -> list[str]:
    """The problems of the last entry; nothing is wrong with those before."""
    *before, found = judged(*entries)
    assert before == [[]] * len(before)
    return found


def test_a_key_of_the_first_entry_signs_from_then_on() -> None:
    assert last(root(ADA), decide(ADA)) == []


def test_a_log_begins_with_its_keys_and_with_nothing_else() -> None:
    assert judged(decide(ADA)) == [["root-misplaced"]]
    assert judged(key(ADA, "x", action="add", keys=[ADA.row()])) == [["root-misplaced"]]
    assert last(root(ADA), key(ADA, "again", action="root", keys=[ADA.row(admin=True)], threshold=1)) == [
        "root-misplaced"
    ]


def test_the_first_entry_is_signed_by_as_many_administrators_as_it_asks_for() -> None:
    assert judged(root(ADA, BO, threshold=2)) == [[]]
    assert judged(root(ADA, BO, threshold=2, by=(ADA,))) == [["key-threshold"]]
    assert judged(root(ADA, by=(EVE,))) == [["key-threshold"]]


def test_an_unknown_key_signs_nothing() -> None:
    assert last(root(ADA), decide(EVE)) == ["key-unknown"]


def test_a_decision_that_nobody_signed_counts_for_nothing() -> None:
    assert last(root(ADA), decide(ADA, by=())) == ["signature-missing"]


def test_a_second_signature_by_an_unknown_key_is_named_too() -> None:
    assert last(root(ADA), decide(ADA, by=(ADA, EVE))) == ["key-unknown"]


def test_a_signature_over_something_else_is_invalid() -> None:
    other, mine = decide(ADA, name="other"), decide(ADA, name="mine")
    assert last(root(ADA), replace(mine, signatures=other.signatures)) == ["signature-invalid"]


def test_a_signature_that_names_another_key_counts_for_neither() -> None:
    mine = decide(EVE, principal=ADA.principal)
    lying = replace(mine, signatures=(Signature(keyid=ADA.public.fingerprint, sig=mine.signatures[0].sig),))
    assert last(root(ADA), lying) == ["signature-invalid"]


def test_whoever_is_named_must_have_signed() -> None:
    more = key(ADA, "more", action="add", keys=[BO.row()])
    assert last(root(ADA), more, decide(BO, principal=ADA.principal)) == ["principal-mismatch"]
    assert last(root(ADA), more, decide(BO, principal=ADA.principal, by=(BO, ADA))) == []


@pytest.mark.parametrize("claimed", [PrincipalType.HUMAN, PrincipalType.AGENT])
def test_a_service_account_cannot_pose_as_a_person_or_an_agent(claimed: PrincipalType) -> None:
    more = key(ADA, "more", action="add", keys=[CI.row()])
    posing = decide(CI, principal=Principal(type=claimed, id=CI.id, key=CI.public.fingerprint))
    assert last(root(ADA), more, posing) == ["principal-mismatch"]
    assert last(root(ADA), more, decide(CI)) == []


def test_one_person_s_key_for_two_ids_is_for_the_one_that_is_registered() -> None:
    as_somebody_else = decide(ADA, principal=Principal(type=PrincipalType.HUMAN, id="boss@example.com"))
    assert last(root(ADA), as_somebody_else) == ["principal-mismatch"]


def test_what_is_signed_names_the_key_that_signs() -> None:
    more = key(ADA, "more", action="add", keys=[BO.row()])
    for principal in (replace(ADA.principal, key=None), replace(ADA.principal, key=BO.public.fingerprint)):
        assert last(root(ADA), more, decide(ADA, principal=principal)) == ["principal-mismatch"]


def test_a_key_signs_only_the_kinds_it_is_for() -> None:
    more = key(ADA, "more", action="add", keys=[CI.row(kinds=["deploy", "release"])])
    assert last(root(ADA), more, decide(CI, Kind.DEPLOY)) == []
    assert last(root(ADA), more, decide(CI, Kind.APPROVE, details=APPROVED)) == ["key-not-permitted"]


APPROVED = {"change": "#1", "verdict": "approved", "sha": "1" * 40}


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("2026-01-31T23:59:59Z", ["key-not-yet-valid"]),
        ("2026-01-31T23:59:59.999Z", ["key-not-yet-valid"]),
        ("2026-02-01T00:00:00Z", []),
        ("2026-02-28T23:59:59.5Z", []),
        ("2026-03-01T00:00:00Z", ["key-expired"]),
        ("2026-03-01T00:00:00.001Z", ["key-expired"]),
    ],
)
def test_a_key_signs_only_in_its_window(when: str, expected: list[str]) -> None:
    window = {"validAfter": "2026-02-01T00:00:00Z", "validBefore": "2026-03-01T00:00:00Z"}
    more = key(ADA, "more", action="add", keys=[BO.row(**window)])
    assert last(root(ADA), more, decide(BO, when=when)) == expected


def test_a_revoked_key_signs_nothing_after_it_whatever_time_is_claimed() -> None:
    more = key(ADA, "more", action="add", keys=[BO.row()])
    before, after = decide(BO, name="before"), decide(BO, name="after", when="2020-01-01T00:00:00Z")
    revoked = key(ADA, "revoke", action="revoke", fingerprint=BO.public.fingerprint, reason="laptop stolen")
    assert judged(root(ADA), more, before, revoked, after) == [[], [], [], [], ["key-revoked"]]


def test_what_was_signed_before_a_revocation_stays_good_when_it_is_looked_at_later() -> None:
    trust, more = Trust(), key(ADA, "more", action="add", keys=[BO.row()])
    before = decide(BO, name="before")
    revoked = key(ADA, "revoke", action="revoke", fingerprint=BO.public.fingerprint)
    assert judged(root(ADA), more, before, revoked, trust=trust) == [[]] * 4
    assert trust.objections(2, read_statement(before.payload), before) == []
    assert [p.kind for p in trust.objections(4, read_statement(before.payload), before)] == ["key-revoked"]


def test_a_key_does_not_sign_what_stands_before_it() -> None:
    trust, early = Trust(), decide(BO, name="early")
    more = key(ADA, "more", action="add", keys=[BO.row()])
    assert judged(root(ADA), early, more, trust=trust) == [[], ["key-unknown"], []]
    assert [p.kind for p in trust.objections(1, read_statement(early.payload), early)] == ["key-unknown"]


def test_a_key_is_trusted_once() -> None:
    more = key(ADA, "more", action="add", keys=[BO.row()])
    revoked = key(ADA, "revoke", action="revoke", fingerprint=BO.public.fingerprint)
    again = key(ADA, "again", action="add", keys=[BO.row()])
    assert judged(root(ADA), more, revoked, again) == [[], [], [], ["key-known"]]
    assert last(root(ADA), more, key(ADA, "as-admin", action="add", keys=[BO.row(admin=True)])) == ["key-known"]


def test_only_administrators_decide_about_keys() -> None:
    more = key(ADA, "more", action="add", keys=[BO.row()])
    assert last(root(ADA), more, key(BO, "own", action="add", keys=[EVE.row()])) == ["key-threshold"]
    assert (
        last(root(ADA), more, key(BO, "out", action="revoke", fingerprint=ADA.public.fingerprint))
        == ["key-threshold"] * 2
    )


def test_a_decision_about_keys_that_is_refused_changes_nothing() -> None:
    refused = key(EVE, "own", action="add", keys=[EVE.row()])
    assert judged(root(ADA), refused, decide(EVE)) == [[], ["key-unknown", "key-threshold"], ["key-unknown"]]


def with_threshold(*signers: Actor) -> Sequence[Envelope]:
    return root(ADA, BO, threshold=2), key(ADA, "more", by=signers, action="add", keys=[CY.row()])


def test_as_many_administrators_sign_as_the_log_asks_for() -> None:
    assert last(*with_threshold(ADA, BO)) == []
    assert last(*with_threshold(ADA)) == ["key-threshold"]


def test_two_keys_of_one_administrator_are_one_administrator() -> None:
    second = Actor("ada@example.com/second")
    row = {**second.row(admin=True), "principal": {"type": "human", "id": ADA.id}}
    begun = key(
        ADA, "root", by=(ADA, second), action="root", keys=[ADA.row(admin=True), BO.row(admin=True), row], threshold=2
    )
    assert judged(begun) == [["key-threshold"]]


def test_a_threshold_may_rise_but_never_above_who_is_left() -> None:
    raised = key(ADA, "two", action="threshold", threshold=2)
    assert last(root(ADA, BO), raised) == []
    assert last(root(ADA, BO), raised, key(ADA, "alone", action="add", keys=[CY.row()])) == ["key-threshold"]
    assert last(root(ADA, BO), key(ADA, "three", action="threshold", threshold=3)) == ["key-threshold"]
    gone = key(ADA, "gone", by=(ADA, BO), action="revoke", fingerprint=BO.public.fingerprint)
    assert last(root(ADA, BO, threshold=2), gone) == ["key-threshold"]


ERASE = {"details": {"commitments": ["a" * 64]}, "rationale": "asked to"}


def test_an_erasure_needs_two_people_and_one_administrator() -> None:
    more = key(ADA, "more", action="add", keys=[BO.row(), CY.row(), CI.row()])
    for by, expected in (
        ((ADA, BO), []), ((ADA,), ["redact-threshold"]), ((ADA, CI), ["redact-threshold"]),
    ):  # fmt: skip
        assert last(root(ADA), more, decide(ADA, Kind.REDACT, by=by, **ERASE)) == expected
    assert last(root(ADA), more, decide(BO, Kind.REDACT, by=(BO, CY), **ERASE)) == ["redact-threshold"]
