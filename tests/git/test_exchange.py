"""Notes travel between many clones at once: nothing is lost, and both kinds stay what their readers expect."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import time
from pathlib import Path

import pytest

from answerable.errors import GitFailed
from answerable.git.exchange import LINES, configure, fetched, merge, push, sync
from answerable.git.record import NOTES, add_lines, annotate, read_lines
from answerable.git.repository import Repository
from builders import RepoBuilder
from e2e.ledgers import Maker

CLONES, TIMES = 20, 2
NOTE = b'app.py\n  s_%014d::t_00000000000000 1\n---\n{"schema_version": "authorship/3.0.0", "base_commit_sha": "%s"}'


def later(seconds: float = 60) -> float:
    return time.monotonic() + seconds


def shared(repo: RepoBuilder, new_repo: Maker, *names: str) -> tuple[RepoBuilder, list[RepoBuilder]]:
    """A remote with what `repo` has, and clones of it."""
    remote = new_repo("remote", bare=True)
    repo.git("push", "-q", os.fspath(remote.root), "main")
    clones = []
    for name in names:
        root = remote.root.parent / name
        subprocess.run(["git", "clone", "-q", os.fspath(remote.root), os.fspath(root)], check=True)
        clones.append(RepoBuilder.at(root))
    return remote, clones


def one_of_many(root: str, number: int, commits: list[str]) -> None:
    """What one of many clones does: write, push, write more, push."""
    with Repository(Path(root)) as repository:
        configure(repository)
        for turn in range(TIMES):
            sha = commits[(number + turn) % len(commits)]
            add_lines(repository, {sha: [b"clone %d turn %d" % (number, turn)]})
            if number < len(commits) and turn == 0:
                annotate(repository, LINES, {commits[number]: NOTE % (number, commits[number].encode())})
            push(repository, "origin", later())


def test_twenty_clones_that_push_at_once_lose_nothing(repo: RepoBuilder, new_repo: Maker) -> None:
    commits = [repo.commit({"app.py": f"line = {number}\n"}) for number in range(CLONES)]
    remote, clones = shared(repo, new_repo, *(f"clone{number}" for number in range(CLONES)))
    context = multiprocessing.get_context("fork")
    running = [
        context.Process(target=one_of_many, args=(os.fspath(clone.root), number, commits))
        for number, clone in enumerate(clones)
    ]
    for process in running:
        process.start()
    for process in running:
        process.join(120)
    assert [process.exitcode for process in running] == [0] * CLONES
    with Repository(remote.root) as repository:
        said = {line for sha in commits for line in read_lines(repository, sha)}
        notes = {sha: b"\n".join(read_lines(repository, sha, LINES)) for sha in commits}
    assert said == {b"clone %d turn %d" % (number, turn) for number in range(CLONES) for turn in range(TIMES)}
    assert notes == {sha: NOTE % (number, sha.encode()) for number, sha in enumerate(commits)}


def test_where_the_remote_has_all_the_network_is_not_asked(repo: RepoBuilder, new_repo: Maker) -> None:
    sha = repo.commit({"a": "1\n"})
    remote, (clone,) = shared(repo, new_repo, "clone")
    with Repository(clone.root) as repository:
        assert push(repository, "origin", later()) == 0
        add_lines(repository, {sha: [b"one"]})
        assert push(repository, "origin", later()) == 1
        remote.root.rename(remote.root.with_name("gone"))
        assert push(repository, "origin", later()) == 0
        add_lines(repository, {sha: [b"two"]})
        with pytest.raises(GitFailed):
            push(repository, "origin", later())
        assert push(repository, "elsewhere", later()) == 0


def test_two_notes_of_git_ai_on_one_commit_stay_one_that_its_readers_take(repo: RepoBuilder, new_repo: Maker) -> None:
    sha = repo.commit({"app.py": "1\n"})
    remote, (first, second) = shared(repo, new_repo, "first", "second")
    for number, clone in enumerate((first, second)):
        with Repository(clone.root) as repository:
            annotate(repository, LINES, {sha: NOTE % (number, sha.encode())})
            push(repository, "origin", later())
    for clone in (first, second):
        with Repository(clone.root) as repository:
            sync(repository, "origin")
            assert b"\n".join(read_lines(repository, sha, LINES)) == NOTE % (1, sha.encode())
    assert remote.git("rev-parse", LINES) == first.git("rev-parse", LINES) == second.git("rev-parse", LINES)


def test_what_a_plain_fetch_brought_is_merged(repo: RepoBuilder, new_repo: Maker) -> None:
    sha = repo.commit({"a": "1\n"})
    _, (first, second) = shared(repo, new_repo, "first", "second")
    with Repository(first.root) as repository:
        add_lines(repository, {sha: [b"one"]})
        push(repository, "origin", later())
    with Repository(second.root) as repository:
        configure(repository)
        add_lines(repository, {sha: [b"two"]})
        second.git("fetch", "-q")
        assert fetched(repository) == ["origin"]
        merge(repository, "origin")
        assert read_lines(repository, sha) == [b"one", b"two"]
        merge(repository, "origin")
        assert push(repository, "origin", later()) == 1


def test_a_push_of_ours_runs_no_hook(repo: RepoBuilder, new_repo: Maker) -> None:
    sha = repo.commit({"a": "1\n"})
    _, (clone,) = shared(repo, new_repo, "clone")
    hook = clone.root / ".git/hooks/pre-push"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho ran >>hooked\nexit 1\n")
    hook.chmod(0o755)
    with Repository(clone.root) as repository:
        add_lines(repository, {sha: [b"one"]})
        assert push(repository, "origin", later()) == 1
    assert not (clone.root / "hooked").exists()
    assert clone.git("ls-remote", "origin", NOTES)
