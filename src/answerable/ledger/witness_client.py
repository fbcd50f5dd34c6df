"""Guarantees: a cosignature is returned only if a key that was asked for made it over the checkpoint that was sent.

The log's side of c2sp.org/tlog-witness v1.0.0. A witness may answer anything; what it says of its size is used for
nothing but the next proof, and a witness ahead of the log is reported, for it means that the log lost entries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from answerable.errors import CheckpointInvalid, WitnessRefused
from answerable.ledger.checkpoint import Checkpoint
from answerable.ledger.encoding import number_of
from answerable.ledger.http_post import SECONDS, Answer, post
from answerable.ledger.note import COSIGNATURE, Note, VerifierKey, verified
from answerable.ledger.witness import MOST_PROOF_LINES, PLAIN, SIZE, Submission

_SHOWN = 200


class SizeConflict(WitnessRefused):
    """The witness cosigned another size last than the proof starts from.

    Args:
        size: That size.
    """

    def __init__(self, url: str, size: int) -> None:
        super().__init__(f"the witness {url} has seen {size} entries", hint="prove the growth from that size")
        self.size = size


def cosign(url: str, note: str, old_size: int, proof: Sequence[bytes], *, seconds: float = SECONDS) -> list[str]:
    """Ask a witness once for its cosignature.

    Args:
        url: The submission prefix of the witness.
        note: The checkpoint, signed by the log.
        old_size: The size the witness cosigned last, 0 where it never did.
        proof: The consistency proof from that size, empty for 0.
        seconds: How long to wait.

    Returns:
        Signature lines, each with its newline, of which nothing is verified yet.

    Raises:
        SizeConflict: The witness cosigned another size last; the error tells which.
        WitnessRefused: It refused, or gave no usable answer.
    """
    submission = Submission(old_size=old_size, proof=tuple(proof), note=Note.parse(note))
    answer = post(url.rstrip("/") + "/add-checkpoint", submission.encode(), PLAIN, seconds=seconds)
    size = _size(answer)
    if size is not None:
        raise SizeConflict(url, size)
    if answer.status != 200:
        raise WitnessRefused(f"the witness {url} answered {answer.status}: {_shown(answer.body)}")
    return _lines(url, answer.body)


def witness(
    url: str,
    note: str,
    keys: Iterable[VerifierKey | str],
    prove: Callable[[int], Sequence[bytes]],
    *,
    old_size: int = 0,
    seconds: float = SECONDS,
) -> list[str]:
    """Get the cosignatures of a witness, from whatever size it cosigned last.

    Args:
        url: The submission prefix of the witness.
        note: The checkpoint, signed by the log.
        keys: The keys of the witness; lines by any other are dropped.
        prove: Gives the consistency proof from an earlier size to the checkpoint's.
        old_size: The size it is thought to have cosigned last.
        seconds: How long to wait for each of the two questions this may take.

    Returns:
        Verified signature lines to append to the note, each with its newline.

    Raises:
        WitnessRefused: There is none: the witness refused, has seen more than the log has, or signed something else.
    """
    try:
        lines = cosign(url, note, old_size, prove(old_size) if old_size else [], seconds=seconds)
    except SizeConflict as conflict:
        size = Checkpoint.parse(Note.parse(note).text).size
        if conflict.size > size:
            raise _ahead(url, conflict.size, size) from None
        proof = prove(conflict.size) if conflict.size else []
        lines = cosign(url, note, conflict.size, proof[: MOST_PROOF_LINES + 1], seconds=seconds)
    return _known(url, note, lines, keys)


def _known(url: str, note: str, lines: Sequence[str], keys: Iterable[VerifierKey | str]) -> list[str]:
    """The lines by known keys, of which there must be one and none bad."""
    parsed = [VerifierKey.parse(key) if isinstance(key, str) else key for key in keys]
    witnesses = [key for key in parsed if key.kind == COSIGNATURE]
    try:
        signed = Note(text=Note.parse(note).text, signatures=Note.parse(f"x\n\n{''.join(lines)}").signatures)
        good = [signature.line for _, signature in verified(signed, witnesses)]
    except CheckpointInvalid as error:
        raise WitnessRefused(f"the witness {url} answered with {error}") from None
    if not good:
        raise WitnessRefused(f"the witness {url} signed with a key that is not known", hint="check its verifier key")
    return list(dict.fromkeys(good))


def _lines(url: str, body: bytes) -> list[str]:
    try:
        parsed = Note.parse(b"x\n\n" + body)
    except CheckpointInvalid as error:
        raise WitnessRefused(f"the witness {url} answered with no signature lines: {error}") from None
    return [signature.line for signature in parsed.signatures]


def _size(answer: Answer) -> int | None:
    """The size in a 409, which anything else than the specified answer is not taken for."""
    if answer.status != 409 or answer.content_type.partition(";")[0].strip() != SIZE or answer.body[-1:] != b"\n":
        return None
    return number_of(answer.body[:-1].decode("latin-1"))


def _ahead(url: str, theirs: int, ours: int) -> WitnessRefused:
    return WitnessRefused(
        f"the witness {url} has cosigned {theirs} entries of this log, which now has {ours}: the log was rolled back",
        hint="restore the log from a copy that has them all; a witness never cosigns a shorter log",
    )


def _shown(body: bytes) -> str:
    """What a stranger said, made harmless for a terminal."""
    return body[:_SHOWN].decode("ascii", "replace").strip().encode("unicode_escape").decode()
