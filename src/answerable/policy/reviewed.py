"""What is known of the review of a change, as `review.depth` measures it: only independent people count."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from answerable.policy.change.emergency import parsed
from answerable.policy.change.facts import What
from answerable.policy.judge.evaluate import Inputs
from answerable.policy.judge.known import size_of
from answerable.policy.judge.requirements import owner_approved
from answerable.policy.model import Policy
from answerable.review.depth import File, Seen

if TYPE_CHECKING:
    from answerable.policy.gate import Known


def seen(policy: Policy, known: Known, inputs: Inputs) -> Seen:
    """What there is to measure.

    Args:
        policy: That of the change.
        known: What is read of the change.
        inputs: What is known besides, with the checklists.
    """
    lists, counted = inputs.checklists, inputs.approvals.counted
    answered = lists.questions - lists.unanswered if lists else 0
    wanted = bool(answered) or any(rule.require.checklist for rule in policy.rules)
    told = inputs.context is not None or bool(counted) or bool(answered)
    return Seen(
        files=tuple(_files(policy, inputs)),
        approvals=len(counted) if told else None,
        seconds=_seconds(known, inputs),
        remarks=lists.remarks if lists else None,
        asked=lists.questions if lists and wanted else None,
        answered=answered,
    )


def _files(policy: Policy, inputs: Inputs) -> list[File]:
    ai: dict[bytes, int] = {}
    lines: dict[bytes, int] = {}
    for each in inputs.checklists.all if inputs.checklists else ():
        ai[each.asked.hunk.path] = ai.get(each.asked.hunk.path, 0) + each.asked.hunk.count
    for fact in inputs.facts:
        if fact.what is not What.MOVED:
            lines[fact.path] = lines.get(fact.path, 0) + size_of(fact)
    opened = _opened(inputs)
    return [
        File(
            lines=count,
            ai_lines=ai.get(path, 0),
            opened=None if opened is None else path.decode("utf-8", "surrogateescape") in opened,
            owned=inputs.owners.get(path) is not None,
            approved_by_owner=owner_approved(path, inputs, policy.teams),
        )
        for path, count in lines.items()
    ]


def _opened(inputs: Inputs) -> set[str] | None:
    told = [a.opened_files for a in inputs.approvals.counted if a.opened_files is not None]
    return {path for paths in told for path in paths} if told else None


def _seconds(known: Known, inputs: Inputs) -> float | None:
    """From when the head could be looked at, which is no earlier than it was there, to the last approval of it."""
    moments = [at for a in inputs.approvals.counted for text in a.moments if (at := parsed(text)) is not None]
    begun = [at for at in (_requested(inputs), _there(known)) if at is not None]
    return (max(moments) - max(begun)).total_seconds() if moments and begun else None


def _requested(inputs: Inputs) -> datetime | None:
    return parsed((inputs.context.change.requested_at if inputs.context else None) or "")


def _there(known: Known) -> datetime | None:
    commit = next((commit for commit in known.commits if commit.sha == known.span.head), None)
    return parsed(commit.committed_at) if commit else None
