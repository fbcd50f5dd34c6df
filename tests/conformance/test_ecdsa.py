"""ECDSA over P-256 with SHA-256 as wycheproof tests it, in each form that signatures come in: DER, r and s, SSHSIG."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from answerable.errors import KeyUnusable
from answerable.ledger import algorithms
from answerable.ledger.keys import PublicKey
from answerable.ledger.wire import Reader, number, string

DATA = Path(__file__).parent / "data"
NAMESPACE = "review.decision@answerable"


def key(point: bytes) -> PublicKey:
    blob = string(algorithms.ECDSA.encode()) + string(b"nistp256") + string(point)
    return PublicKey.parse(f"{algorithms.ECDSA} {b64encode(blob).decode()}")


def rows(name: str) -> Iterator[tuple[int, bytes, bytes, bytes, bool]]:
    known = json.loads((DATA / name).read_text("utf-8"))
    for test, at_key, message, sig, valid in known["rows"]:
        yield test, bytes.fromhex(known["keys"][at_key]), bytes.fromhex(message), bytes.fromhex(sig), bool(valid)


@pytest.mark.parametrize(
    ("name", "count"), [("ecdsa_p256_wycheproof.json", 484), ("ecdsa_p256_p1363_wycheproof.json", 262)]
)
def test_every_bare_signature_of_wycheproof_holds_or_not_as_it_says(name: str, count: int) -> None:
    known = list(rows(name))
    assert [test for test, raw, message, sig, valid in known if key(raw).verify(message, sig, "") is not valid] == []
    assert len(known) == count


def test_every_valid_signature_holds_in_the_wire_encoding_of_ssh_too() -> None:
    for test, raw, message, sig, valid in rows("ecdsa_p256_wycheproof.json"):
        if valid:
            r, s = decode_dss_signature(sig)
            wire, _ = algorithms.FACTORIES[algorithms.ECDSA](Reader(string(b"nistp256") + string(raw)))
            blob = string(algorithms.ECDSA.encode()) + string(number(r) + number(s))
            assert wire(message, blob), test
            assert not wire(message + b".", blob), test


def test_a_point_that_is_not_on_the_curve_is_no_key() -> None:
    with pytest.raises(KeyUnusable):
        key(b"\x04" + bytes(31) + b"\x01" + bytes(31) + b"\x01")
