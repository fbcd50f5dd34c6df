"""Public keys that verify, and private keys that sign: those that developers and services have already.

A key is known by its fingerprint, has one form in writing, and was looked at once when it was parsed: what
`ledger.algorithms` refuses never becomes a `PublicKey`. A signature holds for the namespace it was made for alone.
"""

from __future__ import annotations

import binascii
import hashlib
import os
import stat
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from answerable.errors import KeyUnusable, SignatureInvalid
from answerable.ledger.algorithms import ECDSA, ED25519, FACTORIES, RSA_SHA512, Verifier
from answerable.ledger.sigstore_key import SigstoreKey
from answerable.ledger.sshsig import HASHES, MAGIC, SshSignature, signed_data
from answerable.ledger.wire import Malformed, Reader, number, string

_LONGEST = 16 * 1024  # of a line or a file with one key
_HASH = HASHES[-1]
_OTHERS = 0o077
_PUBLIC = (b"ssh-", b"ecdsa-", b"sk-")


class VerifyingKey(Protocol):
    """What signatures are checked with: an SSH key, or an identity of another kind; see `KINDS`."""

    @property
    def fingerprint(self) -> str:
        """Its name in envelopes and decisions."""

    @property
    def line(self) -> str:
        """Its one form in writing."""

    def verify(self, message: bytes, sig: bytes, namespace: str) -> bool:
        """Whether a signature over a message is by it; one that is no signature at all is not."""


class PublicKey:
    """A key that signatures are checked with; equal to every other reading of the same key."""

    __slots__ = ("_raw", "_wire", "blob", "fingerprint", "type")

    def __init__(self, blob: bytes) -> None:
        try:
            reader = Reader(blob)
            self.type = reader.string().decode("ascii")
            self._wire, self._raw = _factory(self.type)(reader)
        except (Malformed, ValueError, UnsupportedAlgorithm) as error:
            raise KeyUnusable(f"no usable public key: {error}", hint=_KINDS) from None
        self.blob = blob
        self.fingerprint = fingerprint(blob)

    @classmethod
    def parse(cls, line: str) -> PublicKey:
        """Read a key as OpenSSH writes it: type, base64, and maybe a comment.

        Args:
            line: For example ``ssh-ed25519 AAAA… ada@laptop``.

        Raises:
            KeyUnusable: It is no key, or one that is refused: too weak, a certificate, of another type.
        """
        words = line.split(None, 2) if len(line) <= _LONGEST and "\n" not in line.strip() else []
        if len(words) < 2:
            raise KeyUnusable("no usable public key: not a line of a type and base64", hint=_KINDS)
        return _parsed(words[0], words[1])

    @property
    def line(self) -> str:
        """The key in writing, without a comment; equal keys have equal lines."""
        return f"{self.type} {b64encode(self.blob).decode()}"

    def verify(self, message: bytes, sig: bytes, namespace: str) -> bool:
        """Whether this key made a signature over a message.

        Args:
            message: What was signed, as bytes: for a decision the PAE of its envelope.
            sig: An SSHSIG blob; for Ed25519 and ECDSA also a bare signature, which knows no namespace.
            namespace: What an SSHSIG must have been made for.
        """
        if not sig.startswith(MAGIC):
            return self._raw is not None and self._raw(message, sig)
        try:
            read = SshSignature.parse(sig)
            if read.namespace != namespace or read.public_key != self.blob:
                return False
            return self._wire(signed_data(message, namespace, read.hash_algorithm), read.signature)
        except (SignatureInvalid, Malformed):
            return False

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PublicKey) and other.blob == self.blob

    def __hash__(self) -> int:
        return hash(self.blob)

    def __repr__(self) -> str:
        return f"PublicKey({self.line})"


# By the first word of a line; every other line is an SSH key's.
KINDS: Mapping[str, Callable[[str], VerifyingKey]] = {
    "sigstore": SigstoreKey.parse,
}


def parse_key(line: str) -> VerifyingKey:
    """Read a key of any kind.

    Args:
        line: Such as stands in a key decision.

    Raises:
        KeyUnusable: It is no key, or one that is refused.
    """
    return KINDS.get(line.strip().partition(" ")[0], PublicKey.parse)(line)


_KINDS = f"usable are {', '.join(FACTORIES)}; `ssh-keygen -t ed25519` makes a new one"
_LOCKED = "give its passphrase in ANSWERABLE_KEY_PASSPHRASE, or let the SSH agent hold it: ssh-add FILE"


def fingerprint(blob: bytes) -> str:
    """A key's name: ``SHA256:`` and base64 without padding, as `ssh-keygen -l` prints it."""
    return "SHA256:" + b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")


def _factory(name: str) -> Callable[[Reader], tuple[Verifier, Verifier | None]]:
    if "-cert-" in name:
        raise Malformed("it is a certificate, which expires: give the key itself")
    if name not in FACTORIES:
        raise Malformed(f"its type {name[:60]!a} is not known here")
    return FACTORIES[name]


@lru_cache(maxsize=1024)
def _parsed(name: str, text: str) -> PublicKey:
    try:
        blob = b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise KeyUnusable("no usable public key: the second word is no base64", hint=_KINDS) from None
    key = PublicKey(blob)
    if (name, text) != tuple(key.line.split(" ")):
        what = f"it says {name[:60]!a} and is {key.type}, or is oddly encoded"
        raise KeyUnusable(f"no usable public key: {what}", hint=_KINDS)
    return key


class Signer(Protocol):
    """Something that holds a private key, or can ask who holds it."""

    @property
    def public(self) -> VerifyingKey:
        """The key that verifies what this signs."""

    def sign(self, message: bytes, namespace: str) -> bytes:
        """An SSHSIG blob over a message, good for one namespace."""


class BlobSigner:
    """Signs with anything that signs bytes in the SSH wire encoding: a key in memory, or an agent.

    Args:
        public: The key.
        sign_bytes: Gives the signature blob over bytes.
        check: Whether to look at what it gave; a key in memory needs no second look.
    """

    def __init__(self, public: PublicKey, sign_bytes: Callable[[bytes], bytes], *, check: bool = False) -> None:
        self.public = public
        self._sign_bytes = sign_bytes
        self._check = check

    def sign(self, message: bytes, namespace: str) -> bytes:
        """An SSHSIG blob over a message.

        Raises:
            KeyUnusable: The key made a signature that does not hold.
        """
        signature = self._sign_bytes(signed_data(message, namespace, _HASH))
        made = SshSignature(public_key=self.public.blob, namespace=namespace, hash_algorithm=_HASH, signature=signature)
        blob = made.encode()
        if self._check and not self.public.verify(message, blob, namespace):
            raise KeyUnusable(f"the key {self.public.fingerprint} made a signature that does not hold")
        return blob

    def sign_bare(self, message: bytes) -> bytes:
        """A signature over a message as other tools for DSSE make it: raw Ed25519, or ECDSA in DER.

        Raises:
            KeyUnusable: The key is of another type, or made a signature that does not hold.
        """
        reader = Reader(self._sign_bytes(message))
        name, signature = reader.string().decode("ascii", "replace"), reader.string()
        if name == ECDSA:
            pair = Reader(signature)
            signature = encode_dss_signature(int.from_bytes(pair.string(), "big"), int.from_bytes(pair.string(), "big"))
        elif name != ED25519:
            raise KeyUnusable(f"a key of the type {name} makes no bare signature", hint="sign with an Ed25519 key")
        if not self.public.verify(message, signature, ""):
            raise KeyUnusable(f"the key {self.public.fingerprint} made a signature that does not hold")
        return signature


def load_signer(path: str | os.PathLike[str], passphrase: bytes | str | None = None) -> BlobSigner:
    """A signer from a file with a private key.

    Args:
        path: An OpenSSH private key, or a PEM file (PKCS #8) with an Ed25519 or ECDSA P-256 key.
        passphrase: Of the file, where it has one.

    Raises:
        KeyUnusable: It cannot be read or unlocked, others may read it, or it is a key that is refused.
    """
    data = _private(Path(path))
    secret = passphrase.encode() if isinstance(passphrase, str) else passphrase
    return _signer(_unlocked(data, secret or None, str(path)), str(path))


def _private(path: Path) -> bytes:
    """The bytes of a file that nobody else may read; looked at through the open file, so that it cannot be swapped."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except (OSError, ValueError) as error:
        what = f"cannot read the key {path}: {getattr(error, 'strerror', error)}"
        raise KeyUnusable(what, hint="name the file of a private key that you may read") from None
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise KeyUnusable(f"the key {path} is no file", hint="name the file of a private key")
        if os.name == "posix" and found.st_mode & _OTHERS:
            mode = stat.S_IMODE(found.st_mode)
            raise KeyUnusable(f"the key {path} is open to others: its mode is {mode:04o}", hint=f"chmod 600 {path}")
        return os.read(handle, _LONGEST + 1)
    finally:
        os.close(handle)


def _unlocked(data: bytes, passphrase: bytes | None, path: str) -> object:
    if len(data) > _LONGEST or b"PRIVATE KEY-----" not in data:
        what = "a public key; its private key is needed" if data.startswith(_PUBLIC) else "no private key"
        raise KeyUnusable(f"{path} is {what}", hint="`ssh-keygen -t ed25519` makes a key")
    load = serialization.load_pem_private_key
    if b"BEGIN OPENSSH PRIVATE KEY" in data:
        load = serialization.load_ssh_private_key
    try:
        return load(data, passphrase)
    except TypeError:
        what = "needs its passphrase" if passphrase is None else "has no passphrase, but one was given"
        raise KeyUnusable(f"the key {path} {what}", hint=_LOCKED) from None
    except (ValueError, UnsupportedAlgorithm) as error:
        said = str(error).lower()  # of a wrong passphrase OpenSSH's format shows only that a checksum is broken
        locked = passphrase is not None and ("password" in said or "checksum" in said)
        what = "does not open with this passphrase" if locked else f"cannot be read: {error}"
        raise KeyUnusable(f"the key {path} {what}", hint=_LOCKED if locked else _KINDS) from None


def _signer(private: object, path: str) -> BlobSigner:
    if isinstance(private, Ed25519PrivateKey):
        return _blob_signer(private, lambda data: _tag(ED25519, private.sign(data)))
    if isinstance(private, ec.EllipticCurvePrivateKey) and isinstance(private.curve, ec.SECP256R1):
        return _blob_signer(private, lambda data: _tag(ECDSA, _pair(private.sign(data, ec.ECDSA(hashes.SHA256())))))
    if isinstance(private, rsa.RSAPrivateKey):
        return _blob_signer(
            private, lambda data: _tag(RSA_SHA512, private.sign(data, padding.PKCS1v15(), hashes.SHA512()))
        )
    raise KeyUnusable(f"the key {path} is of a type that is not known here", hint=_KINDS)


def _blob_signer(
    private: Ed25519PrivateKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, sign: Callable[[bytes], bytes]
) -> BlobSigner:
    form = serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
    return BlobSigner(PublicKey.parse(private.public_key().public_bytes(*form).decode("ascii")), sign)


def _tag(name: str, signature: bytes) -> bytes:
    return string(name.encode()) + string(signature)


def _pair(der: bytes) -> bytes:
    r, s = decode_dss_signature(der)
    return number(r) + number(s)
