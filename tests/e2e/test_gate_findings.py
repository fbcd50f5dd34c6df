"""`answerable gate --findings` and `--failure-modes` as they are run: exits, formats, and what they say."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from builders import RepoBuilder
from e2e.asking import ask, ask_here
from policy.gating import ADA, AUTH, CLAUDE, LAYERS, policed
from review.sarif.making import log, place, result, run

POLICY = (
    LAYERS
    + """rules:
  - name: analysed
    match: {layers: [critical], origins: [ai]}
    require: {findings: {level: error}}
"""
)
BEFORE = "import os\n\n\ndef f():\n    return 1\n"


@pytest.fixture
def changed(repo: RepoBuilder) -> RepoBuilder:
    """An unused import in a critical file that a person wrote long ago, and one that a tool adds."""
    policed(repo, POLICY, **{AUTH: BEFORE, "lib/a.py": BEFORE})
    repo.commit({AUTH: BEFORE + "\n\nimport json\n"}, f"Do\n\n{CLAUDE}\n", author=ADA)
    repo.checkout()
    return repo


def analysed(repo: RepoBuilder) -> Path:
    """What a real analyser writes of the work tree: absolute addresses, no commit."""
    file = repo.root.parent / "ruff.sarif"
    ruff = [
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--isolated",
        "--no-cache",
        "--select",
        "F",
        "--output-format",
        "sarif",
    ]
    subprocess.run([*ruff, "--output-file", str(file), "."], cwd=repo.root, check=False, capture_output=True)
    return file


def test_a_report_of_a_real_analyser_fails_what_is_new_and_tells_what_stands(changed: RepoBuilder) -> None:
    said = ask("gate", "HEAD~1..HEAD", "--findings", str(analysed(changed)), cwd=changed.root)
    assert said.code == 1
    rows = said.out.splitlines()
    assert "analysed  fails, 1 place" in rows
    assert "  ruff F401 (error): `json` imported but unused" in rows
    assert any(row.startswith(f"    {AUTH}:8  ai, declared") for row in rows)
    assert "analysed  warning, 1 place" in rows
    assert any(row.startswith(f"    {AUTH}:1  unknown, none") for row in rows)
    assert "lib/a.py" not in said.out, "no rule is about that layer"


def test_the_documents_keep_what_the_analyser_said(changed: RepoBuilder) -> None:
    asked = ("gate", "HEAD~1..HEAD", "--findings", str(analysed(changed)), "--format")
    told = ask_here(*asked, "json", cwd=changed.root).json["findings"][0]
    assert told["analyser"] == {
        "tool": "ruff",
        "rule": "F401",
        "level": "error",
        "message": "`json` imported but unused",
        "fingerprint": None,
        "standing": False,
    }
    sarif = ask_here(*asked, "sarif", cwd=changed.root).json["runs"][0]["results"]
    assert [one["properties"]["origin"] for one in sarif] == ["ai", "unknown"]
    assert sarif[0]["properties"]["analyser"]["rule"] == "F401"


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github", "gitlab", "rdjson", "junit", "markdown"])
def test_a_report_that_cannot_be_read_is_exit_three_in_every_format(changed: RepoBuilder, form: str) -> None:
    (changed.root.parent / "x.sarif").write_text('{"version": "2.1.0",\n "runs": [')
    asked = ("gate", "HEAD~1..HEAD", "--findings", str(changed.root.parent / "x.sarif"), "--format", form)
    said = ask_here(*asked, cwd=changed.root)
    assert said.code == 3
    assert "line 2, column 11" in said.out


def test_several_reports_are_laid_over_together(changed: RepoBuilder) -> None:
    (changed.root.parent / "other.sarif").write_bytes(log(run(result(place(AUTH, 8), level="error"))))
    files = [
        part for file in (analysed(changed), changed.root.parent / "other.sarif") for part in ("--findings", str(file))
    ]
    said = ask_here("gate", "HEAD~1..HEAD", *files, "--format", "json", cwd=changed.root)
    assert {one["analyser"]["tool"] for one in said.json["findings"]} == {"ruff", "Tool"}
    assert any("findings of ruff, Tool" in note for note in said.json["notes"])


def test_its_own_output_can_be_given_back_to_it(changed: RepoBuilder) -> None:
    policed(changed)
    head = changed.commit({AUTH: "import requests\nrequests.get(u, verify=False)\n"}, f"Do\n\n{CLAUDE}\n", author=ADA)
    changed.commit({".answerable/policy.yaml": POLICY}, branch="base")
    changed.checkout()
    found = ask_here("review", "findings", "HEAD~1..HEAD", "--format", "sarif", "-o", "f.sarif", cwd=changed.root)
    assert (found.code, found.out) == (1, "")
    document = json.loads((changed.root / "f.sarif").read_text())
    assert document["runs"][0]["versionControlProvenance"][0]["revisionId"] == head
    asked = ("gate", "HEAD~1..HEAD", "--policy", "base")
    given = ask_here(*asked, "--findings", "f.sarif", "--format", "json", cwd=changed.root)
    looked = ask_here(*asked, "--failure-modes", "--format", "json", cwd=changed.root)
    assert (given.code, looked.code) == (1, 1)
    assert [one["analyser"]["rule"] for one in given.json["findings"]] == ["python-disabled-verification"]
    rules = [[(f["analyser"]["rule"], f["start"]) for f in one.json["findings"]] for one in (given, looked)]
    assert rules[0] == rules[1]


def test_of_another_commit_it_is_refused(changed: RepoBuilder) -> None:
    ask_here("review", "findings", "HEAD~1..HEAD", "--format", "sarif", "-o", "f.sarif", cwd=changed.root)
    changed.commit({"x.py": "1\n"}, author=ADA)
    said = ask_here("gate", "HEAD~1..HEAD", "--findings", "f.sarif", cwd=changed.root)
    assert said.code == 3
    assert "it is about the commit" in said.out
