"""Notes go with every push: merged with what others pushed, never in the way of the push itself."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

import answerable
from answerable.capture.git_hooks.install import install
from answerable.capture.recording import pending
from answerable.git.exchange import configure
from answerable.git.repository import Repository
from e2e.asking import ask_here
from e2e.working import ADA, Desk

AI = "ai recorded claude-code"
SOURCE = os.fspath(Path(answerable.__file__).parent.parent)


def hooked(desk: Desk) -> Desk:
    with Repository(desk.root) as repository:
        install(repository, sys.executable)
        configure(repository)
    return desk


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    folder = tmp_path / "remote.git"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", os.fspath(folder)], check=True)
    return folder


@pytest.fixture
def desk(tmp_path: Path, remote: Path) -> Desk:
    made = Desk(tmp_path / "repo")
    made.git("remote", "add", "origin", os.fspath(remote))
    return hooked(made)


def pushed(desk: Desk, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["git", "push", *arguments], cwd=desk.root, env={**os.environ, **ADA, **env}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip


def refs(remote: Path) -> list[str]:
    out = subprocess.run(["git", "-C", remote, "for-each-ref", "--format=%(refname)"], capture_output=True, check=True)
    return out.stdout.decode().split()


def test_a_push_takes_the_notes_of_what_was_committed_just_before(desk: Desk, remote: Path, tmp_path: Path) -> None:
    desk.writes("app.py", "one_of_these = 1\n")
    desk.commit()
    done = pushed(desk, "-q", "-u", "origin", "main")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert "refs/notes/ai" in refs(remote)
    subprocess.run(["git", "clone", "-q", os.fspath(remote), os.fspath(tmp_path / "bo")], check=True)
    other = hooked(Desk(tmp_path / "bo"))
    assert other.origins("app.py") == ["ai declared claude-code"]
    other.git("fetch", "-q")
    common = os.fsencode(other.root / ".git")
    assert pending.unmerged(common)
    assert other.origins("app.py") == [AI]
    assert pending.unmerged(common) is None, "what is merged is not merged at each question"


def test_a_colleague_who_pushed_first_is_merged(desk: Desk, remote: Path, tmp_path: Path) -> None:
    desk.writes("app.py", "one_of_these = 1\n")
    desk.commit()
    assert pushed(desk, "-q", "-u", "origin", "main").returncode == 0
    subprocess.run(["git", "clone", "-q", os.fspath(remote), os.fspath(tmp_path / "bo")], check=True)
    other = hooked(Desk(tmp_path / "bo"))
    other.writes("other.py", "two_of_these = 2\n")
    other.commit()
    assert pushed(other, "-q").returncode == 0
    desk.writes("more.py", "three_of_these = 3\n")
    desk.commit()
    assert pushed(desk, "-q").returncode == 1, "the branch itself is behind"
    desk.git("pull", "-q", "--rebase")
    assert pushed(desk, "-q").returncode == 0
    for path in ("app.py", "other.py", "more.py"):
        assert desk.origins(path) == [AI], path


def test_a_push_of_notes_by_hand_is_left_to_it(desk: Desk, remote: Path) -> None:
    desk.writes("app.py", "one_of_these = 1\n")
    desk.commit()
    desk.drain()
    done = pushed(desk, "-q", "origin", "refs/notes/ai")
    assert (done.returncode, done.stderr) == (0, "")
    assert refs(remote) == ["refs/notes/ai"]


def test_a_person_can_keep_notes_at_home(desk: Desk, remote: Path) -> None:
    desk.git("config", "answerable.pushNotes", "false")
    desk.writes("app.py", "one_of_these = 1\n")
    desk.commit()
    assert pushed(desk, "-q", "origin", "main").returncode == 0
    assert refs(remote) == ["refs/heads/main"]


def test_notes_that_a_remote_refuses_are_told_and_the_push_goes_on(desk: Desk, remote: Path) -> None:
    hook = remote / "hooks" / "update"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\ncase $1 in refs/notes/*) echo no notes here >&2; exit 1 ;; esac\n")
    hook.chmod(0o755)
    desk.writes("app.py", "one_of_these = 1\n")
    desk.commit()
    done = pushed(desk, "-q", "origin", "main")
    assert done.returncode == 0
    assert "answerable: notes were not pushed" in done.stderr
    assert "answerable ledger sync origin" in done.stderr
    assert refs(remote) == ["refs/heads/main"]
    assert pushed(desk, "-q", "origin", "main", "--no-verify").stderr == ""


def test_an_address_that_is_no_remote_of_ours_gets_no_notes(desk: Desk, remote: Path) -> None:
    desk.writes("app.py", "one_of_these = 1\n")
    desk.commit()
    done = pushed(desk, "-q", f"file://{remote}", "main")
    assert (done.returncode, done.stderr) == (0, "")
    assert refs(remote) == ["refs/heads/main"]


def test_a_remote_that_never_answers_is_waited_for_some_seconds(desk: Desk, tmp_path: Path) -> None:
    desk.writes("app.py", "one_of_these = 1\n")
    desk.commit()
    desk.git("remote", "add", "slow", "ssh://nowhere/x")
    ssh = tmp_path / "ssh"
    ssh.write_text('#!/bin/sh\necho $$ >>"$0.pid"\nexec sleep 600\n')
    ssh.chmod(0o755)
    code = "import sys; from answerable.capture import on_push as it; it._PATIENCE = 1.0; sys.exit(it.main(['slow']))"
    begun = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=desk.root, capture_output=True, text=True, check=False, timeout=30,
        env={**os.environ, **ADA, "PYTHONPATH": SOURCE, "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.sshCommand",
             "GIT_CONFIG_VALUE_0": os.fspath(ssh)},
    )  # fmt: skip
    assert time.monotonic() - begun < 15
    assert "did not answer" in done.stderr
    assert done.returncode == 0
    until = time.monotonic() + 5
    for pid in map(int, (tmp_path / "ssh.pid").read_text().split()):
        while Path(f"/proc/{pid}").exists() and "Z" not in Path(f"/proc/{pid}/stat").read_text().split()[2]:
            assert time.monotonic() < until, "what was started is still running"
            time.sleep(0.01)


def test_a_sync_by_hand_takes_both_kinds(desk: Desk, remote: Path) -> None:
    desk.writes("app.py", "one_of_these = 1\n")
    desk.commit()
    said = ask_here("ledger", "sync", cwd=desk.root)
    assert said.code == 0, said.err
    assert "refs/notes/ai" in refs(remote)
