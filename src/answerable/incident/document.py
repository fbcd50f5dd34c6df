"""The answer as the contract's JSON document: keys are only ever added."""

from __future__ import annotations

from typing import Any

from answerable.domain.acceptance import Acceptance, How, State
from answerable.domain.answer import Answer, Place, Question, Span
from answerable.domain.commit import Person
from answerable.domain.evidence import Conflict, Evidence
from answerable.domain.grade import Grade
from answerable.domain.origin import Origin
from answerable.domain.owner import Owner
from answerable.incident.headline import headline
from answerable.incident.people import not_a_person
from answerable.incident.running import running_document

SCHEMA = "answerable/answer/v1"
Json = dict[str, Any]


def document(answer: Answer, elapsed_ms: int) -> Json:
    """An answer as `answerable/answer/v1`."""
    return {
        "schema": SCHEMA,
        "target": {"kind": answer.kind, "given": answer.given},
        "repository": {"root": answer.root, "head": answer.head},
        "headline": headline(answer),
        "elapsed_ms": elapsed_ms,
        "spans": [span_document(span) for span in answer.spans],
        "questions": [_question(question) for question in answer.questions],
        "answered": answer.answered,
        "asked": len(answer.questions),
        **({"frames": [_place(place) for place in answer.places]} if answer.kind == "trace" else {}),
        "notes": list(answer.notes),
        "defects": [{"kind": d.kind, "ref": d.ref, "detail": d.detail} for d in answer.defects],
    }


def span_document(span: Span) -> Json:
    """One span, as `for` and `recall` give it."""
    lines = span.lines
    agent = lines.agent
    return {
        "path": text(span.path),
        "start": span.start,
        "end": span.end,
        "commit": span.commit,
        "orig_path": text(span.orig_path),
        "orig_start": span.orig_start,
        "origin": lines.origin.value,
        "grade": lines.grade.word,
        "agent": agent
        and {
            "tool": agent.tool,
            "tool_version": agent.tool_version,
            "model": agent.model,
            "session": agent.session,
        },
        "author": _person(span.author),
        "committed_at": span.committed_at,
        "subject": span.subject,
        "acceptance": _acceptance(span),
        "review": _review(span),
        "layer": span.placed.layer.name if span.placed else None,
        "owner": span.owner
        and {
            "team": span.owner.teams[0] if span.owner.teams else None,
            "people": [*span.owner.teams[1:], *span.owner.people],
            "escalation": escalation_document(span.owner),
            "source": span.owner.source,
            "service": span.owner.duty.service if span.owner.duty else None,
            "response": list(span.owner.duty.response) if span.owner.duty else [],
            "signed": list(span.owner.duty.signed) if span.owner.duty else [],
        },
        "running": [running_document(place) for place in span.whereabouts.places],
        "released": span.delivery.release,
        "evidence": [evidence_document(evidence) for evidence in lines.evidence],
        "conflicts": [_conflict(conflict) for conflict in lines.conflicts],
        "behind": span.behind
        and {
            "commit": span.behind.commit,
            "path": text(span.behind.path),
            "start": span.behind.start,
            "author": _person(span.behind.author),
        },
        "boundary": span.boundary,
    }


def escalation_document(owner: Owner) -> list[Json] | None:
    """Who is called when, or None where nothing says it."""
    if owner.duty is None or not owner.duty.calls:
        return None
    return [
        {
            "after": call.after,
            "notify": call.target,
            "people": [{"name": name, "contact": contact} for name, contact in call.people],
            "contact": call.contact,
            "region": call.region,
        }
        for call in owner.duty.calls
    ]


def evidence_document(evidence: Evidence) -> Json:
    """One piece of evidence."""
    return {
        "source": evidence.source,
        "ref": evidence.ref,
        "grade": evidence.grade.word,
        "claim": evidence.claim,
    }


def text(path: bytes) -> str:
    """A path for JSON: UTF-8 as it is; any other byte as an escape that Python turns back (surrogateescape)."""
    return path.decode("utf-8", "surrogateescape")


def _question(question: Question) -> Json:
    return {
        "id": question.id,
        "answer": question.answer,
        "grade": question.grade.word,
        "gap": question.gap,
        "remedy": question.remedy,
    }


def _person(person: Person | None) -> Json | None:
    return {"name": person.name, "email": person.email} if person else None


def _acceptance(span: Span) -> Json | None:
    """What evidence says; else who committed it, which shows that it was taken in, not how."""
    known = span.lines.acceptance
    if known is None and span.committer and span.lines.origin is not Origin.HUMAN:
        known = Acceptance(
            how=How.UNKNOWN,
            state=State.UNKNOWN,
            by=span.lines.person or (None if not_a_person(span.committer) else str(span.committer)),
            at=span.committed_at,
            grade=Grade.INFERRED,
        )
    return known and {  # type: ignore[return-value]  # None, or the document
        "how": known.how.value,
        "state": known.state.value,
        "by": known.by,
        "at": known.at,
        "grade": known.grade.word,
    }


def _review(span: Span) -> Json | None:
    review = span.review
    if review is None:
        return None
    marks = {"reviewer": review.reviewers, "ack": review.acks, "signoff": review.signoffs, "tester": review.testers}
    approvals = [
        {"by": mark.person, "as": role, "mark": mark.mark, "grade": mark.grade.word, "independent": mark.independent}
        for role, found in marks.items()
        for mark in found
    ]
    return {
        "change": review.change,
        "approvals": approvals,
        "depth": None if review.depth is None else round(review.depth, 4),
        "verdict": None,
        "merge": span.delivery.merge,
        "merged_by": _person(span.delivery.merged_by),
        "merged_at": span.delivery.merged_at,
    }


def _conflict(conflict: Conflict) -> Json:
    return {
        "about": conflict.about,
        "grade": conflict.grade.word,
        "claims": [evidence_document(evidence) for evidence in conflict.claims],
    }


def _place(place: Place) -> Json:
    return {
        "text": place.text,
        "path": text(place.path) if place.path is not None else None,
        "line": place.line,
        "score": place.score,
        "why": place.why,
        "others": [text(other) for other in place.others],
    }
