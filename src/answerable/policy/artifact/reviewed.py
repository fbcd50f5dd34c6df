"""Who looked at a change after it was let pass as an emergency: people who neither made it nor declared it."""

from __future__ import annotations

from answerable.domain.decision import Kind
from answerable.git.commits import read_commits
from answerable.git.repository import Repository
from answerable.policy.artifact.covering import Covering
from answerable.policy.artifact.history import History
from answerable.policy.change.approvals import count, signed_approvals
from answerable.policy.change.authors import authors, names
from answerable.provenance.decisions import Vouched
from answerable.provenance.gather import Gatherer
from answerable.review.people import person


def reviewed_since(repository: Repository, history: History, gatherer: Gatherer, found: Covering) -> list[str]:
    """Independent people who approved the head of a change after the verdict on it.

    Args:
        repository: Where.
        history: The decisions of a verified ledger.
        gatherer: Of evidence about the commits.
        found: The verdict, and its range.
    """
    later = [
        Vouched(decision=entry.decision, ref=f"ledger entry {entry.index}", in_ledger=True)
        for entry in history.about("gitCommit", found.head, Kind.REVIEW, Kind.APPROVE)
        if entry.index > found.entry.index and history.revoked(entry) is None
    ]
    if not later:
        return []
    shas = repository.quarantine.git.run("rev-list", found.head, *([f"^{found.base}"] if found.base else []))
    made_by = authors(read_commits(repository.objects, shas.decode().split()), gatherer)
    counted = count(list(signed_approvals(later, found.head)), found.head, made_by).counted
    declared = history.about("gitCommit", found.head, Kind.OVERRIDE)
    declarers = {name for entry in declared for name in names(person(entry.decision.principal.id))}
    return [one.by for one in counted if not one.names & declarers]
