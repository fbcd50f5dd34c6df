"""A log to witness: requests for any two of its sizes, and another log with the same key that tells another story."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from answerable.ledger import merkle
from answerable.ledger.checkpoint import Checkpoint, sign_checkpoint
from answerable.ledger.note import Note, NoteSigner
from answerable.ledger.witness import Submission, Witness
from ledger.signers import FIRST, LOG, ORIGIN
from ledger.trees import hashes_of, naive_root, reader_of

NOW = 1_790_000_000
STORY = hashes_of(20)
OTHER_STORY = [*hashes_of(3), *reversed(hashes_of(20)[3:])]  # a fork after three entries


def note(size: int, story: Sequence[bytes] = STORY, signer: NoteSigner = LOG, extensions: tuple[str, ...] = ()) -> str:
    """The signed checkpoint of the first entries."""
    root = naive_root(story[:size])
    return sign_checkpoint(Checkpoint(origin=signer.key.name, size=size, root=root, extensions=extensions), signer)


def proof(old: int, new: int, story: Sequence[bytes] = STORY) -> list[bytes]:
    """The proof that the log grew from one size to the other."""
    return merkle.consistency_proof(old, new, reader_of(story))


def body(old: int, new: int, story: Sequence[bytes] = STORY, hashes: Sequence[bytes] | None = None) -> bytes:
    """A request, with its true proof unless other hashes are given."""
    given = tuple(proof(old, new, story) if hashes is None else hashes)
    return Submission(old_size=old, proof=given, note=Note.parse(note(new, story))).encode()


def witness(state: Path) -> Witness:
    """A witness that knows the log."""
    return Witness(state, FIRST, {ORIGIN: [LOG.vkey]}, clock=lambda: NOW)
