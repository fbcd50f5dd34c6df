"""A verdict as a decision: by which policy, on which inputs, with what outcome, to be shown later as it was."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

from answerable.domain.decision import (
    Commitment,
    Decision,
    Emergency,
    EvidenceRef,
    Kind,
    PolicyRef,
    Principal,
    Subject,
    new_id,
    now,
)
from answerable.domain.verdict import Verdict
from answerable.policy.outputs.json import document

CONTENT = "verdict"
"""The name under which the whole document is committed to."""


def decision(
    verdict: Verdict, principal: Principal, context: Sequence[Commitment] = (), *, elapsed_ms: int | None = None
) -> Decision:
    """The decision of the gate about the head of a change.

    Args:
        verdict: What was found.
        principal: Who ran the gate.
        context: Commitments to the whole document.
        elapsed_ms: How long the gate took.
    """
    severities = Counter(finding.severity.value for finding in verdict.findings)
    return Decision(
        decision_id=new_id(),
        kind=Kind.GATE,
        subjects=(Subject(digest={"gitCommit": verdict.head}),),
        principal=principal,
        observed_at=now(),
        context=tuple(context),
        emergency=Emergency(declared=True, review_due_by=verdict.excused.review_due_by) if verdict.excused else None,
        policy=PolicyRef(uri=uri(verdict), digest=verdict.policy_digest, verdict=verdict.outcome.value)
        if verdict.policy_digest
        else None,
        evidence=(EvidenceRef(uri="inputs", digest=verdict.inputs_digest),) if verdict.inputs_digest else (),
        details={
            "base": verdict.base,
            "verdict": verdict.outcome.value,
            "findings": dict(severities),
            "rules": sorted({finding.rule for finding in verdict.findings})[:100],
            **({"waived": len([w for w in verdict.waivers if w.holds])} if verdict.waivers else {}),
            "owed": sum(not obligation.met for obligation in verdict.obligations),
            **({"elapsedMs": elapsed_ms} if elapsed_ms is not None else {}),
        },
    )


def uri(verdict: Verdict) -> str:
    """Where the policy stands, in one line."""
    return " ".join(verdict.policy_source.split())[:200] or "unknown"


def content(verdict: Verdict) -> bytes:
    """The whole document, to be kept outside the log."""
    return json.dumps(document(verdict), sort_keys=True).encode()
