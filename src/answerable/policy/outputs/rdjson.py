"""Reviewdog Diagnostic Format (`rdjson`): one result with a diagnostic for each finding.

What is about the whole change is shown at the policy's file. The worst 5,000 are written; the last diagnostic then says
how many were left out.
"""

from __future__ import annotations

import json
from typing import Any

from answerable.domain.verdict import Finding, Severity, Verdict
from answerable.policy.outputs.harmless import located, visible
from answerable.policy.outputs.items import POLICY_FILE, about, items, lines, severity, told

MOST = 5000
_SEVERITIES = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.NOTE: "INFO"}
_SOURCE = {"name": "answerable"}


def render(verdict: Verdict) -> str:
    """A DiagnosticResult."""
    found = items(verdict)
    kept = found[:MOST]
    if len(kept) < len(found):
        words = f"{len(found) - len(kept):,} more findings are left out of this result"
        kept.append(Finding(rule="answerable-left-out", severity=Severity.NOTE, message=words))
    worst = _SEVERITIES[severity(kept[0])] if kept else "INFO"
    document = {"source": _SOURCE, "severity": worst, "diagnostics": [_diagnostic(item) for item in kept]}
    return json.dumps(document, ensure_ascii=True) + "\n"


def _diagnostic(item: Finding) -> dict[str, Any]:
    place: dict[str, Any] = {"path": located(item.path or POLICY_FILE)}
    if item.path is not None:
        start, end = lines(item)
        place["range"] = {"start": {"line": start}, "end": {"line": end}}
    known = about(item)
    return {
        "message": told(item) + (f" ({known})" if known else ""),
        "location": place,
        "severity": _SEVERITIES[severity(item)],
        "source": _SOURCE,
        "code": {"value": visible(item.rule, 200)},
    }
