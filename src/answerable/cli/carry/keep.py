"""Keeps what was carried: what is signed goes into the ledger and the notes first, then the notes of lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from answerable.capture.carry.attributed import NOTES
from answerable.capture.carry.explicit import Carry, Into
from answerable.capture.decide import fitted
from answerable.capture.recorder import Recorder, is_trusted
from answerable.cli.ledger.place import open_ledger
from answerable.domain.decision import Decision, EvidenceRef, Kind, Principal, Subject, new_id, now
from answerable.errors import LedgerMissing
from answerable.git.record import add_lines, annotate
from answerable.git.repository import Repository
from answerable.ledger.envelope import Envelope, sign
from answerable.ledger.keys import Signer

if TYPE_CHECKING:
    from answerable.ledger.log import Ledger

SOURCE = "answerable-carry"
_CLAIM = "lines of other commits came into it, with what is known of them"


@dataclass(frozen=True, slots=True)
class Signing:
    """Who signs, and with what."""

    who: Principal
    signers: Sequence[Signer]
    recorder: Recorder | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """What was written: commits whose note is new; decisions by commit; entries of the ledger."""

    noted: frozenset[str]
    signed: dict[str, str]
    entries: int


def signer_of(repository: Repository, given: dict[str, Any]) -> Signing | None:
    """Who signs: the key that is named, else the recorder of this clone; None where there is neither.

    Raises:
        KeyUnusable: the key cannot be used.
    """
    from answerable.cli.signing import principal, signers

    if given["keys"]:
        found = signers(repository, given["keys"])
        return Signing(principal(repository, found[0], given["kind_of"], given["who"]), found)
    recorder = Recorder.load(repository)
    return Signing(recorder.principal(), [recorder.signer], recorder) if recorder else None


def keep(
    repository: Repository, carry: Carry, into: Sequence[Into], signing: Signing | None, given: dict[str, Any]
) -> Kept:
    """Write notes and what is signed.

    Args:
        repository: Where.
        carry: What carried.
        into: What came of it, by commit.
        signing: Who signs; None: nobody does.
        given: The options of the ledger.

    Raises:
        GitFailed: notes could not be written.
        LedgerUnwritable: the ledger could not be.
    """
    git_ai = (repository.common_dir / "ai").is_dir()  # it writes the notes here
    notes = {} if git_ai else {one.commit.sha: one.note for one in into if one.note is not None}
    signed: dict[str, str] = {}
    entries = 0
    if signing:
        decided = [_decision(one, signing.who, notes.get(one.commit.sha)) for one in into if one.carried.rows]
        envelopes = {one.decision_id: sign(one, signing.signers) for one in decided}
        entries = _append(repository, signing, list(envelopes.values()), given)
        signed = {one.subjects[0].digest["gitCommit"]: one.decision_id for one in decided}
        add_lines(repository, {sha: [envelopes[name].encode()] for sha, name in signed.items()})
    before = carry.notes.by_commit
    if notes:
        annotate(repository, NOTES, notes, over=carry.copied.is_one)
    new = [sha for sha in notes if sha not in before or carry.copied.stands(sha)]
    return Kept(frozenset(new), signed, entries)


def _decision(one: Into, who: Principal, note: bytes | None) -> Decision:
    evidence = (EvidenceRef(uri=NOTES, digest=f"sha256:{sha256(note).hexdigest()}"),) if note else ()
    return Decision(
        decision_id=new_id(),
        kind=Kind.ATTEST,
        subjects=(Subject(digest={"gitCommit": one.commit.sha}),),
        principal=who,
        observed_at=now(),
        evidence=evidence,
        details={"source": SOURCE, "claim": _CLAIM, **fitted(one.carried.details())},
    )


def _append(repository: Repository, signing: Signing, envelopes: Sequence[Envelope], given: dict[str, Any]) -> int:
    if not envelopes:
        return 0
    try:
        ledger: Ledger = open_ledger(repository, given["place"], given["log_key"])
    except LedgerMissing:
        if given["place"]:
            raise
        return 0
    with ledger:
        if signing.recorder and not is_trusted(ledger, signing.recorder):
            return 0
        ledger.append(envelopes)
        ledger.seal()
    return len(envelopes)
