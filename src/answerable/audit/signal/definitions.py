"""Every signal, in the order in which they are told: one entry each, with formula and limits."""

from __future__ import annotations

from answerable.audit.facts.change import Change
from answerable.audit.facts.judged import NO_VERDICT
from answerable.audit.signal.model import Definition, Pair

_DECLARED = ("declared", "recorded", "attested")
_RECORDED = ("recorded", "attested")


def _graded(change: Change, grades: tuple[str, ...]) -> Pair | None:
    return (sum(change.grades.get(grade, 0) for grade in grades), change.lines) if change.lines else None


def _share(holds: bool, applies: bool) -> Pair | None:
    return (float(holds), 1.0) if applies else None


DEFINITIONS = (
    Definition(
        name="traceability_coverage",
        meaning="lines whose origin is declared, recorded or attested",
        formula="lines of the grades declared, recorded and attested / lines added",
        limits="a stripped trailer lowers it; it cannot tell a person's line from an unmarked tool's",
        of=lambda change: _graded(change, _DECLARED),
    ),
    Definition(
        name="recorded_coverage",
        meaning="lines whose origin a tool's own hook wrote down line by line",
        formula="lines of the grades recorded and attested / lines added",
        limits="an unsigned note can be forged by anybody who may push notes",
        of=lambda change: _graded(change, _RECORDED),
    ),
    Definition(
        name="attested_coverage",
        meaning="lines that an accountable person answers for in the ledger",
        formula="lines of the grade attested / lines added",
        limits="a signature shows who answers, not that they read every line",
        of=lambda change: _graded(change, ("attested",)),
    ),
    Definition(
        name="attribution_clarity",
        meaning="lines about which the evidence speaks, at any grade, without contradiction",
        formula="(lines - lines of unknown origin) / lines added; a contradiction makes lines unknown",
        limits="an inferred origin counts, and is only as good as a branch name or a bot's account",
        of=lambda change: (change.lines - change.unknown_lines, change.lines) if change.lines else None,
    ),
    Definition(
        name="conflicting_evidence",
        meaning="lines about which sources of one grade contradict each other",
        formula="conflicting lines / lines added",
        limits="sources that are wrong in the same way do not contradict each other",
        of=lambda change: (change.conflicting_lines, change.lines) if change.lines else None,
        better="low",
    ),
    Definition(
        name="recording_completeness",
        meaning="changes with lines that are not a person's whose recorder was on all the time",
        formula="changes whose recorders all say `on` / changes with governed lines",
        limits="a machine without a recorder says nothing, and counts as not complete",
        of=lambda change: _share(change.completeness == "on", change.governed_lines > 0),
    ),
    Definition(
        name="policy_coverage",
        meaning="changes that the gate judged, as the ledger shows",
        formula="changes with a verdict in the ledger / changes",
        limits="says that rules were asked, not that they ask for enough",
        of=lambda change: _share(change.gate is not None and NO_VERDICT not in change.unexplained, applies=True),
    ),
    Definition(
        name="independent_review",
        meaning="changes with governed lines that an independent person approved, signed and in the ledger",
        formula="changes with an approval that counts / changes with governed lines",
        limits="reviews on a forge that nobody recorded are not seen",
        of=lambda change: _share(bool(change.approvals), change.governed_lines > 0),
    ),
    Definition(
        name="review_depth",
        meaning="how deep reviews went, from 0 to 1, as far as signed decisions show",
        formula="mean of the depth of changes whose depth is known; docs/explanation/review-depth.md",
        limits="most of what makes a review deep happens on a forge or in a head",
        of=lambda change: (change.depth, 1.0) if change.depth is not None else None,
    ),
    Definition(
        name="ownership_coverage",
        meaning="governed lines in files that somebody owns",
        formula="governed lines in owned files / governed lines",
        limits="an owner is who is declared; whether they answer is what a drill shows",
        of=lambda change: (change.owned_lines, change.governed_lines) if change.governed_lines else None,
    ),
    Definition(
        name="gate_latency",
        meaning="how long the gate took, in milliseconds: the median over changes",
        formula="median of the gate's own measure; numerator over denominator is the mean",
        limits="the waiting of people for each other is not in it",
        of=lambda change: (change.gate_ms, 1.0) if change.gate_ms is not None else None,
        unit="ms",
        better="low",
    ),
    Definition(
        name="gate_friction",
        meaning="judged changes that the gate did not let pass at its last word",
        formula="changes whose last verdict is fail or error / judged changes",
        limits="verdicts on earlier pushes of a change are not on the main line, and are not counted",
        of=lambda change: _share(change.gate != "pass", change.gate is not None),
        better="low",
    ),
    Definition(
        name="waiver_debt",
        meaning="judged changes that passed with a waiver",
        formula="changes whose verdict rests on a waiver / judged changes",
        limits="a waiver that matched and was not needed counts",
        of=lambda change: _share(change.waived > 0, change.gate is not None),
        better="low",
    ),
    Definition(
        name="emergency_debt",
        meaning="emergencies that nobody independent has reviewed afterwards",
        formula="emergencies without a review / emergencies",
        limits="those that are not due yet count, too",
        of=lambda change: _share(not change.review_done, change.emergency),
        better="low",
    ),
    Definition(
        name="explained",
        meaning="changes about which the ledger leaves nothing unexplained",
        formula="changes with nothing unexplained / changes",
        limits="what is explained was decided; that says nothing of whether it was decided well",
        of=lambda change: _share(not change.unexplained, applies=True),
    ),
)

REHEARSED = (
    Definition(
        name="time_to_answer",
        meaning="how long the six questions took in rehearsals, in milliseconds: the median",
        formula="median of the drills' own measure; numerator over denominator is the mean",
        limits="a rehearsal asks about one line that was drawn, on a machine that was there",
        of=lambda drill: (drill.questions_ms, 1.0) if drill.questions_ms is not None else None,
        unit="ms",
        better="low",
    ),
    Definition(
        name="time_to_acknowledge",
        meaning="from the first call of a rehearsal until a named person acknowledged, in milliseconds: the median",
        formula="median over drills that called somebody and were acknowledged; numerator over denominator is the mean",
        limits="the acknowledgement is the word of the system that called",
        of=lambda drill: (drill.acknowledged_ms, 1.0) if drill.called and drill.acknowledged_ms is not None else None,
        unit="ms",
        better="low",
    ),
    Definition(
        name="drills_acknowledged",
        meaning="rehearsals that called somebody in which a named person acknowledged",
        formula="acknowledged drills / drills that called somebody; dry runs are left out",
        limits="those who knew of the rehearsal beforehand answer it, too",
        of=lambda drill: (float(drill.acknowledged_ms is not None), 1.0) if drill.called else None,
    ),
)
"""Signals of rehearsals, told after those of changes."""
