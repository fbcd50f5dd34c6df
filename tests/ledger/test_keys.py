"""Keys: those that people have are read, those that prove too little are refused, and private files are private."""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import subprocess
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from answerable.errors import KeyUnusable
from answerable.ledger.algorithms import FACTORIES, SK_ED25519
from answerable.ledger.keys import BlobSigner, PublicKey, load_signer
from answerable.ledger.sshsig import SshSignature, signed_data
from answerable.ledger.statement import schema_text
from answerable.ledger.wire import Malformed, Reader, number, string
from ledger import ssh
from ledger.made_decisions import public_line

KINDS = sorted(ssh.KINDS)
NAMESPACE = "gate.decision@answerable"
MESSAGE = b"what was decided"
PKCS8 = serialization.PrivateFormat.PKCS8
PLAIN = serialization.NoEncryption()


def written(folder: Path, private: Any, lock: Any = PLAIN, form: Any = PKCS8) -> Path:
    """A key in a PEM file that only its owner can read."""
    path = folder / "key.pem"
    path.write_bytes(private.private_bytes(serialization.Encoding.PEM, form, lock))
    path.chmod(0o600)
    return path


def line(blob: bytes) -> str:
    return f"{Reader(blob).string().decode()} {b64encode(blob).decode()}"


def rsa_line(exponent: int, modulus: int) -> str:
    return line(string(b"ssh-rsa") + number(exponent) + number(modulus))


@pytest.mark.parametrize("kind", KINDS)
def test_a_fingerprint_is_the_one_that_ssh_keygen_prints(kind: str) -> None:
    command = ["ssh-keygen", "-l", "-f", os.fspath(ssh.key_file(kind))]
    printed = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    assert ssh.public(kind).fingerprint == printed.split()[1]


@pytest.mark.parametrize("kind", KINDS)
def test_a_key_has_one_line_whatever_its_comment(kind: str) -> None:
    text = ssh.key_file(kind).with_suffix(".pub").read_text()
    key = PublicKey.parse(text)
    assert text.startswith(key.line)
    assert PublicKey.parse(key.line) == key == PublicKey.parse(f"  {key.line}   other comment\n")
    assert hash(PublicKey(key.blob)) == hash(key)
    assert PublicKey.parse(public_line(9)) != key


@pytest.mark.parametrize("name", FACTORIES)
def test_every_known_type_can_be_a_key_in_a_decision(name: str) -> None:
    pattern = json.loads(schema_text())["$defs"]["publicKey"]["pattern"]
    assert re.search(pattern, f"{name} AAAA{'a' * 64}")
    assert not re.search(pattern, f"{name}x AAAA{'a' * 64}")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ssh-ed25519",
        "ssh-ed25519 !!!!",
        "ssh-ed25519 AAAA",
        "ssh-dss AAAAB3NzaC1kc3M=",
        "ecdsa-sha2-nistp384 AAAAE2VjZHNhLXNoYTItbmlzdHAzODQ=",
        public_line().replace("ssh-ed25519 ", "ssh-rsa "),
        public_line() + "A",
        public_line() + "=",
        f"{public_line()}\n{public_line(2)}",
        f"cert-authority {public_line()}",
        line(string(b"ssh-ed25519") + string(bytes(range(1, 32)))),
        line(string(b"ssh-ed25519") + string(b"\x09" + bytes(31)) + b"\0"),
        line(string(b"ecdsa-sha2-nistp256") + string(b"nistp256") + string(b"\x02" + bytes(32))),
        line(string(b"ecdsa-sha2-nistp256") + string(b"nistp384") + string(b"\x04" + bytes(64))),
        line(string(SK_ED25519.encode()) + string(b"\x09" + bytes(31)) + string(b"https://bank.example")),
        line(string(SK_ED25519.encode()) + string(b"\x01" + bytes(31)) + string(b"ssh:")),
        "ssh-ed25519 " + "A" * 20000,
    ],
)
def test_what_is_no_usable_key_is_refused_with_what_is(text: str) -> None:
    with pytest.raises(KeyUnusable, match="no usable public key") as caught:
        PublicKey.parse(text)
    assert "ssh-keygen" in str(caught.value.hint)


def test_a_certificate_is_refused_as_one(tmp_path: Path) -> None:
    public = tmp_path / "id.pub"
    public.write_bytes(ssh.key_file("ed25519").with_suffix(".pub").read_bytes())
    command = ["ssh-keygen", "-q", "-s", os.fspath(ssh.key_file("ecdsa")), "-I", "ada", "-n", "ada", os.fspath(public)]
    subprocess.run(command, check=True)
    with pytest.raises(KeyUnusable, match="certificate"):
        PublicKey.parse((tmp_path / "id-cert.pub").read_text())


@pytest.mark.parametrize(
    ("exponent", "bits"), [(65537, 2047), (65537, 1024), (3, 2048), (35, 2048), (65538, 2048), (2**32 + 1, 2048)]
)
def test_rsa_keys_that_are_short_or_have_an_odd_exponent_are_refused(exponent: int, bits: int) -> None:
    with pytest.raises(KeyUnusable, match=r"bits|exponent"):
        PublicKey.parse(rsa_line(exponent, (1 << bits - 1) + 1))


def test_sha1_signatures_of_rsa_keys_do_not_hold() -> None:
    private = rsa.generate_private_key(65537, 2048)
    numbers = private.public_key().public_numbers()
    key = PublicKey.parse(rsa_line(numbers.e, numbers.n))
    data = signed_data(MESSAGE, NAMESPACE, "sha512")
    algorithms: list[tuple[bytes, hashes.HashAlgorithm, bool]] = [
        (b"rsa-sha2-256", hashes.SHA256(), True),
        (b"rsa-sha2-512", hashes.SHA512(), True),
        (b"rsa-sha2-512", hashes.SHA256(), False),
        (b"ssh-rsa", hashes.SHA1(), False),
        (b"rsa-sha2-512", hashes.SHA1(), False),
    ]
    for name, algorithm, holds in algorithms:
        signature = string(name) + string(private.sign(data, padding.PKCS1v15(), algorithm))
        sig = SshSignature(
            public_key=key.blob, namespace=NAMESPACE, hash_algorithm="sha512", signature=signature
        ).encode()
        assert key.verify(MESSAGE, sig, NAMESPACE) is holds, (name, algorithm.name)


def test_a_signature_that_carries_another_key_does_not_hold_for_that_one() -> None:
    ours, theirs = ssh.public("ed25519"), PublicKey.parse(public_line(5))
    parts = SshSignature.parse(ssh.signed("ed25519", MESSAGE, NAMESPACE))
    relabelled = SshSignature(
        public_key=theirs.blob, namespace=NAMESPACE, hash_algorithm=parts.hash_algorithm, signature=parts.signature
    ).encode()
    assert not ours.verify(MESSAGE, relabelled, NAMESPACE)
    assert not theirs.verify(MESSAGE, relabelled, NAMESPACE)


@pytest.mark.parametrize("kind", KINDS)
def test_key_files_of_ssh_keygen_sign(kind: str) -> None:
    signer = load_signer(ssh.key_file(kind))
    assert signer.public == ssh.public(kind)
    assert signer.public.verify(MESSAGE, signer.sign(MESSAGE, NAMESPACE), NAMESPACE)


def test_a_file_with_a_passphrase_opens_with_that_alone() -> None:
    path = ssh.key_file("ed25519", "correct horse")
    assert load_signer(path, "correct horse").public == load_signer(path, b"correct horse").public
    with pytest.raises(KeyUnusable, match="needs its passphrase"):
        load_signer(path)
    with pytest.raises(KeyUnusable, match=r"does not open|cannot be read"):
        load_signer(path, "wrong")
    with pytest.raises(KeyUnusable, match="has no passphrase"):
        load_signer(ssh.key_file("ed25519"), "needless")


@pytest.mark.parametrize("private", [Ed25519PrivateKey.generate(), ec.generate_private_key(ec.SECP256R1())], ids=type)
def test_service_keys_in_pem_files_sign(private: Any, tmp_path: Path) -> None:
    signer = load_signer(written(tmp_path, private))
    assert signer.public.verify(MESSAGE, signer.sign(MESSAGE, NAMESPACE), NAMESPACE)
    locked = written(tmp_path, private, serialization.BestAvailableEncryption(b"secret"))
    assert load_signer(locked, "secret").public == signer.public
    with pytest.raises(KeyUnusable, match="needs its passphrase"):
        load_signer(locked)
    with pytest.raises(KeyUnusable, match=r"does not open|cannot be read"):
        load_signer(locked, "wrong")


@pytest.mark.parametrize("private", [Ed448PrivateKey.generate(), ec.generate_private_key(ec.SECP384R1())], ids=type)
def test_keys_of_other_types_do_not_sign(private: Any, tmp_path: Path) -> None:
    with pytest.raises(KeyUnusable, match="type that is not known here"):
        load_signer(written(tmp_path, private))


def test_short_rsa_keys_do_not_sign(tmp_path: Path) -> None:
    with pytest.raises(KeyUnusable, match="1024 bits"):
        load_signer(written(tmp_path, rsa.generate_private_key(65537, 1024)))


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o620, 0o601])
def test_a_private_key_that_others_can_reach_is_refused(mode: int, tmp_path: Path) -> None:
    path = written(tmp_path, Ed25519PrivateKey.generate())
    path.chmod(mode)
    with pytest.raises(KeyUnusable, match=f"open to others: its mode is 0{mode:o}") as caught:
        load_signer(path)
    assert caught.value.hint == f"chmod 600 {path}"
    path.chmod(0o400)
    load_signer(path)


def test_files_that_hold_no_private_key_are_told_apart(tmp_path: Path) -> None:
    public = tmp_path / "id.pub"
    public.write_text(public_line())
    other = tmp_path / "other"
    other.write_bytes(b"-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n")
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo, 0o600)
    for path in (public, other):
        path.chmod(0o600)
    cases = [
        (public, "is a public key"),
        (other, "cannot be read"),
        (tmp_path, "no file|cannot read"),
        (fifo, "no file"),
        (tmp_path / "absent", "No such file"),
    ]
    for path, message in cases:
        with pytest.raises(KeyUnusable, match=message):
            load_signer(path)


@given(st.binary(max_size=200))
def test_no_bytes_crash_the_reader_of_keys(blob: bytes) -> None:
    with pytest.raises(KeyUnusable):
        PublicKey(blob)
    with pytest.raises(KeyUnusable):
        PublicKey.parse(blob.decode("latin-1"))


@pytest.mark.parametrize("name", FACTORIES)
@given(rest=st.lists(st.binary(max_size=70), max_size=4))
def test_no_parts_of_a_key_crash_the_reader(name: str, rest: list[bytes]) -> None:
    blob = string(name.encode()) + b"".join(map(string, rest))
    with contextlib.suppress(KeyUnusable):
        assert PublicKey.parse(PublicKey(blob).line).blob == blob


@pytest.mark.parametrize("kind", KINDS)
def test_a_key_with_one_changed_byte_is_another_key_or_none(kind: str) -> None:
    blob, sig, chance = ssh.public(kind).blob, ssh.signed(kind, MESSAGE, NAMESPACE), random.Random(kind)
    for _ in range(100):
        at = chance.randrange(len(blob))
        changed = blob[:at] + bytes([blob[at] ^ 1 << chance.randrange(8)]) + blob[at + 1 :]
        try:
            key = PublicKey(changed)
        except KeyUnusable:
            continue
        assert key.blob == changed
        assert not key.verify(MESSAGE, sig, NAMESPACE)


@given(st.binary(max_size=100))
def test_no_signature_blob_crashes_a_key(sig: bytes) -> None:
    for kind in KINDS:
        key = ssh.public(kind)
        inner = SshSignature(public_key=key.blob, namespace=NAMESPACE, hash_algorithm="sha512", signature=sig).encode()
        assert not key.verify(MESSAGE, sig, NAMESPACE)
        assert not key.verify(MESSAGE, inner, NAMESPACE)


@given(st.integers(0, 2**80))
def test_a_number_reads_as_it_was_written(value: int) -> None:
    assert Reader(number(value)).number() == value


@pytest.mark.parametrize("raw", [b"\0", b"\0\x01", b"\x80", b"\xff\xff"])
def test_a_number_has_one_spelling(raw: bytes) -> None:
    with pytest.raises(Malformed):
        Reader(string(raw)).number()


def test_a_signer_that_is_checked_gives_out_no_signature_that_does_not_hold() -> None:
    with pytest.raises(KeyUnusable, match="does not hold"):
        BlobSigner(PublicKey.parse(public_line()), lambda data: b"junk", check=True).sign(MESSAGE, NAMESPACE)
