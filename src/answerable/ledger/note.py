"""Signed notes: a text is believed only where a key that is known signed it (c2sp.org/signed-note v1.0.0).

A signature by an unknown key is ignored, also one that borrows the name or the id of a known key. A bad signature by a
known key rejects the whole note. Signatures are Ed25519 over the text (type 0x01), or over the text and a time
(type 0x04, c2sp.org/tlog-cosignature v1.0.1).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from answerable.errors import CheckpointInvalid, KeyUnusable
from answerable.ledger.encoding import base64_of, bytes_of, is_line, text_of

if TYPE_CHECKING:  # loaded only where something is signed or verified: it costs every start otherwise
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ED25519 = 0x01
COSIGNATURE = 0x04
MOST_SIGNATURES = 100
_DASH = "\N{EM DASH} "
_KEY_ID = re.compile(r"[0-9a-f]{8}")


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteSignature:
    """A signature as it stands in a note: whose it says it is, the four bytes of the key's id, and what it is."""

    name: str
    key_id: bytes
    signature: bytes

    @property
    def line(self) -> str:
        """The line of the note, with its newline."""
        return f"{_DASH}{self.name} {base64_of(self.key_id + self.signature)}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A text that ends in a newline, and its signatures, of which nothing is verified yet."""

    text: str
    signatures: tuple[NoteSignature, ...]

    @classmethod
    def parse(cls, data: str | bytes) -> Note:
        """Read a note.

        Raises:
            CheckpointInvalid: It is not a note, or has more than a hundred signatures or a million bytes.
        """
        whole = text_of(data)
        if whole is None:
            raise CheckpointInvalid("a note must be UTF-8 without control characters, at most 1,000,000 bytes long")
        text, blank, lines = whole.rpartition("\n\n")
        if not blank or not lines.endswith("\n"):
            raise CheckpointInvalid("a note must end in an empty line and the lines of its signatures")
        found = lines[:-1].split("\n")
        if len(found) > MOST_SIGNATURES:
            raise CheckpointInvalid(f"a note with more than {MOST_SIGNATURES} signatures")
        return cls(text=text + "\n", signatures=tuple(_signature(line) for line in found))

    def encode(self) -> str:
        """Write the note as it was read."""
        return self.text + "\n" + "".join(signature.line for signature in self.signatures)


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifierKey:
    """A public key under the name of whoever holds it; the id ties both to the type of the signature."""

    name: str
    kind: int
    public: bytes

    def __post_init__(self) -> None:
        if not is_name(self.name):
            raise KeyUnusable("the name of a verifier key must not be empty or hold spaces or '+'")
        if self.kind not in {ED25519, COSIGNATURE} or len(self.public) != 32:
            raise KeyUnusable(f"the verifier key of {self.name} is not an Ed25519 key (type 0x01 or 0x04)")

    @classmethod
    def parse(cls, vkey: str) -> VerifierKey:
        """Read a key written as `<name>+<id in hex>+<type and key in base64>`.

        Raises:
            KeyUnusable: It is not such a key, or not one for Ed25519, or its id belongs to another key.
        """
        name, _, rest = vkey.partition("+")
        key_id, _, encoded = rest.partition("+")
        material = bytes_of(encoded)
        if not _KEY_ID.fullmatch(key_id) or not material:
            raise KeyUnusable("a verifier key must read <name>+<8 hex digits>+<base64>")
        key = cls(name=name, kind=material[0], public=material[1:])
        if key.key_id.hex() != key_id:
            raise KeyUnusable(f"the verifier key of {name} has the id of another key")
        return key

    @property
    def key_id(self) -> bytes:
        """The four bytes by which a signature names this key."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    @property
    def vkey(self) -> str:
        """The key as it is written."""
        return f"{self.name}+{self.key_id.hex()}+{base64_of(bytes([self.kind]) + self.public)}"

    def accepts(self, text: str, signature: bytes) -> bool:
        """Whether a signature over this text was made with this key."""
        if self.kind == ED25519:
            return _is_ed25519(self.public, text.encode(), signature)
        time = time_of(signature)
        return time is not None and _is_ed25519(self.public, cosigned(text, time), signature[8:])


class NoteSigner:
    """Signs notes under a name.

    Args:
        name: The name; for a log, its origin.
        private: The key, used for nothing but this type of signature.
        kind: `ED25519` for a log, `COSIGNATURE` for a witness.

    Raises:
        KeyUnusable: The name cannot be a key's name.
    """

    def __init__(self, name: str, private: Ed25519PrivateKey, kind: int = ED25519) -> None:
        self.key = VerifierKey(name=name, kind=kind, public=private.public_key().public_bytes_raw())
        self._private = private

    @property
    def vkey(self) -> str:
        """The public key as those who verify write it."""
        return self.key.vkey

    def sign(self, text: str, time: int | None = None) -> NoteSignature:
        """Sign a text that ends in a newline.

        Args:
            text: The text of the note.
            time: Seconds since 1970, for a cosignature and for nothing else.

        Raises:
            CheckpointInvalid: No note can have this text, or the time is missing, unexpected or out of range.
        """
        if not text.endswith("\n") or text_of(text) is None:
            raise CheckpointInvalid("the text of a note must be UTF-8, end in a newline and hold no control characters")
        if (time is not None) != (self.key.kind == COSIGNATURE) or not 0 <= (time or 0) < 2**63:
            raise CheckpointInvalid("a cosignature, and nothing else, has a time, in seconds since 1970")
        message = text.encode() if time is None else cosigned(text, time)
        stamp = b"" if time is None else time.to_bytes(8, "big")
        return NoteSignature(name=self.key.name, key_id=self.key.key_id, signature=stamp + self._private.sign(message))


def sign_note(text: str, signer: NoteSigner) -> str:
    """Return a note with this text.

    Raises:
        CheckpointInvalid: No note can have this text.
    """
    return Note(text=text, signatures=(signer.sign(text),)).encode()


def verify(note: Note, keys: Iterable[VerifierKey]) -> list[str]:
    """Return the names of the known keys that signed a note, each once.

    Raises:
        CheckpointInvalid: No known key signed it, or a signature by a known key is bad.
    """
    names = list(dict.fromkeys(key.name for key, _ in verified(note, keys)))
    if not names:
        raise CheckpointInvalid("not signed by any key that is known")
    return names


def verified(note: Note, keys: Iterable[VerifierKey]) -> Sequence[tuple[VerifierKey, NoteSignature]]:
    """Return the good signatures by known keys, none where there is none.

    Raises:
        CheckpointInvalid: A signature by a known key is bad.
        KeyUnusable: Two known keys cannot be told apart.
    """
    known: dict[tuple[str, bytes], VerifierKey] = {}
    for key in keys:
        if known.setdefault((key.name, key.key_id), key) != key:
            raise KeyUnusable(f"two different keys of {key.name} have one id")
    good = []
    for signature in note.signatures:
        named = known.get((signature.name, signature.key_id))
        if named and not named.accepts(note.text, signature.signature):
            raise CheckpointInvalid(f"a bad signature by {named.name}")
        if named:
            good.append((named, signature))
    return good


def cosigned(text: str, time: int) -> bytes:
    """What a witness signs (tlog-cosignature, Ed25519 signed message)."""
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def time_of(signature: bytes) -> int | None:
    """The time in a cosignature, in seconds since 1970, or None where it has none below 2**63."""
    time = int.from_bytes(signature[:8], "big")
    return time if len(signature) == 72 and time < 2**63 else None


def is_name(name: str) -> bool:
    """Whether a key can have this name."""
    return is_line(name) and "+" not in name and not any(map(str.isspace, name))


def _signature(line: str) -> NoteSignature:
    dashed, (name, _, encoded) = line.startswith(_DASH), line.removeprefix(_DASH).partition(" ")
    data = bytes_of(encoded)
    if not dashed or not is_name(name) or data is None or len(data) < 5:
        raise CheckpointInvalid("a line of a note that is no signature")
    return NoteSignature(name=name, key_id=data[:4], signature=data[4:])


def _is_ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    if len(signature) != 64:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
