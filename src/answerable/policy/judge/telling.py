"""Words of a verdict: what is known of lines, in sentences that name their evidence."""

from __future__ import annotations

from collections.abc import Iterator

from answerable.domain.layer import Placed
from answerable.domain.origin import Origin
from answerable.policy.change.facts import LineFacts, What


def quantity(count: int, one: str, many: str) -> str:
    """`1 person`, `2 people`."""
    return f"{count:,} {one if count == 1 else many}"


def origin_of(fact: LineFacts) -> Origin | None:
    """The origin of lines; None where there are none to have one."""
    return fact.lines.origin if fact.start else None


def evidence_of(fact: LineFacts, placed: Placed) -> Iterator[str]:
    """Why a finding is about these lines: their layer, where they come from, and what says so."""
    yield f"layer {placed.layer.name}: {placed.because}"
    if fact.old_path is not None:
        yield f"the path was {fact.old_path.decode('utf-8', 'replace')} before"
    if fact.because:
        yield fact.because
    if fact.what in (What.REMOVED, What.CHANGED):
        return
    if fact.commit:
        yield f"written by commit {fact.commit[:12]}"
    told = fact.lines.evidence
    for one in told:
        yield f"{one.claim} ({one.grade.word}, {one.ref})"
    for conflict in fact.lines.conflicts:
        yield f"evidence contradicts itself about {conflict.about}"
    if fact.lines.origin is Origin.HUMAN and not fact.human:
        yield "nobody signed that a person wrote them, so they count as unknown"
    if not told:
        yield "no evidence says who or what wrote them: unknown counts as AI"
    for who in fact.countersigned:
        yield f"countersigned by {who}"
