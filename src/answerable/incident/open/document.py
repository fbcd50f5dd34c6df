"""An opened incident as the contract's JSON document `answerable/incident/v1`: keys are only ever added."""

from __future__ import annotations

from typing import Any

from answerable.domain.answer import Question
from answerable.incident.document import span_document, text
from answerable.incident.headline import headline
from answerable.incident.open.controls import passed
from answerable.incident.open.model import Control, Due, Event, Incident, Message, Notice, Ranked, Reach, Response
from answerable.incident.running import running_document

SCHEMA = "answerable/incident/v1"
Json = dict[str, Any]


def document(incident: Incident, elapsed_ms: int) -> Json:
    """An incident as it is printed, kept and exported."""
    answer = incident.answer
    return {
        "schema": SCHEMA,
        "id": incident.id,
        "title": incident.title,
        "state": "open",
        "severity": incident.severity,
        "kind": incident.kind,
        "source": incident.source,
        "environment": incident.environment,
        "failed_at": incident.failed_at,
        "aware_at": incident.aware_at,
        "opened_at": incident.opened_at,
        "links": list(incident.links),
        "revision": {
            "commit": incident.at.commit,
            "basis": incident.at.basis.value,
            "why": incident.at.why,
            "grade": incident.at.grade.word,
        },
        "headline": headline(answer),
        "frames": [
            {"path": text(place.path) if place.path is not None else None, "line": place.line, "why": place.why}
            for place in answer.places
        ],
        "questions": [question(each) for each in answer.questions],
        "answered": answer.answered,
        "asked": len(answer.questions),
        "candidates": [_ranked(at, each) for at, each in enumerate(incident.ranked, 1)],
        "response": _response(incident.response),
        "dues": [_due(due) for due in incident.dues],
        "messages": [_message(message) for message in incident.messages],
        "reach": [_reach(reach) for reach in incident.reach],
        "notices": [_notice(notice) for notice in incident.notices],
        "notes": list(incident.notes),
        "record": None,
        "history": [],
        "elapsed_ms": elapsed_ms,
    }


def question(each: Question) -> Json:
    """One of the six."""
    return {
        "id": each.id,
        "answer": each.answer,
        "grade": each.grade.word,
        "gap": each.gap,
        "remedy": each.remedy,
    }


def _ranked(at: int, ranked: Ranked) -> Json:
    candidate = ranked.candidate
    return {
        "rank": at,
        "path": text(candidate.path),
        "start": candidate.start,
        "end": candidate.end,
        "commit": candidate.commit,
        "score": candidate.score,
        "parts": [{"name": n, "value": v, "weight": w, "why": why} for n, v, w, why in candidate.parts],
        "span": span_document(candidate.span),
        "questions": [question(each) for each in ranked.questions],
        "answered": sum(each.answer is not None for each in ranked.questions),
        "lineage": [_event(event) for event in ranked.lineage],
        "passed": passed(ranked.controls),
        "controls": [_control(control) for control in ranked.controls],
    }


def _event(event: Event) -> Json:
    return {
        "step": event.step.value,
        "known": event.known,
        "at": event.at,
        "by": event.by,
        "what": event.what,
        "grade": event.grade.word,
        "ref": event.ref,
    }


def _control(control: Control) -> Json:
    return {
        "side": control.side.value,
        "name": control.name,
        "outcome": control.outcome.value,
        "what": control.what,
        "ref": control.ref,
        "remedy": control.remedy,
    }


def _response(response: Response) -> Json:
    return {
        "path": text(response.path) if response.path is not None else None,
        "service": response.service,
        "tier": response.tier,
        "owner": list(response.owner),
        "calls": [
            {
                "after_minutes": call.after,
                "target": call.target,
                "people": list(call.people),
                "contact": call.contact,
                "covers": call.covers,
            }
            for call in response.calls
        ],
        "communication": list(response.communication),
        "links": [{"name": name, "address": address} for name, address in response.links],
        "grade": response.grade.word,
        "why": list(response.why),
        "gaps": list(response.gaps),
    }


def _due(due: Due) -> Json:
    return {
        "by": due.by,
        "within_hours": due.within,
        "jurisdiction": due.jurisdiction,
        "regulation": due.regulation,
        "to": due.to,
        "who": list(due.who),
        "applies": due.applies,
    }


def _message(message: Message) -> Json:
    return {
        "audience": message.audience,
        "jurisdictions": list(message.jurisdictions),
        "severities": list(message.severities),
        "text": message.text,
    }


def _reach(reach: Reach) -> Json:
    return {
        "what": reach.what,
        "label": reach.label,
        "lines": reach.lines,
        "files": reach.files,
        "commits": list(reach.commits),
        "spans": [
            {"path": text(one.path), "start": one.start, "end": one.end, "commit": one.commit} for one in reach.spans
        ],
        "by_owner": dict(reach.by_owner),
        "running": [running_document(place) for place in reach.running],
        "by_region": _counted(reach, "region"),
        "by_jurisdiction": _counted(reach, "jurisdiction"),
        "by_cohort": _counted(reach, "cohort"),
        "recall": reach.recall,
        "gap": reach.gap,
    }


def _counted(reach: Reach, name: str) -> dict[str, int]:
    """How many places of a reach are in each region, jurisdiction or cohort, as far as that is said."""
    found: dict[str, int] = {}
    for place in reach.running:
        key = getattr(place, name)
        if key:
            found[key] = found.get(key, 0) + 1
    return found


def _notice(notice: Notice) -> Json:
    return {
        "owner": notice.owner,
        "lines": notice.lines,
        "paths": [text(path) for path in notice.paths],
        "title": notice.title,
        "body": notice.body,
    }
