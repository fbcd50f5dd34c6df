"""Offline proofs: one spelling, and accepted only with the log, the witnesses, the leaf and the place all right."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.errors import CheckpointInvalid, KeyUnusable, ProofInvalid
from answerable.ledger import merkle
from answerable.ledger.checkpoint import cosign, sign_checkpoint
from answerable.ledger.proof import TlogProof, verify_proof
from ledger.signers import FIRST, LEAVES, LOG, ORIGIN, SECOND, THIRD, checkpoint, read, signer

BARE = sign_checkpoint(checkpoint(), LOG)
NOTE = BARE + cosign(BARE, FIRST, 10) + cosign(BARE, SECOND, 20)
hashes = st.binary(min_size=32, max_size=32)


def proof_of(index: int, size: int = len(LEAVES), note: str = NOTE) -> TlogProof:
    return TlogProof(index=index, hashes=tuple(merkle.inclusion_proof(index, size, read)), checkpoint_note=note)


PROOF = proof_of(7)
TEXT = PROOF.text()
HEAD = TEXT.partition("\n\n")[0]
HASH = b64encode(PROOF.hashes[0]).decode()


def test_a_proof_is_written_as_the_specification_shows_it() -> None:
    lines = replace(PROOF, extra=b"envelope").text().split("\n")
    assert lines[:3] == ["c2sp.org/tlog-proof@v1", "extra ZW52ZWxvcGU=", "index 7"]
    assert lines[3 : 3 + len(PROOF.hashes)] == [b64encode(hashed).decode() for hashed in PROOF.hashes]
    assert "\n".join(lines[3 + len(PROOF.hashes) :]) == "\n" + NOTE


def test_every_leaf_is_proven_to_whoever_knows_the_log_and_its_witnesses() -> None:
    for index, leaf in enumerate(LEAVES):
        text = proof_of(index).text()
        assert verify_proof(text, leaf, [LOG.vkey], [FIRST.vkey, SECOND.vkey, THIRD.vkey], need=2) == checkpoint()
        assert verify_proof(text.encode(), leaf, [LOG.key]) == checkpoint()


def test_the_only_leaf_of_a_log_has_a_proof_without_hashes() -> None:
    proof = proof_of(0, 1, sign_checkpoint(checkpoint(1), LOG))
    assert proof.hashes == ()
    assert TlogProof.parse(proof.text()) == proof
    assert verify_proof(proof, LEAVES[0], [LOG.key]).size == 1


@given(
    index=st.integers(0, 2**63 - 1),
    hashes=st.lists(hashes, max_size=63).map(tuple),
    note=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).map(lambda text: text + "\n\n" + text),
    extra=st.binary(max_size=300),
)
def test_every_proof_is_read_as_it_was_written(index: int, hashes: tuple[bytes, ...], note: str, extra: bytes) -> None:
    proof = TlogProof(index=index, hashes=hashes, checkpoint_note=note, extra=extra)
    assert TlogProof.parse(proof.text()) == proof
    assert TlogProof.parse(proof.text().encode()) == proof


@given(st.one_of(st.text(), st.binary(), st.text().map(lambda text: f"{HEAD}\n{text}\n\n{NOTE}")))
def test_any_bytes_are_one_proof_or_refused(data: str | bytes) -> None:
    try:
        proof = TlogProof.parse(data)
    except ProofInvalid:
        return
    assert proof.text() == (data if isinstance(data, str) else data.decode())


@given(data=st.data())
def test_a_changed_proof_is_refused(data: st.DataObject) -> None:
    whole = bytearray(TEXT.encode())
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at : at + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=2))
    if bytes(whole) == TEXT.encode():
        return
    try:
        verify_proof(bytes(whole), LEAVES[7], [LOG.key], [FIRST.key, SECOND.key], need=2)
    except (ProofInvalid, CheckpointInvalid):
        return
    raise AssertionError("a changed proof was accepted")


@pytest.mark.parametrize(
    "broken",
    [
        "", "\n\n", HEAD, HEAD + "\n\n", HEAD + "\n" + NOTE, TEXT[1:], " " + TEXT, TEXT.replace("\n", "\r\n"),
        TEXT.replace("@v1", "@v2"), TEXT.replace("index 7\n", ""), TEXT.replace("index 7", "index 07"),
        TEXT.replace("index 7", "index +7"), TEXT.replace("index 7", "index -7"), TEXT.replace("index 7", "index 7 "),
        TEXT.replace("index 7", "index  7"), TEXT.replace("index 7", "index\t7"), TEXT.replace("index 7", "INDEX 7"),
        TEXT.replace("index 7", "7"), TEXT.replace("index 7", "index "), TEXT.replace("index 7", "index 7\nindex 7"),
        TEXT.replace("index 7", "index 7\nextra AA=="), TEXT.replace("index 7", "extra \nindex 7"),
        TEXT.replace("index 7", "extra AB==\nindex 7"), TEXT.replace("index 7", "extra AA==\nextra AA==\nindex 7"),
        TEXT.replace("index 7", "extra\nindex 7"), TEXT.replace("index 7", "index 9223372036854775808"),
        TEXT.replace("index 7", "index " + "7" * 5000), TEXT.replace(HASH, HASH[:-1]), TEXT.replace(HASH, HASH[:4]),
        TEXT.replace(HASH, HASH + " "), TEXT.replace(HASH, HASH[:42] + chr(ord(HASH[42]) + 1) + "="),
        TEXT.replace(HASH, HASH + HASH), TEXT.replace(HASH, HASH + "\n" + "\x00"), TEXT.replace("index 7", "index ٧"),
        TEXT.replace(HASH, "\n".join([HASH] * 64)), TEXT + "\x00", TEXT + "x" * 1_000_000, TEXT + "\ud800",
    ],
    ids=lambda broken: repr(broken[:40]),
)  # fmt: skip
def test_a_proof_spelled_otherwise_is_no_proof(broken: str) -> None:
    with pytest.raises(ProofInvalid):
        TlogProof.parse(broken)


def test_a_proof_with_hashes_missing_moved_or_added_is_refused() -> None:
    good = PROOF.hashes
    for changed in ((), good[:-1], good[1:], good[::-1], (*good, good[-1]), (good[0], *good)):
        with pytest.raises(ProofInvalid):
            verify_proof(replace(PROOF, hashes=changed), LEAVES[7], [LOG.key])


def test_a_proof_of_another_place_or_another_leaf_is_refused() -> None:
    for index in {*range(len(LEAVES) + 2), 2**62} - {7}:
        with pytest.raises(ProofInvalid):
            verify_proof(replace(PROOF, index=index), LEAVES[7], [LOG.key])
    for leaf in (b"", LEAVES[6], LEAVES[7] + b" ", merkle.leaf_hash(LEAVES[7])):
        with pytest.raises(ProofInvalid, match="does not lead"):
            verify_proof(PROOF, leaf, [LOG.key])


def test_a_proof_with_the_checkpoint_of_another_size_is_refused() -> None:
    for size in (1, 8, 10):
        with pytest.raises(ProofInvalid):
            verify_proof(replace(PROOF, checkpoint_note=sign_checkpoint(checkpoint(size), LOG)), LEAVES[7], [LOG.key])


def test_a_proof_by_a_log_that_is_not_trusted_is_refused() -> None:
    theirs = sign_checkpoint(checkpoint(origin="other.example"), signer("other.example"))
    forged = sign_checkpoint(checkpoint(), signer(ORIGIN, seed="mallory"))
    for note in (theirs, forged):
        with pytest.raises(CheckpointInvalid, match="not signed"):
            verify_proof(replace(PROOF, checkpoint_note=note), LEAVES[7], [LOG.key])
    with pytest.raises(CheckpointInvalid, match=r"other\.example"):
        verify_proof(
            replace(PROOF, checkpoint_note=theirs), LEAVES[7], [LOG.key, signer("other.example").key], origin=ORIGIN
        )
    with pytest.raises(CheckpointInvalid):
        verify_proof(replace(PROOF, checkpoint_note="no note"), LEAVES[7], [LOG.key])
    with pytest.raises(KeyUnusable):
        verify_proof(PROOF, LEAVES[7], [FIRST.key])


def test_too_few_witnesses_are_refused_however_they_are_counted() -> None:
    witnesses = [FIRST.key, SECOND.key, THIRD.key]
    with pytest.raises(CheckpointInvalid, match="cosigned by 2 known witnesses where 3 are needed"):
        verify_proof(PROOF, LEAVES[7], [LOG.key], witnesses, need=3)
    with pytest.raises(CheckpointInvalid, match="cosigned by 0"):
        verify_proof(PROOF, LEAVES[7], [LOG.key], need=1)
    twice = replace(PROOF, checkpoint_note=BARE + cosign(BARE, FIRST, 1) + cosign(BARE, FIRST, 2))
    with pytest.raises(CheckpointInvalid, match="cosigned by 1"):
        verify_proof(twice, LEAVES[7], [LOG.key], [FIRST.key, FIRST.key, SECOND.key], need=2)


def test_a_bad_cosignature_of_a_known_witness_refuses_the_proof_though_none_is_needed() -> None:
    other = sign_checkpoint(checkpoint(4), LOG)
    proof = replace(PROOF, checkpoint_note=BARE + cosign(other, FIRST, 1))
    with pytest.raises(CheckpointInvalid, match="bad signature"):
        verify_proof(proof, LEAVES[7], [LOG.key], [FIRST.key])
    assert verify_proof(proof, LEAVES[7], [LOG.key], [SECOND.key]) == checkpoint()


def test_the_extra_data_decides_nothing() -> None:
    for extra in (b"", b"\0", LEAVES[3]):
        assert verify_proof(replace(PROOF, extra=extra).text(), LEAVES[7], [LOG.key]) == checkpoint()
