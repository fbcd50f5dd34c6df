"""What each type of SSH public key is, how its signatures look, and which of them are refused.

A key is refused when it is parsed if a signature by it could prove less than a signature should: Ed25519 keys of small
order (one signature then holds for many messages) or in a second encoding, RSA keys below 2048 bits or with a small
exponent (others can then make a key of their own that one's signature fits), and certificates. SHA-1 is never used.

A factory takes the rest of a key's blob and gives `Verifier`s: the message's bytes and a signature blob in, yes or no
out. Sources: RFC 4253 section 6.6, RFC 5656, RFC 8709, RFC 8332; OpenSSH PROTOCOL.u2f for keys in hardware.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from answerable.ledger.wire import Malformed, Reader

Verifier = Callable[[bytes, bytes], bool]  # (signed bytes, signature blob of the wire encoding)
Factory = Callable[[Reader], tuple[Verifier, Verifier | None]]  # the second: for signatures outside SSHSIG

ED25519, ECDSA, RSA = "ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa"
SK_ED25519, SK_ECDSA = "sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com"
RSA_SHA512 = "rsa-sha2-512"
_CURVE = b"nistp256"
_RSA_BITS = range(2048, 16385)
_RSA_EXPONENTS = range(65537, 2**32, 2)
_RSA_HASHES: Mapping[bytes, hashes.HashAlgorithm] = {b"rsa-sha2-256": hashes.SHA256(), b"rsa-sha2-512": hashes.SHA512()}
_TOUCHED = 0x01  # the flag of a hardware key that a person was there

_P = 2**255 - 19
# The y of the eight points of small order: 0 (order 4), 1 (order 1), -1 (order 2), and the two of order 8.
_ORDER_8 = int.from_bytes(bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little")
SMALL_ORDER = frozenset({0, 1, _P - 1, _ORDER_8, _P - _ORDER_8})


def refuse_weak_ed25519(raw: bytes) -> None:
    """Refuse a point of small order, and one whose y is not reduced.

    Raises:
        Malformed: It is one.
    """
    y = int.from_bytes(raw, "little") & (1 << 255) - 1
    if y >= _P:
        raise Malformed("the point is not in its only encoding")
    if y in SMALL_ORDER:
        raise Malformed("the point is of small order: signatures by it prove nothing")


def _ed25519_point(raw: bytes) -> Ed25519PublicKey:
    if len(raw) != 32:
        raise Malformed(f"the point has {len(raw)} bytes, not 32")
    refuse_weak_ed25519(raw)
    return Ed25519PublicKey.from_public_bytes(raw)


def _ecdsa_point(reader: Reader) -> ec.EllipticCurvePublicKey:
    curve, point = reader.string(), reader.string()
    if curve != _CURVE or len(point) != 65 or point[0] != 4:
        raise Malformed("not an uncompressed point of the curve nistp256")
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)


def _holds(check: Callable[[], None]) -> bool:
    try:
        check()
    except (InvalidSignature, ValueError):
        return False
    return True


def _tagged(signature: bytes, name: str) -> bytes | None:
    """The signature inside its blob, if it is of that algorithm and nothing follows."""
    reader = Reader(signature)
    if reader.string() != name.encode():
        return None
    inner = reader.string()
    reader.end()
    return inner


def _ed25519(reader: Reader) -> tuple[Verifier, Verifier]:
    key = _ed25519_point(reader.string())
    reader.end()

    def raw(data: bytes, signature: bytes) -> bool:
        return _holds(lambda: key.verify(signature, data))

    def wire(data: bytes, signature: bytes) -> bool:
        inner = _tagged(signature, ED25519)
        return inner is not None and raw(data, inner)

    return wire, raw


def _der(pair: bytes) -> bytes:
    """An ECDSA signature of the wire encoding as DER."""
    reader = Reader(pair)
    r, s = reader.number(), reader.number()
    reader.end()
    return encode_dss_signature(r, s)


def _ecdsa(reader: Reader) -> tuple[Verifier, Verifier]:
    key = _ecdsa_point(reader)
    reader.end()

    def der(data: bytes, signature: bytes) -> bool:
        return _holds(lambda: key.verify(signature, data, ec.ECDSA(hashes.SHA256())))

    def raw(data: bytes, signature: bytes) -> bool:
        """DER, or r and s of 32 bytes each: DSSE names no form, and tools write both."""
        halves = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        return der(data, signature) or (len(signature) == 64 and der(data, encode_dss_signature(*halves)))

    def wire(data: bytes, signature: bytes) -> bool:
        inner = _tagged(signature, ECDSA)
        return inner is not None and der(data, _der(inner))

    return wire, raw


def _rsa(reader: Reader) -> tuple[Verifier, None]:
    exponent, modulus = reader.number(), reader.number()
    reader.end()
    if modulus.bit_length() not in _RSA_BITS:
        raise Malformed(f"{modulus.bit_length()} bits; RSA keys need {_RSA_BITS.start} to {_RSA_BITS.stop - 1}")
    if exponent not in _RSA_EXPONENTS:
        raise Malformed("the exponent must be odd, and 65537 or more")
    key = rsa.RSAPublicNumbers(exponent, modulus).public_key()

    def wire(data: bytes, signature: bytes) -> bool:
        for name, algorithm in _RSA_HASHES.items():
            inner = _tagged(signature, name.decode())
            if inner is not None:
                return _holds(lambda: key.verify(inner, data, padding.PKCS1v15(), algorithm))  # noqa: B023
        return False

    return wire, None


def _touched(verifier: Verifier, name: str, application: bytes) -> Verifier:
    """Signatures of a hardware key: over the application, the flags and the counter too; a person was there."""
    if not application.startswith(b"ssh:"):
        raise Malformed("the hardware key was made for another application than SSH")
    origin = hashlib.sha256(application).digest()

    def wire(data: bytes, signature: bytes) -> bool:
        reader = Reader(signature)
        if reader.string() != name.encode():
            return False
        inner, flags, counter = reader.string(), reader.byte(), reader.take(4)
        reader.end()
        signed = origin + bytes([flags]) + counter + hashlib.sha256(data).digest()
        return bool(flags & _TOUCHED) and verifier(signed, inner)

    return wire


def _sk_ed25519(reader: Reader) -> tuple[Verifier, None]:
    key, application = _ed25519_point(reader.string()), reader.string()
    reader.end()
    return _touched(lambda data, sig: _holds(lambda: key.verify(sig, data)), SK_ED25519, application), None


def _sk_ecdsa(reader: Reader) -> tuple[Verifier, None]:
    key, application = _ecdsa_point(reader), reader.string()
    reader.end()

    def verifier(data: bytes, pair: bytes) -> bool:
        return _holds(lambda: key.verify(_der(pair), data, ec.ECDSA(hashes.SHA256())))

    return _touched(verifier, SK_ECDSA, application), None


FACTORIES: Mapping[str, Factory] = {
    ED25519: _ed25519,
    ECDSA: _ecdsa,
    RSA: _rsa,
    SK_ED25519: _sk_ed25519,
    SK_ECDSA: _sk_ecdsa,
}
