"""Signals: measured ratios, each with its numerator, its denominator and what it cannot show."""

from __future__ import annotations

from dataclasses import dataclass

from answerable.audit.tally import Tally
from answerable.domain.grade import Grade
from answerable.domain.origin import Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """A ratio; `value` is None where there is nothing to measure."""

    name: str
    numerator: int
    denominator: int
    meaning: str
    limits: str

    @property
    def value(self) -> float | None:
        """Numerator over denominator, in 0..1."""
        return round(self.numerator / self.denominator, 4) if self.denominator else None


def signals(tally: Tally, owned: int = 0) -> tuple[Signal, ...]:
    """The signals that git alone can give.

    Args:
        tally: What was added.
        owned: How many of its lines that are not known to be a person's have an owner.
    """
    by_grade = tally.lines_by_grade
    declared = sum(by_grade[grade.word] for grade in Grade if grade >= Grade.DECLARED)
    recorded = sum(by_grade[grade.word] for grade in Grade if grade >= Grade.RECORDED)
    known = tally.lines - tally.lines_by_origin[Origin.UNKNOWN.value]
    return (
        Signal(
            name="traceability_coverage",
            numerator=declared,
            denominator=tally.lines,
            meaning="lines added whose origin is declared, recorded or attested",
            limits="a stripped trailer lowers it; it cannot tell a person's line from an unmarked tool's",
        ),
        Signal(
            name="recorded_coverage",
            numerator=recorded,
            denominator=tally.lines,
            meaning="lines added whose origin a tool's own hook wrote down line by line",
            limits="an unsigned note can be forged by anybody who may push notes",
        ),
        Signal(
            name="attribution_clarity",
            numerator=known,
            denominator=tally.lines,
            meaning="lines added about which the evidence speaks, at any grade, without contradiction",
            limits="an inferred origin counts, and is only as good as a branch name or a bot's account",
        ),
        Signal(
            name="ownership_coverage",
            numerator=owned,
            denominator=tally.weighed_by_path.total(),
            meaning="lines added by AI, or of unknown origin, in files for which an owner is declared",
            limits="an owner who is declared need not answer: answerable owners check and owners drill show whether",
        ),
        Signal(
            name="named_review",
            numerator=tally.reviewed,
            denominator=tally.commits - tally.merges,
            meaning="commits, merges apart, for which they or their merge name a reviewer who is not their author",
            limits="reviews on a forge that left no trailer are not seen",
        ),
    )
