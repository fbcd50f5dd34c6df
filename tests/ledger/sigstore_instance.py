"""A Sigstore instance in memory, written from its specifications: a certificate authority, a certificate log, a log.

It signs whatever it is asked to, for whomever; what of that must be believed is for the tests to say.
"""

from __future__ import annotations

import json
import struct
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from answerable.ledger.sigstore_key import SigstoreKey
from ledger.people import Actor

ISSUER = "https://token.example.com"
WORKFLOW = "https://forge.example.com/shop/.workflows/release.yml@refs/heads/main"
BORN = datetime(2026, 3, 1, 12, tzinfo=UTC)
LIFE = timedelta(minutes=10)
MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json"
_ISSUER_OID = x509.ObjectIdentifier("1.3.6.1.4.1.57264.1.1")
_SCT_OID = x509.ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2")
_ORIGIN = "log.example.com - 1"
_Key = ec.EllipticCurvePrivateKey


def _new() -> _Key:
    return ec.generate_private_key(ec.SECP256R1())


def _sign(key: _Key, data: bytes) -> bytes:
    return key.sign(data, ec.ECDSA(hashes.SHA256()))


def _spki(key: _Key) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _text(data: bytes) -> str:
    return b64encode(data).decode()


def _id(key: _Key) -> bytes:
    return sha256(_spki(key)).digest()


@dataclass(frozen=True)
class SigstoreActor(Actor):
    """Somebody whose key is an identity; their signatures come from an instance."""

    issuer: str = ISSUER

    @property
    def public(self) -> SigstoreKey:  # type: ignore[override]
        """The identity as a key."""
        return SigstoreKey.parse(f"sigstore {self.issuer} {self.id}")


@dataclass
class Instance:
    """An instance with keys of its own; `LIFE` is how long a certificate is valid."""

    authority: _Key = field(default_factory=_new)
    certificates: _Key = field(default_factory=_new)
    log: _Key = field(default_factory=_new)

    def __post_init__(self) -> None:
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "authority")])
        usage = dict.fromkeys(
            ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
             "crl_sign", "encipher_only", "decipher_only"), False,
        )  # fmt: skip
        self.root = (
            x509.CertificateBuilder(name, name, self.authority.public_key(), 7, BORN - LIFE, BORN + 999 * LIFE)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(x509.KeyUsage(key_cert_sign=True, **usage), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self.authority.public_key()), critical=False)
            .sign(self.authority, hashes.SHA256())
        )

    def trusted_root(self, folder: Path) -> Path:
        """The file that says whom to believe."""
        since = {"start": "2020-01-01T00:00:00Z"}

        def log(key: _Key) -> dict[str, Any]:
            public = {"rawBytes": _text(_spki(key)), "keyDetails": "PKIX_ECDSA_P256_SHA_256", "validFor": since}
            return {"baseUrl": "https://log.example.com", "hashAlgorithm": "SHA2_256", "publicKey": public,
                    "logId": {"keyId": _text(_id(key))}}  # fmt: skip

        authority = {
            "subject": {"organization": "example", "commonName": "authority"}, "uri": "https://ca.example.com",
            "certChain": {"certificates": [{"rawBytes": _text(self.root.public_bytes(Encoding.DER))}]},
            "validFor": since,
        }  # fmt: skip
        file = folder / "trusted_root.json"
        document = {"mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
                    "tlogs": [log(self.log)], "certificateAuthorities": [authority],
                    "ctlogs": [log(self.certificates)], "timestampAuthorities": []}  # fmt: skip
        file.write_text(json.dumps(document))
        return file

    def bundle(
        self,
        message: bytes,
        identity: str = WORKFLOW,
        issuer: str = ISSUER,
        *,
        logged: datetime = BORN,
        changed: Mapping[str, Any] | None = None,
    ) -> bytes:
        """A bundle over a message: certificate, signature, and the log's word for when it saw them."""
        key = _new()
        certificate, signature = self._certificate(key, identity, issuer), _sign(key, message)
        pem = certificate.public_bytes(Encoding.PEM)
        body = json.dumps(
            {
                "apiVersion": "0.0.1", "kind": "hashedrekord",
                "spec": {
                    "data": {"hash": {"algorithm": "sha256", "value": sha256(message).hexdigest()}},
                    "signature": {"content": _text(signature), "publicKey": {"content": _text(pem)}},
                },
            }
        ).encode()  # fmt: skip
        digest = {"algorithm": "SHA2_256", "digest": _text(sha256(message).digest())}
        return json.dumps(
            {
                "mediaType": MEDIA_TYPE,
                "verificationMaterial": {
                    "certificate": {"rawBytes": _text(certificate.public_bytes(Encoding.DER))},
                    "tlogEntries": [self._entry(body, int(logged.timestamp()))],
                },
                "messageSignature": {"messageDigest": digest, "signature": _text(signature)},
                **(changed or {}),
            }
        ).encode()

    def _entry(self, body: bytes, logged: int) -> dict[str, Any]:
        """The log's entry: a promise with a time, and a proof that leads to a signed head of two leaves."""
        sibling = sha256(b"another entry").digest()
        root = sha256(b"\1" + sha256(b"\0" + body).digest() + sibling).digest()
        head = f"{_ORIGIN}\n2\n{_text(root)}\n"
        signed = _text(_id(self.log)[:4] + _sign(self.log, head.encode()))
        promised = {"body": _text(body), "integratedTime": logged, "logID": _id(self.log).hex(), "logIndex": 5}
        promise = _sign(self.log, json.dumps(promised, separators=(",", ":"), sort_keys=True).encode())
        return {
            "logIndex": "5", "logId": {"keyId": _text(_id(self.log))},
            "kindVersion": {"kind": "hashedrekord", "version": "0.0.1"}, "integratedTime": str(logged),
            "inclusionPromise": {"signedEntryTimestamp": _text(promise)},
            "inclusionProof": {
                "logIndex": "0", "rootHash": _text(root), "treeSize": "2", "hashes": [_text(sibling)],
                "checkpoint": {"envelope": f"{head}\n— {_ORIGIN.split()[0]} {signed}\n"},
            },
            "canonicalizedBody": _text(body),
        }  # fmt: skip

    def _certificate(self, key: _Key, identity: str, issuer: str) -> x509.Certificate:
        """Logged first: what the certificate log signs is the certificate without its signature (RFC 6962, 3.2)."""
        name = x509.UniformResourceIdentifier if "://" in identity else x509.RFC822Name
        usage = dict.fromkeys(
            ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign",
             "crl_sign", "encipher_only", "decipher_only"), False,
        )  # fmt: skip
        made = (
            x509.CertificateBuilder(self.root.subject, x509.Name([]), key.public_key(), 9, BORN, BORN + LIFE)
            .add_extension(x509.KeyUsage(digital_signature=True, **usage), critical=True)
            .add_extension(x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.CODE_SIGNING]), critical=False)
            .add_extension(x509.SubjectAlternativeName([name(identity)]), critical=True)
            .add_extension(x509.UnrecognizedExtension(_ISSUER_OID, issuer.encode()), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.authority.public_key()), critical=False
            )
        )
        before = _with_sct(made, b"").sign(self.authority, hashes.SHA256()).tbs_precertificate_bytes
        when = int(BORN.timestamp() * 1000)
        head = struct.pack("!BBQH", 0, 0, when, 1) + _id(self.authority)
        over = head + len(before).to_bytes(3, "big") + before + b"\0\0"
        signature = _sign(self.certificates, over)
        sct = b"\0" + _id(self.certificates) + struct.pack("!QHBBH", when, 0, 4, 3, len(signature))
        return _with_sct(made, sct + signature).sign(self.authority, hashes.SHA256())


def _with_sct(made: x509.CertificateBuilder, sct: bytes) -> x509.CertificateBuilder:
    inner = struct.pack("!HH", len(sct) + 2, len(sct)) + sct
    octets = b"\4" + (bytes([len(inner)]) if len(inner) < 128 else b"\x81" + bytes([len(inner)])) + inner
    return made.add_extension(x509.UnrecognizedExtension(_SCT_OID, octets), critical=False)
