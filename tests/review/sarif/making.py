"""What tests of SARIF share: a report with one run, its results and places."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from answerable.review.result import Report
from answerable.review.sarif.read import read

HEAD = "0123456789abcdef0123456789abcdef01234567"
ROOT = Path("/checkout")


def place(uri: str, *lines: int, **more: Any) -> dict[str, Any]:
    region = dict(zip(("startLine", "endLine"), lines, strict=False))
    found: dict[str, Any] = {"artifactLocation": {"uri": uri, **more}}
    return {"physicalLocation": {**found, "region": region} if lines else found}


def result(*places: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"ruleId": "R1", "message": {"text": "wrong"}, "locations": list(places), **more}


def run(*results: dict[str, Any], rules: tuple[dict[str, Any], ...] = (), **more: Any) -> dict[str, Any]:
    return {"tool": {"driver": {"name": "Tool", "rules": list(rules)}}, "results": list(results), **more}


def log(*runs: dict[str, Any]) -> bytes:
    return json.dumps({"version": "2.1.0", "runs": list(runs)}).encode()


def report(*results: dict[str, Any], **more: Any) -> Report:
    return read(log(run(*results, **more)), "a.sarif", HEAD, ROOT)
