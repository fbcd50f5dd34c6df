"""Ed25519 as the world tests it: C2SP/CCTV's edge cases of points, and wycheproof.

What is accepted is what OpenSSL accepts (cofactorless, R compared as bytes, S below the order), less the keys that are
refused when they are parsed. The rule that follows, and that these tests hold for all 914 vectors:

- a key of small order, or in a second encoding, is refused: a signature by it holds for many messages;
- a second encoding of R, and a signature that holds only after multiplying by the cofactor, does not hold;
- a small-order R, and a small-order component of a key or of R, change nothing: only the holder of the private key can
  make such a signature, and it holds for one message and one key, because both are hashed into it.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from answerable.errors import KeyUnusable
from answerable.ledger.algorithms import ED25519, SMALL_ORDER
from answerable.ledger.keys import PublicKey
from answerable.ledger.sshsig import SshSignature, signed_data
from answerable.ledger.wire import string

DATA = Path(__file__).parent / "data"
NAMESPACE = "review.decision@answerable"


def data(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((DATA / name).read_text("utf-8"))
    return read


def key(raw: bytes) -> PublicKey:
    blob = string(ED25519.encode()) + string(raw)
    return PublicKey.parse(f"{ED25519} {b64encode(blob).decode()}")


def vectors() -> Iterator[tuple[set[str], bytes, bytes, bytes]]:
    known = data("ed25519_cctv.json")
    for at_key, at_point, half, message, flags in known["rows"]:
        names = {name for bit, name in enumerate(known["flags"]) if flags >> bit & 1}
        raw, sig = bytes.fromhex(known["keys"][at_key]), bytes.fromhex(known["points"][at_point] + half)
        yield names, raw, sig, known["messages"][message].encode()


def test_every_edge_case_of_points_is_decided_as_documented() -> None:
    found: Counter[str] = Counter()
    for flags, raw, sig, message in vectors():
        if {"low_order_A", "non_canonical_A"} & flags:
            with pytest.raises(KeyUnusable):
                key(raw)
            found["refused as a key"] += 1
        else:
            wanted = not {"non_canonical_R", "low_order_residue", "reencoded_k"} & flags
            assert key(raw).verify(message, sig, NAMESPACE) is wanted, (flags, raw.hex())
            found[f"holds: {wanted}"] += 1
    assert sum(found.values()) == 914
    assert min(found["refused as a key"], found["holds: True"], found["holds: False"]) > 10


def test_the_refused_points_are_all_those_of_small_order_that_exist() -> None:
    named = {raw for flags, raw, _, _ in vectors() if "low_order_A" in flags}
    assert {int.from_bytes(raw, "little") % 2**255 % (2**255 - 19) for raw in named} == SMALL_ORDER


@pytest.mark.parametrize("number", range(19))
@pytest.mark.parametrize("sign", [0, 1])
def test_no_second_encoding_of_a_point_is_a_key(number: int, sign: int) -> None:
    raw = (2**255 - 19 + number | sign << 255).to_bytes(32, "little")
    with pytest.raises(KeyUnusable):
        key(raw)


def test_every_signature_of_wycheproof_holds_or_not_as_it_says() -> None:
    known = data("ed25519_wycheproof.json")
    wrong = [
        number
        for number, at_key, message, sig, valid in known["rows"]
        if key(bytes.fromhex(known["keys"][at_key])).verify(bytes.fromhex(message), bytes.fromhex(sig), NAMESPACE)
        is not bool(valid)
    ]
    assert wrong == []
    assert len(known["rows"]) == 151


def test_the_same_signatures_inside_sshsig_do_not_hold_because_they_are_over_other_bytes() -> None:
    known = data("ed25519_wycheproof.json")
    for _, at_key, message, sig, valid in known["rows"]:
        if valid:
            public = key(bytes.fromhex(known["keys"][at_key]))
            inner = string(ED25519.encode()) + string(bytes.fromhex(sig))
            blob = SshSignature(
                public_key=public.blob, namespace=NAMESPACE, hash_algorithm="sha512", signature=inner
            ).encode()
            assert not public.verify(bytes.fromhex(message), blob, NAMESPACE)
            assert signed_data(bytes.fromhex(message), NAMESPACE, "sha512") != bytes.fromhex(message)
