"""OpenSSH itself, as the other side: it makes keys, signs, verifies, and runs an agent."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from answerable.ledger.algorithms import SK_ECDSA, SK_ED25519
from answerable.ledger.keys import PublicKey
from answerable.ledger.sshsig import SshSignature, armor, signed_data, unarmor
from answerable.ledger.wire import number, string

KINDS = {"ed25519": ["-t", "ed25519"], "ecdsa": ["-t", "ecdsa", "-b", "256"], "rsa": ["-t", "rsa", "-b", "3072"]}
ID = "ada@example.com"


def key_file(kind: str, passphrase: str = "") -> Path:
    """A private key that ssh-keygen made, once a run; the public one is beside it."""
    return _made(kind, passphrase)


@cache
def _made(kind: str, passphrase: str) -> Path:
    path = Path(mkdtemp(prefix="keys-")) / "id"
    options = [*KINDS[kind], "-N", passphrase, "-C", "ada@laptop", "-f", os.fspath(path)]
    subprocess.run(["ssh-keygen", "-q", *options], check=True)
    return path


def public(kind: str, passphrase: str = "") -> PublicKey:
    """The public key of a key file."""
    return PublicKey.parse(key_file(kind, passphrase).with_suffix(".pub").read_text())


def signed(kind: str, message: bytes, namespace: str, *options: str) -> bytes:
    """The SSHSIG blob that ssh-keygen makes over a message."""
    command = ["ssh-keygen", "-Y", "sign", "-f", os.fspath(key_file(kind)), "-n", namespace, *options]
    return unarmor(subprocess.run(command, input=message, capture_output=True, check=True).stdout)


def verifies(key: PublicKey, message: bytes, sig: bytes, namespace: str, folder: Path) -> bool:
    """Whether ssh-keygen finds the signature good, for a person whose only key this is."""
    (folder / "allowed").write_text(f"{ID} {key.line}\n")
    (folder / "sig").write_bytes(armor(sig))
    command = ["ssh-keygen", "-Y", "verify", "-f", folder / "allowed", "-I", ID, "-n", namespace, "-s", folder / "sig"]
    return subprocess.run(command, input=message, capture_output=True, check=False).returncode == 0


@contextmanager
def agent(folder: Path, *keys: Path) -> Iterator[str]:
    """A running ssh-agent that holds keys; yields its socket."""
    address = os.fspath(folder / "agent")
    with subprocess.Popen(["ssh-agent", "-D", "-a", address], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline()  # it listens
            environment = os.environ | {"SSH_AUTH_SOCK": address}
            for key in keys:
                subprocess.run(["ssh-add", "-q", os.fspath(key)], env=environment, check=True)
            yield address
        finally:
            process.terminate()


class HardwareKey:
    """A key as a FIDO device holds one, in software: it signs the application, the flags and a counter too."""

    def __init__(self, name: str, application: bytes = b"ssh:") -> None:
        self.name, self.application = name, application
        self.private: Any = (
            Ed25519PrivateKey.generate() if name == SK_ED25519 else ec.generate_private_key(ec.SECP256R1())
        )
        raw = serialization.Encoding.Raw, serialization.PublicFormat.Raw
        point = serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        held = self.private.public_key().public_bytes(*(raw if name == SK_ED25519 else point))
        curve = string(b"nistp256") if name == SK_ECDSA else b""
        self.blob = string(name.encode()) + curve + string(held) + string(application)

    def sign(
        self, message: bytes, namespace: str, flags: int = 1, claimed: int | None = None, counter: int = 7
    ) -> bytes:
        """An SSHSIG blob; `claimed` flags stand in it although others were signed."""
        data = signed_data(message, namespace, "sha512")
        tail = counter.to_bytes(4, "big")
        over = sha256(self.application).digest() + bytes([flags]) + tail + sha256(data).digest()
        if self.name == SK_ED25519:
            inner = self.private.sign(over)
        else:
            r, s = decode_dss_signature(self.private.sign(over, ec.ECDSA(hashes.SHA256())))
            inner = number(r) + number(s)
        shown = flags if claimed is None else claimed
        signature = string(self.name.encode()) + string(inner) + bytes([shown]) + tail
        return SshSignature(
            public_key=self.blob, namespace=namespace, hash_algorithm="sha512", signature=signature
        ).encode()
