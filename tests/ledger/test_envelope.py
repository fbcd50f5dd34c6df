"""Envelopes: the DSSE example, one form, and every way to make a signature count that should not."""

from __future__ import annotations

import dataclasses
import json
from base64 import b64decode, b64encode, urlsafe_b64encode
from collections.abc import Mapping
from pathlib import Path

import pytest
import rfc8785
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from answerable.domain.decision import Kind
from answerable.errors import DecisionInvalid, DecisionTooLarge, EnvelopeInvalid
from answerable.ledger.algorithms import ECDSA
from answerable.ledger.envelope import (
    MOST,
    PAYLOAD_TYPE,
    Envelope,
    Signature,
    add_signature,
    check_signatures,
    decode,
    namespace,
    pae,
    sign,
)
from answerable.ledger.keys import BlobSigner, PublicKey, load_signer
from answerable.ledger.statement import read_statement, statement
from answerable.ledger.wire import string
from ledger import ssh
from ledger.made_decisions import LEDGER, decision, every_kind

DSSE_KEY = (  # protocol.md, section "Test Vectors"
    46950820868899156662930047687818585632848591499744589407958293238635476079160,
    5640078356564379163099075877009565129882514886557779369047442380624545832820,
)
DSSE_SIG = "A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA=="
DSSE = json.dumps(
    {"payload": "aGVsbG8gd29ybGQ=", "payloadType": "http://example.com/HelloWorld", "signatures": [{"sig": DSSE_SIG}]}
).encode()
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
some = st.builds(
    Envelope,
    payload=st.binary(max_size=60),
    payload_type=texts,
    signatures=st.lists(st.builds(Signature, keyid=texts, sig=st.binary(max_size=70)), max_size=3).map(tuple),
)


def signer(kind: str = "ed25519") -> BlobSigner:
    return load_signer(ssh.key_file(kind))


def known(*kinds: str) -> Mapping[str, PublicKey]:
    return {key.fingerprint: key for key in map(ssh.public, kinds)}


ALL = ("ecdsa", "ed25519", "rsa")
REVIEW = decision(Kind.REVIEW)


def with_signatures(envelope: Envelope, *signatures: Signature) -> Envelope:
    return dataclasses.replace(envelope, signatures=signatures)


def test_the_example_of_dsse_holds() -> None:
    envelope = decode(DSSE)
    assert (envelope.payload, envelope.payload_type) == (b"hello world", "http://example.com/HelloWorld")
    message = pae(envelope.payload_type.encode(), envelope.payload)
    assert message == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    point = b"\x04" + b"".join(n.to_bytes(32, "big") for n in DSSE_KEY)
    key = PublicKey(string(ECDSA.encode()) + string(b"nistp256") + string(point))
    [signature] = envelope.signatures
    assert signature.keyid == ""
    assert key.verify(message, signature.sig, "")  # r and s, 32 bytes each: a bare signature
    assert not key.verify(message + b".", signature.sig, "")


def test_lengths_count_bytes_and_not_characters() -> None:
    assert pae("ü".encode(), "süß".encode()) == "DSSEv1 2 ü 5 süß".encode()
    assert pae(b"", b"") == b"DSSEv1 0  0 "


@given(st.tuples(st.binary(max_size=8), st.binary(max_size=8)), st.tuples(st.binary(max_size=8), st.binary(max_size=8)))
def test_no_two_contents_have_the_same_signed_bytes(one: tuple[bytes, bytes], other: tuple[bytes, bytes]) -> None:
    assert (pae(*one) == pae(*other)) is (one == other)


@given(some)
def test_an_envelope_reads_as_it_was_written_and_has_one_form(envelope: Envelope) -> None:
    data = envelope.encode()
    assert decode(data) == envelope
    assert data == rfc8785.dumps(json.loads(data))


@given(some)
def test_both_alphabets_of_base64_are_read_and_one_is_written(envelope: Envelope) -> None:
    whole = json.loads(envelope.encode())
    whole["payload"] = urlsafe_b64encode(envelope.payload).decode()
    for signature in whole["signatures"]:
        signature["sig"] = urlsafe_b64encode(b64decode(signature["sig"])).decode()
    assert decode(json.dumps(whole, indent=1).encode()).encode() == envelope.encode()


def test_unknown_keys_are_passed_over_as_dsse_demands() -> None:
    whole = json.loads(DSSE) | {"extra": 1}
    whole["signatures"][0]["cert"] = "x"
    assert decode(json.dumps(whole).encode()) == decode(DSSE)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", r"^\$: no JSON"),
        (b"[]", r"^\$: must be an object"),
        (b"{}", r"^\$: must be an object with text under the key payload"),
        (DSSE.replace(b"aGVsbG8gd29ybGQ=", b"aGVsbG8gd29ybGR="), r"^\$\.payload: base64 with stray bits"),
        (DSSE.replace(b"aGVsbG8gd29ybGQ=", b"aGVsbG8gd29ybGQ"), r"^\$\.payload: no base64"),
        (DSSE.replace(b"aGVsbG8gd29ybGQ=", b"aGVsbG8gd29ybGQ= "), r"^\$\.payload: no base64"),
        (DSSE.replace(b"aGVsbG8gd29ybGQ=", "aGVsbG8gd29ybGü=".encode()), r"^\$\.payload: no base64"),
        (DSSE.replace(b'{"payload"', b'{"payload": "", "payload"'), "stands twice"),
        (DSSE.replace(b'{"sig"', b'{"sig": "", "sig"'), "stands twice"),
        (DSSE.replace(b'{"sig"', b'{"keyid": 1, "sig"'), r"^\$\.signatures\[0\]\.keyid: must be a short text"),
        (DSSE.replace(b'{"sig"', b'{"keyid": "' + b"k" * 513 + b'", "sig"'), "must be a short text"),
        (DSSE.replace(b'[{"sig"', b'[1, {"sig"'), r"^\$\.signatures\[0\]: must be an object"),
        (json.dumps(json.loads(DSSE) | {"signatures": {}}).encode(), r"^\$\.signatures: must be a list"),
        (json.dumps(json.loads(DSSE) | {"signatures": [{"sig": ""}] * 65}).encode(), "64 signatures or fewer"),
        (DSSE + b" " * MOST, "more than the 65535 allowed"),
        (b"[" * MOST, "nested deeper"),
    ],
)
def test_what_is_no_envelope_is_refused_with_its_place(data: bytes, message: str) -> None:
    with pytest.raises(EnvelopeInvalid, match=message):
        decode(data)


@given(st.binary(max_size=200))
def test_no_bytes_crash_the_reader_of_envelopes(data: bytes) -> None:
    with pytest.raises(EnvelopeInvalid):
        decode(data)


@given(some, st.data())
def test_no_changed_byte_crashes_the_reader_of_envelopes(envelope: Envelope, data: st.DataObject) -> None:
    leaf = bytearray(envelope.encode())
    leaf[data.draw(st.integers(0, len(leaf) - 1))] = data.draw(st.integers(0, 255))
    try:
        read = decode(bytes(leaf))
    except EnvelopeInvalid:
        return
    assert decode(read.encode()) == read


def test_an_envelope_longer_than_a_leaf_is_never_written() -> None:
    big = sign(decision(details=REVIEW.details | {"free": "x" * 44_000}), [])
    assert len(add_signature(add_signature(big, signer()), signer("rsa")).encode()) <= MOST
    crowded = with_signatures(big, *(Signature(keyid=str(n), sig=bytes(600)) for n in range(10)))
    with pytest.raises(DecisionTooLarge, match="65535"):
        crowded.encode()


@pytest.mark.parametrize("made", every_kind(), ids=lambda made: made.kind.value)
def test_a_signed_decision_of_every_kind_holds_for_its_kind_alone(made: object) -> None:
    assert isinstance(made, type(REVIEW))
    envelope = decode(sign(made, [signer()]).encode())
    assert read_statement(envelope.payload) == made
    valid = [kind for kind in Kind if check_signatures(envelope, kind, known("ed25519"))]
    assert valid == [made.kind]


@pytest.mark.parametrize("kind", ALL)
def test_ssh_keygen_verifies_an_envelope_and_signs_one(kind: str, tmp_path: Path) -> None:
    envelope = sign(REVIEW, [signer(kind)])
    message, key = pae(PAYLOAD_TYPE.encode(), envelope.payload), ssh.public(kind)
    assert ssh.verifies(key, message, envelope.signatures[0].sig, "review.decision@answerable", tmp_path)
    theirs = Signature(keyid=key.fingerprint, sig=ssh.signed(kind, message, namespace(Kind.REVIEW)))
    assert check_signatures(with_signatures(envelope, theirs), Kind.REVIEW, known(kind)) == [key.fingerprint]


def test_each_key_counts_once_and_in_the_order_of_the_signatures() -> None:
    envelope = sign(REVIEW, [signer(kind) for kind in ALL])
    names = [ssh.public(kind).fingerprint for kind in ALL]
    assert check_signatures(envelope, Kind.REVIEW, known(*ALL)) == names
    doubled = with_signatures(envelope, *envelope.signatures, *reversed(envelope.signatures))
    assert check_signatures(doubled, Kind.REVIEW, known(*ALL)) == names
    again = dataclasses.replace(doubled, signatures=(*doubled.signatures, *sign(REVIEW, [signer("ecdsa")]).signatures))
    assert check_signatures(again, Kind.REVIEW, known(*ALL)) == names  # another signature by the same key


def test_two_keys_of_one_person_are_two_keys_and_who_they_belong_to_is_not_decided_here() -> None:
    envelope = sign(REVIEW, [signer("ed25519"), signer("rsa")])
    assert len(check_signatures(envelope, Kind.REVIEW, known("ed25519", "rsa"))) == 2


def test_signing_again_replaces_the_signature_of_that_key() -> None:
    envelope = add_signature(sign(REVIEW, [signer("ecdsa")]), signer("ecdsa"))
    assert len(envelope.signatures) == 1
    assert len(sign(REVIEW, [signer(), signer()]).signatures) == 1
    assert check_signatures(envelope, Kind.REVIEW, known("ecdsa"))


def test_an_added_signature_is_over_the_payload_as_it_stands() -> None:
    spaced = Envelope(
        payload=json.dumps(json.loads(statement(REVIEW)), indent=2).encode(), payload_type=PAYLOAD_TYPE, signatures=()
    )
    both = add_signature(add_signature(spaced, signer()), signer("rsa"))
    assert both.payload == spaced.payload
    assert len(check_signatures(both, Kind.REVIEW, known(*ALL))) == 2


def test_nobody_signs_what_cannot_be_read() -> None:
    for payload in (b"{}", statement(REVIEW).replace(b"review", b"revuew")):
        with pytest.raises(DecisionInvalid):
            add_signature(Envelope(payload=payload, payload_type=PAYLOAD_TYPE, signatures=()), signer())


def test_a_key_decision_without_a_subject_is_signed_over_the_ledger() -> None:
    envelope = sign(decision(Kind.KEY, subjects=()), [signer()], subject_for_none=LEDGER)
    assert read_statement(envelope.payload).subjects == (LEDGER,)
    assert check_signatures(envelope, Kind.KEY, known("ed25519"))


# What an attacker may try: each leaves no key that signed.


def test_a_signature_over_other_content_counts_for_nothing() -> None:
    other = sign(decision(decision_id="another-one"), [signer()])
    moved = with_signatures(sign(REVIEW, []), *other.signatures)
    assert check_signatures(moved, Kind.REVIEW, known("ed25519")) == []


def test_a_signature_for_another_namespace_counts_for_nothing() -> None:
    envelope = sign(REVIEW, [])
    message = pae(PAYLOAD_TYPE.encode(), envelope.payload)
    key = ssh.public("ed25519")
    for name in ("git", "file", namespace(Kind.APPROVE), "review.decision@answerabl", "review.decision@answerable\0"):
        sig = signer().sign(message, name)
        forged = with_signatures(envelope, Signature(keyid=key.fingerprint, sig=sig))
        assert check_signatures(forged, Kind.REVIEW, known("ed25519")) == [], name


def test_an_approval_is_not_made_from_a_review_by_changing_its_kind() -> None:
    envelope = sign(decision(Kind.REVIEW, details=decision(Kind.APPROVE).details), [signer()])
    turned = dataclasses.replace(envelope, payload=envelope.payload.replace(b'"kind":"review"', b'"kind":"approve"'))
    assert read_statement(turned.payload).kind is Kind.APPROVE
    for kind in Kind:
        assert check_signatures(turned, kind, known("ed25519")) == []


def test_a_key_id_that_lies_counts_for_nothing() -> None:
    mine, theirs = ssh.public("ed25519"), ssh.public("ecdsa")
    [signature] = sign(REVIEW, [signer()]).signatures
    for keyid in (theirs.fingerprint, "", "SHA256:" + "A" * 43, mine.line, mine.fingerprint.lower()):
        lying = with_signatures(sign(REVIEW, []), Signature(keyid=keyid, sig=signature.sig))
        assert check_signatures(lying, Kind.REVIEW, known(*ALL)) == []


def test_a_table_of_keys_that_lies_counts_for_nothing() -> None:
    [signature] = sign(REVIEW, [signer()]).signatures
    named = with_signatures(sign(REVIEW, []), Signature(keyid="ada", sig=signature.sig))
    assert check_signatures(named, Kind.REVIEW, {"ada": ssh.public("ed25519")}) == []


def test_a_bad_signature_does_not_stand_in_the_way_of_a_good_one() -> None:
    [good] = sign(REVIEW, [signer()]).signatures
    bad = Signature(keyid=good.keyid, sig=good.sig[:-1] + b"\0")
    both = with_signatures(sign(REVIEW, []), bad, good, bad)
    assert check_signatures(both, Kind.REVIEW, known("ed25519")) == [good.keyid]


def test_a_payload_that_was_written_anew_after_signing_counts_for_nothing() -> None:
    envelope = sign(REVIEW, [signer()])
    anew = dataclasses.replace(envelope, payload=json.dumps(json.loads(envelope.payload)).encode())
    assert read_statement(anew.payload) == REVIEW
    assert check_signatures(anew, Kind.REVIEW, known("ed25519")) == []


def test_another_type_of_payload_is_refused_whoever_signed_it() -> None:
    envelope = dataclasses.replace(sign(REVIEW, [signer()]), payload_type="application/json")
    with pytest.raises(EnvelopeInvalid, match="payloadType"):
        check_signatures(envelope, Kind.REVIEW, known("ed25519"))
    with pytest.raises(EnvelopeInvalid, match="payloadType"):
        add_signature(envelope, signer())


def test_a_signature_over_the_payload_without_its_type_counts_for_nothing() -> None:
    envelope = sign(REVIEW, [])
    key = ssh.public("ed25519")
    for message in (envelope.payload, b64encode(envelope.payload), pae(b"", envelope.payload)):
        sig = signer().sign(message, namespace(Kind.REVIEW))
        forged = with_signatures(envelope, Signature(keyid=key.fingerprint, sig=sig))
        assert check_signatures(forged, Kind.REVIEW, known("ed25519")) == []


def test_bare_signatures_of_services_count_over_the_same_bytes_alone() -> None:
    form = serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
    envelope = sign(REVIEW, [])
    message = pae(PAYLOAD_TYPE.encode(), envelope.payload)
    edwards, nist = Ed25519PrivateKey.generate(), ec.generate_private_key(ec.SECP256R1())
    cases = [
        (edwards.public_key(), edwards.sign(message), edwards.sign(message + b".")),
        (nist.public_key(), *(nist.sign(m, ec.ECDSA(hashes.SHA256())) for m in (message, message + b"."))),
    ]
    for public, good, bad in cases:
        key = PublicKey.parse(public.public_bytes(*form).decode())
        for sig, count in ((good, 1), (bad, 0), (good + b"\0", 0), (good[:-1], 0), (b"", 0)):
            made = with_signatures(envelope, Signature(keyid=key.fingerprint, sig=sig))
            assert len(check_signatures(made, Kind.REVIEW, {key.fingerprint: key})) == count


def test_namespaces_differ_by_kind_and_other_words_have_none() -> None:
    assert len({namespace(kind) for kind in Kind}) == len(Kind)
    assert namespace("review") == namespace(Kind.REVIEW) == "review.decision@answerable"
    with pytest.raises(ValueError, match="git"):
        namespace("git")
