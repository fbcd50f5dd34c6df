"""Checkpoints: what a log committed to, believed only with the signature of that log (c2sp.org/tlog-checkpoint v1.0.0).

A checkpoint of another log is refused even where its key is known. What a checkpoint alone cannot show is that the log
shows everybody the same: for that there are cosignatures of witnesses, and consistency proofs to checkpoints kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from answerable.errors import CheckpointInvalid, KeyUnusable
from answerable.ledger.encoding import base64_of, bytes_of, is_line, number_of
from answerable.ledger.merkle import EMPTY_ROOT, HASH_SIZE, MAX_SIZE
from answerable.ledger.note import (
    COSIGNATURE,
    ED25519,
    Note,
    NoteSigner,
    VerifierKey,
    sign_note,
    time_of,
    verified,
    verify,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The state of a log: which log, how many leaves, and the root hash over them.

    Raises:
        CheckpointInvalid: A line cannot stand in a checkpoint, or no tree has this size and root.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not all(map(is_line, (self.origin, *self.extensions))):
            raise CheckpointInvalid("an origin or an extension must be one line, not empty, without control characters")
        if not 0 <= self.size <= MAX_SIZE or len(self.root) != HASH_SIZE:
            raise CheckpointInvalid("a checkpoint needs a size below 2**63 and a root hash of 32 bytes")
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise CheckpointInvalid("a checkpoint of an empty log with another root than the empty one")

    def text(self) -> str:
        """Write the text that is signed."""
        return "".join(f"{line}\n" for line in (self.origin, self.size, base64_of(self.root), *self.extensions))

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Read the text of a checkpoint, without its signatures.

        Raises:
            CheckpointInvalid: It is not one, or is spelled in another way than the one that `text` writes.
        """
        lines = text.split("\n")
        if len(lines) < 4 or lines.pop():
            raise CheckpointInvalid("a checkpoint must have at least three lines, each with its newline")
        size, root = number_of(lines[1]), bytes_of(lines[2])
        if size is None or root is None:
            raise CheckpointInvalid("a checkpoint needs a decimal size below 2**63 and a root hash in base64")
        return cls(origin=lines[0], size=size, root=root, extensions=tuple(lines[3:]))


def sign_checkpoint(checkpoint: Checkpoint, signer: NoteSigner) -> str:
    """Return the note in which a log states a checkpoint.

    A log must never sign two checkpoints of which one does not begin with the other: the caller sees to that.

    Raises:
        CheckpointInvalid: The signer is not of this log: its name is not the origin.
    """
    if signer.key.name != checkpoint.origin or signer.key.kind != ED25519:
        raise CheckpointInvalid(f"{signer.key.name} cannot sign a checkpoint of {checkpoint.origin}")
    return sign_note(checkpoint.text(), signer)


def open_checkpoint(note: str | bytes, keys: Iterable[VerifierKey | str], origin: str | None = None) -> Checkpoint:
    """Return the checkpoint in a note that a log signed.

    Args:
        note: The signed note, with or without cosignatures.
        keys: The keys of logs, never of witnesses.
        origin: Which log it must be of, for a log whose key has another name; its key's name else.

    Raises:
        CheckpointInvalid: It is malformed, not signed by a known key, or of another log.
        KeyUnusable: A key is not one of a log.
    """
    parsed = Note.parse(note)
    names = verify(parsed, _keys(keys, ED25519))
    checkpoint = Checkpoint.parse(parsed.text)
    if checkpoint.origin not in (names if origin is None else [origin]):
        raise CheckpointInvalid(f"a checkpoint of {checkpoint.origin}, signed by {', '.join(names)}")
    return checkpoint


def cosign(note: str | bytes, signer: NoteSigner, time: int) -> str:
    """Return the line, with its newline, by which a witness signs the checkpoint in a note.

    The witness must have verified the log's signature, and the consistency with what it signed before.

    Args:
        note: The checkpoint with its signatures.
        signer: The witness, of type `COSIGNATURE`.
        time: Now, in seconds since 1970.

    Raises:
        CheckpointInvalid: The note holds no checkpoint, or the signer or the time is not one for a cosignature.
    """
    parsed = Note.parse(note)
    Checkpoint.parse(parsed.text)
    return signer.sign(parsed.text, time).line


def cosignatures(note: str | bytes, witnesses: Iterable[VerifierKey | str]) -> list[tuple[str, int]]:
    """Return which known witnesses cosigned a checkpoint, each once, and when last (seconds since 1970).

    One key under two names is one witness, and so are two keys under one name.

    Raises:
        CheckpointInvalid: The note holds no checkpoint, or a signature by a known witness is bad.
        KeyUnusable: A key is not one of a witness.
    """
    parsed = Note.parse(note)
    Checkpoint.parse(parsed.text)
    times: dict[str, int] = {}
    name_of: dict[bytes, str] = {}
    for key, signature in verified(parsed, _keys(witnesses, COSIGNATURE)):
        name = name_of.setdefault(key.public, key.name)
        times[name] = max(times.get(name, 0), time_of(signature.signature) or 0)
    return list(times.items())


def _keys(keys: Iterable[VerifierKey | str], kind: int) -> list[VerifierKey]:
    if isinstance(keys, str):
        keys = [keys]
    parsed = [VerifierKey.parse(key) if isinstance(key, str) else key for key in keys]
    for key in parsed:
        if key.kind != kind:
            role = "log" if kind == ED25519 else "witness"
            raise KeyUnusable(f"the verifier key of {key.name} is not the key of a {role}")
    return parsed
