"""Which of the lines that a failure names to look at first, and the changes that made them; the reasons are shown.

The score is about code and changes, never about people: no part of it asks who wrote a line. It is the mean of its
parts by their weights (docs/explanation/incident-ranking.md):

=========  ======  ==========================================================================================
frame      3       how near to the failure the frame is: 1 for the innermost of ours, 1/2 for the next, 1/3 …
recency    3       how shortly before the failure it came in; a half after 90 days
churn      1       how often the file changed in the 90 days before: 0, then 1/3, 1/2, 2/3 … for once, twice, four times
origin     1       AI 1, mixed 3/4, not known 1/2, a person 0
layer      1       the most severe trust layer 1, the next 1/2, 1/3 …
gate       2       set aside or against its verdict 1, with something waived 3/4, passed 0
=========  ======  ==========================================================================================

The change is the one that made the line say what it says: what only moved or copied it, changed its white space or is
listed in `.git-blame-ignore-revs` is looked through.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from answerable.domain.answer import Span
from answerable.domain.commit import Commit
from answerable.domain.decision import Decision, Kind
from answerable.domain.origin import Origin
from answerable.incident.past import DAYS, Past
from answerable.incident.records import Records
from answerable.incident.scoring import Part, moment_of, part, recency, total

FRAME, RECENCY, CHURN, ORIGIN, LAYER, GATE = 3.0, 3.0, 1.0, 1.0, 1.0, 2.0
_ORIGINS = {
    Origin.AI: (1.0, "AI wrote it"),
    Origin.MIXED: (0.75, "AI and a person wrote it"),
    Origin.UNKNOWN: (0.5, "who or what wrote it is not known"),
    Origin.HUMAN: (0.0, "a person wrote it"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Lines, and the commit that may have brought the fault in."""

    commit: str | None  # that made the lines say what they say; the span's own may only have moved them
    path: bytes
    start: int
    end: int
    score: float  # from 0 to 1: the mean of the parts by weight
    parts: tuple[Part, ...]
    span: Span


def rank(
    records: Records,
    spans: Sequence[Span],
    moment: str | None = None,
    distances: Sequence[int] | None = None,
) -> tuple[Candidate, ...]:
    """Candidates, the likeliest first; of equals the one nearer to the failure, then by path and line.

    Args:
        records: What the repository shows, at the revision that failed.
        spans: The lines, in the order of their frames, the innermost first.
        moment: When it failed, RFC 3339; None: now.
        distances: How many frames of ours each is away from the innermost; None: their place in the order.
    """
    at = moment_of(moment) or datetime.now(UTC)
    away = list(distances) if distances is not None else list(range(len(spans)))
    past = Past.of(records)
    makers, churns = past.makers(spans), past.changes([span.path for span in spans], at)
    records.load(sha for sha in makers if sha)
    rows = zip(spans, makers, churns, away, strict=True)
    found = [_candidate(records, span, maker, churn, at, far) for span, maker, churn, far in rows]
    order = sorted(zip(found, away, strict=True), key=lambda one: (-one[0].score, one[1], one[0].path, one[0].start))
    return tuple(candidate for candidate, _ in order)


def _candidate(records: Records, span: Span, maker: str | None, churn: int, at: datetime, far: int) -> Candidate:
    commit = _maker(records, span, maker)
    parts = tuple(_parts(records, span, commit, churn, at, far))
    return Candidate(
        commit=commit.sha if commit else span.commit,
        path=span.path,
        start=span.start,
        end=span.end,
        score=total(parts),
        parts=parts,
        span=span,
    )


def _maker(records: Records, span: Span, maker: str | None) -> Commit | None:
    """The commit behind the span's own; None where that is the one, or where nothing older is here."""
    known = maker or (span.behind.commit if span.behind else None)
    return records.commit(known) if known and span.commit and known != span.commit else None


def _parts(records: Records, span: Span, maker: Commit | None, churn: int, at: datetime, far: int) -> Iterator[Part]:
    where = "where it failed" if far == 0 else f"{far} frame{'s' if far > 1 else ''} outwards"
    yield part("frame", 1 / (1 + max(far, 0)), FRAME, where)
    came = moment_of(maker.committed_at if maker else span.delivery.merged_at or span.committed_at)
    if came is not None:
        name, value, weight, why = recency(at, came, RECENCY)
        why += f"; {span.commit[:12]} only moved it, or changed its white space" if maker and span.commit else ""
        yield name, value, weight, why
    many = f"the file changed {churn} time{'s' if churn != 1 else ''} in the {DAYS} days before"
    yield part("churn", churn / (churn + 2), CHURN, many)
    value, why = _ORIGINS[span.lines.origin]
    yield part("origin", value, ORIGIN, why)
    if span.placed is not None:
        layer = span.placed.layer
        yield part("layer", 1 / (1 + layer.rank), LAYER, f"in the layer {layer.name}")
    yield from _gate(records, span)


def _gate(records: Records, span: Span) -> Iterator[Part]:
    """What gates said of the commit, of its merge and of the change that it brought, the worst of it."""
    commit = records.commit(span.commit) if span.commit else None
    told = [one.decision for one in (records.decisions(commit) if commit else ()) if not one.doubt]
    found = [said for said in map(_said, told) if said]
    if found:
        value, why = max(found)
        yield part("gate", value, GATE, why)


def _said(decision: Decision) -> tuple[float, str] | None:
    """How far a gate was passed by: 1 where it was set aside."""
    if decision.kind is Kind.OVERRIDE:
        return 1.0, "the gate was set aside"
    if decision.kind is not Kind.GATE:
        return None
    details: Mapping[str, object] = decision.details
    verdict = (decision.policy and decision.policy.verdict) or details.get("verdict")
    if verdict != "pass":
        return 1.0, f"the gate said {verdict or 'nothing'}, and it came in"
    if decision.emergency is not None and decision.emergency.declared:
        return 1.0, "it came in as an emergency"
    waived = details.get("waived")
    if isinstance(waived, int) and waived:
        return 0.75, f"the gate passed it with {waived} waived"
    return 0.0, "the gate passed it"
