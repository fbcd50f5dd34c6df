"""Whoever reads the output may stop early, and then all is well; no other pipe that breaks is taken for that."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import answerable
from builders import RepoBuilder

BROKEN = """
from answerable.audit import walking
def steps(*_, **__):
    raise BrokenPipeError(32, "Broken pipe")
walking.steps = steps
"""
START = """
import sys
from answerable.cli.start import main
sys.argv[0] = "answerable"
main()
"""


@pytest.fixture
def history(repo: RepoBuilder) -> RepoBuilder:
    for number in range(40):
        repo.commit({f"{number}/{at}": f"{at}\n" for at in range(60)})
    return repo


def start(repo: RepoBuilder, *arguments: str, first: str = "", **pipes: int) -> subprocess.Popen[bytes]:
    """Run the program with these pipes, and before it what `first` says."""
    env = {**os.environ, "PYTHONPATH": os.fspath(Path(answerable.__file__).parent.parent)}
    return subprocess.Popen([sys.executable, "-c", first + START, *arguments], cwd=repo.root, env=env, **pipes)


def test_a_reader_who_has_seen_enough_ends_it_without_a_word(history: RepoBuilder) -> None:
    process = start(history, "lines", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline()
    process.stdout.close()
    words = process.stderr.read()
    process.stderr.close()
    assert (process.wait(), words) == (0, b"")


def test_a_pipe_that_breaks_elsewhere_is_a_fault(repo: RepoBuilder) -> None:
    repo.commit({"a": "1\n"})
    process = start(repo, "scan", first=BROKEN, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, words = process.communicate()
    assert (process.returncode, out) == (3, b"")
    assert b"[internal]" in words


@pytest.mark.parametrize(("words", "code"), [(["none"], 2), (["a"], 0), (["none", "--format", "json"], 2)], ids=str)
def test_nobody_who_reads_changes_no_exit_code(repo: RepoBuilder, words: list[str], code: int) -> None:
    repo.commit({"a": "1\n"})
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as nobody, Path(os.devnull).open("wb") as nothing:
        pipes = (nobody, nothing) if "json" in words else (nothing, nobody)
        process = start(repo, "for", *words, stdout=pipes[0].fileno(), stderr=pipes[1].fileno())
    assert process.wait() == code
