"""What the ledger takes, what it refuses, and what it proves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from answerable.domain.decision import Commitment, Kind, Subject
from answerable.errors import (
    ContentErased,
    DecisionConflict,
    DecisionInvalid,
    KeyUntrusted,
    LedgerDamaged,
    LedgerMissing,
    SecretFound,
    SignatureInvalid,
)
from answerable.ledger.admission import digests_of
from answerable.ledger.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from answerable.ledger.envelope import Envelope
from answerable.ledger.log import KEY, Ledger, read_note
from answerable.ledger.log_key import log_signer
from answerable.ledger.merkle import verify_consistency
from answerable.ledger.proof import verify_proof
from answerable.ledger.statement import read_statement
from answerable.ledger.store import NewEntry
from answerable.ledger.vault import Vault
from ledger.people import ADA, BO, CI, COMMIT, CY, EVE, ORIGIN, begin, decide, filled, key, root


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with begin(tmp_path / "ledger", ADA, BO) as found:
        yield found


def test_there_is_no_ledger_until_one_was_begun(tmp_path: Path) -> None:
    with pytest.raises(LedgerMissing):
        Ledger(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_ledger_begins_with_a_name_and_a_key_of_its_own(tmp_path: Path) -> None:
    with begin(tmp_path / "ledger") as ledger:
        assert (ledger.origin, ledger.size) == (ORIGIN, 1)
        assert ledger.vkey.startswith(f"{ORIGIN}+")
    assert (tmp_path / "ledger" / KEY).stat().st_mode & 0o777 == 0o600
    with begin(tmp_path / "ledger", EVE) as again:  # what is there stays
        assert [key.principal.id for key in again.trust.keys.values()] == [ADA.id]


def test_a_first_entry_that_its_administrators_did_not_sign_begins_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyUntrusted):
        Ledger.create(tmp_path / "ledger", lambda _: root(ADA, by=(EVE,)), ORIGIN)
    with pytest.raises(LedgerMissing):
        Ledger(tmp_path / "ledger")


def test_decisions_are_found_by_id_by_subject_and_by_kind(ledger: Ledger) -> None:
    first, second = (
        decide(ADA, name="first"),
        decide(BO, name="second", subjects=(Subject(digest={"sha256": "2" * 64}),)),
    )
    assert ledger.append([first, second]) == [1, 2]
    assert ledger.store.index_of("decision-first") == 1
    assert [entry.index for entry in ledger.about(COMMIT)] == [1]
    assert ledger.read(2).envelope == second
    assert digests_of(ledger.read(2).decision) == ("2" * 64, "kind:merge")


def test_the_same_decision_is_there_once(ledger: Ledger) -> None:
    first = decide(ADA, name="first")
    assert ledger.append([first, first]) == [1, 1]
    assert ledger.append([first]) == [1]
    assert ledger.size == 2


def test_another_decision_with_the_same_id_is_refused(ledger: Ledger) -> None:
    ledger.append([decide(ADA, name="first")])
    with pytest.raises(DecisionConflict):
        ledger.append([decide(ADA, name="first", rationale="changed")])
    assert ledger.size == 2


def test_of_a_batch_all_are_taken_or_none(ledger: Ledger) -> None:
    with pytest.raises(KeyUntrusted):
        ledger.append([decide(ADA, name="good"), decide(EVE, name="bad")])
    assert ledger.size == 1


def test_a_key_added_in_a_batch_signs_in_the_same_batch(ledger: Ledger) -> None:
    assert ledger.append([key(ADA, "more", action="add", keys=[CY.row()]), decide(CY)]) == [1, 2]


def test_what_nobody_trusted_signed_is_refused_with_the_reason(ledger: Ledger) -> None:
    with pytest.raises(KeyUntrusted, match="key-unknown"):
        ledger.append([decide(EVE)])
    with pytest.raises(SignatureInvalid, match="signature-missing"):
        ledger.append([decide(ADA, by=())])


def test_what_another_process_decided_about_keys_is_known_at_the_next_append(ledger: Ledger, tmp_path: Path) -> None:
    with Ledger(tmp_path / "ledger") as other:
        other.append([key(ADA, "more", action="add", keys=[CY.row()])])
        assert ledger.append([decide(CY, name="one")]) == [2]
        other.append([key(ADA, "out", action="revoke", fingerprint=CY.public.fingerprint)])
        with pytest.raises(KeyUntrusted, match="key-revoked"):
            ledger.append([decide(CY, name="two")])


def test_a_revocation_between_judging_and_writing_is_not_overtaken(ledger: Ledger, tmp_path: Path) -> None:
    ledger.append([key(ADA, "more", action="add", keys=[CY.row()])])
    judged, late = ledger._judged, decide(CY, name="late")

    def judge_slowly(envelopes: Sequence[Envelope]) -> list[NewEntry]:
        found = judged(envelopes)
        with Ledger(tmp_path / "ledger") as other:
            other.append([key(ADA, "out", action="revoke", fingerprint=CY.public.fingerprint)])
        return found

    ledger._judged = judge_slowly  # type: ignore[method-assign]
    with pytest.raises(KeyUntrusted, match="key-revoked"):
        ledger.append([late])
    assert ledger.size == 3


def test_a_clock_that_is_far_ahead_is_refused(ledger: Ledger) -> None:
    ahead = (datetime.now(UTC) + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
    with pytest.raises(DecisionInvalid, match="still to come"):
        ledger.append([decide(ADA, when=ahead)])


def test_no_secret_enters_the_ledger(ledger: Ledger) -> None:
    secret = "".join(("gh", "p_", "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dE3fG5"))
    for given in ({"rationale": f"used {secret}"}, {"details": {"deep": [{"er": secret}]}}):
        with pytest.raises(SecretFound) as refused:
            ledger.append([decide(ADA, **given)])
        assert secret not in refused.value.message
    assert ledger.size == 1


def test_a_proof_convinces_a_stranger_who_has_the_key(ledger: Ledger) -> None:
    ledger.append([decide(ADA, name=f"{number}") for number in range(9)])
    for index in range(ledger.size):
        proof = ledger.prove(index)
        checkpoint = verify_proof(proof.text(), ledger.store.leaf(index), [ledger.vkey])
        assert (checkpoint.origin, checkpoint.size) == (ORIGIN, 10)


def test_each_checkpoint_extends_the_one_before(ledger: Ledger) -> None:
    notes = [ledger.checkpoint()]
    for number in range(5):
        ledger.append([decide(BO, name=f"{number}")])
        notes.append(ledger.checkpoint())
    old, *_, new = [open_checkpoint(note, [ledger.vkey]) for note in notes]
    verify_consistency(old.size, new.size, ledger.consistency(old.size), old.root, new.root)
    assert ledger.checkpoint() == notes[-1]  # nothing new is signed where nothing is new


def test_no_checkpoint_is_signed_that_contradicts_an_earlier_one(ledger: Ledger, tmp_path: Path) -> None:
    ledger.append([decide(ADA)])
    lie = Checkpoint(origin=ORIGIN, size=2, root=b"\1" * 32)
    ledger.store.add_checkpoint(2, sign_checkpoint(lie, log_signer(ORIGIN, tmp_path / "ledger" / KEY)))
    ledger.append([decide(BO, name="next")])
    with pytest.raises(LedgerDamaged, match="contradicts"):
        ledger.checkpoint()
    beyond = Checkpoint(origin=ORIGIN, size=9, root=b"\1" * 32)
    ledger.store.add_checkpoint(9, sign_checkpoint(beyond, log_signer(ORIGIN, tmp_path / "ledger" / KEY)))
    with pytest.raises(LedgerDamaged, match="9 entries"):
        ledger.checkpoint()


def test_content_is_erased_by_two_people_and_the_ledger_goes_on(ledger: Ledger) -> None:
    vault = Vault(ledger.store)
    kept, other = vault.keep("ada@example.com", "prompt", b"fix the login"), vault.keep(CY.id, "prompt", b"another")
    ledger.append([decide(ADA, name="made", context=(kept,))])
    erase = {"details": {"commitments": [kept.sha256]}, "rationale": "asked to", "subjects": ()}
    with pytest.raises(KeyUntrusted, match="redact-threshold"):
        ledger.append([_redaction(ADA, **erase)])
    assert vault.read(kept.sha256) == b"fix the login"
    ledger.append([_redaction(ADA, BO, **erase)])
    assert (ledger.erase(), ledger.erase()) == (1, 0)
    with pytest.raises(ContentErased):
        vault.read(kept.sha256)
    assert vault.read(other.sha256) == b"another"
    assert ledger.read(1).decision.context == (Commitment(name="prompt", sha256=kept.sha256),)
    ledger.append([_redaction(BO, ADA, name="all", details={"subject": CY.id}, rationale="left")])
    assert ledger.erase() == 1


def _redaction(*who: object, **given: object):  # type: ignore[no-untyped-def]
    from ledger.people import subject_of

    first, *_ = who
    return decide(first, Kind.REDACT, by=who, **{**given, "subjects": (subject_of(ORIGIN),)})  # type: ignore[arg-type]


def test_reading_leaves_a_read_only_ledger_as_it_is(tmp_path: Path) -> None:
    with filled(tmp_path / "ledger"):
        pass
    before = {file.name: file.read_bytes() for file in (tmp_path / "ledger").iterdir()}
    with Ledger(tmp_path / "ledger", readonly=True) as ledger:
        assert ledger.size == 14
        assert ledger.trust.keys[CI.public.fingerprint].principal.type.value == "service"
    assert {name: (tmp_path / "ledger" / name).read_bytes() for name in before} == before


def test_a_note_says_what_it_says(ledger: Ledger) -> None:
    assert read_note(ledger.checkpoint()).size == ledger.size
    assert read_statement(ledger.read(0).envelope.payload).kind is Kind.KEY
