"""Sigstore bundles put where they were not made for: other decisions, other kinds, other people, other ledgers."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from answerable.domain.decision import Kind, PrincipalType
from answerable.errors import ConfigInvalid, ExtraMissing, KeyUntrusted, SignatureInvalid
from answerable.ledger import sigstore_key
from answerable.ledger.envelope import Envelope, Signature, attach, signed_bytes
from answerable.ledger.log import Ledger
from answerable.ledger.sigstore_key import ROOT
from answerable.ledger.source import StoreSource
from answerable.ledger.statement import read_statement
from answerable.ledger.trust import Trust
from answerable.ledger.verify import Expected, Report, verify
from ledger.people import ADA, begin, decide, key, root
from ledger.sigstore_instance import WORKFLOW, Instance, SigstoreActor
from ledger.test_trust import judged

ROBOT = SigstoreActor(WORKFLOW, PrincipalType.SERVICE)
OTHER = SigstoreActor(WORKFLOW.replace("main", "mine"), PrincipalType.SERVICE)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
APPROVED = {"change": "#1", "verdict": "approved", "sha": "1" * 40}


@pytest.fixture(scope="module")
def instance() -> Instance:
    return Instance()


@pytest.fixture(autouse=True)
def _believed(instance: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv(ROOT, os.fspath(instance.trusted_root(tmp_path)))
    yield
    sigstore_key._verifier.cache_clear()


def signed(instance: Instance, envelope: Envelope, by: SigstoreActor = ROBOT) -> Envelope:
    return attach(envelope, by.public, instance.bundle(signed_bytes(envelope), by.id))


def trusted(*rows: SigstoreActor, **given: object) -> list[Envelope]:
    more = key(ADA, "more", action="add", keys=[row.row(**given) for row in rows])
    return [root(ADA), more]


def problems(*entries: Envelope, rows: tuple[SigstoreActor, ...] = (ROBOT,), **given: object) -> list[str]:
    return judged(*trusted(*rows, **given), *entries)[-1]


def test_a_trusted_identity_decides(instance: Instance) -> None:
    assert problems(signed(instance, decide(ROBOT, by=()))) == []


def test_a_bundle_moved_to_another_decision_counts_for_nothing(instance: Instance) -> None:
    one, other = signed(instance, decide(ROBOT, name="one", by=())), decide(ROBOT, name="other", by=())
    assert problems(replace(other, signatures=one.signatures)) == ["signature-invalid"]
    with pytest.raises(SignatureInvalid):
        attach(other, ROBOT.public, one.signatures[0].sig)


def test_a_bundle_for_one_kind_is_none_for_another_because_the_payload_says_the_kind(instance: Instance) -> None:
    review = signed(instance, decide(ROBOT, Kind.REVIEW, name="same", by=(), details=APPROVED))
    approval = decide(ROBOT, Kind.APPROVE, name="same", by=(), details=APPROVED)
    assert problems(replace(approval, signatures=review.signatures)) == ["signature-invalid"]


def test_a_bundle_over_the_payload_alone_or_over_its_hash_counts_for_nothing(instance: Instance) -> None:
    envelope = decide(ROBOT, by=())
    for message in (envelope.payload, b"", signed_bytes(envelope).hex().encode()):
        moved = Signature(keyid=ROBOT.public.fingerprint, sig=instance.bundle(message))
        assert problems(replace(envelope, signatures=(moved,))) == ["signature-invalid"]


def test_a_bundle_of_another_identity_stands_for_nobody_else(instance: Instance) -> None:
    envelope = decide(ROBOT, by=())
    bundle = instance.bundle(signed_bytes(envelope), OTHER.id)
    lying = replace(envelope, signatures=(Signature(keyid=ROBOT.public.fingerprint, sig=bundle),))
    assert problems(lying, rows=(ROBOT, OTHER)) == ["signature-invalid"]
    honest = replace(envelope, signatures=(Signature(keyid=OTHER.public.fingerprint, sig=bundle),))
    assert problems(honest, rows=(ROBOT, OTHER)) == ["principal-mismatch"]
    assert problems(honest) == ["key-unknown"]


def test_the_same_name_from_another_issuer_is_another_key(instance: Instance) -> None:
    evil = SigstoreActor(WORKFLOW, PrincipalType.SERVICE, issuer="https://evil.example.com")
    envelope = decide(evil, by=())
    bundle = instance.bundle(signed_bytes(envelope), WORKFLOW, evil.issuer)
    assert evil.public.fingerprint != ROBOT.public.fingerprint
    assert problems(attach(envelope, evil.public, bundle)) == ["key-unknown"]


def test_an_ssh_signature_is_no_bundle_and_a_bundle_is_no_ssh_signature(instance: Instance) -> None:
    envelope = decide(ADA, by=(ADA,))
    as_robot = replace(envelope, signatures=(replace(envelope.signatures[0], keyid=ROBOT.public.fingerprint),))
    assert problems(as_robot) == ["signature-invalid"]
    bundle = instance.bundle(signed_bytes(envelope), ADA.id)
    as_ada = replace(envelope, signatures=(Signature(keyid=ADA.public.fingerprint, sig=bundle),))
    assert problems(as_ada) == ["signature-invalid"]


def test_what_binds_other_keys_binds_an_identity_too(instance: Instance) -> None:
    merge = signed(instance, decide(ROBOT, by=()))
    assert problems(merge, kinds=["deploy"]) == ["key-not-permitted"]
    assert problems(merge, validBefore="2026-01-01T00:00:00Z") == ["key-expired"]
    gone = key(ADA, "gone", action="revoke", fingerprint=ROBOT.public.fingerprint)
    assert problems(gone, merge) == ["key-revoked"]
    assert problems(key(ADA, "again", action="add", keys=[ROBOT.row()])) == ["key-known"]
    posing = decide(ROBOT, by=(), principal=replace(ROBOT.principal, type=PrincipalType.HUMAN))
    assert problems(signed(instance, posing)) == ["principal-mismatch"]


def test_two_bundles_of_one_identity_count_once(instance: Instance) -> None:
    added = key(ADA, "more", action="add", keys=[ROBOT.row(admin=True)])
    admins = [added, key(ADA, "two", action="threshold", threshold=2)]
    envelope = key(ROBOT, "mine", by=(), action="add", keys=[OTHER.row()])
    twice = tuple(signed(instance, envelope).signatures[0] for _ in range(2))
    assert judged(root(ADA), *admins, replace(envelope, signatures=twice))[-1] == ["key-threshold"]


def test_a_ledger_with_bundles_verifies_from_its_own_bytes(instance: Instance, tmp_path: Path) -> None:
    with_robot(tmp_path / "ledger", instance)
    report = verified(tmp_path / "ledger")
    assert report.ok, report.problems


def with_robot(folder: Path, instance: Instance) -> None:
    with begin(folder, ADA) as ledger:
        ledger.append([key(ADA, "more", action="add", keys=[ROBOT.row()])])
        with pytest.raises(KeyUntrusted):
            ledger.append([signed(instance, decide(OTHER, by=()), OTHER)])
        ledger.append([signed(instance, decide(ROBOT, by=()))])
        ledger.checkpoint()


def verified(folder: Path) -> Report:
    with Ledger(folder, readonly=True) as ledger:
        return verify(StoreSource(ledger.store), Expected(keys=[ledger.vkey], now=NOW))


@pytest.mark.parametrize("missing", [ExtraMissing, ConfigInvalid])
def test_what_cannot_be_checked_is_no_verdict_on_the_entry_and_does_not_count(
    instance: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: type[Exception]
) -> None:
    with_robot(tmp_path / "ledger", instance)
    envelope = signed(instance, decide(ROBOT, by=()))
    sigstore_key._verifier.cache_clear()
    if missing is ExtraMissing:
        monkeypatch.setitem(sys.modules, "sigstore.models", None)
    else:
        monkeypatch.setenv(ROOT, os.fspath(tmp_path / "none.json"))
    with pytest.raises(missing):
        verified(tmp_path / "ledger")
    trust = Trust()
    for at, entry in enumerate(trusted(ROBOT)):
        assert trust.judge(at, read_statement(entry.payload), entry) == []
    with pytest.raises(missing):
        trust.judge(2, read_statement(envelope.payload), envelope)
    assert [p.kind for p in trust.doubts(2, read_statement(envelope.payload), envelope)] == ["signature-unchecked"]
