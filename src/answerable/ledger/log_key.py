"""The key with which a log, or a witness, signs checkpoints: an Ed25519 key in a file that only its owner may read.

It is no decision key: it says that entries stand in an order, never that a decision is right.
"""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from answerable.errors import KeyUnusable
from answerable.ledger.note import ED25519, NoteSigner

_BACKUP = "restore it from a backup"


def make_key(file: Path) -> None:
    """Make a key in a file that is not there yet.

    Raises:
        OSError: it cannot be written, or is there.
    """
    data = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(data)


def log_signer(name: str, file: Path, kind: int = ED25519) -> NoteSigner:
    """Who signs under a name with the key in a file.

    Args:
        name: The name; for a log, its origin.
        file: The private key.
        kind: Of signature, see `note`.

    Raises:
        KeyUnusable: the file cannot be read, or holds another key.
    """
    try:
        key = load_pem_private_key(file.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise KeyUnusable(f"cannot read the log's key in {file}", hint=_BACKUP) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyUnusable(f"the log's key in {file} is not an Ed25519 key", hint=_BACKUP)
    return NoteSigner(name, key, kind)
