"""The command behind the hook, by hand: whatever it is given, wherever its words go, it ends with 0 only for a pass."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import answerable
from builders import RepoBuilder
from e2e.asking import ask

ZERO = "0" * 40


def test_lines_of_another_form_are_refused(repo: RepoBuilder) -> None:
    sha = repo.commit({"a": "x\n"})
    good = f"{ZERO} {sha} refs/heads/x\n"
    assert ask("pre-receive", cwd=repo.root, feed=good).code == 0
    for feed in (
        "",
        good[:-1],
        "\n",
        good + "\n",
        f"{ZERO} {sha}\n",
        f"{ZERO} {sha} HEAD\n",
        f"{ZERO[1:]} {sha} refs/heads/x\n",
        f"{ZERO} {sha.upper()} refs/heads/x\n",
        f"{ZERO} {sha} refs/heads/a b\n",
        f"{ZERO} {sha} refs/heads/x\0\n",
        good * 1001,
        "x" * (5 << 20),
    ):
        said = ask("pre-receive", cwd=repo.root, feed=feed)
        assert said.code == 3, feed[:100]
        assert said.err.startswith("answerable: this push is refused, because it could not be judged\n")
        assert said.out == ""


@pytest.mark.parametrize("kind", ["missing", "blob", "tree"])
def test_what_is_no_commit_cannot_be_judged(repo: RepoBuilder, kind: str) -> None:
    first = repo.commit({"a": "x\n"})
    made = {"missing": "1" * 40, "blob": repo.write("blob", b"x"), "tree": repo.write("tree", b"")}
    said = ask("pre-receive", cwd=repo.root, feed=f"{first} {made[kind]} refs/heads/main\n")
    assert (said.code, "is no commit" in said.err) == (3, True)


def test_a_folder_that_is_no_repository_refuses(tmp_path: Path) -> None:
    assert ask("pre-receive", cwd=tmp_path, feed="x\n").code == 3


@pytest.mark.parametrize("closing", ["2>&-", ">&- 2>&-", "2>/dev/full", ">/dev/full 2>/dev/full"])
def test_a_pusher_who_has_gone_changes_nothing_about_a_refusal(repo: RepoBuilder, closing: str) -> None:
    repo.commit({".answerable/policy.yaml": "surprise: 1\n"})
    head = repo.commit({"a": "x\n"})
    command = f'"{sys.executable}" -m answerable pre-receive {closing}'
    environment = {**os.environ, "PYTHONPATH": os.fspath(Path(answerable.__file__).parent.parent)}
    feed = f"{ZERO} {head} refs/heads/x\n".encode()
    done = subprocess.run(["sh", "-c", command], cwd=repo.root, input=feed, env=environment, check=False)
    assert done.returncode not in (0, 1)
