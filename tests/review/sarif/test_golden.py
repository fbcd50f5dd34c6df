"""Reports of real analysers are read as they are meant: tool, rule, level, place."""

from __future__ import annotations

from pathlib import Path

import pytest

from answerable.domain.level import Level
from answerable.review.result import Silenced
from answerable.review.sarif.read import read
from review.sarif.making import HEAD, ROOT

GOLDEN = Path(__file__).parent / "golden"
E, W, N = Level.ERROR, Level.WARNING, Level.NOTE
READ = {
    "ruff": ("ruff", [("F401", E, b"lib/b.py", 2), ("S113", E, b"lib/b.py", 6)]),
    "bandit": ("Bandit", [("B501", E, b"lib/b.py", 6), ("B113", W, b"lib/b.py", 6)]),
    "ast-grep": ("ast-grep", [("python-missing-timeout", W, b"lib/b.py", 6)]),
    "gitleaks": ("gitleaks", [("test-rule", W, b"auth.py", 1)]),
    "codeql": ("CodeQL", [("py/sql-injection", E, b"lib/db.py", 5), ("py/unused-import", N, b"lib/db.py", 1)]),
    "semgrep": ("Semgrep OSS", [("python.lang.security.audit.eval", W, b"lib/a.py", 2)]),
    "eslint": ("ESLint", [("no-unused-vars", E, b"web/a b.js", 1)]),
    "trivy": ("Trivy", [("CVE-2024-0001", E, b"requirements.txt", 1)]),
}


@pytest.mark.parametrize("name", READ)
def test_a_report_of_a_real_analyser_is_read(name: str) -> None:
    found = read((GOLDEN / f"{name}.sarif").read_bytes(), name, HEAD, ROOT)
    tool, wanted = READ[name]
    assert found.tools == (tool,)
    told = [(r.rule, r.level, r.where[0].paths[0], r.where[0].start) for r in found.results]
    assert [one for one in wanted if one not in told] == []


def test_every_golden_report_is_in_the_table() -> None:
    assert {file.stem for file in GOLDEN.glob("*.sarif")} == set(READ)


def test_what_semgrep_says_of_its_own_run_and_of_a_comment_is_kept() -> None:
    found = read((GOLDEN / "semgrep.sarif").read_bytes(), "semgrep", HEAD, ROOT)
    assert [r.silenced for r in found.results] == [None, Silenced.SOURCE]
    assert any("1 errors of its own run" in note for note in found.notes)


def test_no_name_or_address_of_a_person_is_taken_for_a_fingerprint() -> None:
    (found,) = read((GOLDEN / "gitleaks.sarif").read_bytes(), "gitleaks", HEAD, ROOT).results
    assert found.fingerprint == "commitSha:0000000000000000"
    (first, _) = read((GOLDEN / "codeql.sarif").read_bytes(), "codeql", HEAD, ROOT).results
    assert first.fingerprint == "primaryLocationLineHash:39fa2ee980eb94b0:1"
