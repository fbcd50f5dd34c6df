"""The signatures under mandates, as a ledger has them, and why those do not count that do not.

Only a person signs a mandate, with a key that the ledger trusted for it before the entry. A signature is dated by what
its decision claims, but never earlier than what the ledger held when it came in: nobody signs for a time gone by.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from answerable.domain.commit import Person
from answerable.domain.decision import Decision, Kind, PrincipalType

if TYPE_CHECKING:
    from answerable.ledger.log import Ledger, Read


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One signed decision about a mandate."""

    digest: str  # "sha256:" and hex: of which mandate
    role: str
    by: str
    at: datetime  # UTC
    decision: str
    index: int  # in the ledger
    expires: date | None = None
    withdrawn: bool = False  # it takes back what the same person signed before in the role
    replaces: str | None = None
    holders: frozenset[str] | None = None  # who held the role then, by the ledger's word; None: nobody had said
    doubt: str | None = None  # why it does not count


def signatures(ledger: Ledger) -> tuple[Signature, ...]:
    """All signatures under mandates, in the order of the ledger."""
    from answerable.ledger.place import BY_KIND

    kinds = (f"{BY_KIND}{kind.value}" for kind in (Kind.MANDATE, Kind.KEY))
    indexes = sorted({index for name in kinds for index in ledger.store.about(name)})
    found, seen = [], datetime.min.replace(tzinfo=UTC)
    for index in indexes:
        entry = ledger.read(index)
        seen = max(seen, _moment(entry.decision.observed_at), _before(ledger, index))
        if entry.decision.kind is Kind.MANDATE:
            found += _signature(ledger, entry, seen)
    return tuple(found)


def _before(ledger: Ledger, index: int) -> datetime:
    """What the entry before claims: this one cannot have been there earlier."""
    return _moment(ledger.read(max(0, index - 1)).decision.observed_at)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text[:19]).replace(tzinfo=UTC)


def _signature(ledger: Ledger, entry: Read, at: datetime) -> list[Signature]:
    decision, said = entry.decision, entry.decision.details
    role, digests = said.get("role"), [one.digest["sha256"] for one in decision.subjects if "sha256" in one.digest]
    if not isinstance(role, str):
        return []
    return [
        Signature(
            digest=f"sha256:{digest}",
            role=role,
            by=decision.principal.id,
            at=at,
            decision=decision.decision_id,
            index=entry.index,
            expires=date.fromisoformat(said["expires"]) if "expires" in said else None,
            withdrawn=said.get("withdrawn") is True,
            replaces=said.get("replaces"),
            holders=ledger.trust.holders(role, entry.index),
            doubt=_doubt(ledger, entry),
        )
        for digest in digests
    ]


def _doubt(ledger: Ledger, entry: Read) -> str | None:
    problems = ledger.trust.doubts(entry.index, entry.decision, entry.envelope)
    return problems[0].detail if problems else not_a_person(entry.decision)


def not_a_person(decision: Decision) -> str | None:
    """Why who signs is no person who can take a mandate on, or None."""
    who = decision.principal
    if who.type is not PrincipalType.HUMAN:
        return f"{who.id} is no person but {'an' if who.type is PrincipalType.AGENT else 'a'} {who.type.value}"
    if decision.agent is not None:
        return f"a tool, {decision.agent.tool}, was at work where {who.id} signed"
    return f"{who.id} is the account of a tool" if is_tool(who.id) else None


def is_tool(name: str) -> bool:
    """True where a name is known to be that of a tool's account."""
    from answerable.provenance.table import identity

    text = name.strip().lower()
    called = Person(name="" if "@" in text[1:] else text, email=text if "@" in text[1:] else "")
    local = text.partition("@")[0]
    return "[bot]" in text or local.endswith(("-bot", "_bot")) or identity(called.name, called.email) is not None
