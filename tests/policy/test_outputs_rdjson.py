"""Reviewdog Diagnostic Format: the keys and values of its `DiagnosticResult`."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given

from answerable.domain.verdict import Verdict
from answerable.policy.outputs import rdjson
from policy.made_verdicts import ERROR, FAIL, HOSTILE, PASS, VERDICTS, many


def result(verdict: Verdict) -> dict[str, Any]:
    """The result, each diagnostic as the format documents it."""
    found: dict[str, Any] = json.loads(rdjson.render(verdict))
    assert set(found) == {"source", "severity", "diagnostics"}
    for row in found["diagnostics"]:
        assert set(row) == {"message", "location", "severity", "source", "code"}
        assert row["severity"] in {"ERROR", "WARNING", "INFO"}
        assert row["message"].isprintable()
        assert row["location"]["path"].isprintable()
        if lines := row["location"].get("range"):
            assert 1 <= lines["start"]["line"] <= lines["end"]["line"]
    return found


def test_a_finding_is_a_diagnostic_of_its_lines() -> None:
    first = result(FAIL)["diagnostics"][0]
    assert first["code"] == {"value": "critical-four-eyes"}
    assert first["location"] == {"path": "src/auth/token.py", "range": {"start": {"line": 3}, "end": {"line": 9}}}


def test_the_severity_of_the_result_is_that_of_its_worst() -> None:
    assert [result(verdict)["severity"] for verdict in (PASS, FAIL, ERROR)] == ["INFO", "ERROR", "ERROR"]
    assert "unknown key" in result(ERROR)["diagnostics"][0]["message"]


@given(VERDICTS)
def test_no_text_and_no_path_makes_a_diagnostic_of_another_shape(verdict: Verdict) -> None:
    result(verdict)


def test_a_hostile_verdict_is_an_ordinary_result() -> None:
    assert len(result(HOSTILE)["diagnostics"]) >= len(HOSTILE.findings)


def test_what_is_left_out_is_counted_in_the_last_diagnostic() -> None:
    rows = result(many(6000))["diagnostics"]
    assert len(rows) == 5001
    assert rows[-1]["message"].startswith("1,000 more findings are left out")
