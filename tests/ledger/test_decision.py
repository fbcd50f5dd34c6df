"""The words of decisions, their ids, and the rules that no schema can say."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.domain import acceptance
from answerable.domain.decision import Kind, PrincipalType, new_id, order
from answerable.domain.decision_rules import faults
from ledger.made_decisions import LINES, decision, decisions, every_kind, key_entry


def places(details: dict[str, Any], kind: Kind = Kind.KEY) -> list[str]:
    return [place for place, _ in faults(decision(kind, details=details))]


@pytest.mark.parametrize("made", every_kind(), ids=lambda made: made.kind.value)
def test_a_sound_decision_of_every_kind_has_no_fault(made: Any) -> None:
    assert list(faults(made)) == []


@given(decisions())
def test_any_sound_decision_has_no_fault(made: Any) -> None:
    assert list(faults(made)) == []


def test_ids_sort_by_time_and_are_never_the_same() -> None:
    ids = [new_id(moment) for moment in range(1_700_000_000_000, 1_700_000_000_050)]
    assert ids == sorted(ids)
    assert len({new_id(0) for _ in range(1000)}) == 1000


def test_an_id_is_a_uuid_of_version_7() -> None:
    # The example of RFC 9562, appendix A.6: version and variant replace six bits.
    entropy = bytes.fromhex("0cc3" + "18c4dc0c0c07398f")
    assert new_id(0x017F22E279B0, entropy) == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"


@pytest.mark.parametrize(
    "moment", ["2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:00:60Z"]
)
def test_a_moment_must_be_on_the_calendar(moment: str) -> None:
    assert [place for place, _ in faults(decision(observed_at=moment))] == ["observedAt"]


def test_a_decision_cannot_supersede_itself() -> None:
    made = decision(decision_id="same-one", supersedes=("other-one", "same-one"))
    assert [place for place, _ in faults(made)] == ["supersedes"]


@pytest.mark.parametrize("kind", [Kind.GENERATE, Kind.ACCEPT, Kind.COUNTERSIGN])
def test_lines_that_end_before_they_start_are_a_fault(kind: Kind) -> None:
    assert places({"lines": [LINES[0], LINES[0] | {"end": 2}]}, kind) == ["details.lines[1]"]


def test_a_root_that_could_never_change_its_keys_is_a_fault() -> None:
    both = [key_entry(1, admin=True), key_entry(2, admin=True)]
    assert places({"action": "root", "keys": both, "threshold": 2}) == []
    assert places({"action": "root", "keys": both, "threshold": 3}) == ["details.threshold"]
    one_person = [entry | {"principal": {"type": "human", "id": "ada"}} for entry in both]
    assert places({"action": "root", "keys": one_person, "threshold": 2}) == ["details.threshold"]


def test_one_key_may_not_stand_for_two_people() -> None:
    shared = [key_entry(1, admin=True), key_entry(1) | {"principal": {"type": "human", "id": "bo"}}]
    assert places({"action": "root", "keys": shared, "threshold": 1}) == ["details.keys"]


@pytest.mark.parametrize("line", ["ssh-ed25519 AAAA", "ssh-ed25519 AAAAB3NzaC1yc2E=", "ssh-ed25519 AAAA=AAA"])
def test_a_key_that_is_not_of_the_type_it_names_is_a_fault(line: str) -> None:
    assert places({"action": "add", "keys": [key_entry() | {"key": line}]}) == ["details.keys[0].key"]


def test_a_key_must_be_valid_for_some_time() -> None:
    window = {"validAfter": "2026-01-01T00:00:00.5Z", "validBefore": "2026-01-01T00:00:00Z"}
    assert places({"action": "add", "keys": [key_entry() | window]}) == ["details.keys[0]"]
    assert places({"action": "add", "keys": [key_entry(validAfter="2026-02-31T00:00:00Z")]}) == [
        "details.keys[0].validAfter"
    ]


@given(st.datetimes(), st.datetimes())
def test_moments_sort_as_they_follow_each_other(one: Any, other: Any) -> None:
    written = [f"{moment.isoformat()}Z" for moment in (one, other)]
    assert (order(written[0]) < order(written[1])) is (one < other)


def test_parts_of_a_second_of_different_length_are_compared_by_value() -> None:
    assert order("2026-01-01T00:00:00Z") < order("2026-01-01T00:00:00.1Z") < order("2026-01-01T00:00:00.12Z")
    assert order("2026-01-01T00:00:00.10Z") == order("2026-01-01T00:00:00.1Z")


def test_the_words_are_those_of_the_vocabulary() -> None:
    assert " ".join(kind.value for kind in Kind) == (
        "generate accept countersign review approve gate override merge release deploy incident owner mandate policy"
        " key redact attest"
    )
    assert [kind.value for kind in PrincipalType] == ["human", "agent", "service"]
    assert {how.value for how in acceptance.How} >= {"human_explicit", "standing_grant", "automatic"}
