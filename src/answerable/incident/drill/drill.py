"""A whole rehearsal and what came of it: the line, the answers, the way of the escalation, and who acknowledged."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from answerable.domain.answer import Question
from answerable.domain.layer import Places
from answerable.git.quoting import quoted
from answerable.git.repository import Repository
from answerable.incident.drill.draw import Drawn, draw
from answerable.incident.drill.walk import Caller, Station, Walk, Walked
from answerable.incident.questions import six_questions
from answerable.incident.records import Records
from answerable.incident.spans import Blamer
from answerable.ownership.registry import Registry
from answerable.ownership.resolved import Resolved
from answerable.provenance.lines import LineSpan


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """What is rehearsed, before anybody is called."""

    id: str
    seed: int
    at: datetime  # for which it is asked who answers, with its zone
    head: str
    drawn: Drawn
    commit: str | None  # that wrote the line
    questions: tuple[Question, ...]
    resolved: Resolved
    questions_ms: int

    @property
    def about(self) -> dict[str, Any]:
        """What those who are called are told."""
        service = self.resolved.service
        return {
            "path": quoted(self.drawn.path),
            "line": self.drawn.line,
            "commit": self.commit,
            "layer": self.drawn.layer,
            "service": service.name if service else None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """A rehearsal that was walked; `via` is the host that calls went to, None in a dry run."""

    rehearsed: Rehearsed
    walked: Walked
    via: str | None
    elapsed_ms: int

    @property
    def outcome(self) -> str:
        """`acknowledged`, `unacknowledged`, `reachable` (a dry run that finds somebody by name), or `nobody`."""
        if self.walked.by:
            return "acknowledged"
        if self.walked.first is None:
            return "nobody"
        return "reachable" if self.via is None else "unacknowledged"

    @property
    def passed(self) -> bool:
        """True where a named person acknowledged, or could have in a dry run."""
        return self.outcome in ("acknowledged", "reachable")


def rehearse(
    repository: Repository,
    head: str,
    spans: Iterable[LineSpan],
    seed: int,
    at: datetime,
    *,
    places: Places | None = None,
    layer: str | None = None,
) -> Rehearsed:
    """Draw a line and ask about it.

    Args:
        repository: Where.
        head: Full id of a commit.
        spans: Every line of its tree, in path and line order.
        seed: Of the draw.
        at: For which moment it is asked who answers, with its zone.
        places: Tells the layers of files.
        layer: Draw in this one.

    Raises:
        TargetUnsupported: there is no line to draw.
    """
    drawn = draw(spans, seed, places, layer)
    began = time.monotonic()
    with closing(Records(repository, head, places=places, moment=at)) as records:
        (found,) = Blamer(records).spans([(drawn.path, (drawn.line, drawn.line))])
        questions = six_questions(found)
        resolved = Registry(repository, head).resolve(drawn.path, at)
    return Rehearsed(
        id=f"{datetime.now(UTC):%Y-%m-%d}-{uuid4().hex[:6]}",
        seed=seed,
        at=at,
        head=head,
        drawn=drawn,
        commit=found[0].commit if found else None,
        questions=questions,
        resolved=resolved,
        questions_ms=round((time.monotonic() - began) * 1000),
    )


def walk(found: Rehearsed, caller: Caller | None, via: str | None, **timing: Any) -> Drill:
    """Walk the escalation of what was drawn; `timing` as of `Walk`."""
    began = time.monotonic()
    walked = Walk(found.resolved.calls, caller, **timing).walk()
    elapsed = found.questions_ms + round((time.monotonic() - began) * 1000)
    return Drill(rehearsed=found, walked=walked, via=via, elapsed_ms=elapsed)


def document(drill: Drill, record: Mapping[str, Any] | None = None, notes: Sequence[str] = ()) -> dict[str, Any]:
    """A rehearsal as `answerable/owners-drill/v1`.

    Args:
        drill: The rehearsal.
        record: Where it is kept in the ledger, if it is.
        notes: What could not be looked at.
    """
    kept = dict(record) if record else None
    return {"schema": "answerable/owners-drill/v1", **facts(drill), "record": kept, "notes": list(notes)}


def facts(drill: Drill) -> dict[str, Any]:
    """What is told of a rehearsal and kept as evidence: no address and no number of anybody."""
    found, walked = drill.rehearsed, drill.walked
    service, owner = found.resolved.service, found.resolved.owner
    return {
        "id": found.id,
        "outcome": drill.outcome,
        "passed": drill.passed,
        "dry_run": drill.via is None,
        "via": drill.via,
        "seed": found.seed,
        "at": f"{found.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "head": found.head,
        "line": {
            "path": quoted(found.drawn.path),
            "line": found.drawn.line,
            "commit": found.commit,
            "origin": found.drawn.origin,
            "layer": found.drawn.layer,
            "population": found.drawn.population,
            "note": found.drawn.note,
        },
        "service": service.id if service else None,
        "owner": list(owner.names) if owner else [],
        "questions": [_question(one) for one in found.questions],
        "answered": sum(one.answer is not None for one in found.questions),
        "asked": len(found.questions),
        "steps": [_station(number, one) for number, one in enumerate(walked.stations, 1)],
        "acknowledged": _acknowledged(walked),
        "first": {"after": walked.first[0], "id": walked.first[1].id, "name": walked.first[1].name}
        if walked.first
        else None,
        "gaps": list(found.resolved.gaps),
        "questions_ms": found.questions_ms,
        "elapsed_ms": drill.elapsed_ms,
    }


def _question(one: Question) -> dict[str, Any]:
    return {"id": one.id, "answered": one.answer is not None, "grade": one.grade.word, "gap": one.gap}


def _station(number: int, one: Station) -> dict[str, Any]:
    return {
        "step": number,
        "after": one.after,
        "notify": [
            {"target": call.target, "region": call.covers, "people": [each.id for each in call.people]}
            for call in one.calls
        ],
        "called": one.called,
        "waited_ms": one.waited_ms,
        "problems": list(one.told),
    }


def _acknowledged(walked: Walked) -> dict[str, Any] | None:
    if walked.by is None or walked.step is None:
        return None
    return {
        "by": walked.by.id,
        "name": walked.by.name,
        "step": walked.step,
        "after": walked.stations[walked.step - 1].after,
        "elapsed_ms": walked.elapsed_ms,
    }


def gaps(questions: Sequence[Question]) -> list[tuple[str, str]]:
    """The questions that have no answer, and the step that closes each gap."""
    return [(one.id, one.remedy or "") for one in questions if one.answer is None]
