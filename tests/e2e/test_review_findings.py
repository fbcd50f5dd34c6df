"""`answerable review findings` as it is run."""

from __future__ import annotations

from pathlib import Path

import pytest

from builders import RepoBuilder
from e2e.asking import ask, ask_here
from policy.gating import ADA, AUTH, CLAUDE, LAYERS, policed

FAULT = "try:\n    f()\nexcept Exception:\n    pass\n"


@pytest.fixture
def changed(repo: RepoBuilder) -> RepoBuilder:
    """A fault that stood in a critical file, and one that a tool adds to it."""
    policed(repo, LAYERS, **{AUTH: FAULT})
    repo.commit({AUTH: FAULT + FAULT}, f"Do\n\n{CLAUDE}\n", author=ADA)
    repo.checkout()
    return repo


def test_what_is_new_is_told_with_the_origin_of_its_lines(changed: RepoBuilder) -> None:
    said = ask("review", "findings", "HEAD~1..HEAD", cwd=changed.root)
    assert said.code == 1
    assert said.out.splitlines() == [
        f"{AUTH}:7-8  warning  python-swallowed-exception",
        "  an exception of any kind is caught and dropped",
        "  ai, declared by claude-code, layer critical",
    ]


def test_what_stood_there_is_told_on_request(changed: RepoBuilder) -> None:
    said = ask_here("review", "findings", "HEAD~1..HEAD", "--all", "--format", "json", cwd=changed.root)
    assert said.code == 1
    assert said.json["schema"] == "answerable/review-findings/v1"
    told = [(one["start"], one["new"], one["origin"], one["tool"]) for one in said.json["findings"]]
    assert told == [(3, False, "unknown", None), (7, True, "ai", "claude-code")]


def test_without_a_warning_it_is_exit_zero(changed: RepoBuilder) -> None:
    changed.commit({"b.py": "import os  # noqa\n"}, author=ADA)
    changed.checkout()
    said = ask_here("review", "findings", "HEAD~1..HEAD", cwd=changed.root)
    assert (said.code, said.out.splitlines()[0]) == (0, "b.py:1  note  silenced-check")
    changed.commit({"b.py": "import sys\n"}, author=ADA)
    assert ask_here("review", "findings", "main~1..main", cwd=changed.root).out == "nothing is found\n"


def test_it_can_be_written_to_a_file_that_can_be_written(changed: RepoBuilder, tmp_path: Path) -> None:
    for form in ("text", "json", "sarif"):
        said = ask_here(
            "review", "findings", "HEAD~1..HEAD", "--format", form, "-o", str(tmp_path / form), cwd=changed.root
        )
        assert (said.code, said.out) == (1, "")
        assert "python-swallowed-exception" in (tmp_path / form).read_text()
    nowhere = ask_here("review", "findings", "HEAD~1..HEAD", "-o", str(tmp_path / "no/x"), cwd=changed.root)
    assert nowhere.code == 2


@pytest.mark.parametrize("given", ["HEAD", "nothing..HEAD"])
def test_a_range_that_names_nothing_is_exit_two(changed: RepoBuilder, given: str) -> None:
    assert ask_here("review", "findings", given, cwd=changed.root).code == 2


def test_tests_that_go_are_told_through_the_whole_of_it(repo: RepoBuilder) -> None:
    tests = "def test_a():\n    assert f() == 1\n\ndef test_b():\n    assert g()\n"
    policed(repo, LAYERS, **{"test_a.py": tests, "a.py": "x = 1\n"})
    repo.commit({"test_a.py": tests.partition("\ndef test_b")[0], "a.py": "x = 2\n"}, author=ADA)
    repo.checkout()
    said = ask_here("review", "findings", "HEAD~1..HEAD", "--format", "json", cwd=repo.root)
    (one,) = said.json["findings"]
    assert (one["rule"], one["path"], one["start"], one["new"]) == ("removed-test", "test_a.py", None, True)
