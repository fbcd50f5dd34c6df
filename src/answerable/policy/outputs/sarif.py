"""SARIF 2.1.0 (OASIS), as code scanning takes it: origin, grade and layer of the lines are properties of each result.

Code scanning refuses more than 25,000 results and shows 5,000, so the worst 5,000 are written; how many were left out
is a notification of the run and one of its properties.
"""

from __future__ import annotations

import json
from typing import Any

from answerable import __version__
from answerable.domain.verdict import Finding, Outcome, Severity, Verdict
from answerable.policy.outputs.harmless import uri, visible
from answerable.policy.outputs.items import POLICY_FILE, fingerprints, items, lines, needed, severity, summary, told

MOST = 5000
MOST_EVIDENCE = 20  # sentences of one result
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
_EXITS = {Outcome.PASS: 0, Outcome.FAIL: 1, Outcome.ERROR: 3}


def render(verdict: Verdict) -> str:
    """One run with a result for each finding."""
    found = items(verdict)
    kept = found[:MOST]
    rules = list(dict.fromkeys(_name(item) for item in kept))
    index = {rule: at for at, rule in enumerate(rules)}
    results = [_result(item, index[_name(item)], mark) for item, mark in zip(kept, fingerprints(kept), strict=True)]
    run = {
        "tool": {"driver": {"name": "Answerable", "version": __version__, "rules": [_rule(rule) for rule in rules]}},
        "automationDetails": {"id": "answerable/gate/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The root of the repository."}}},
        "invocations": [_invocation(verdict, len(found) - len(kept))],
        "results": results,
        "properties": _properties(verdict, len(found) - len(kept)),
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=True) + "\n"


def _name(item: Finding) -> str:
    return visible(item.rule, 200)


def _rule(name: str) -> dict[str, Any]:
    return {"id": name, "name": name, "shortDescription": {"text": f"Rule {name} of the policy"}}


def _result(item: Finding, index: int, mark: str) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": _name(item),
        "ruleIndex": index,
        "level": _LEVELS[severity(item)],
        "message": {"text": told(item) or "no message"},
        "locations": [_location(item)],
        "partialFingerprints": {"answerableFinding/v1": mark},
        "properties": {
            "origin": item.origin.value if item.origin else None,
            "grade": item.grade.word if item.grade is not None else None,
            "layer": visible(item.layer, 100) if item.layer is not None else None,
            "remedy": visible(item.remedy) if item.remedy is not None else None,
            "evidence": [visible(one, 300) for one in item.evidence[:MOST_EVIDENCE]],
        },
    }
    if item.analysed:
        result["properties"]["analyser"] = {
            "tool": visible(item.analysed.tool, 200),
            "rule": visible(item.analysed.rule, 200),
            "level": item.analysed.level,
            "standing": item.analysed.standing,
        }
    if item.waived_by:
        result["suppressions"] = [{"kind": "external", "justification": visible(item.waived_by)}]
    return result


def _location(item: Finding) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": uri(item.path or POLICY_FILE), "uriBaseId": "SRCROOT"}}
    start, end = lines(item)
    place["region"] = {"startLine": start, "endLine": end}
    return {"physicalLocation": place}


def _invocation(verdict: Verdict, left: int) -> dict[str, Any]:
    told: list[dict[str, Any]] = []
    if verdict.outcome is Outcome.ERROR:
        told.append({"level": "error", "message": {"text": visible(verdict.problem or "could not be evaluated")}})
    if left:
        told.append({"level": "warning", "message": {"text": f"{left:,} more findings are left out of this file"}})
    done = verdict.outcome is not Outcome.ERROR
    return {
        "executionSuccessful": done, "exitCode": _EXITS[verdict.outcome], "toolExecutionNotifications": told,
    }  # fmt: skip


def _properties(verdict: Verdict, left: int) -> dict[str, Any]:
    return {
        "verdict": verdict.outcome.value,
        "summary": summary(verdict),
        "base": visible(verdict.base, 100),
        "head": visible(verdict.head, 100),
        "policyDigest": visible(verdict.policy_digest, 100),
        "policySource": visible(verdict.policy_source, 300),
        "obligations": [
            {"rule": visible(owed.rule, 200), "met": owed.met, "text": needed(owed)}
            for owed in verdict.obligations[:MOST]
        ],
        "notes": [visible(note) for note in verdict.notes[:MOST]],
        "resultsLeftOut": left,
    }
