"""Emergencies that the gate let pass, and what became of the review that each owes: done, open or overdue.

What is owed is read from the recorded verdicts of a verified ledger. A review settles it where it came after the
verdict, about the same head, by somebody who neither made the change nor declared it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from answerable.domain.decision import Kind
from answerable.git.repository import Repository
from answerable.policy.artifact.covering import Covering
from answerable.policy.artifact.history import Entry, History
from answerable.policy.artifact.reviewed import reviewed_since
from answerable.policy.change.emergency import parsed
from answerable.provenance.gather import Gatherer


class Standing(StrEnum):
    """What became of a review that is owed."""

    DONE = "done"
    OPEN = "open"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """One change that passed as an emergency; moments are RFC 3339."""

    index: int  # the entry of the verdict
    head: str
    at: str
    due: str | None  # None: the verdict does not say, so it is due at once
    reviewed_by: tuple[str, ...] = ()
    problem: str | None = None  # why a review could not be looked for, in words

    def standing(self, now: datetime) -> Standing:
        """What became of it by a moment with a zone."""
        if self.reviewed_by:
            return Standing.DONE
        due = parsed(self.due or "")
        return Standing.OPEN if due is not None and now <= due else Standing.OVERDUE


def debts(repository: Repository, history: History) -> Iterator[Debt]:
    """Every emergency of a ledger, in its order; the newest verdict on a head counts.

    Args:
        repository: Where the changes are; one whose commits are not here stays unsettled, and says so.
        history: The decisions of a verified ledger.
    """
    newest = {entry.about("gitCommit"): entry for entry in history.of(Kind.GATE)}
    for heads, entry in newest.items():
        said = entry.decision.emergency
        if said is not None and said.declared and len(heads) == 1:
            yield _debt(repository, history, entry, heads[0])


def _debt(repository: Repository, history: History, entry: Entry, head: str) -> Debt:
    said = entry.decision.emergency
    due = said.review_due_by if said else None
    told = Debt(index=entry.index, head=head, at=entry.decision.observed_at, due=due)
    if repository.try_resolve(head) is None:
        missing = "the change is not in this clone, so nobody can tell who made it"
        return Debt(index=told.index, head=head, at=told.at, due=due, problem=missing)
    base = entry.decision.details.get("base")
    began = base if isinstance(base, str) and base.strip("0") else None
    with closing(Gatherer(repository, head)) as gatherer:
        people = reviewed_since(repository, history, gatherer, Covering(entry, began, head))
    return Debt(index=told.index, head=head, at=told.at, due=due, reviewed_by=tuple(people))
