"""The envelope of a signed decision: the payload's bytes, their type, and signatures over both.

What is verified is what is read: the payload is decoded once, and the signatures are over those bytes. The encoding is
canonical, so an envelope has one form, and that form is a leaf of the ledger.

Source: DSSE 1.0.2 (secure-systems-lab/dsse, protocol.md and envelope.md); signatures are SSHSIG blobs in a namespace of
the decision's kind, or bare Ed25519 and ECDSA signatures or Sigstore bundles over the same bytes.
"""

from __future__ import annotations

import binascii
import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from answerable.domain.decision import Decision, Kind, Subject
from answerable.errors import DecisionTooLarge, EnvelopeInvalid, SignatureInvalid
from answerable.ledger import strict_json
from answerable.ledger.statement import read_statement, statement

if TYPE_CHECKING:  # who only reads envelopes needs no cryptography
    from answerable.ledger.keys import Signer, VerifyingKey

PAYLOAD_TYPE = "application/vnd.in-toto+json"
MOST = 65_535  # bytes of a leaf
SIGNATURES = 64
_URL_SAFE = str.maketrans("-_", "+/")
_KEYID = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One signature; `keyid` is a hint which key made it, and proves nothing."""

    keyid: str
    sig: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A payload, its type, and who signed both."""

    payload: bytes
    payload_type: str
    signatures: tuple[Signature, ...]

    def encode(self) -> bytes:
        """The canonical bytes, which are a leaf of the ledger.

        Raises:
            DecisionTooLarge: They are more than a leaf holds.
        """
        signatures = [{"keyid": s.keyid, "sig": _base64(s.sig)} for s in self.signatures]
        members = {"payload": _base64(self.payload), "payloadType": self.payload_type, "signatures": signatures}
        # Three ASCII keys in order and no number: this is RFC 8785 already.
        data = json.dumps(members, separators=(",", ":"), ensure_ascii=False).encode()
        if len(data) > MOST:
            what = f"the signed decision has {len(data)} bytes, an entry of the ledger holds {MOST}"
            raise DecisionTooLarge(what, hint="use fewer signatures, or shorter details")
        return data


def decode(data: bytes) -> Envelope:
    """Read an envelope; either alphabet of base64, unknown keys are passed over as DSSE demands.

    Raises:
        EnvelopeInvalid: It is none.
    """
    try:
        found = strict_json.loads(data, most=MOST)
        return Envelope(
            payload=_bytes(_member(found, "payload", "$"), "$.payload"),
            payload_type=_member(found, "payloadType", "$"),
            signatures=tuple(_signature(one, f"$.signatures[{at}]") for at, one in enumerate(_list(found))),
        )
    except strict_json.Refused as refused:
        raise EnvelopeInvalid(f"{refused.path or '$'}: {refused.what}") from None


def pae(payload_type: bytes, body: bytes) -> bytes:
    """What is signed: type and body behind their lengths in bytes."""
    return b"DSSEv1 %d %b %d %b" % (len(payload_type), payload_type, len(body), body)


def namespace(kind: Kind | str) -> str:
    """The SSHSIG namespace of a kind: a signature made for one kind is none for another."""
    return f"{Kind(kind).value}.decision@answerable"


def sign(decision: Decision, signers: Sequence[Signer], *, subject_for_none: Subject | None = None) -> Envelope:
    """A decision in an envelope, signed by each of the signers.

    Args:
        decision: What was decided.
        signers: Who signs it; with none the envelope is unsigned.
        subject_for_none: What stands as the subject where the decision has none.

    Raises:
        DecisionInvalid: The decision breaks a rule of its kind.
        KeyUnusable: A key could not sign.
    """
    payload = statement(decision, subject_for_none=subject_for_none)
    envelope = Envelope(payload=payload, payload_type=PAYLOAD_TYPE, signatures=())
    return _signed(envelope, decision.kind, signers)


def add_signature(envelope: Envelope, signer: Signer) -> Envelope:
    """The envelope with one more signature, over the payload as it stands; one by the same key is replaced.

    Raises:
        DecisionInvalid: The payload is no decision; nobody signs what cannot be read.
        EnvelopeInvalid: The payload is of another type.
    """
    _of_our_type(envelope)
    return _signed(envelope, read_statement(envelope.payload).kind, [signer])


def signed_bytes(envelope: Envelope) -> bytes:
    """What every signature of this envelope is over, for tools that sign elsewhere.

    Raises:
        DecisionInvalid: The payload is no decision; nobody signs what cannot be read.
        EnvelopeInvalid: The payload is of another type.
    """
    _of_our_type(envelope)
    read_statement(envelope.payload)
    return pae(envelope.payload_type.encode(), envelope.payload)


def attach(envelope: Envelope, key: VerifyingKey, sig: bytes) -> Envelope:
    """The envelope with a signature that was made elsewhere; one by the same key is replaced.

    Raises:
        SignatureInvalid: It is not one by this key over this decision.
        DecisionInvalid: The payload is no decision.
        EnvelopeInvalid: The payload is of another type.
    """
    kind = read_statement(envelope.payload).kind
    if not key.verify(signed_bytes(envelope), sig, namespace(kind)):
        what = f"this is no signature by {key.line} over this decision"
        raise SignatureInvalid(what, hint="sign the bytes of: answerable ledger sign FILE --print-pae")
    others = (one for one in envelope.signatures if one.keyid != key.fingerprint)
    return replace(envelope, signatures=(*others, Signature(keyid=key.fingerprint, sig=sig)))


def check_signatures(envelope: Envelope, kind: Kind, keys: Mapping[str, VerifyingKey]) -> list[str]:
    """The fingerprints of keys that signed this envelope as a decision of this kind, each once.

    A signature is tried against the key that it names and no other; one that names a key wrongly, or an unknown one,
    counts for nothing. A bare signature and a Sigstore bundle know no namespace: their kind is the one in the payload,
    which they cover, so `kind` must be read from there. Whether a key may sign such a decision is for `ledger.trust`.

    Args:
        envelope: What was signed.
        kind: The kind that the payload says.
        keys: The keys to try, by fingerprint.

    Raises:
        EnvelopeInvalid: The payload is of another type.
    """
    _of_our_type(envelope)
    message = pae(envelope.payload_type.encode(), envelope.payload)
    name = namespace(kind)
    valid: dict[str, None] = {}
    for signature in envelope.signatures:
        key = keys.get(signature.keyid)
        if key is None or key.fingerprint != signature.keyid or signature.keyid in valid:
            continue
        if key.verify(message, signature.sig, name):
            valid[signature.keyid] = None
    return list(valid)


def _signed(envelope: Envelope, kind: Kind, signers: Sequence[Signer]) -> Envelope:
    message = pae(envelope.payload_type.encode(), envelope.payload)
    made = {s.keyid: s for s in envelope.signatures}
    for signer in signers:
        name = signer.public.fingerprint
        made[name] = Signature(keyid=name, sig=signer.sign(message, namespace(kind)))
    return replace(envelope, signatures=tuple(made.values()))


def _of_our_type(envelope: Envelope) -> None:
    if envelope.payload_type != PAYLOAD_TYPE:
        raise EnvelopeInvalid(f"$.payloadType: must be {PAYLOAD_TYPE}, is {envelope.payload_type[:60]!a}")


def _base64(data: bytes) -> str:
    return b64encode(data).decode("ascii")


def _member(value: Any, key: str, path: str) -> str:
    if not isinstance(value, dict) or not isinstance(value.get(key), str):
        raise strict_json.Refused(f"must be an object with text under the key {key}", path)
    text: str = value[key]
    return text


def _list(found: dict[str, Any]) -> list[Any]:
    signatures = found.get("signatures")
    if not isinstance(signatures, list) or len(signatures) > SIGNATURES:
        raise strict_json.Refused(f"must be a list of {SIGNATURES} signatures or fewer", "$.signatures")
    return signatures


def _signature(one: Any, path: str) -> Signature:
    keyid = one.get("keyid", "") if isinstance(one, dict) else ""
    if not isinstance(keyid, str) or len(keyid) > _KEYID:
        raise strict_json.Refused("must be a short text", f"{path}.keyid")
    return Signature(keyid=keyid, sig=_bytes(_member(one, "sig", path), f"{path}.sig"))


def _bytes(text: str, path: str) -> bytes:
    """Base64 of either alphabet, padded, in its only form."""
    plain = text.translate(_URL_SAFE) if "-" in text or "_" in text else text
    try:
        data = binascii.a2b_base64(plain, strict_mode=True)
    except (binascii.Error, ValueError) as error:
        raise strict_json.Refused(f"no base64: {error}", path) from None
    if _base64(data) != plain:
        raise strict_json.Refused("base64 with stray bits at its end", path)
    return data
