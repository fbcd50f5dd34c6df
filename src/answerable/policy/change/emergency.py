"""Who declared a change an emergency: told by the forge, or signed as a decision; never by the change itself.

A declaration is of exactly one head. What is signed counts only where the ledger's keys vouch for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from answerable.domain.decision import Kind, PrincipalType
from answerable.policy.change.authors import names
from answerable.provenance.decisions import Vouched, current
from answerable.review.people import person


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """Somebody says that a change cannot wait."""

    by: str
    why: str
    at: datetime  # with a zone
    sha: str | None  # the head that it is about; None where that is not known: then it is about none
    teams: tuple[str, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """What they go by, in lower case."""
        return names(person(self.by))


def signed_emergencies(found: Iterable[Vouched], head: str) -> Iterator[Declaration]:
    """Emergencies that a person signed as a decision to override, about the head.

    Args:
        found: All decisions about the head.
        head: Full id.
    """
    for one in current(list(found)):
        decision = one.decision
        declared = decision.emergency is not None and decision.emergency.declared
        if decision.kind is not Kind.OVERRIDE or one.doubt or not declared:
            continue
        if decision.principal.type is PrincipalType.HUMAN and decision.rationale:
            at = parsed(decision.observed_at)
            if at is not None:
                yield Declaration(by=decision.principal.id, why=decision.rationale, at=at, sha=head)


def parsed(text: str) -> datetime | None:
    """A moment of RFC 3339, or None where it is none."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo and 2000 < found.year < 9000 else None
