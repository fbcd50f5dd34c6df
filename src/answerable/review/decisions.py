"""Reviews that were signed: who looked at exactly what, as far as the ledger vouches for it.

The people who prompted a tool count as authors of what it wrote: their review is kept and marked as not independent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from answerable.domain.commit import Commit, Person
from answerable.domain.decision import Decision, Kind, PrincipalType
from answerable.domain.review import ReviewMark, ReviewMarks
from answerable.provenance.decisions import Vouched, current
from answerable.review.answered import questions
from answerable.review.depth import Seen, depth
from answerable.review.message import coauthors_of
from answerable.review.people import dependence, person

_REVIEWS = frozenset({Kind.REVIEW, Kind.APPROVE})


def with_signed(
    marks: ReviewMarks, commit: Commit, found: Iterable[Vouched], drivers: Iterable[str] = ()
) -> ReviewMarks:
    """The marks of messages with those of signed decisions before them.

    Args:
        marks: What the messages show.
        commit: The commit asked about.
        found: Decisions about it, about its merge and about what was merged.
        drivers: Who had the lines written, as other evidence names them.
    """
    told = list({one.decision.decision_id: one for one in found}.values())
    every = current(told)
    made = [*drivers, *(name for one in told for name in _authors(one.decision))]
    authors = [commit.author, *map(person, made)]
    coauthors = coauthors_of(commit)
    signed = [_mark(one, authors, coauthors) for one in _reviews(every)]
    change = next((str(c) for one in every if (c := one.decision.details.get("change"))), None)
    if not signed:
        return marks
    depth = _depth(one for one, mark in zip(_reviews(every), signed, strict=True) if mark.independent and not one.doubt)
    return replace(marks, reviewers=(*signed, *marks.reviewers), change=marks.change or change, depth=depth)


def _reviews(found: Iterable[Vouched]) -> list[Vouched]:
    return [one for one in found if one.decision.kind in _REVIEWS]


def _depth(found: Iterable[Vouched]) -> float | None:
    """By the one part of the measure that decisions alone show: the checklists that were answered."""
    asked: dict[str, int] = {}
    answered: set[tuple[str, str]] = set()
    for one in found:
        for hunk, many, words in questions(one.decision):
            asked[hunk] = max(many, asked.get(hunk, 0))
            answered.update((hunk, question) for question in words)
    seen = Seen(asked=sum(asked.values()), answered=len(answered)) if asked else Seen()
    return depth(seen).value


def _authors(decision: Decision) -> Iterable[str]:
    """Who made what a decision is about: those it names, and for generated lines whoever had them generated."""
    yield from (author.id for author in decision.authored_by)
    yield from (author.on_behalf_of for author in decision.authored_by if author.on_behalf_of)
    if decision.kind is Kind.GENERATE:
        yield decision.principal.id
        yield from filter(None, (decision.principal.on_behalf_of,))


def _mark(one: Vouched, authors: Sequence[Person], coauthors: Sequence[Person]) -> ReviewMark:
    decision = one.decision
    because = dependence(person(decision.principal.id), authors, coauthors)
    if decision.principal.type is not PrincipalType.HUMAN:
        because = "agent"
    verdict = str(decision.details.get("verdict", "approved" if decision.kind is Kind.APPROVE else "reviewed"))
    return ReviewMark(
        person=decision.principal.id,
        mark=f"signed: {verdict.replace('_', ' ')}",
        grade=one.grade,
        independent=because is None,
        because=because,
    )
