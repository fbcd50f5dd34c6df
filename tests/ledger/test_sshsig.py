"""SSHSIG: what ssh-keygen signs we verify, what we sign ssh-keygen verifies, and nothing near a signature is one."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.errors import SignatureInvalid
from answerable.ledger.algorithms import SK_ECDSA, SK_ED25519
from answerable.ledger.keys import PublicKey, load_signer
from answerable.ledger.sshsig import MAGIC, SshSignature, armor, signed_data, unarmor
from answerable.ledger.wire import string
from ledger import ssh

NAMESPACE = "review.decision@answerable"
MESSAGE = b"what was decided\n" * 20
KINDS = sorted(ssh.KINDS)
signatures = st.builds(
    SshSignature,
    public_key=st.binary(max_size=40),
    namespace=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20),
    hash_algorithm=st.sampled_from(["sha256", "sha512"]),
    signature=st.binary(max_size=80),
)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("hash_algorithm", ["sha256", "sha512"])
def test_what_ssh_keygen_signs_holds(kind: str, hash_algorithm: str) -> None:
    sig = ssh.signed(kind, MESSAGE, NAMESPACE, "-O", f"hashalg={hash_algorithm}")
    assert SshSignature.parse(sig).hash_algorithm == hash_algorithm
    key = ssh.public(kind)
    assert key.verify(MESSAGE, sig, NAMESPACE)
    assert not key.verify(MESSAGE + b".", sig, NAMESPACE)
    assert not key.verify(MESSAGE, sig, "approve.decision@answerable")


@pytest.mark.parametrize("kind", KINDS)
def test_what_we_sign_holds_for_ssh_keygen(kind: str, tmp_path: Path) -> None:
    sig = load_signer(ssh.key_file(kind)).sign(MESSAGE, NAMESPACE)
    key = ssh.public(kind)
    assert key.verify(MESSAGE, sig, NAMESPACE)
    assert ssh.verifies(key, MESSAGE, sig, NAMESPACE, tmp_path)
    assert not ssh.verifies(key, MESSAGE + b".", sig, NAMESPACE, tmp_path)
    assert not ssh.verifies(key, MESSAGE, sig, "approve.decision@answerable", tmp_path)


@pytest.mark.parametrize("name", [SK_ED25519, SK_ECDSA])
def test_hardware_keys_hold_for_us_as_for_ssh_keygen(name: str, tmp_path: Path) -> None:
    device = ssh.HardwareKey(name)
    key, sig = PublicKey(device.blob), device.sign(MESSAGE, NAMESPACE)
    assert key.verify(MESSAGE, sig, NAMESPACE)
    assert ssh.verifies(key, MESSAGE, sig, NAMESPACE, tmp_path)
    assert not key.verify(MESSAGE + b".", sig, NAMESPACE)


@pytest.mark.parametrize("name", [SK_ED25519, SK_ECDSA])
def test_a_hardware_key_that_nobody_touched_signs_for_nobody(name: str) -> None:
    device = ssh.HardwareKey(name)
    key = PublicKey(device.blob)
    assert not key.verify(MESSAGE, device.sign(MESSAGE, NAMESPACE, flags=0), NAMESPACE)
    assert not key.verify(MESSAGE, device.sign(MESSAGE, NAMESPACE, flags=4), NAMESPACE)  # a PIN is no touch
    assert not key.verify(MESSAGE, device.sign(MESSAGE, NAMESPACE, flags=0, claimed=1), NAMESPACE)
    assert key.verify(MESSAGE, device.sign(MESSAGE, NAMESPACE, flags=5), NAMESPACE)


def test_a_flipped_bit_breaks_a_signature_for_us_as_for_ssh_keygen(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    kind = KINDS[seed % len(KINDS)]
    sig = bytearray(ssh.signed(kind, MESSAGE, NAMESPACE))
    sig[chance.randrange(len(sig))] ^= 1 << chance.randrange(8)
    key = ssh.public(kind)
    assert not key.verify(MESSAGE, bytes(sig), NAMESPACE)
    assert not ssh.verifies(key, MESSAGE, bytes(sig), NAMESPACE, tmp_path)


@pytest.mark.parametrize("kind", ["ed25519", "rsa"])
def test_no_flipped_bit_leaves_a_signature_standing(kind: str) -> None:
    sig, key = ssh.signed(kind, MESSAGE, NAMESPACE), ssh.public(kind)
    for at in range(len(sig)):
        changed = sig[:at] + bytes([sig[at] ^ 1]) + sig[at + 1 :]
        assert not key.verify(MESSAGE, changed, NAMESPACE), at


@pytest.mark.parametrize("kind", KINDS)
def test_bytes_after_a_signature_or_inside_it_break_it(kind: str) -> None:
    sig, key = ssh.signed(kind, MESSAGE, NAMESPACE), ssh.public(kind)
    with pytest.raises(SignatureInvalid, match="1 bytes too many"):
        SshSignature.parse(sig + b"\0")
    assert not key.verify(MESSAGE, sig + b"\0", NAMESPACE)
    parts = SshSignature.parse(sig)
    for inner in (parts.signature + b"\0", parts.signature[:-1], b""):
        longer = SshSignature(
            public_key=parts.public_key, namespace=NAMESPACE, hash_algorithm=parts.hash_algorithm, signature=inner
        )
        assert not key.verify(MESSAGE, longer.encode(), NAMESPACE)


@pytest.mark.parametrize(
    ("blob", "message"),
    [
        (b"", "6 bytes are announced"),
        (b"SSHSIH" + bytes(40), "does not begin with SSHSIG"),
        (MAGIC + b"\0\0\0\2" + bytes(40), "version is 2"),
        (MAGIC + b"\0\0\0\1" + b"\xff" * 4, "4294967295 bytes are announced"),
        (MAGIC + b"\0\0\0\1" + b"".join(map(string, (b"k", b"n", b"r", b"sha512", b"s"))), "reserved part is in use"),
        (MAGIC + b"\0\0\0\1" + b"".join(map(string, (b"k", b"", b"", b"sha512", b"s"))), "must have a namespace"),
        (MAGIC + b"\0\0\0\1" + b"".join(map(string, (b"k", b"n", b"", b"sha1", b"s"))), "hash of sha256 or sha512"),
        (MAGIC + b"\0\0\0\1" + b"".join(map(string, (b"k", b"\xff", b"", b"sha512", b"s"))), "utf-8"),
    ],
)
def test_a_refusal_says_what_is_wrong_with_the_signature(blob: bytes, message: str) -> None:
    with pytest.raises(SignatureInvalid, match=message):
        SshSignature.parse(blob)


@given(signatures)
def test_a_signature_reads_as_it_was_written(made: SshSignature) -> None:
    assert SshSignature.parse(made.encode()) == made
    assert unarmor(armor(made.encode())) == made.encode()


@given(st.binary(max_size=120), st.booleans())
def test_no_bytes_crash_the_reader_of_signatures(data: bytes, begun: bool) -> None:
    with pytest.raises(SignatureInvalid):
        SshSignature.parse(MAGIC + b"\0\0\0\1" + data if begun else data)


@given(signatures, st.data())
def test_a_signature_has_one_spelling(made: SshSignature, data: st.DataObject) -> None:
    blob = bytearray(made.encode())
    blob[data.draw(st.integers(0, len(blob) - 1))] = data.draw(st.integers(0, 255))
    try:
        read = SshSignature.parse(bytes(blob))
    except SignatureInvalid:
        return
    assert read.encode() == bytes(blob)


@given(st.binary(max_size=200))
def test_no_bytes_crash_the_reader_of_armour(data: bytes) -> None:
    with pytest.raises(SignatureInvalid):
        unarmor(data)


def test_namespace_and_hash_are_part_of_what_is_signed() -> None:
    one = signed_data(b"m", "a", "sha512")
    assert (
        len({one, signed_data(b"m", "b", "sha512"), signed_data(b"m", "a", "sha256"), signed_data(b"n", "a", "sha512")})
        == 4
    )
