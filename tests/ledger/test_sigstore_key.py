"""Sigstore identities as keys: what of an instance's word counts, and that nothing else does."""

from __future__ import annotations

import base64
import json
import os
import random
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.errors import ConfigInvalid, DecisionTooLarge, EnvelopeInvalid, ExtraMissing, KeyUnusable
from answerable.ledger import sigstore_key
from answerable.ledger.envelope import MOST, Signature, attach, decode, signed_bytes
from answerable.ledger.keys import PublicKey, parse_key
from answerable.ledger.sigstore_key import LONGEST, ROOT, SigstoreKey
from ledger.made_decisions import public_line
from ledger.people import decide
from ledger.sigstore_instance import BORN, ISSUER, LIFE, WORKFLOW, Instance, SigstoreActor

MESSAGE = b"DSSEv1 4 type 7 payload"
LINE = f"sigstore {ISSUER} {WORKFLOW}"
KEY = SigstoreKey.parse(LINE)
ROBOT = SigstoreActor(WORKFLOW)
SRC = Path(sigstore_key.__file__).parents[2]


@pytest.fixture(scope="module")
def instance() -> Instance:
    return Instance()


@pytest.fixture(autouse=True)
def _believed(instance: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The instance is believed, and there is no network."""

    def connect(*_: Any) -> None:
        pytest.fail("a signature was looked up in the network")

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket, "getaddrinfo", connect)
    monkeypatch.setenv(ROOT, os.fspath(instance.trusted_root(tmp_path)))
    yield
    sigstore_key._verifier.cache_clear()


def altered(bundle: bytes, change: Callable[[dict[str, Any]], object]) -> bytes:
    document = json.loads(bundle)
    change(document)
    return json.dumps(document).encode()


def entry(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["verificationMaterial"]["tlogEntries"][0]
    return found


def test_a_bundle_holds_for_the_bytes_it_is_over(instance: Instance) -> None:
    bundle = instance.bundle(MESSAGE)
    assert KEY.verify(MESSAGE, bundle, "")
    for other in (b"", MESSAGE[:-1], MESSAGE + b"\n", MESSAGE.upper(), sha256(MESSAGE).digest()):
        assert not KEY.verify(other, bundle, "")


@pytest.mark.parametrize("identity", ["ada@example.com", "https://forge.example.com/a%20b"])
def test_an_identity_is_an_address_or_a_url(instance: Instance, identity: str) -> None:
    key = SigstoreKey.parse(f"sigstore {ISSUER} {identity.replace('%', '%25')}")
    assert key.verify(MESSAGE, instance.bundle(MESSAGE, identity), "")


@pytest.mark.parametrize(
    ("identity", "issuer"),
    [
        (WORKFLOW.replace("main", "mine"), ISSUER),
        (WORKFLOW + "x", ISSUER),
        (WORKFLOW[:-1], ISSUER),
        (WORKFLOW.upper(), ISSUER),
        (WORKFLOW, ISSUER + "/"),
        (WORKFLOW, "https://evil.example.com"),
        (WORKFLOW, ""),
        (ISSUER, WORKFLOW),
    ],
)
def test_a_bundle_of_another_identity_or_issuer_does_not_hold(instance: Instance, identity: str, issuer: str) -> None:
    assert not KEY.verify(MESSAGE, instance.bundle(MESSAGE, identity, issuer), "")


@pytest.mark.parametrize(
    ("after", "holds"),
    [(timedelta(seconds=-1), False), (timedelta(0), True), (LIFE, True), (LIFE + timedelta(seconds=1), False)],
)
def test_the_log_must_have_seen_it_while_the_certificate_was_valid(
    instance: Instance, after: timedelta, holds: bool
) -> None:
    assert KEY.verify(MESSAGE, instance.bundle(MESSAGE, logged=BORN + after), "") is holds


@pytest.mark.parametrize("part", ["authority", "certificates", "log"])
def test_every_part_of_the_instance_must_be_the_one_that_is_believed(instance: Instance, part: str) -> None:
    own = Instance()
    forged = Instance(
        **{name: getattr(instance, name) for name in ("authority", "certificates", "log") if name != part}
    )
    if part != "authority":
        forged.root = instance.root
    assert not KEY.verify(MESSAGE, forged.bundle(MESSAGE), "")
    assert not KEY.verify(MESSAGE, own.bundle(MESSAGE), "")


@pytest.mark.parametrize(
    "change",
    [
        lambda b: b.update(mediaType="application/vnd.dev.sigstore.bundle+json;version=0.1"),
        lambda b: b.update(mediaType=["application/vnd.dev.sigstore.bundle.v0.3+json"]),
        lambda b: b.pop("mediaType"),
        lambda b: b.pop("messageSignature"),
        lambda b: b.update(dsseEnvelope=None),
        lambda b: b.update(media_type=b["mediaType"]),
        lambda b: b["messageSignature"].update(signature=b["messageSignature"]["messageDigest"]["digest"]),
        lambda b: b["messageSignature"]["messageDigest"].update(digest=base64.b64encode(bytes(32)).decode()),
        lambda b: b["verificationMaterial"].pop("certificate"),
        lambda b: b["verificationMaterial"].update(tlogEntries=[]),
        lambda b: b["verificationMaterial"].update(tlogEntries=[entry(b)] * 2),
        lambda b: entry(b).pop("inclusionPromise"),
        lambda b: entry(b).pop("inclusionProof"),
        lambda b: entry(b).pop("integratedTime"),
        lambda b: entry(b).update(integratedTime=str(int(entry(b)["integratedTime"]) + 1)),
        lambda b: entry(b).update(logIndex="6"),
        lambda b: entry(b)["inclusionProof"].update(hashes=[]),
        lambda b: entry(b)["inclusionProof"].update(logIndex="1"),
        lambda b: entry(b)["inclusionProof"].pop("checkpoint"),
    ],
)
def test_a_bundle_that_was_tampered_with_does_not_hold(
    instance: Instance, change: Callable[[dict[str, Any]], object]
) -> None:
    assert not KEY.verify(MESSAGE, altered(instance.bundle(MESSAGE), change), "")


def test_parts_of_two_bundles_are_no_bundle(instance: Instance) -> None:
    one, other = json.loads(instance.bundle(MESSAGE)), json.loads(instance.bundle(b"other"))
    for mine, theirs in ((one, other), (other, one)):
        mixed = {**mine, "messageSignature": theirs["messageSignature"]}
        assert not KEY.verify(MESSAGE, json.dumps(mixed).encode(), "")
    entries = {**one["verificationMaterial"], "tlogEntries": other["verificationMaterial"]["tlogEntries"]}
    assert not KEY.verify(MESSAGE, json.dumps({**one, "verificationMaterial": entries}).encode(), "")


def test_a_bundle_that_two_readers_could_read_differently_does_not_hold(instance: Instance) -> None:
    bundle = instance.bundle(MESSAGE)
    twice = bundle.replace(b'{"mediaType"', b'{"messageSignature": null, "mediaType"', 1)
    assert not KEY.verify(MESSAGE, twice, "")
    assert not KEY.verify(MESSAGE, b"\xef\xbb\xbf" + bundle, "")
    assert KEY.verify(MESSAGE, b" " + bundle + b"\n", "")


@given(st.binary(max_size=300) | st.recursive(st.none() | st.integers() | st.text(max_size=9), _nested := (
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3)
)).map(lambda value: json.dumps(value).encode()))  # fmt: skip
def test_no_bytes_are_a_bundle_by_chance(sig: bytes) -> None:
    assert not KEY.verify(MESSAGE, sig, "")


def test_nothing_that_is_done_to_a_bundle_raises_or_makes_it_hold_for_other_bytes(
    instance: Instance, seed: int
) -> None:
    chance, bundle = random.Random(seed), instance.bundle(MESSAGE)
    for _ in range(20):
        changed = mutated(chance, bundle)
        assert KEY.verify(MESSAGE, changed, "") in (True, False)
        assert not KEY.verify(b"other", changed, "")
        assert not SigstoreKey.parse(LINE + "x").verify(MESSAGE, changed, "")


def mutated(chance: random.Random, bundle: bytes) -> bytes:
    """A bundle with one value changed: by a value of another kind, or inside its bytes."""
    document = json.loads(bundle)
    holder, name = chance.choice(list(_places(document)))
    old = holder[name]
    junk = [None, True, -1, 1e300, "", "x", "9" * 4400, [], {}, "\u2028", {"a": [old]}, "18446744073709551616"]
    holder[name] = chance.choice(junk) if not isinstance(old, str) or chance.random() < 0.3 else _damaged(chance, old)
    return json.dumps(document).encode()


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield value, name
        if isinstance(inner, dict | list):
            yield from _places(inner)


def _damaged(chance: random.Random, text: str) -> str:
    try:
        data, form = bytearray(base64.b64decode(text, validate=True)), base64.b64encode
    except ValueError:
        data, form = bytearray(text.encode()), bytes
    at = chance.randrange(len(data) or 1)
    data[at : at + chance.choice([0, 1, 4])] = chance.randbytes(chance.choice([0, 1, 4]))
    return form(bytes(data)).decode("utf-8", "replace")


def test_a_bundle_longer_than_an_entry_is_not_looked_at(instance: Instance) -> None:
    bundle = instance.bundle(MESSAGE)
    assert MOST < len(base64.b64encode(bytes(LONGEST))) <= MOST + 4
    assert KEY.verify(MESSAGE, bundle.ljust(LONGEST), "")
    assert not KEY.verify(MESSAGE, bundle.ljust(LONGEST + 1), "")


def test_a_huge_bundle_is_refused_by_the_bound_of_an_entry(instance: Instance) -> None:
    envelope = decide(ROBOT, by=())
    bundle = instance.bundle(signed_bytes(envelope)).ljust(LONGEST)
    with pytest.raises(DecisionTooLarge):
        attach(envelope, ROBOT.public, bundle).encode()
    deep = b'{"payload":"","payloadType":"","signatures":[{"sig":"' + base64.b64encode(bundle) + b'"}]}'
    assert len(deep) > MOST
    with pytest.raises(EnvelopeInvalid):
        decode(deep)


def test_an_envelope_with_a_bundle_is_read_back_as_it_was(instance: Instance) -> None:
    envelope = decide(ROBOT, by=())
    bundle = instance.bundle(signed_bytes(envelope))
    signed = attach(envelope, ROBOT.public, bundle)
    assert signed == replace(envelope, signatures=(Signature(keyid=KEY.fingerprint, sig=bundle),))
    assert decode(signed.encode()) == signed
    again = attach(signed, ROBOT.public, instance.bundle(signed_bytes(envelope)))
    assert [one.keyid for one in again.signatures] == [KEY.fingerprint]
    assert again != signed


def test_a_key_is_read_by_its_first_word() -> None:
    assert parse_key(LINE) == KEY
    assert hash(parse_key(LINE + "\n")) == hash(KEY)
    assert parse_key(LINE).line == LINE
    assert parse_key(public_line()) == PublicKey.parse(public_line())
    assert parse_key(LINE + "x") != KEY


def test_the_fingerprint_is_the_hash_of_the_line() -> None:
    digest = base64.b64encode(sha256(LINE.encode()).digest()).decode().rstrip("=")
    assert KEY.fingerprint == f"sigstore:{digest}"


@pytest.mark.parametrize(
    "line", ["sigstore", f"sigstore {ISSUER}", f"sigstore {ISSUER} a b", "sigstore x a@b", "x a b"]
)
def test_what_is_no_identity_is_no_key(line: str) -> None:
    with pytest.raises(KeyUnusable) as caught:
        parse_key(line)
    assert caught.value.hint


@pytest.mark.parametrize("content", [None, b"", b"{}", b"[]", b"\xff"])
def test_a_trusted_root_that_cannot_be_read_is_an_error_and_never_a_verdict(
    instance: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None
) -> None:
    file = tmp_path / "broken.json"
    if content is not None:
        file.write_bytes(content)
    monkeypatch.setenv(ROOT, os.fspath(file))
    with pytest.raises(ConfigInvalid, match=r"broken\.json"):
        KEY.verify(MESSAGE, instance.bundle(MESSAGE), "")


def test_the_library_s_own_root_is_used_and_nothing_is_written(
    instance: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(ROOT)
    home = tmp_path / "home"
    home.mkdir()
    for name in ("HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, os.fspath(home))
    assert not KEY.verify(MESSAGE, instance.bundle(MESSAGE), "")  # that root knows nothing of this instance
    assert list(home.iterdir()) == []


def test_without_the_extra_a_bundle_is_an_error_and_other_bytes_are_none(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    sigstore_key._verifier.cache_clear()
    monkeypatch.setitem(sys.modules, "sigstore.models", None)
    assert not KEY.verify(MESSAGE, b"junk", "")
    with pytest.raises(ExtraMissing) as caught:
        KEY.verify(MESSAGE, instance.bundle(MESSAGE), "")
    assert caught.value.hint == "pip install 'answerable[sigstore]'"


def test_the_library_is_imported_only_to_verify_a_bundle() -> None:
    lines = (
        "import sys; from answerable.ledger.trust import Trust; from answerable.ledger.keys import parse_key",
        f"parse_key({LINE!r}).verify(b'', b'junk', ''); sys.exit('sigstore' in sys.modules)",
    )
    environment = os.environ | {"PYTHONPATH": os.fspath(SRC)}
    subprocess.run([sys.executable, "-c", "\n".join(lines)], env=environment, check=True)
