"""Whatever is broken, missing or hostile around them: a commit is made, at once, and git hears nothing of our hooks."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from answerable.capture.git_hooks.install import install
from answerable.capture.recording import pending
from answerable.capture.recording.place import find
from answerable.git.repository import Repository
from e2e.asking import ask_here
from e2e.test_git_hooks import ended, folder_of, hooked
from e2e.working import ADA, Desk

AI = "ai recorded claude-code"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path / "repo")
    hooked(made)
    made.writes("app.py", "one_of_these = 1\n")
    made.git("add", "-A")
    return made


def commits(desk: Desk, *arguments: str, **env: str) -> None:
    """A commit, its amendment and a merge are made without a word, and at once."""
    begun = time.monotonic()
    for command in (["commit", "-qm", "Work"], ["commit", "-q", "--amend", "--no-edit"]):
        done = subprocess.run(
            ["git", *arguments, *command],
            cwd=desk.root,
            env={**os.environ, **ADA, **env},
            capture_output=True,
            check=False,
            timeout=30,
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert time.monotonic() - begun < 5
    assert desk.git("log", "-1", "--format=%s") == "Work"


@pytest.mark.parametrize(
    "said", ["", "0\n", "-1\n", "x\n", "1; touch hacked\n", "$(touch hacked)\n", "99999999\n", "12 34\n", "\0" * 4096]
)
def test_a_pid_file_of_any_content(desk: Desk, said: str) -> None:
    (folder_of(desk) / "drain.pid").write_text(said)
    commits(desk)
    ended(desk)
    assert desk.git("notes", "--ref=ai", "list")
    assert not (desk.root / "hacked").exists()


def test_a_drain_that_runs_is_not_waited_for_and_one_that_died_is_not_believed(desk: Desk) -> None:
    with (folder_of(desk) / "drain.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        commits(desk)
        assert desk.git("notes", "--ref=ai", "list", check=False) == ""
    ended(desk)
    assert desk.git("notes", "--ref=ai", "list")


@pytest.mark.parametrize("how", ["full", "folder", "pipe"])
def test_files_that_cannot_be_written(desk: Desk, how: str) -> None:
    for name in ("drain.pid", "settings", "used", "rewritten", "journal", "no-program", "drained"):
        if how == "full":
            (folder_of(desk) / name).symlink_to("/dev/full")
        elif how == "pipe":
            os.mkfifo(folder_of(desk) / name)
        else:
            (folder_of(desk) / name).mkdir()
    commits(desk)


def test_a_folder_of_ours_that_is_a_file(desk: Desk) -> None:
    shutil.rmtree(folder_of(desk))
    folder_of(desk).write_text("")
    commits(desk)


def test_what_agents_edited_said_by_anything_but_lines(desk: Desk) -> None:
    folder = folder_of(desk) / "assisted"
    shutil.rmtree(folder)
    folder.mkdir()
    (folder / "a folder").mkdir()
    (folder / "bytes").write_bytes(b"\xff\0\n\0\xff\napp.py")
    (folder / "one line").write_text("app.py")
    (folder / "empty").write_text("")
    (folder / "-n").write_text("$(touch hacked)`touch hacked`\napp.py\n")
    commits(desk)
    assert not (desk.root / "hacked").exists()
    assert "$(touch hacked)`touch hacked`" in desk.git("log", "-1", "--format=%B")


def test_a_message_that_is_hostile_is_kept_as_it_is(desk: Desk) -> None:
    said = "$(touch hacked) `touch hacked` %s %n \\n \"' * ~\n\n" + "x" * 5000 + "\n" + "y: z\n" * 300
    done = subprocess.run(
        ["git", "commit", "-q", "-F", "-"], cwd=desk.root, input=said.encode(), env={**os.environ, **ADA}, check=True
    )
    assert done.returncode == 0
    kept, _, trailer = desk.git("log", "-1", "--format=%B").rpartition("\n")
    assert kept == said
    assert trailer == "Assisted-by: claude-code"
    assert not (desk.root / "hacked").exists()


@pytest.mark.parametrize("shell", ["dash", "bash", "bash --posix"])
def test_any_shell_that_stands_for_sh_does(desk: Desk, shell: str) -> None:
    for hook in (desk.root / ".git/hooks").iterdir():
        if b"# answerable" in hook.read_bytes():
            hook.write_bytes(hook.read_bytes().replace(b"#!/bin/sh", f"#!/usr/bin/env -S {shell} -eu".encode(), 1))
    commits(desk)
    ended(desk)
    assert "Assisted-by" in desk.git("log", "-1", "--format=%B")
    assert desk.origins("app.py") == [AI]


@pytest.mark.parametrize("name", ["a b", "a'b", 'a"b', "a$(touch hacked)b", "größe", "-a", "a\\b"])
def test_repositories_and_programs_of_any_name(tmp_path: Path, name: str) -> None:
    desk = Desk(tmp_path / name)
    python = tmp_path / f"{name} python"
    python.symlink_to(sys.executable)
    hooked(desk, os.fspath(tmp_path / name / "gone"))
    desk.writes("app.py", "one_of_these = 1\n")
    desk.git("add", "-A")
    commits(desk)
    until = time.monotonic() + 10
    while not (folder_of(desk) / "no-program").exists():
        assert time.monotonic() < until
        time.sleep(0.01)
    hooked(desk)
    (folder_of(desk) / "drain.pid").unlink(missing_ok=True)
    desk.types("more.py", "by_hand = 1\n")
    desk.git("add", "-A")
    commits(desk)
    ended(desk)
    assert desk.origins("app.py") == [AI]
    assert not (desk.root / "hacked").exists()


def test_a_repository_that_is_named_and_not_stood_in(desk: Desk, tmp_path: Path) -> None:
    for arguments in (["-C", os.fspath(desk.root)], [f"--git-dir={desk.root}/.git", f"--work-tree={desk.root}"]):
        desk.writes("app.py", f"one_of_these = {len(arguments[0])}\n")
        done = subprocess.run(
            ["git", *arguments, "commit", "-qam", "Work"], cwd=tmp_path, env={**os.environ, **ADA}, capture_output=True,
            check=False,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, b"")
        ended(desk)
        assert "Assisted-by" in desk.git("log", "-1", "--format=%B")
        assert desk.origins("app.py") == [AI]


def test_a_submodule_and_a_work_tree_called_main(desk: Desk, tmp_path: Path) -> None:
    desk.commit()
    other = Desk(tmp_path / "outer")
    other.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", os.fspath(desk.root), "inner")
    other.git("worktree", "list")
    desk.git("worktree", "add", "-q", os.fspath(tmp_path / "main"), "-b", "side")
    for root in (other.root / "inner", tmp_path / "main"):
        inner = Desk(root)
        inner.git("config", "user.name", "Ada")
        hooked(inner)
        inner.writes("more.py", "two_of_these = 2\n")
        inner.git("add", "-A")
        commits(inner)
        place = find(os.fsencode(root))
        assert place
        until = time.monotonic() + 20
        while Path(os.fsdecode(place.folder), "drain.pid").exists() or pending.waits(place):
            assert time.monotonic() < until
            time.sleep(0.01)
        assert inner.origins("more.py") == [AI]


def test_a_caller_that_waits_for_every_handle_to_close_waits_for_nothing(desk: Desk) -> None:
    with (folder_of(desk) / "drain.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = subprocess.run(
            ["sh", "-c", "exec git commit -qm Work 3>&1 7>&1 9>&1"],
            cwd=desk.root,
            env={**os.environ, **ADA},
            capture_output=True,
            check=False,
            timeout=10,
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    ended(desk)


def test_many_commits_one_after_another_start_few_drains_and_miss_nothing(desk: Desk) -> None:
    for turn in range(20):
        desk.writes("app.py", "".join(f"line_{row}_of_these = {row}\n" for row in range(turn + 1)))
        desk.git("commit", "-qam", f"Work {turn}")
    ended(desk)
    place = find(os.fsencode(desk.root))
    assert place
    assert not pending.waits(place)
    assert desk.origins("app.py") == [AI] * 20


def test_a_drain_that_cannot_succeed_is_tried_once_a_commit_and_the_next_asker_is_told(desk: Desk) -> None:
    (desk.root / ".git/refs/notes").mkdir(parents=True)
    (desk.root / ".git/refs/notes/ai").mkdir()
    (desk.root / ".git/refs/notes/ai/lock").write_text("no ref\n")
    commits(desk)
    until = time.monotonic() + 60
    while (folder_of(desk) / "drain.pid").exists():
        assert time.monotonic() < until
        time.sleep(0.01)
    journal = (folder_of(desk) / "journal").read_text().splitlines()
    assert 1 <= len([row for row in journal if "could not be taken in" in row]) <= 3
    said = ask_here("for", "app.py", cwd=desk.root)
    assert said.code == 0
    assert "answerable: what was recorded could not be taken in" in said.err
    shutil.rmtree(desk.root / ".git/refs/notes/ai")
    assert desk.origins("app.py") == [AI]


def test_a_rebase_starts_no_drain_before_its_end(desk: Desk) -> None:
    desk.commit()
    desk.git("checkout", "-qb", "side")
    for turn in range(3):
        desk.writes(f"side{turn}.py", f"line_of_side = {turn}\n")
        desk.commit()
    desk.git("checkout", "-q", "main")
    desk.types("main.py", "by = hand\n")
    desk.commit()
    ended(desk)
    desk.git("rebase", "-q", "main", "side")
    ended(desk)
    for turn in range(3):
        assert desk.origins(f"side{turn}.py") == [AI]


def test_our_hooks_do_nothing_where_the_environment_is_empty(desk: Desk) -> None:
    git = shutil.which("git")
    assert git
    environment = {**ADA, "PATH": os.fspath(Path(git).parent)}
    done = subprocess.run(
        [git, "commit", "-qm", "Work"], cwd=desk.root, env=environment, capture_output=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_two_installs_at_once_leave_whole_hooks(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "repo")
    code = (
        "import sys; from pathlib import Path; from answerable.capture.git_hooks.install import install; "
        "from answerable.git.repository import Repository; install(Repository(Path(sys.argv[1])))"
    )
    command = [sys.executable, "-c", code, os.fspath(desk.root)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    running = [subprocess.Popen(command, env=environment) for _ in range(4)]
    assert [each.wait(60) for each in running] == [0] * 4
    with Repository(desk.root) as repository:
        assert set(install(repository, sys.executable).hooks.values()) == {"same"}
