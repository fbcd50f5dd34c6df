"""Signatures over envelopes, as SSH keys and other tools make them."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

from answerable.audit.verifier.found import Wrong
from answerable.audit.verifier.log import read_note

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
except ImportError:
    CRYPTOGRAPHY = False
else:
    CRYPTOGRAPHY = True


class Wire:
    """Fields of the SSH wire encoding."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def take(self, size: int) -> bytes:
        """The next bytes."""
        if len(self.data) < size:
            raise Wrong("an SSH value ends early")
        part, self.data = self.data[:size], self.data[size:]
        return part

    def string(self) -> bytes:
        """The next string, after its length."""
        return self.take(int.from_bytes(self.take(4), "big"))


def pack_string(data: bytes) -> bytes:
    """A string after its length."""
    return len(data).to_bytes(4, "big") + data


def verify_signature(line: str, message: bytes, signature: bytes, namespace: str) -> bool | None:
    """Whether a key made a signature, an SSHSIG or a bare one; None where the type of the key is not known here."""
    kind, text = line.split(" ")[:2]
    blob = base64.b64decode(text)
    if not kind.startswith(("ssh-", "ecdsa-sha2-nistp256")):
        return None
    public = serialization.load_ssh_public_key(f"{kind} {base64.b64encode(blob).decode()}".encode())
    if not signature.startswith(b"SSHSIG"):
        return verify_raw(public, message, signature)
    wire = Wire(signature[6:])
    version, key, name = wire.take(4), wire.string(), wire.string()
    reserved, algorithm, inner = wire.string(), wire.string().decode(), wire.string()
    if version != b"\0\0\0\1" or key != blob or name != namespace.encode() or reserved or wire.data:
        return False
    if algorithm not in ("sha256", "sha512"):
        return False
    digest = hashlib.new(algorithm, message).digest()
    signed = b"SSHSIG" + pack_string(name) + pack_string(b"") + pack_string(algorithm.encode()) + pack_string(digest)
    wire = Wire(inner)
    how, made = wire.string(), wire.string()
    if how == b"ecdsa-sha2-nistp256":
        pair = Wire(made)
        made = encode_dss_signature(int.from_bytes(pair.string(), "big"), int.from_bytes(pair.string(), "big"))
    if isinstance(public, rsa.RSAPublicKey):
        hashing = {b"rsa-sha2-512": hashes.SHA512(), b"rsa-sha2-256": hashes.SHA256()}.get(how)
        return hashing is not None and holds(public, made, signed, padding.PKCS1v15(), hashing)
    return verify_raw(public, signed, made)


def verify_raw(public: Any, message: bytes, signature: bytes) -> bool:
    """Whether a key made a signature over a message."""
    if isinstance(public, ec.EllipticCurvePublicKey):
        return holds(public, signature, message, ec.ECDSA(hashes.SHA256()))
    return isinstance(public, Ed25519PublicKey) and holds(public, signature, message)


def holds(public: Any, signature: bytes, *how: Any) -> bool:
    """Whether a signature holds."""
    try:
        public.verify(signature, *how)
    except (InvalidSignature, ValueError):
        return False
    return True


def read_envelope(data: bytes) -> tuple[str, bytes, list[tuple[str, bytes]]]:
    """Payload type, payload and signatures of a DSSE envelope."""
    found = json.loads(data)
    signatures = [(one["keyid"], base64.b64decode(one["sig"])) for one in found["signatures"]]
    return found["payloadType"], base64.b64decode(found["payload"]), signatures


def pae(kind: str, body: bytes) -> bytes:
    """What is signed in an envelope (DSSE 1.0.2)."""
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind.encode(), len(body), body)


def checkpoint_signed(text: str, vkey: str) -> None:
    """That the log with a key signed a checkpoint (c2sp.org/signed-note)."""
    name, key_id, blob = vkey.strip().split("+", 2)
    data = base64.b64decode(blob, validate=True)
    if hashlib.sha256(name.encode() + b"\n" + data).digest()[:4].hex() != key_id:
        raise Wrong("the key that was given is damaged")
    if data[:1] != b"\1":
        raise Wrong("the key that was given is none of a log")
    body, signatures = read_note(text)
    for who, number, signature in signatures:
        named = who == name and number.hex() == key_id
        if named and holds(Ed25519PublicKey.from_public_bytes(data[1:]), signature, body.encode()):
            return
    raise Wrong("no signature on the checkpoint is one by the key that was given")
