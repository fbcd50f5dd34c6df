"""Proofs that a leaf is in a log, in one file that is verified offline (c2sp.org/tlog-proof@v1).

A proof is accepted only where a trusted log signed its checkpoint, enough trusted witnesses saw it, and the leaf is at
the index under the root of that checkpoint. The extra data is covered by no signature and decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from answerable.errors import CheckpointInvalid, ProofInvalid
from answerable.ledger.checkpoint import Checkpoint, cosignatures, open_checkpoint
from answerable.ledger.encoding import base64_of, bytes_of, number_of, text_of
from answerable.ledger.merkle import HASH_SIZE, leaf_hash, verify_inclusion
from answerable.ledger.note import VerifierKey

_FIRST_LINE = "c2sp.org/tlog-proof@v1"
_MOST_HASHES = 63  # a tree of fewer than 2**63 leaves is no higher


@dataclass(frozen=True, slots=True, kw_only=True)
class TlogProof:
    """Where a leaf is said to be, the siblings from it upwards, and the signed checkpoint they should lead to."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint_note: str
    extra: bytes = b""

    def text(self) -> str:
        """Write the proof as it is stored, by convention in a file that ends in `.tlog-proof`."""
        extra = [f"extra {base64_of(self.extra)}"] if self.extra else []
        lines = [_FIRST_LINE, *extra, f"index {self.index}", *map(base64_of, self.hashes)]
        return "\n".join(lines) + "\n\n" + self.checkpoint_note

    @classmethod
    def parse(cls, data: str | bytes) -> TlogProof:
        """Read a proof; nothing in it is verified yet, nor is the note looked into.

        Raises:
            ProofInvalid: It is not one, or is spelled in another way than the one that `text` writes.
        """
        text = text_of(data)
        head, blank, note = (text or "").partition("\n\n")
        first, *lines = head.split("\n")
        if first != _FIRST_LINE or not blank or not note:
            raise ProofInvalid(f"a proof must start with {_FIRST_LINE} and end in a checkpoint")
        extra = _extra(lines.pop(0)) if lines and lines[0].startswith("extra ") else b""
        if not lines or len(lines) > 1 + _MOST_HASHES:
            raise ProofInvalid(f"a proof must have an index and at most {_MOST_HASHES} hashes")
        index = number_of(lines[0].removeprefix("index ")) if lines[0].startswith("index ") else None
        if index is None:
            raise ProofInvalid("a proof must say the index of its leaf, in decimal and below 2**63")
        return cls(index=index, hashes=tuple(map(_hash, lines[1:])), checkpoint_note=note, extra=extra)


def verify_proof(
    proof: TlogProof | str | bytes,
    leaf: bytes,
    keys: Iterable[VerifierKey | str],
    witnesses: Iterable[VerifierKey | str] = (),
    need: int = 0,
    origin: str | None = None,
) -> Checkpoint:
    """Return the checkpoint of the log that is proven to hold a leaf.

    Args:
        proof: The proof.
        leaf: The bytes of the leaf, from elsewhere than the proof's extra data, or else no more trusted than that.
        keys: The keys of the logs that may say so.
        witnesses: The keys of the witnesses that are trusted.
        need: How many of them must have cosigned the checkpoint.
        origin: Which log it must be, for one whose key has another name than its origin.

    Raises:
        ProofInvalid: The proof is malformed or does not lead from the leaf to the root.
        CheckpointInvalid: The checkpoint is malformed, not signed by a known log, or too few witnesses cosigned it.
        KeyUnusable: A key is not one of a log, or of a witness.
    """
    parsed = proof if isinstance(proof, TlogProof) else TlogProof.parse(proof)
    checkpoint = open_checkpoint(parsed.checkpoint_note, keys, origin)
    seen = cosignatures(parsed.checkpoint_note, witnesses)
    if len(seen) < need:
        raise CheckpointInvalid(f"cosigned by {len(seen)} known witnesses where {need} are needed")
    verify_inclusion(leaf_hash(leaf), parsed.index, checkpoint.size, parsed.hashes, checkpoint.root)
    return checkpoint


def _extra(line: str) -> bytes:
    data = bytes_of(line.removeprefix("extra "))
    if not data:
        raise ProofInvalid("the extra data of a proof must be base64 and not empty")
    return data


def _hash(line: str) -> bytes:
    data = bytes_of(line)
    if data is None or len(data) != HASH_SIZE:
        raise ProofInvalid("a line of a proof that is no hash of 32 bytes in base64")
    return data
