"""GitLab Code Quality: what GitLab needs of each entry, and fingerprints that no two share."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from answerable.domain.verdict import Verdict
from answerable.policy.outputs import gitlab
from policy.made_verdicts import ERROR, FAIL, FINDING, HOSTILE, PASS, VERDICTS, many


def report(verdict: Verdict) -> list[dict[str, Any]]:
    """The entries, each as GitLab documents it."""
    rows: list[dict[str, Any]] = json.loads(gitlab.render(verdict))
    for row in rows:
        assert set(row) == {"type", "check_name", "description", "fingerprint", "severity", "location"}
        assert row["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert 1 <= row["location"]["lines"]["begin"] <= row["location"]["lines"]["end"]
        assert row["location"]["path"].isprintable()
        assert row["description"].isprintable()
    assert len({row["fingerprint"] for row in rows}) == len(rows)
    return rows


def test_a_finding_is_an_entry_at_its_lines() -> None:
    first = report(FAIL)[0]
    assert first["check_name"] == "critical-four-eyes"
    assert first["severity"] == "blocker"
    assert first["location"] == {"path": "src/auth/token.py", "lines": {"begin": 3, "end": 9}}
    assert first["description"].endswith("(layer critical, origin ai, grade declared)")


def test_a_pass_is_an_empty_report_and_an_error_is_not() -> None:
    assert report(PASS) == []
    (row,) = report(ERROR)
    assert row["location"]["path"] == ".answerable/policy.yaml"
    assert "unknown key" in row["description"]


def test_the_same_finding_twice_has_two_fingerprints() -> None:
    assert len(report(replace(FAIL, findings=(FINDING, FINDING)))) == 3


@pytest.mark.parametrize("path", [b"\xff\n", b'"a"', "‮evil".encode()])
def test_a_path_that_is_not_harmless_is_shown_as_git_quotes_it(path: bytes) -> None:
    shown = report(replace(FAIL, findings=(replace(FINDING, path=path),)))[0]["location"]["path"]
    assert shown.startswith('"')
    assert shown.isascii()


@given(VERDICTS)
def test_no_text_and_no_path_makes_an_entry_that_gitlab_does_not_take(verdict: Verdict) -> None:
    report(verdict)


def test_a_hostile_verdict_is_an_ordinary_report() -> None:
    assert max(len(row["description"]) for row in report(HOSTILE)) < 4000


def test_the_worst_five_thousand_are_written_and_the_last_entry_counts_the_rest() -> None:
    rows = report(many(6000))
    assert (len(rows), rows[0]["severity"]) == (5001, "blocker")
    assert rows[-1]["description"].startswith("1,000 more findings are left out")
