"""SSH signatures: what `ssh-keygen -Y sign` makes, read to the last byte and written the same way.

The signature covers a namespace beside the message, so that one made for one purpose is worth nothing for another.
The public key in it is not covered: who verifies must know the key, never take it from here.

Source: OpenSSH, PROTOCOL.sshsig, version 1.
"""

from __future__ import annotations

import binascii
import hashlib
from base64 import b64decode, b64encode
from dataclasses import dataclass

from answerable.errors import SignatureInvalid
from answerable.ledger.wire import Malformed, Reader, string

MAGIC = b"SSHSIG"
VERSION = 1
HASHES = ("sha256", "sha512")
_BEGIN, _END = b"-----BEGIN SSH SIGNATURE-----", b"-----END SSH SIGNATURE-----"
_WIDTH = 70


@dataclass(frozen=True, slots=True, kw_only=True)
class SshSignature:
    """The parts of a signature: `public_key` and `signature` are blobs in the SSH wire encoding."""

    public_key: bytes
    namespace: str
    hash_algorithm: str
    signature: bytes

    @classmethod
    def parse(cls, blob: bytes) -> SshSignature:
        """Read a signature.

        Args:
            blob: From the magic on, without armour.

        Raises:
            SignatureInvalid: It is none, or one of a version or form that is not known here.
        """
        try:
            return cls._read(Reader(blob))
        except (Malformed, UnicodeDecodeError) as error:
            raise SignatureInvalid(f"no SSH signature: {error}") from None

    @classmethod
    def _read(cls, reader: Reader) -> SshSignature:
        if reader.take(len(MAGIC)) != MAGIC:
            raise Malformed("it does not begin with SSHSIG")
        if (version := reader.uint32()) != VERSION:
            raise Malformed(f"its version is {version}, {VERSION} is known here")
        public_key, namespace, reserved = reader.string(), reader.string().decode("utf-8"), reader.string()
        algorithm, signature = reader.string().decode("ascii"), reader.string()
        reader.end()
        if reserved:
            raise Malformed("its reserved part is in use")
        if not namespace or algorithm not in HASHES:
            raise Malformed(f"it must have a namespace and a hash of {' or '.join(HASHES)}")
        return cls(public_key=public_key, namespace=namespace, hash_algorithm=algorithm, signature=signature)

    def encode(self) -> bytes:
        """The blob, from the magic on."""
        parts = (self.public_key, self.namespace.encode(), b"", self.hash_algorithm.encode(), self.signature)
        return MAGIC + VERSION.to_bytes(4, "big") + b"".join(map(string, parts))


def signed_data(message: bytes, namespace: str, hash_algorithm: str) -> bytes:
    """What the key signs, for a message of any length."""
    digest = hashlib.new(hash_algorithm, message).digest()
    return MAGIC + b"".join(map(string, (namespace.encode(), b"", hash_algorithm.encode(), digest)))


def armor(blob: bytes) -> bytes:
    """A signature as a file of `ssh-keygen -Y`."""
    text = b64encode(blob)
    lines = [text[at : at + _WIDTH] for at in range(0, len(text), _WIDTH)]
    return b"\n".join([_BEGIN, *lines, _END, b""])


def unarmor(data: bytes) -> bytes:
    """The blob in a file that `ssh-keygen -Y sign` wrote.

    Raises:
        SignatureInvalid: The file is no such one.
    """
    lines = data.strip().splitlines()
    if len(lines) < 3 or lines[0] != _BEGIN or lines[-1] != _END:
        raise SignatureInvalid("no SSH signature: it does not begin and end with the lines of one")
    try:
        return b64decode(b"".join(lines[1:-1]), validate=True)
    except binascii.Error as error:
        raise SignatureInvalid(f"no SSH signature: {error}") from None
