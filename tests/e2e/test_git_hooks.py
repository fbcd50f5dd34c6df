"""Git's hooks as a person meets them: real git, real hooks, and nothing of theirs ever in the way."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from answerable.capture.git_hooks.forward import fill
from answerable.capture.git_hooks.install import install, missing, uninstall
from answerable.capture.git_hooks.script import NAMES
from answerable.capture.recording import pending
from answerable.capture.recording.place import find
from answerable.git.repository import Repository
from e2e.asking import ask_here
from e2e.working import Desk

AI, HUMAN = "ai recorded claude-code", "human recorded"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path / "repo")
    hooked(made)
    return made


def hooked(desk: Desk, python: str = sys.executable) -> None:
    with Repository(desk.root) as repository:
        install(repository, python)


def unhooked(desk: Desk) -> None:
    with Repository(desk.root) as repository:
        uninstall(repository)


def whole(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file below a folder, with its mode and what it holds."""
    return {
        os.fspath(path.relative_to(folder)): (
            path.lstat().st_mode,
            os.fsencode(path.readlink()) if path.is_symlink() else path.read_bytes(),
        )
        for path in folder.rglob("*")
        if path.is_symlink() or path.is_file()
    }


def folder_of(desk: Desk) -> Path:
    return desk.root / ".git/answerable/capture/main"


def ended(desk: Desk) -> None:
    """Wait for the background, as nobody at a desk does."""
    pid = folder_of(desk) / "drain.pid"
    place = find(os.fsencode(desk.root))
    assert place
    until = time.monotonic() + 60
    while pid.exists() or pending.waits(place):
        assert time.monotonic() < until, "the background does not end"
        time.sleep(0.01)


def test_a_commit_starts_a_drain_that_writes_the_note(desk: Desk) -> None:
    desk.writes("app.py", "one_of_these = 1\n")
    desk.commit()
    ended(desk)
    assert "claude" in desk.git("notes", "--ref=ai", "show", "HEAD")
    assert not (folder_of(desk) / "journal").exists()


def test_whoever_asks_at_once_sees_what_the_background_has_not_done_yet(desk: Desk) -> None:
    desk.writes("app.py", "one_of_these = 1\n")
    desk.commit()
    assert desk.origins("app.py") == [AI]


def test_a_repository_that_no_agent_ever_worked_in_starts_nothing(desk: Desk) -> None:
    desk.types("app.py", "one_of_these = 1\n")
    desk.commit()
    assert not (desk.root / ".git/answerable/capture").exists()


def test_pairs_of_rewritten_commits_are_kept_for_the_drain(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.writes("app.py", "one_of_these = 1\n")
    old = desk.commit()
    (folder_of(desk) / "drain.pid").write_text(f"{os.getpid()}\n")  # as if one ran
    ended_before = desk.git("rev-parse", "HEAD")
    desk.git("commit", "-q", "--amend", "-m", "Better words")
    assert (folder_of(desk) / "rewritten").read_text() == f"{old} {desk.git('rev-parse', 'HEAD')}\n"
    assert ended_before == old


@pytest.mark.parametrize("first", ["#!/bin/sh", "#!/usr/bin/env bash", "#!/bin/bash -e", "#! /usr/bin/env -S sh -eu"])
def test_a_shell_hook_that_was_there_runs_as_before_and_comes_back_to_the_byte(tmp_path: Path, first: str) -> None:
    desk = Desk(tmp_path / "repo")
    hooks = desk.root / ".git/hooks"
    for name in NAMES:
        (hooks / name).write_text(
            f'{first}\necho "{name} $# $0" >>seen\ncat >>seen\nexit {3 * name.startswith("post")}\n'
        )
        (hooks / name).chmod(0o750)
    before = whole(desk.root / ".git")
    hooked(desk)
    desk.writes("app.py", "one_of_these = 1\n")
    old = desk.commit()
    desk.git("commit", "-q", "--amend", "-m", "Better words", check=False)
    seen = (desk.root / "seen").read_text().splitlines()
    assert "post-commit 0 .git/hooks/post-commit" in seen
    assert "commit-msg 1 .git/hooks/commit-msg" in seen
    assert "post-rewrite 1 .git/hooks/post-rewrite" in seen
    assert f"{old} {desk.git('rev-parse', 'HEAD')}" in seen
    ended(desk)
    assert desk.origins("app.py") == [AI]
    unhooked(desk)
    after = whole(desk.root / ".git")
    assert {name: after.get(name) for name in before if name.startswith(("hooks", "config"))} == {
        name: about for name, about in before.items() if name.startswith(("hooks", "config"))
    }
    assert [name for name in after if name.startswith("hooks") and name not in before] == []


def test_a_hook_in_another_language_and_one_that_is_a_link_run_first_and_come_back(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "repo")
    hooks = desk.root / ".git/hooks"
    (hooks / "post-commit").write_text(f"#!{sys.executable}\nimport sys\nopen('seen', 'a').write(sys.argv[0])\n")
    (hooks / "post-commit").chmod(0o755)
    (hooks / "tool").write_text("#!/bin/sh\ncat >>seen\n")
    (hooks / "tool").chmod(0o755)
    (hooks / "post-rewrite").symlink_to("tool")
    before = whole(hooks)
    hooked(desk)
    hooked(desk)
    desk.writes("app.py", "one_of_these = 1\n")
    old = desk.commit()
    desk.git("commit", "-q", "--amend", "-m", "Better words")
    seen = (desk.root / "seen").read_text()
    assert "answerable-before/post-commit" in seen
    assert f"{old} {desk.git('rev-parse', 'HEAD')}\n" in seen
    ended(desk)
    assert desk.origins("app.py") == [AI]
    unhooked(desk)
    assert whole(hooks) == before


def test_huskys_folder_is_used_and_left_as_it_was(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "repo")
    desk.types(".husky/_/.gitignore", "*\n")
    stub = '#!/usr/bin/env sh\n. "$(dirname "$0")/h"'
    desk.types(
        ".husky/_/h", 's=$(dirname "$(dirname "$0")")/$(basename "$0")\n[ ! -f "$s" ] && exit 0\nsh -e "$s" "$@"\n'
    )
    for name in (*NAMES, "pre-commit"):
        desk.types(f".husky/_/{name}", stub)
        (desk.root / f".husky/_/{name}").chmod(0o755)
    desk.types(".husky/pre-commit", "echo checked >>.git/seen\n")
    desk.git("config", "core.hooksPath", ".husky/_")
    before = whole(desk.root / ".husky")
    hooked(desk)
    desk.writes("app.py", "one_of_these = 1\n")
    desk.commit()
    assert (desk.root / ".git/seen").read_text() == "checked\n"
    ended(desk)
    assert desk.origins("app.py") == [AI]
    assert desk.git("status", "--porcelain") == ""
    unhooked(desk)
    assert whole(desk.root / ".husky") == before
    assert desk.git("config", "core.hooksPath") == ".husky/_"


def test_a_folder_of_hooks_that_others_use_too_is_run_and_not_touched(tmp_path: Path) -> None:
    shared = tmp_path / "shared hooks"
    shared.mkdir()
    for name in ("pre-commit", "post-commit", "post-rewrite"):
        (shared / name).write_text(f'#!/bin/sh\necho {name} >>"$PWD/.git/seen"\n')
        (shared / name).chmod(0o755)
    desk = Desk(tmp_path / "repo")
    desk.git("config", "core.hooksPath", os.fspath(shared))
    before, config = whole(shared), (desk.root / ".git/config").read_bytes()
    hooked(desk)
    hooked(desk)
    desk.writes("app.py", "one_of_these = 1\n")
    desk.commit()
    assert (desk.root / ".git/seen").read_text() == "pre-commit\npost-commit\n"
    ended(desk)
    assert desk.origins("app.py") == [AI]
    unhooked(desk)
    assert whole(shared) == before
    assert (desk.root / ".git/config").read_bytes() == config


def test_a_tracked_hook_is_left_alone_and_said(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "repo")
    desk.types(".githooks/post-commit", "#!/bin/sh\ntrue\n")
    (desk.root / ".githooks/post-commit").chmod(0o755)
    desk.commit()
    desk.git("config", "core.hooksPath", ".githooks")
    before = whole(desk.root)
    with Repository(desk.root) as repository:
        done = install(repository, sys.executable)
    assert list(done.left) == ["post-commit"]
    assert done.hooks["post-rewrite"] == "new"
    assert desk.git("status", "--porcelain") == ""
    with Repository(desk.root) as repository:
        assert list(missing(repository)) == ["post-commit"]
    unhooked(desk)
    after = whole(desk.root)
    assert after.pop(".git/index")
    assert before.pop(".git/index")
    assert after == before


def test_a_linked_work_tree_has_the_hooks_as_well(desk: Desk) -> None:
    desk.types("app.py", "base = 1\n")
    desk.commit()
    desk.git("worktree", "add", "-q", "../side", "-b", "side")
    side = Desk(desk.root.parent / "side")
    side.writes("app.py", "base = 1\nfrom_the_side = 2\n")
    side.commit()
    assert desk.origins("app.py") == ["unknown none"]
    assert "claude" in desk.git("notes", "--ref=ai", "show", "side")


def test_a_program_that_is_gone_is_noted_once_and_the_commit_is_made(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "repo")
    hooked(desk, os.fspath(tmp_path / "gone/python3"))
    for text in ("one_of_these = 1\n", "one_of_these = 1\ntwo_of_these = 2\n"):
        desk.writes("app.py", text)
        desk.git("add", "-A")
        done = subprocess.run(["git", "commit", "-qm", "Work"], cwd=desk.root, capture_output=True, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
        until = time.monotonic() + 10
        while not (folder_of(desk) / "no-program").exists():
            assert time.monotonic() < until
            time.sleep(0.01)
    rows = (folder_of(desk) / "journal").read_text().splitlines()
    assert len(rows) == 1
    assert "answerable init" in rows[0]
    assert desk.origins("app.py") == [AI, AI]


def test_hooks_that_a_person_has_for_all_repositories_are_enough(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    fill(folder, sys.executable, lambda name: f'"/nowhere/{name}"')
    desk = Desk(tmp_path / "repo")
    desk.git("config", "core.hooksPath", os.fspath(folder))
    config = (desk.root / ".git/config").read_bytes()
    with Repository(desk.root) as repository:
        assert set(install(repository, sys.executable).hooks.values()) == {"same"}
    assert (desk.root / ".git/config").read_bytes() == config
    desk.writes("app.py", "one_of_these = 1\n")
    desk.commit()
    ended(desk)
    assert desk.git("notes", "--ref=ai", "list")
    unhooked(desk)
    assert (folder / "post-commit").exists()


def test_a_drain_that_hangs_is_not_waited_for_for_ever(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.writes("app.py", "one_of_these = 1\n")
    monkeypatch.setattr("answerable.capture.drain._PATIENCE", 0.1)
    with (folder_of(desk) / "drain.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        desk.commit()
        said = ask_here("for", "app.py", cwd=desk.root)
    assert said.code == 0
    assert "another drain has been at work" in said.err
    ended(desk)
