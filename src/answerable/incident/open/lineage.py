"""The life of a line as a timeline: generated, accepted, reviewed, approved, gate, merged, deployed, failed.

Every step is there. What nothing tells of is a step that is not known, never one that did not happen: only where the
evidence itself says that something did not happen is that said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from answerable.domain.acceptance import How
from answerable.domain.answer import Span
from answerable.domain.commit import Commit
from answerable.domain.decision import Decision, Kind, order
from answerable.domain.deployment import Running, State
from answerable.domain.grade import Grade
from answerable.domain.origin import Origin
from answerable.git.tags import Tag
from answerable.incident.open.model import Event, Step
from answerable.provenance.decisions import Vouched

_MOST = 20  # events of one step
_UNKNOWN = {
    Step.GENERATED: "nothing records whether or when a tool wrote it",
    Step.ACCEPTED: "how it was taken in (read, allowed beforehand, automatic) is not recorded",
    Step.REVIEWED: "no review of it is recorded here",
    Step.APPROVED: "no approval of it is recorded here",
    Step.GATE: "no verdict of a gate is recorded for it",
    Step.MERGED: "how it reached the main line is not known",
    Step.RELEASED: "no release is known to contain it",
    Step.DEPLOYED: "no deployment is recorded",
    Step.FAILED: "when it failed is not said",
}


def lineage(
    span: Span,
    found: Sequence[Vouched],
    running: Sequence[Running],
    failed_at: str | None,
    tags: Sequence[Tag] = (),
    maker: Commit | None = None,
) -> tuple[Event, ...]:
    """The steps of a line, in their order; of one step the oldest first.

    Args:
        span: The line, with what git and the evidence show.
        found: Signed decisions about its commit, its merge and what was merged.
        running: Where revisions run that contain it.
        failed_at: When it failed.
        tags: Of the repository, to date its release.
        maker: The commit that made the line say what it says, where its own only moved it.
    """
    by_step: dict[Step, list[Event]] = {step: [] for step in Step}
    events = (
        *_generated(span, found), *_accepted(span, found), *_committed(span, maker), *_signed(span, found),
        *_marked(span), *_merged(span), *_released(span, tags), *_deployed(running),
    )  # fmt: skip
    for event in events:
        by_step[event.step].append(event)
    if failed_at:
        by_step[Step.FAILED].append(Event(step=Step.FAILED, at=failed_at, what="it failed", grade=Grade.DECLARED))
    return tuple(event for step in Step for event in _of_step(step, by_step[step]))


def _of_step(step: Step, events: list[Event]) -> list[Event]:
    if events:
        return sorted(events, key=lambda event: event.at or "")[:_MOST]
    return [Event(step=step, known=False, what=_UNKNOWN.get(step, "not known"))]


def _generated(span: Span, found: Iterable[Vouched]) -> Iterator[Event]:
    lines = span.lines
    if lines.origin is Origin.HUMAN:
        ref = lines.evidence[0].ref if lines.evidence else None
        by = lines.person
        yield Event(step=Step.GENERATED, by=by, what="a person wrote it", grade=lines.grade, ref=ref)
        return
    if lines.origin not in (Origin.AI, Origin.MIXED):
        return
    made = [one for one in found if one.decision.kind is Kind.GENERATE]
    agent = lines.agent
    words = [word for word in (agent.tool, agent.model) if word] if agent else ["a tool that is not named"]
    session = f", session {agent.session}" if agent and agent.session else ""
    who = "AI and a person wrote it" if lines.origin is Origin.MIXED else "AI wrote it"
    yield Event(
        step=Step.GENERATED,
        at=made[0].decision.observed_at if made else None,
        by=" ".join(words),
        what=f"{who}{session}",
        grade=lines.grade,
        ref=made[0].ref if made else lines.evidence[0].ref if lines.evidence else None,
    )


def _accepted(span: Span, found: Iterable[Vouched]) -> Iterator[Event]:
    told = span.lines.acceptance
    if told is not None and told.how is not How.UNKNOWN:
        what = f"{told.how.value.replace('_', ' ')}, {told.state.value.replace('_', ' ')}"
        yield Event(step=Step.ACCEPTED, at=told.at, by=told.by, what=what, grade=told.grade)
    for one in found:
        if one.decision.kind is Kind.COUNTERSIGN and told is None:
            intent = str(one.decision.details.get("intent", ""))
            yield _event(Step.ACCEPTED, one, f"signed for lines of the commit: {intent[:200]}")


def _committed(span: Span, maker: Commit | None) -> Iterator[Event]:
    if maker is not None and maker.sha != span.commit:
        what = f"commit {maker.sha[:12]}, which made the line: {maker.subject or '(no subject)'}"
        by, at = str(maker.committer), maker.committed_at
        yield Event(step=Step.COMMITTED, at=at, by=by, what=what, grade=Grade.DECLARED, ref=maker.sha)
    if span.commit and span.committer:
        moved = ", which moved it or changed its white space" if maker and maker.sha != span.commit else ""
        what = f"commit {span.commit[:12]}{moved}: {span.subject or '(no subject)'}"
        by = str(span.committer)
        yield Event(step=Step.COMMITTED, at=span.committed_at, by=by, what=what, grade=Grade.DECLARED, ref=span.commit)


def is_late(span: Span, decision: Decision) -> bool:
    """True for what was decided after a merge had brought the lines in: it can have stopped nothing.

    Without a merge git does not tell when lines came in: a commit is older than its review.
    """
    merged = span.delivery.merged_at if span.delivery.merge else None
    return merged is not None and order(decision.observed_at) > order(merged)


def _signed(span: Span, found: Iterable[Vouched]) -> Iterator[Event]:
    for one in found:
        details = one.decision.details
        late = ", only after it came in" if is_late(span, one.decision) else ""
        if one.decision.kind is Kind.REVIEW:
            verdict = str(details.get("verdict", ""))
            yield _event(Step.REVIEWED, one, f"review: {verdict.replace('_', ' ')}{late}")
            if verdict == "approved":
                yield _event(Step.APPROVED, one, f"approved in that review{late}")
        elif one.decision.kind is Kind.APPROVE:
            yield _event(Step.APPROVED, one, f"approved{late}")
        elif one.decision.kind is Kind.GATE:
            yield _event(Step.GATE, one, f"{verdict_of(one.decision)}{late}")
        elif one.decision.kind is Kind.OVERRIDE:
            yield _event(Step.GATE, one, f"set aside: {(one.decision.rationale or 'no reason given')[:300]}")
        elif one.decision.kind is Kind.MERGE:
            yield _event(Step.MERGED, one, "merged")
        elif one.decision.kind is Kind.RELEASE:
            yield _event(Step.RELEASED, one, "released")


def verdict_of(decision: Decision) -> str:
    """What a gate said, in words."""
    details, policy = decision.details, decision.policy
    said = str((policy and policy.verdict) or details.get("verdict", "unknown"))
    parts = [f"the gate said {said}" + (f" under {policy.uri}" if policy else "")]
    owed, waived = details.get("owed"), details.get("waived")
    if isinstance(owed, int) and owed:
        parts.append(f"{owed} owed")
    if isinstance(waived, int) and waived:
        parts.append(f"{waived} waived")
    if decision.emergency and decision.emergency.declared:
        due = decision.emergency.review_due_by
        parts.append("as an emergency" + (f", to be reviewed by {due}" if due else ""))
    return ", ".join(parts)


def _marked(span: Span) -> Iterator[Event]:
    """Marks of messages: they name people and no moment, and are worth what a message is worth."""
    if span.review is None:
        return
    for mark in (*span.review.independent_reviewers, *span.review.independent_acks):
        if not mark.mark.startswith("signed:"):
            yield Event(step=Step.REVIEWED, by=mark.person, what=f"{mark.mark} in the message", grade=mark.grade)


def _merged(span: Span) -> Iterator[Event]:
    delivery = span.delivery
    if delivery.merge:
        through = f" with change {delivery.change}" if delivery.change else ""
        by = str(delivery.merged_by) if delivery.merged_by else None
        what = f"merged{through}"
        yield Event(step=Step.MERGED, at=delivery.merged_at, by=by, what=what, grade=Grade.DECLARED, ref=delivery.merge)
    elif span.commit:
        through = f"change {delivery.change} went" if delivery.change else "it went"
        what = f"{through} straight onto the main line: no merge commit"
        yield Event(step=Step.MERGED, at=span.committed_at, what=what, grade=Grade.DECLARED, ref=span.commit)


def _released(span: Span, tags: Sequence[Tag]) -> Iterator[Event]:
    name = span.delivery.release
    if name:
        at = next((_moment(seconds) for seconds, _, tag in tags if tag == name), None)
        yield Event(step=Step.RELEASED, at=at, what=f"first in release {name}", grade=Grade.INFERRED, ref=name)


def _deployed(running: Iterable[Running]) -> Iterator[Event]:
    for place in running:
        parts = (place.environment, place.region, place.cohort, place.wave and f"wave {place.wave}")
        where = ", ".join(part for part in parts if part)
        state = "" if place.state is State.ACTIVE else f" ({place.state.value.replace('_', ' ')})"
        what = f"{place.revision[:12]} in {where}{state}"
        yield Event(step=Step.DEPLOYED, at=place.since, what=what, grade=place.grade, ref=place.decision)


def _event(step: Step, one: Vouched, what: str) -> Event:
    decision = one.decision
    by = decision.principal.id
    return Event(step=step, at=decision.observed_at, by=by, what=what, grade=one.grade, ref=one.ref)


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
