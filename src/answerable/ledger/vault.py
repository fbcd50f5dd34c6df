"""Guarantees: content is kept outside the log, so that it can be erased although the log never forgets.

The log holds a commitment, SHA-256(salt ‖ content) with 32 random bytes of salt: it says nothing about the content, not
even to who guesses it, and binds whoever shows it later. The store holds salt and content, encrypted with AES-256-GCM
(NIST SP 800-38D) under a key of the person they are about. Ciphertext cannot be moved to another commitment or person
unnoticed. Erasing the key erases all that is under it, copies in backups of the rest included. Content that holds a
secret is refused.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from hashlib import sha256
from typing import Protocol

from answerable.domain.decision import Commitment
from answerable.errors import ContentErased, LedgerDamaged
from answerable.ledger import secrets

SALT_SIZE = 32
KEY_SIZE = 32
NONCE_SIZE = 12
_CONTEXT = b"answerable content v1\n"
_COMMITMENT = re.compile(r"[0-9a-f]{64}")


class Contents(Protocol):
    """What the vault needs of a store; every method is one transaction."""

    def put_content(self, commitment: str, subject: str, nonce: bytes, ciphertext: bytes) -> None:
        """Keep a ciphertext under its commitment."""

    def get_content(self, commitment: str) -> tuple[str, bytes, bytes] | None:
        """The subject, nonce and ciphertext kept under a commitment, or None."""

    def content_key(self, subject: str, fresh: bytes) -> bytes:
        """The key of a subject; where there is none, `fresh` becomes it."""

    def erase_contents(self, commitments: Iterable[str]) -> int:
        """Forget what is kept under these commitments, and scrub it from the files."""

    def erase_subject(self, subject: str) -> int:
        """Forget the key of a subject and all that is kept under it, and scrub both from the files."""


def commit(content: bytes) -> tuple[bytes, str]:
    """Commit to a content.

    Returns:
        The salt (32 random bytes, to be kept as secret as the content) and the commitment in lower-case hex.
    """
    salt = os.urandom(SALT_SIZE)
    return salt, _commitment(salt, content)


class Vault:
    """Keeps, shows and erases content.

    Args:
        store: Where ciphertexts and keys are kept.
    """

    def __init__(self, store: Contents) -> None:
        self._store = store

    def keep(self, subject: str, name: str, content: bytes) -> Commitment:
        """Encrypt and keep a content.

        Args:
            subject: Whom it is about, the id of a principal: what can be erased together.
            name: What it is, for example ``prompt``.
            content: The content itself.

        Raises:
            SecretFound: The content holds a secret. Nothing was kept.
            ContentErased: The subject was erased at the same moment. Nothing was kept.
        """
        secrets.refuse(content, name)
        salt, commitment = commit(content)
        key, nonce = self._key(subject), os.urandom(NONCE_SIZE)
        self._store.put_content(commitment, subject, nonce, _seal(key, nonce, salt + content, commitment))
        if self._key(subject) != key:  # erased between the two: the ciphertext must not outlive its key
            self._store.erase_contents([commitment])
            raise ContentErased(f"the content of {subject} was erased while more was being kept")
        return Commitment(name=name, sha256=commitment)

    def read(self, commitment: str) -> bytes:
        """Decrypt the content under a commitment.

        Raises:
            ContentErased: There is none: it was erased, or is kept in another store.
            LedgerDamaged: What is kept there is not what was committed to.
        """
        kept = self._store.get_content(commitment) if _COMMITMENT.fullmatch(commitment) else None
        if kept is None:
            raise _erased(commitment)
        subject, nonce, ciphertext = kept
        opened = _open(self._key(subject), nonce, ciphertext, commitment)
        # the hash, not only the tag: AES-GCM alone can be made to open under two keys to two texts
        if opened is not None and sha256(opened).hexdigest() == commitment:
            return opened[SALT_SIZE:]
        if self._store.get_content(commitment) is None:  # erased since: its key is another one now
            raise _erased(commitment)
        raise LedgerDamaged(
            f"the content kept for the commitment {commitment} is not what was committed to",
            hint="restore it from a copy of the store; the log itself is not affected",
        )

    def erase(self, commitments: Iterable[str]) -> int:
        """Erase contents for good, each with its salt, and return how many there were."""
        return self._store.erase_contents(list(commitments))

    def erase_subject(self, subject: str) -> int:
        """Erase for good all that is kept about a subject, by destroying its key, and return how many there were."""
        return self._store.erase_subject(subject)

    def _key(self, subject: str) -> bytes:
        return self._store.content_key(subject, os.urandom(KEY_SIZE))


def _erased(commitment: str) -> ContentErased:
    return ContentErased(
        f"no content is kept here for the commitment {commitment[:80]}",
        hint="it was erased, or it is kept where it was recorded; the log proves only that it existed",
    )


def _commitment(salt: bytes, content: bytes) -> str:
    return sha256(salt + content).hexdigest()


def _seal(key: bytes, nonce: bytes, plain: bytes, commitment: str) -> bytes:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # it costs every start otherwise

    return AESGCM(key).encrypt(nonce, plain, _CONTEXT + bytes.fromhex(commitment))


def _open(key: bytes, nonce: bytes, ciphertext: bytes, commitment: str) -> bytes | None:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(key).decrypt(nonce, ciphertext, _CONTEXT + bytes.fromhex(commitment))
    except (InvalidTag, ValueError):  # ValueError: a key or a nonce of another length than was written
        return None
