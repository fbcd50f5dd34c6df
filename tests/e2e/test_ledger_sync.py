"""`answerable ledger sync`: two clones and a bare remote end up with the same decisions, whoever pushes first."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import answerable
from builders import RepoBuilder
from e2e.asking import ask
from e2e.ledgers import Maker, Team, done, run, someone
from e2e.shape import wrong

SYNCED = {"schema": "answerable/ledger-sync/v1", "remote": str, "tries": int}
WRITERS = 4


@pytest.fixture
def remote(team: Team, new_repo: Maker) -> RepoBuilder:
    """A bare remote that Ada pushed to."""
    bare = new_repo("remote.git", bare=True)
    team.repo.git("remote", "add", "origin", os.fspath(bare.root))
    team.repo.git("push", "-q", "origin", "main")
    return bare


def clone(remote: RepoBuilder, name: str) -> RepoBuilder:
    """Somebody's clone of the remote."""
    return remote.clone(remote.root.with_name(name))


def lines(repo: RepoBuilder) -> list[str]:
    """Every line of every note, in order."""
    shas = repo.git("notes", "--ref=answerable", "list").decode().split()[1::2]
    return sorted(
        line for sha in shas for line in repo.git("notes", "--ref=answerable", "show", sha).decode().split("\n") if line
    )


def decide(repo: RepoBuilder, name: str, times: int = 1) -> None:
    """Somebody begins a ledger in a clone and decides."""
    who = someone(name, repo.root.parent)
    done("init", *who.signing, cwd=repo.root)
    for _ in range(times):
        done("record", "review", "HEAD", "--verdict", "approved", *who.signing, cwd=repo.root)


def test_two_clones_end_up_with_the_same(team: Team, remote: RepoBuilder) -> None:
    other = clone(remote, "other")
    team.review(team.ada)
    decide(other, "bo", 2)
    first = ask("ledger", "sync", "--format", "json", cwd=team.root)
    assert (first.code, wrong(first.json, SYNCED)) == (0, [])
    assert (first.json["remote"], first.json["tries"]) == ("origin", 1)
    assert ask("ledger", "sync", cwd=other.root).code == 0
    assert ask("ledger", "sync", "origin", cwd=team.root).code == 0
    assert len(lines(team.repo)) == 3
    assert lines(team.repo) == lines(other) == lines(remote)


def test_what_came_in_is_vouched_for_once_it_is_imported(team: Team, remote: RepoBuilder) -> None:
    other = clone(remote, "other")
    decide(other, "bo")
    done("ledger", "sync", cwd=other.root)
    team.done("ledger", "sync")
    refused = team.run("ledger", "import")
    assert (refused.code, "1 were not" in refused.out) == (1, True)
    public = os.fspath(other.root.parent / "key-bo.pub")
    team.done("ledger", "key", "add", public, "--for", "bo@example.com", *team.ada.signing)
    assert team.done("ledger", "import")["taken"] == 1


def test_a_remote_and_a_clone_without_decisions_are_in_step(team: Team, remote: RepoBuilder) -> None:
    assert team.done("ledger", "sync")["tries"] == 1
    assert remote.git("for-each-ref", "refs/notes/") == b""


def test_only_our_notes_are_pushed(team: Team, remote: RepoBuilder) -> None:
    team.review(team.ada)
    team.repo.tag("v1", message="one")
    team.repo.note("commits", "HEAD", "private\n")
    team.repo.git("config", "push.followTags", "true")
    team.repo.git("config", "remote.origin.push", "refs/heads/*:refs/heads/*")
    team.repo.commit({"a.py": "later\n"}, branch="secret")
    team.done("ledger", "sync")
    refs = remote.git("for-each-ref", "--format=%(refname)").decode().split()
    assert refs == ["refs/heads/main", "refs/notes/answerable"]
    assert not (team.repo.git_dir / "FETCH_HEAD").exists()


def test_many_who_push_at_once_lose_nothing(team: Team, remote: RepoBuilder) -> None:
    clones = [clone(remote, f"clone{number}") for number in range(WRITERS)]
    for number, repo in enumerate(clones):
        decide(repo, f"writer{number}", 2)
    source = os.fspath(Path(answerable.__file__).parent.parent)
    command = [sys.executable, "-m", "answerable", "ledger", "sync"]
    environment = os.environ | {"PYTHONPATH": source}
    running = [
        subprocess.Popen(command, cwd=repo.root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for repo in clones
    ]
    said = [process.communicate(timeout=60)[0].decode() for process in running]
    assert [process.returncode for process in running] == [0] * WRITERS, said
    assert len(lines(remote)) == 2 * WRITERS
    for repo in clones:
        done("ledger", "sync", cwd=repo.root)
        assert lines(repo) == lines(remote)


def test_a_rewound_remote_gets_everything_again(team: Team, remote: RepoBuilder) -> None:
    team.review(team.ada)
    team.done("ledger", "sync")
    before = remote.git("rev-parse", "refs/notes/answerable").decode().strip()
    team.review(team.ada)
    team.done("ledger", "sync")
    remote.git("update-ref", "refs/notes/answerable", before)
    team.done("ledger", "sync")
    assert lines(remote) == lines(team.repo)
    assert len(lines(remote)) == 2


@pytest.mark.parametrize("arguments", [(), ("nowhere",), ("--", "--upload-pack=touch /tmp/x"), ("/tmp",)])
def test_what_is_no_remote_is_said(team: Team, arguments: tuple[str, ...]) -> None:
    said = ask("ledger", "sync", "--format", "json", *arguments, cwd=team.root)
    assert (said.code, said.json["code"]) == (3, "git-failed")
    assert "is no remote of this repository" in said.json["message"]
    assert "git remote" in said.json["hint"]


def test_a_remote_that_cannot_be_reached_or_refuses_is_said(team: Team, remote: RepoBuilder) -> None:
    team.review(team.ada)
    hook = remote.root / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    said = ask("ledger", "sync", "--format", "json", cwd=team.root)
    assert (said.code, said.json["code"]) == (3, "git-failed")
    assert "git ls-remote origin" in said.json["hint"]
    remote.root.rename(remote.root.with_name("gone"))
    said = ask("ledger", "sync", "--format", "json", cwd=team.root)
    assert (said.code, said.json["code"]) == (3, "git-failed")
    assert lines(team.repo)


@pytest.mark.parametrize(
    "settings",
    [
        {"remote.origin.url": "ext::sh -c touch% {mark}"},
        {"remote.origin.pushurl": "ext::sh -c touch% {mark}"},
        {"remote.origin.vcs": "ext"},
        {"url.ext::sh -c touch% {mark} .insteadOf": "{remote}"},
        {"remote.origin.url": "--upload-pack=touch {mark}"},
        {"protocol.ext.allow": "always", "remote.origin.url": "ext::sh -c touch% {mark}"},
    ],
)
def test_a_remote_that_would_run_a_program_runs_none(
    team: Team, remote: RepoBuilder, settings: dict[str, str], tmp_path: Path
) -> None:
    mark = tmp_path / "mark"
    for key, value in settings.items():
        team.repo.git("config", *(text.format(mark=mark, remote=remote.root) for text in (key, value)))
    team.review(team.ada)
    said = ask("ledger", "sync", "--format", "json", cwd=team.root)
    assert (said.code, said.json["code"]) == (3, "git-failed")
    assert not mark.exists()


def test_hooks_of_this_repository_do_not_run(team: Team, remote: RepoBuilder, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    hooks = team.repo.git_dir / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("pre-push", "post-rewrite", "reference-transaction", "post-merge"):
        (hooks / name).write_text(f"#!/bin/sh\necho {name} >> {mark}\n")
        (hooks / name).chmod(0o755)
    assert run("record", "deploy", *team.ada.signing, cwd=team.root).code == 0
    team.done("ledger", "sync")
    assert not mark.exists()


def test_foreign_bytes_in_the_remotes_notes_come_in_as_what_they_are(team: Team, remote: RepoBuilder) -> None:
    remote.note("answerable", team.sha, b"\xff\x00 no decision\n{}\n")
    team.review(team.ada)
    team.done("ledger", "sync")
    assert team.done("ledger", "import")["refused"] == []
    found = ask("for", "a.py", "--format", "json", cwd=team.root)
    assert found.code == 0
    assert {defect["kind"] for defect in found.json["defects"]} == {"decision-malformed"}
