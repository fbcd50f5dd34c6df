"""GitLab Code Quality: a JSON list of findings, each with a fingerprint that no other in the report has.

GitLab takes two findings of one fingerprint for one, and wants a path and a line: what is about the whole change is
shown at the policy's file. The worst 5,000 are written; the last entry then says how many were left out.
"""

from __future__ import annotations

import json
from typing import Any

from answerable.domain.verdict import Finding, Severity, Verdict
from answerable.policy.outputs.harmless import located, visible
from answerable.policy.outputs.items import POLICY_FILE, about, fingerprints, items, lines, severity, told

MOST = 5000
_SEVERITIES = {Severity.ERROR: "blocker", Severity.WARNING: "major", Severity.NOTE: "info"}


def render(verdict: Verdict) -> str:
    """The report."""
    found = items(verdict)
    kept = found[:MOST]
    if len(kept) < len(found):
        words = f"{len(found) - len(kept):,} more findings are left out of this report"
        kept.append(Finding(rule="answerable-left-out", severity=Severity.NOTE, message=words))
    rows = [_row(item, mark) for item, mark in zip(kept, fingerprints(kept), strict=True)]
    return json.dumps(rows, ensure_ascii=True) + "\n"


def _row(item: Finding, mark: str) -> dict[str, Any]:
    start, end = lines(item)
    known = about(item)
    return {
        "type": "issue",
        "check_name": visible(item.rule, 200),
        "description": told(item) + (f" ({known})" if known else ""),
        "fingerprint": mark,
        "severity": _SEVERITIES[severity(item)],
        "location": {"path": located(item.path or POLICY_FILE), "lines": {"begin": start, "end": end}},
    }
