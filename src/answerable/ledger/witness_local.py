"""Guarantees: a log that was seen once cannot be shortened or rewritten unnoticed by whoever saw it.

The smallest witness: a plain file, kept where the log is not (another disk, another person's clone), with the last
checkpoint seen. It signs nothing and convinces nobody else; c2sp.org/tlog-witness does both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from answerable.errors import CheckpointInvalid, ProofInvalid, WitnessRefused
from answerable.ledger.checkpoint import Checkpoint, open_checkpoint
from answerable.ledger.note import Note, VerifierKey
from answerable.ledger.witness import check_growth
from answerable.ledger.witness_state import Slot

Prove = Callable[[int, int], Sequence[bytes]]
"""Gives the consistency proof between two sizes, computed from the log's leaves: `merkle.consistency_proof`."""


def compare(
    path: Path, note: str, keys: Iterable[VerifierKey | str], prove: Prove, *, remember: bool = True
) -> Checkpoint | None:
    """Accept that a log extends what was seen of it last, and remember what it shows now.

    Args:
        path: The file of the witness. Where there is none, this is the first look, which has nothing to compare.
        note: The checkpoint the log shows now, signed.
        keys: The keys of the log.
        prove: How to prove that it extends an earlier size.
        remember: False to compare only, for example with a file that somebody else keeps.

    Returns:
        The checkpoint seen last, or None at the first look.

    Raises:
        WitnessRefused: The log is shorter than it was, or another one, or has another history.
        CheckpointInvalid: The note, or the one in the file, is not signed by a key of the log.
        LedgerDamaged: The file cannot be read.
        LedgerUnwritable: The file cannot be written.
    """
    keys = list(keys)
    shown, slot = open_checkpoint(note, keys), Slot(path)
    if not remember:
        return _compared(slot, shown, keys, prove)
    with slot.locked():
        known = _compared(slot, shown, keys, prove)
        slot.replace(Note.parse(note))
    return known


def _compared(slot: Slot, shown: Checkpoint, keys: list[VerifierKey | str], prove: Prove) -> Checkpoint | None:
    note = slot.latest()
    if note is None:
        return None
    known = _remembered(slot, note, keys)
    if known.origin != shown.origin:
        raise WitnessRefused(f"{slot.path} remembers the log {known.origin}, and this one is {shown.origin}")
    if shown.size < known.size:
        raise _refused(slot, known, f"it was rolled back: it had {known.size} entries and now has {shown.size}")
    try:
        proof = prove(known.size, shown.size) if known.size > 0 else []
        check_growth(known, shown, proof)
    except ProofInvalid:
        raise _refused(slot, known, f"its first {known.size} entries are not those it had: it was forked") from None
    return known


def _remembered(slot: Slot, note: Note, keys: list[VerifierKey | str]) -> Checkpoint:
    try:
        return open_checkpoint(note.encode(), keys)
    except CheckpointInvalid as error:
        raise CheckpointInvalid(f"the checkpoint remembered in {slot.path}: {error}", hint=error.hint) from None


def _refused(slot: Slot, known: Checkpoint, what: str) -> WitnessRefused:
    return WitnessRefused(
        f"the log {known.origin} is not the one {slot.path} has seen: {what}",
        hint="keep that file and a copy of the log: two checkpoints with the log's signature that contradict each "
        "other prove it. Then restore the log from a copy that extends what was seen",
    )
