"""A first run is interrupted, terminated or killed at any moment, or two run at once.

An interrupt ends with 130, without a traceback, and leaves nothing temporary. After a kill, and beside another process,
the next answer is exactly that of `git blame`.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

import answerable
from answerable.cli.main import run
from answerable.git.attribution import snapshot
from answerable.git.attribution.store import Store
from attacks.hostile import lines, truth
from builders import RepoBuilder, random_history

SOURCE = os.fspath(Path(answerable.__file__).parent.parent)


@pytest.fixture
def history(tmp_path: Path) -> RepoBuilder:
    """Random edits, renames and merges: enough for several writes to the store."""
    return random_history(7, tmp_path / "repo", commits=40)


def interrupted(repo: RepoBuilder, number: int, stage: str, temporary: Path, *command: str) -> tuple[int, str]:
    """Run a command that sends a signal to itself as soon as it reaches a stage; its exit code and its words."""
    script = f"""
import os, runpy, sys
from answerable.git import quarantine
from answerable.git.attribution import lineage, store
places = {{
    "quarantine": (quarantine, "quoted_alternates"),
    "walk": (lineage.Lineage, "walk"),
    "store": (store.Store, "_write"),
}}
where, name = places[{stage!r}]
original = getattr(where, name)
def struck(*given, **more):
    result = original(*given, **more)
    os.kill(os.getpid(), {number:d})
    return result
setattr(where, name, struck)
sys.argv = ["answerable", *{list(command)!r}]
runpy.run_module("answerable", run_name="__main__")
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=repo.root,
        env={**os.environ, "PYTHONPATH": SOURCE, "TMPDIR": os.fspath(temporary)},
        capture_output=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stderr.decode()


@pytest.mark.parametrize("stage", ["quarantine", "walk", "store"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_an_interrupt_leaves_nothing_behind_and_says_nothing(
    history: RepoBuilder, tmp_path: Path, number: signal.Signals, stage: str
) -> None:
    expected = truth(history)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    code, words = interrupted(history, number, stage, temporary, "lines")
    assert (code, "Traceback" in words) == (130, False), words
    assert list(temporary.iterdir()) == []
    assert lines(history) == expected


def test_a_run_that_shall_outlive_its_terminal_does(history: RepoBuilder, tmp_path: Path) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # what nohup does
    try:
        code, words = interrupted(history, signal.SIGHUP, "walk", tmp_path, "lines", "--no-cache")
    finally:
        signal.signal(signal.SIGHUP, before)
    assert (code, words) == (0, "")


def killed(repo: RepoBuilder, at: int) -> bool:
    """In a fork, run `lines` and kill it at its `at`-th step of writing; True where it got that far."""
    child = os.fork()
    if child == 0:
        count = 0

        def struck(original: object) -> object:
            def wrapped(*given: object, **more: object) -> object:
                nonlocal count
                count += not isinstance(given[0], Path) or given[0].name.startswith(".snapshot")
                if count == at:
                    os.kill(os.getpid(), signal.SIGKILL)
                return original(*given, **more)  # type: ignore[operator]

            return wrapped

        with suppress(BaseException):
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            os.environ["TMPDIR"] = os.fspath(repo.root.parent)  # what a killed run leaves, the test removes
            Store._write = struck(Store._write)  # type: ignore[method-assign,assignment]
            Store._open = struck(Store._open)  # type: ignore[method-assign,assignment]
            snapshot.Path.write_bytes = struck(Path.write_bytes)  # type: ignore[method-assign,assignment]
            snapshot.Path.replace = struck(Path.replace)  # type: ignore[method-assign,assignment]
            run(["-C", os.fspath(repo.root), "lines"])
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def test_a_kill_at_any_step_of_writing_leaves_a_right_next_answer(history: RepoBuilder) -> None:
    expected = truth(history)
    steps = 0
    for at in range(1, 12):
        for file in (history.git_dir / "answerable").glob("*"):
            file.unlink()
        if not killed(history, at):
            break
        steps += 1
        assert lines(history) == expected
    assert 3 <= steps < 11, steps


def cut_short(repo: RepoBuilder, size: int) -> None:
    """Start a run, and kill it as soon as what it wrote under `.git/answerable/` is this large."""
    command = [sys.executable, "-m", "answerable", "lines"]
    env = {**os.environ, "PYTHONPATH": SOURCE}
    env["TMPDIR"] = os.fspath(repo.root.parent)
    process = subprocess.Popen(command, cwd=repo.root, env=env, stdout=subprocess.DEVNULL, start_new_session=True)
    while process.poll() is None and written(repo) < size:
        os.sched_yield()
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def written(repo: RepoBuilder) -> int:
    total = 0
    for file in (repo.git_dir / "answerable").glob("*"):
        with suppress(OSError):
            total += file.stat().st_size
    return total


def test_runs_killed_while_they_write_leave_a_right_next_answer(history: RepoBuilder) -> None:
    expected = truth(history)
    for size in (1, 4096, 20_000, 40_000):
        cut_short(history, size)
        assert lines(history) == expected
        (history.git_dir / "answerable" / "snapshot").unlink(missing_ok=True)


def test_processes_at_once_on_one_cache_are_all_right(history: RepoBuilder) -> None:
    expected = ask_lines(history, "--no-cache")
    command = [sys.executable, "-m", "answerable", "lines"]
    env = {**os.environ, "PYTHONPATH": SOURCE}
    running = [
        subprocess.Popen(command, cwd=history.root, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(4)
    ]
    found = [process.communicate(timeout=60) for process in running]
    assert [process.returncode for process in running] == [0] * 4
    assert {out for out, _ in found} == {expected}
    assert lines(history) == truth(history)
    assert sorted(file.name for file in (history.git_dir / "answerable").glob(".*")) == []


def ask_lines(repo: RepoBuilder, *options: str) -> bytes:
    command = [sys.executable, "-m", "answerable", "lines", *options]
    return subprocess.run(
        command, cwd=repo.root, env={**os.environ, "PYTHONPATH": SOURCE}, stdout=subprocess.PIPE, check=True
    ).stdout
