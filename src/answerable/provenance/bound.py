"""Holds a note of lines to what the recorder of a commit signed: it names the digest of the note that it wrote.

A note that is another one was changed, moved here or forged after it was signed. Its lines are no more than declared,
and that is told. Where the ledger does not vouch for the recorder, nothing is held against a note.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256

from answerable.domain.decision import Decision, Kind, PrincipalType
from answerable.domain.evidence import Defect, Reading
from answerable.domain.grade import Grade
from answerable.provenance.decisions import DEFECTS, Vouched

NOTES = "refs/notes/ai"
NONE = "none"  # what a recorder says in `details.note` where it wrote no note
DEFECT = "note-not-signed"
_KINDS = frozenset({Kind.GENERATE, Kind.ATTEST})


def held(readings: Mapping[bytes, Reading], found: Sequence[Vouched]) -> list[Reading]:
    """What notes of one commit say, each for as much as it is worth.

    Args:
        readings: What each says, by its content.
        found: The decisions about the commit.
    """
    signed = {name for one in found if _counts(one) for name in _names(one.decision)}
    if not signed:
        return list(readings.values())
    return [
        reading if f"sha256:{sha256(note).hexdigest()}" in signed else _declared(reading)
        for note, reading in readings.items()
    ]


def _counts(one: Vouched) -> bool:
    decision = one.decision
    return not one.doubt and decision.kind in _KINDS and decision.principal.type is PrincipalType.SERVICE


def _names(decision: Decision) -> list[str]:
    """The digests of the notes that a decision names; or that there was none."""
    found = [ref.digest for ref in decision.evidence if ref.uri == NOTES and ref.digest]
    return found or ([NONE] if decision.details.get("note") == NONE else [])


def _declared(reading: Reading) -> Reading:
    claims = tuple(
        replace(claim, grade=Grade.DECLARED, evidence=replace(claim.evidence, grade=Grade.DECLARED))
        if claim.grade > Grade.DECLARED
        else claim
        for claim in reading.claims
    )
    ref = reading.claims[0].evidence.ref if reading.claims else NOTES
    return Reading(claims=claims, defects=(*reading.defects, Defect(kind=DEFECT, ref=ref, detail=DEFECTS[DEFECT])))
