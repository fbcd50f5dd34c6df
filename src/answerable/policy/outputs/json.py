"""A verdict as `answerable/verdict/v1`, whole; a path that is not UTF-8 keeps its bytes as escapes."""

from __future__ import annotations

import json
from typing import Any

from answerable.domain.verdict import Analysed, Artifact, Excused, Finding, Obligation, Rests, Verdict, Waived


def render(verdict: Verdict) -> str:
    """One JSON document and the end of a line."""
    return json.dumps(document(verdict), ensure_ascii=True) + "\n"


def document(verdict: Verdict, elapsed_ms: int = 0) -> dict[str, Any]:
    """The document of the contract."""
    return {
        "schema": "answerable/verdict/v1",
        "verdict": verdict.outcome.value,
        "range": {"base": verdict.base, "head": verdict.head},
        "policy": {
            "digest": verdict.policy_digest or None,
            "source": verdict.policy_source,
            "mode": "report" if verdict.reports else "enforce",
        },
        "inputs": {"digest": verdict.inputs_digest},
        "findings": [_finding(finding) for finding in verdict.findings],
        "obligations": [_obligation(obligation) for obligation in verdict.obligations],
        "waivers": [_waived(waived) for waived in verdict.waivers],
        "emergency": _excused(verdict.excused) if verdict.excused else None,
        "artifact": _artifact(verdict.artifact) if verdict.artifact else None,
        "notes": list(verdict.notes),
        "problem": {"message": verdict.problem, "remedy": verdict.remedy} if verdict.problem else None,
        "elapsed_ms": elapsed_ms,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "layer": finding.layer,
        "path": finding.path.decode("utf-8", "surrogateescape") if finding.path is not None else None,
        "start": finding.start,
        "end": finding.end,
        "origin": finding.origin.value if finding.origin else None,
        "grade": finding.grade.word if finding.grade is not None else None,
        "message": finding.message,
        "remedy": finding.remedy,
        "evidence": list(finding.evidence),
        "analyser": _analysed(finding.analysed) if finding.analysed else None,
        "waived_by": finding.waived_by,
    }


def _obligation(obligation: Obligation) -> dict[str, Any]:
    return {
        "rule": obligation.rule,
        "needs": obligation.needs,
        "have": obligation.have,
        "who": list(obligation.who),
        "met": obligation.met,
    }


def _waived(waived: Waived) -> dict[str, Any]:
    return {
        "rule": waived.rule,
        "who": waived.who,
        "why": waived.why,
        "until": waived.until,
        "lines": waived.lines,
        "holds": waived.holds,
    }


def _excused(excused: Excused) -> dict[str, Any]:
    return {
        "by": excused.by,
        "why": excused.why,
        "at": excused.at,
        "review_due_by": excused.review_due_by,
        "rules": list(excused.rules),
    }


def _analysed(found: Analysed) -> dict[str, Any]:
    return {
        "tool": found.tool,
        "rule": found.rule,
        "level": found.level,
        "message": found.message,
        "fingerprint": found.fingerprint,
        "standing": found.standing,
    }


def _artifact(artifact: Artifact) -> dict[str, Any]:
    return {
        "digest": artifact.digest,
        "environment": artifact.environment,
        "revision": artifact.revision,
        "tied_by": [_rests(each) for each in artifact.tied_by],
        "judged_by": _rests(artifact.judged_by) if artifact.judged_by else None,
        "since": [_rests(each) for each in artifact.since],
    }


def _rests(each: Rests) -> dict[str, Any]:
    return {"entry": each.index, "kind": each.kind, "by": each.by, "at": each.at, "says": each.says}
