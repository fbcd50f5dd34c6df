"""What Answerable itself keeps in a repository: lines in notes, which nobody's write can take from another."""

from __future__ import annotations

import fcntl
import multiprocessing
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import answerable
from answerable.errors import GitFailed, LedgerUnwritable
from answerable.git.exchange import configure, sync
from answerable.git.quoting import quoted, unquoted
from answerable.git.record import NOTES, add_lines, read_lines
from answerable.git.repository import Repository
from builders import RepoBuilder
from e2e.ledgers import Maker

WRITERS, TIMES = 4, 6


def add(repo: RepoBuilder, sha: str, *lines: bytes) -> int:
    with Repository(repo.root) as repository:
        return add_lines(repository, {sha: lines})


def lines(repo: RepoBuilder, sha: str) -> list[bytes]:
    with Repository(repo.root) as repository:
        return read_lines(repository, sha)


def write_many(root: str, sha: str, number: int) -> None:
    """What one of several processes does."""
    with Repository(Path(root)) as repository:
        for turn in range(TIMES):
            add_lines(repository, {sha: [b"writer %d turn %d" % (number, turn)]})


def test_lines_are_a_set(repo: RepoBuilder) -> None:
    sha = repo.commit({"a": "1\n"})
    assert lines(repo, sha) == []
    assert add(repo, sha, b"two", b"one", b"", b"two") == 2
    assert add(repo, sha, b"one", b"three") == 1
    assert add(repo, sha, b"one") == 0
    assert lines(repo, sha) == [b"one", b"three", b"two"]


def test_nothing_new_writes_nothing(repo: RepoBuilder) -> None:
    sha = repo.commit({"a": "1\n"})
    add(repo, sha, b"one")
    before = repo.git("rev-parse", NOTES)
    add(repo, sha, b"one")
    assert repo.git("rev-parse", NOTES) == before


def test_several_commits_are_noted_at_once(repo: RepoBuilder) -> None:
    first, second = repo.commit({"a": "1\n"}), repo.commit({"a": "2\n"})
    with Repository(repo.root) as repository:
        assert add_lines(repository, {first: [b"x"], second: [b"x", b"y"]}) == 3
    assert (lines(repo, first), lines(repo, second)) == ([b"x"], [b"x", b"y"])


def test_any_bytes_but_line_ends_are_kept(repo: RepoBuilder) -> None:
    sha = repo.commit({"a": "1\n"})
    odd = [b"\xff\xfe", b"  spaces  ", b"# no comment", b"\0nul", b"tab\t", b"cr\r"]
    add(repo, sha, *odd)
    assert sorted(lines(repo, sha)) == sorted(odd)


def test_git_reads_them_and_its_tools_keep_them(repo: RepoBuilder) -> None:
    sha = repo.commit({"a": "1\n"})
    add(repo, sha, b"one", b"two")
    assert repo.git("notes", f"--ref={NOTES}", "show", sha) == b"one\ntwo\n"
    repo.git("notes", f"--ref={NOTES}", "append", "-m", "by hand", sha)
    later = repo.commit({"a": "2\n"})
    repo.git("notes", f"--ref={NOTES}", "copy", sha, later)
    repo.git("notes", f"--ref={NOTES}", "prune")
    repo.git("gc", "-q", "--prune=now")
    assert lines(repo, later) == [b"one", b"two", b"by hand"]
    assert add(repo, later, b"three") == 1


def test_notes_survive_a_rebase_where_git_is_told_so(repo: RepoBuilder) -> None:
    repo.commit({"a": "1\n"})
    sha = repo.commit({"b": "1\n"}, branch="topic")
    repo.commit({"c": "1\n"})
    add(repo, sha, b"one")
    repo.git("config", "notes.rewriteRef", NOTES)
    repo.checkout("topic")
    repo.git("rebase", "-q", "main")
    assert lines(repo, repo.git("rev-parse", "HEAD").decode().strip()) == [b"one"]


def test_a_fan_out_that_git_made_is_read(repo: RepoBuilder) -> None:
    sha = repo.commit({"a": "1\n"})
    for fanout in (0, 1, 2):
        repo.git("update-ref", "-d", NOTES)
        repo.note("answerable", sha, b"one\n", fanout=fanout)
        assert lines(repo, sha) == [b"one"]
        assert add(repo, sha, b"two") == 1
        assert lines(repo, sha) == [b"one", b"two"]


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_both_hashes_have_notes(new_repo: Maker, object_format: str) -> None:
    repo = new_repo(object_format, object_format=object_format)
    sha = repo.commit({"a": "1\n"})
    add(repo, sha, b"one")
    assert lines(repo, sha) == [b"one"]


def test_who_ran_the_command_is_not_written_and_needs_no_name(
    repo: RepoBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [n for n in os.environ if n.startswith(("GIT_AUTHOR", "GIT_COMMITTER"))]:
        monkeypatch.delenv(name)
    repo.git("config", "user.useConfigOnly", "true")
    repo.git("config", "commit.gpgSign", "true")
    repo.git("config", "notes.displayRef", "refs/notes/*")
    sha = repo.commit({"a": "1\n"})
    add(repo, sha, b"one")
    assert (
        repo.git("log", "-1", "--format=%an <%ae> %cn %G?", NOTES)
        == b"Answerable <answerable@localhost> Answerable N\n"
    )


def test_processes_that_write_at_once_lose_nothing(repo: RepoBuilder) -> None:
    sha = repo.commit({"a": "1\n"})
    context = multiprocessing.get_context("spawn")
    running = [context.Process(target=write_many, args=(os.fspath(repo.root), sha, n)) for n in range(WRITERS)]
    for process in running:
        process.start()
    for process in running:
        process.join(60)
    assert [process.exitcode for process in running] == [0] * WRITERS
    assert len(lines(repo, sha)) == WRITERS * TIMES


def test_a_writer_waits_for_the_one_before(repo: RepoBuilder) -> None:
    sha = repo.commit({"a": "1\n"})
    add(repo, sha, b"one")
    code = (
        "import sys; from pathlib import Path; from answerable.git.record import add_lines; "
        "from answerable.git.repository import Repository; r = Repository(Path(sys.argv[1])); print(flush=True); "
        "add_lines(r, {sys.argv[2]: [b'two']}); r.close()"
    )
    environment = os.environ | {"PYTHONPATH": os.fspath(Path(answerable.__file__).parent.parent)}
    with (repo.git_dir / "answerable" / "notes.lock").open("rb+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        command = [sys.executable, "-c", code, os.fspath(repo.root), sha]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)
        assert process.stdout is not None
        assert process.stdout.readline() == b"\n"
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.3)
        assert lines(repo, sha) == [b"one"]
    process.communicate(timeout=20)
    assert process.returncode == 0
    assert lines(repo, sha) == [b"one", b"two"]


def test_where_nothing_can_be_written_it_says_so(repo: RepoBuilder) -> None:
    sha = repo.commit({"a": "1\n"})
    (repo.git_dir / "answerable").write_text("in the way")
    with pytest.raises(LedgerUnwritable, match="cannot write in"):
        add(repo, sha, b"one")


def test_what_is_no_commit_cannot_be_noted(repo: RepoBuilder) -> None:
    repo.commit({"a": "1\n"})
    with pytest.raises(GitFailed):
        add(repo, "nonsense", b"one")


def test_settings_are_added_once_and_beside_those_that_are_there(repo: RepoBuilder) -> None:
    repo.git("remote", "add", "origin", "../x")
    repo.git("config", "notes.answerable.mergeStrategy", "ours")
    with Repository(repo.root) as repository:
        assert len(configure(repository)) == 4
        before = (repo.git_dir / "config").read_bytes()
        assert configure(repository) == []
        assert (repo.git_dir / "config").read_bytes() == before
    assert repo.git("config", "notes.answerable.mergeStrategy") == b"cat_sort_uniq\n"
    assert repo.git("config", "remote.origin.url") == b"../x\n"


def test_a_merge_by_gits_own_command_takes_both(repo: RepoBuilder) -> None:
    sha = repo.commit({"a": "1\n"})
    add(repo, sha, b"ours")
    repo.note("theirs", sha, b"theirs\n")
    with Repository(repo.root) as repository:
        configure(repository)
    repo.git("notes", f"--ref={NOTES}", "merge", "refs/notes/theirs")
    assert lines(repo, sha) == [b"ours", b"theirs"]


def test_histories_of_notes_that_share_nothing_become_one(repo: RepoBuilder, new_repo: Maker) -> None:
    remote = new_repo("remote", bare=True)
    sha = repo.commit({"a": "1\n"})
    repo.git("remote", "add", "origin", os.fspath(remote.root))
    repo.git("push", "-q", "origin", "main")
    remote.note("answerable", sha, b"theirs\n", fanout=1)
    add(repo, sha, b"ours")
    with Repository(repo.root) as repository:
        assert sync(repository, "origin") == 1
        assert sync(repository, "origin") == 1
    assert lines(repo, sha) == lines(remote, sha) == [b"ours", b"theirs"]


def test_a_ref_of_the_remote_that_is_no_history_of_notes_is_refused(repo: RepoBuilder, new_repo: Maker) -> None:
    remote = new_repo("remote", bare=True)
    sha = repo.commit({"a": "1\n"})
    repo.git("remote", "add", "origin", os.fspath(remote.root))
    remote.git("update-ref", NOTES, remote.write("blob", b"not a commit"))
    add(repo, sha, b"ours")
    with Repository(repo.root) as repository, pytest.raises(GitFailed):
        sync(repository, "origin")
    assert lines(repo, sha) == [b"ours"]


@given(st.binary(min_size=1).filter(lambda path: b"\0" not in path))
def test_a_path_is_the_same_after_it_was_quoted(path: bytes) -> None:
    text = quoted(path)
    text.encode()  # is text, whatever the path is
    assert unquoted(text.encode()) == path
