"""Signs what a person chose, and keeps all of it or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from answerable.cli.accept.owed import remember
from answerable.cli.accept.walk import Chosen
from answerable.domain.decision import Decision, Kind, Principal, Subject, new_id, now
from answerable.git.repository import Repository
from answerable.ledger.envelope import sign
from answerable.ledger.keys import Signer
from answerable.ledger.log import Ledger
from answerable.policy.checklists.unsigned import blobs
from answerable.review.countersign import statements


class Kept(NamedTuple):
    """A decision, and its place in the ledger."""

    decision: Decision
    entry: int


def append(
    repository: Repository,
    ledger: Ledger,
    head: str,
    chosen: Sequence[Chosen],
    who: Principal,
    signing: Sequence[Signer],
    *,
    travels: bool,
) -> list[Kept]:
    """Sign and append to the ledger.

    Args:
        repository: Where.
        ledger: What takes it.
        head: Full id of the commit at which the lines were shown.
        chosen: The lines, and what is said of them.
        who: Who signs.
        signing: With which keys.
        travels: Whether it is to be brought into notes, by `owed.bring`.
    """
    decisions = [
        Decision(
            decision_id=new_id(), kind=Kind.COUNTERSIGN, subjects=(Subject(digest={"gitCommit": one.commit}),),
            principal=who, observed_at=now(), agent=one.agent, details=one.details,
        )
        for one in statements(head, chosen, blobs(repository))
    ]  # fmt: skip
    envelopes = [sign(decision, signing) for decision in decisions]
    if travels:
        remember(repository, decisions)
    entries = ledger.append(envelopes)
    ledger.seal()
    return [Kept(*one) for one in zip(decisions, entries, strict=True)]
