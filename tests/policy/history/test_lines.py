"""The lines of a change read from its own commits are those that attribution of its head finds."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from answerable.errors import PolicyUnevaluable
from answerable.git.commits import read_commits
from answerable.git.repository import Repository
from answerable.policy.change.facts import changes, facts
from answerable.policy.change.span import _near, _walked, span_of
from answerable.policy.change.together import together
from answerable.provenance.gather import Gatherer
from builders import RepoBuilder, random_history


def test_facts_are_alike_however_the_lines_of_a_random_range_are_read(tmp_path: Path, seed: int) -> None:
    repo = random_history(seed + 93_000, tmp_path / "r", commits=30)
    rng = Random(seed)
    with Repository(repo.root) as repository:
        for _ in range(4):
            head = repo.resolve("main")
            try:
                span = span_of(repository, rng.choice(repo.commits), head)
            except PolicyUnevaluable:
                continue  # two roots
            commits = {one.sha: one for one in read_commits(repository.objects, span.commits)}
            with closing(Gatherer(repository, head)) as gatherer:
                alone = facts(repository, span.base, head, gatherer, bases=span.bases)
                own = facts(repository, span.base, head, gatherer, bases=span.bases, commits=commits)
                with together(repository, span.base, head, commits) as read:
                    both = facts(
                        repository, span.base, head, gatherer, bases=span.bases, commits=commits, changed=read.changed,
                        history=read.history, store=read.store,
                    )  # fmt: skip
            assert read.changed == changes(repository, span.base, head)
            assert own == both == alone


def test_a_range_that_is_found_commit_by_commit_is_the_one_that_git_lists(tmp_path: Path, seed: int) -> None:
    repo = random_history(seed + 94_000, tmp_path / "r", commits=30)
    with Repository(repo.root) as repository:
        for head in repo.commits[::3]:
            for base in repo.commits[::2]:
                found = _near(repository, base, head)
                walk, edge, _ = _walked(repository, base, head)
                if found is not None:
                    assert [(sha, list(parents)) for sha, parents in found[0]] == [(s, list(p)) for s, p in walk]
                    assert found[1] == edge == [base]
                    assert found[2] == {one.sha: one for one in read_commits(repository.objects, [s for s, _ in walk])}


def test_a_change_of_a_branch_that_has_not_moved_is_found_commit_by_commit(repo: RepoBuilder) -> None:
    base = repo.commit({"a": "1\n"})
    commits = [repo.commit({"a": f"{at}\n"}) for at in range(2, 32)]
    with Repository(repo.root) as repository:
        assert _near(repository, base, base) is None
        assert _near(repository, None, commits[0]) is None
        assert _near(repository, commits[3], commits[0]) is None
        assert _near(repository, "0" * 40, commits[0]) is None
        near = _near(repository, base, commits[1])
        assert near is not None
        assert near[:2] == ([(commits[1], (commits[0],)), (commits[0], (base,))], [base])
        assert _near(repository, base, commits[28]) is not None
        assert _near(repository, base, commits[29]) is not None
        assert _near(repository, base, repo.commit({"a": "x"})) is None  # git is asked about many


def test_a_clone_that_ends_is_walked_by_git(tmp_path: Path, repo: RepoBuilder) -> None:
    base = repo.commit({"a": "1\n"})
    head = repo.commit({"a": "2\n"})
    repo.git("clone", "-q", "--depth=2", repo.root.as_uri(), str(tmp_path / "clone"))
    with Repository(tmp_path / "clone") as repository:
        assert repository.shallow
        assert _near(repository, base, head) is None


def test_a_rename_in_a_change_is_paired_as_git_pairs_it(repo: RepoBuilder) -> None:
    text = "".join(f"{at}\n" for at in range(40))
    base = repo.commit({"a": text, "c": text + "c"})
    repo.commit({"a": None, "b": text + "x\n"})
    head = repo.commit({"c": None})
    with Repository(repo.root) as repository:
        commits = {one.sha: one for one in read_commits(repository.objects, span_of(repository, base, head).commits)}
        with together(repository, base, head, commits) as read:
            assert read.changed == changes(repository, base, head)
            assert {one.status for one in read.changed} == {b"R", b"D"}
            assert read.history is not None
            assert [record.step.commit.decode() for record in read.history] == list(commits)


def test_lines_of_a_straight_range_are_alike_whether_one_commit_changed_a_file_or_many(
    tmp_path: Path, seed: int
) -> None:
    repo, rng = RepoBuilder(tmp_path / "r"), Random(seed)
    files: dict[str, str | None] = {name: "".join(f"{name}{at}\n" for at in range(30)) for name in "abcdef"}
    repo.commit(dict(files))
    for at in range(12):
        name = rng.choice("abcdefgh")
        rows = (files.get(name) or "").splitlines(keepends=True)
        if rows and rng.random() < 0.2:
            repo.commit({name: None, **({f"{name}2": "".join(rows)} if rng.random() < 0.5 else {})})
            files[name] = None
            continue
        for _ in range(rng.randrange(1, 4)):
            here = rng.randrange(len(rows) + 1)
            rows[here : here + rng.randrange(3)] = [f"new {at} {rng.random()}\n" for _ in range(rng.randrange(3))]
        files[name] = "".join(rows) or "x\n"
        repo.commit({name: files[name]})
    with Repository(repo.root) as repository:
        for base in repo.commits[:-1:3]:
            head = repo.commits[-1]
            span = span_of(repository, base, head)
            assert span.read, "it is found commit by commit"
            with closing(Gatherer(repository, head)) as gatherer:
                alone = facts(repository, base, head, gatherer)
                with together(repository, base, head, span.read) as read:
                    both = facts(
                        repository, base, head, gatherer, commits=span.read, changed=read.changed,
                        history=read.history, store=read.store,
                    )  # fmt: skip
            assert both == alone


def test_a_change_whose_objects_are_missing_is_told_as_before(repo: RepoBuilder) -> None:
    base = repo.commit({"a": "1\n"})
    head = repo.commit({"a": "2\n"})
    oid = repo.files(base)[b"a"][1]
    (repo.git_dir / "objects" / oid[:2] / oid[2:]).unlink()
    with Repository(repo.root) as repository:
        span = span_of(repository, base, head)
        with closing(Gatherer(repository, head)) as gatherer, together(repository, base, head, span.read) as read:
            assert [one.path for one in read.changed] == [b"a"]
            with pytest.raises(PolicyUnevaluable, match="the content of a is not in this clone"):
                facts(
                    repository, base, head, gatherer, commits=span.read, changed=read.changed, history=read.history,
                    store=read.store,
                )  # fmt: skip
