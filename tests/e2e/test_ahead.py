"""What is started ahead of the program changes no answer, serves only what it was started for, and leaves nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from answerable.cli import ahead
from builders import RepoBuilder


def run(repo: RepoBuilder, tmp_path: Path, *words: str) -> tuple[int, Any]:
    """Run the program with a temporary folder of its own, which must be empty afterwards."""
    scratch = tmp_path / "scratch"
    scratch.mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-m", "answerable", "-C", repo.root, *words],
        capture_output=True, check=False, env={**os.environ, "TMPDIR": str(scratch)},
    )  # fmt: skip
    assert list(scratch.iterdir()) == []
    assert b"Traceback" not in done.stderr
    found = json.loads(done.stdout)
    found.pop("elapsed_ms", None)
    return done.returncode, found


@pytest.mark.parametrize("target", ["a.py:2", "a.py:1-3", "a.py", "main", "main~1..main", "a.py:99", "none.py:1", "-x"])
def test_a_plain_question_and_one_with_an_option_have_one_answer(
    repo: RepoBuilder, tmp_path: Path, target: str
) -> None:
    repo.commit(
        {"a.py": "1\n2\n3\n", ".mailmap": "Ada Marlow <ada@x.org> <ada@old.org>\n"}, author=("a", "ada@old.org")
    )
    repo.commit({"a.py": "1\nx\n3\n"})
    repo.tag("v1", "main")
    plain = run(repo, tmp_path, "for", target, "--format", "json")
    assert run(repo, tmp_path, "for", target, "--format", "json", "--at", "HEAD") == plain
    assert run(repo, tmp_path, "for", "--format=json", target) == plain


def test_only_arguments_that_cannot_mean_anything_else_are_read_ahead() -> None:
    plain = [["for", "a:1"], ["-C", "x", "for", "a:1"], ["for", "a", "--format", "json"]]
    assert [ahead._read(words) for words in plain] == [
        ahead.Asked(Path(), "a:1"), ahead.Asked(Path("x"), "a:1"), ahead.Asked(Path(), "a")
    ]  # fmt: skip
    others = [
        [], ["for"], ["for", "-"], ["for", "--help"], ["scan", "a"], ["for", "a", "b"], ["for", "a", "--at", "x"],
        ["-C"], ["-C", "x"], ["for", "--", "a"], ["for", "a", "--format"], ["--version"],
        ["for", "a", "--evidence", "f"],
    ]  # fmt: skip
    assert [ahead._read(words) for words in others] == [None] * len(others)


def test_a_folder_that_is_no_repository_is_the_commands_to_refuse(tmp_path: Path) -> None:
    ahead.begin(["-C", str(tmp_path), "for", "a:1"])
    assert ahead.take(tmp_path, ("a:1",)) is None


def test_what_nobody_takes_is_ended(repo: RepoBuilder) -> None:
    repo.commit({"a": "1\n"})
    ahead.begin(["-C", str(repo.root), "for", "a:1"])
    assert ahead.take(repo.root, ("a:2",)) is None
    assert ahead.take(repo.root, ("a:1", "a:1")) is None
    (started,) = ahead._STARTED.values()
    folder = started.repository.quarantine.folder
    assert folder.exists()
    ahead.end()
    assert not folder.exists()
