"""Guarantees: a witness cosigns of each log one history only, and remembers a checkpoint before it answers.

It is the state machine of c2sp.org/tlog-witness v1.0.0 (`add-checkpoint`), without HTTP. A checkpoint is cosigned only
if the log signed it and it extends the one cosigned last; comparing and remembering are one step for all threads and
processes that share the state. Anything else gets the status the specification gives it, and changes nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from answerable.errors import CheckpointInvalid, KeyUnusable, ProofInvalid
from answerable.ledger.checkpoint import Checkpoint, cosign
from answerable.ledger.encoding import bytes_of, number_of, text_of
from answerable.ledger.merkle import HASH_SIZE, verify_consistency
from answerable.ledger.note import COSIGNATURE, ED25519, Note, NoteSigner, VerifierKey, verified
from answerable.ledger.witness_state import Slot

LONGEST_REQUEST = 262_144
"""How many bytes a request may have: the longest proof and some fifty post-quantum signatures fit."""

MOST_PROOF_LINES = 63
PLAIN = "text/plain; charset=utf-8"
SIZE = "text/x.tlog.size"


class Reply(NamedTuple):
    """What the witness answers: an HTTP status, a content type and a body."""

    status: int
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A request as it was read, of which nothing is verified yet."""

    old_size: int
    proof: tuple[bytes, ...]
    note: Note

    @property
    def origin(self) -> str:
        """The log it says it is about."""
        return self.note.text.partition("\n")[0]

    def encode(self) -> bytes:
        """Write the body of a request."""
        from answerable.ledger.encoding import base64_of

        lines = [f"old {self.old_size}", *map(base64_of, self.proof)]
        return ("\n".join(lines) + "\n\n" + self.note.encode()).encode()


class Witness:
    """One witness with the logs it knows.

    Args:
        state: A folder of its own. `<SHA-256 of the origin>/checkpoint` in it is what the specification's monitoring
            prefix serves, so that any server of static files can show it.
        signer: Its key, of type `COSIGNATURE`, used for nothing else.
        logs: The keys it trusts, by the origin of the log.
        clock: Seconds since 1970.

    Raises:
        KeyUnusable: A key is of the wrong type, or two keys of a log cannot be told apart.
    """

    def __init__(
        self,
        state: Path,
        signer: NoteSigner,
        logs: Mapping[str, Iterable[VerifierKey | str]],
        clock: Callable[[], float] = time.time,
    ) -> None:
        if signer.key.kind != COSIGNATURE:
            raise KeyUnusable(f"the key of {signer.key.name} is not the key of a witness (type 0x04)")
        self._state, self._signer, self._clock = state, signer, clock
        self._logs = {origin: _log_keys(keys) for origin, keys in logs.items()}

    def add_checkpoint(self, body: bytes) -> Reply:
        """Answer one request.

        Args:
            body: The body of the request, bounded by whoever received it.

        Raises:
            LedgerDamaged: The state cannot be read. Nothing was signed.
            LedgerUnwritable: The state cannot be written. Nothing was signed.
        """
        try:
            submission = read_submission(body)
            checkpoint, signed = self._authentic(submission)
            return self._advance(submission, checkpoint, signed)
        except _Refused as refusal:
            return refusal.reply

    def slot(self, origin: str) -> Slot:
        """Where the last checkpoint of a log is remembered."""
        return Slot(self._state / sha256(origin.encode()).hexdigest() / "checkpoint")

    def _authentic(self, submission: Submission) -> tuple[Checkpoint, Note]:
        """The checkpoint of a known log, and its note without the signatures of others."""
        keys = self._logs.get(submission.origin)
        if keys is None:
            raise _Refused(404, "unknown origin")
        try:
            good = verified(submission.note, keys)
        except CheckpointInvalid as error:
            raise _Refused(403, str(error)) from None
        if not good:
            raise _Refused(403, "no signature by a trusted key of this log")
        signed = Note(text=submission.note.text, signatures=tuple(signature for _, signature in good))
        return _checkpoint(submission), signed

    def _advance(self, submission: Submission, checkpoint: Checkpoint, signed: Note) -> Reply:
        slot = self.slot(checkpoint.origin)
        with slot.locked():
            known = slot.checkpoint()
            size = known.size if known else 0
            if submission.old_size != size:
                raise _Refused(409, str(size), SIZE)
            try:
                check_growth(known, checkpoint, submission.proof)
            except ProofInvalid as error:
                raise _Refused(422, str(error)) from None
            line = cosign(signed.encode(), self._signer, max(1, int(self._clock())))
            slot.replace(Note.parse(signed.encode() + line))
        return Reply(200, PLAIN, line.encode())


def check_growth(known: Checkpoint | None, new: Checkpoint, proof: Sequence[bytes]) -> None:
    """Accept that a checkpoint extends the one known before, if any.

    Raises:
        ProofInvalid: The proof does not show it, or is given where none is needed.
    """
    if known is not None and known.size:
        verify_consistency(known.size, new.size, proof, known.root, new.root)
    elif proof:
        raise ProofInvalid("every log begins with the empty one: there is nothing to prove")


def read_submission(body: bytes) -> Submission:
    """Read the body of a request, which has one spelling only."""
    text = text_of(body)
    head, blank, rest = (text or "").partition("\n\n")
    old, *lines = head.split("\n")
    word, _, digits = old.partition(" ")
    size, proof = number_of(digits), tuple(filter(None, map(_hash, lines)))
    if not blank or rest.startswith("\n") or word != "old" or size is None or len(proof) != len(lines):
        raise _Refused(400, "the body must be an old size line, proof lines, an empty line and a checkpoint")
    if len(proof) > MOST_PROOF_LINES:
        raise _Refused(400, f"more than {MOST_PROOF_LINES} proof lines")
    try:
        return Submission(old_size=size, proof=proof, note=Note.parse(rest))
    except CheckpointInvalid as error:
        raise _Refused(400, str(error)) from None


def _checkpoint(submission: Submission) -> Checkpoint:
    try:
        checkpoint = Checkpoint.parse(submission.note.text)
    except CheckpointInvalid as error:
        # the one malformed checkpoint with a status of its own: an empty log with a root that is not the empty one
        empty = submission.note.text.split("\n")[1:2] == ["0"] and submission.old_size == 0
        raise _Refused(422 if empty else 400, str(error)) from None
    if submission.old_size > checkpoint.size:
        raise _Refused(400, "the old size is larger than the checkpoint")
    return checkpoint


def _hash(line: str) -> bytes | None:
    data = bytes_of(line)
    return data if data and len(data) == HASH_SIZE else None


def _log_keys(keys: Iterable[VerifierKey | str]) -> list[VerifierKey]:
    parsed = [VerifierKey.parse(key) if isinstance(key, str) else key for key in keys]
    if not parsed or any(key.kind != ED25519 for key in parsed):
        raise KeyUnusable("a log needs at least one key, each of type 0x01")
    verified(Note(text="\n", signatures=()), parsed)  # now rather than at the first request
    return parsed


class _Refused(Exception):
    """A request that is answered with anything but a cosignature."""

    def __init__(self, status: int, body: str, content_type: str = PLAIN) -> None:
        super().__init__(body)
        self.reply = Reply(status, content_type, f"{body}\n".encode())
