"""Tags are read by date with the commits they stand for, whatever they are called and whatever else is tagged."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from answerable.git.repository import Repository
from answerable.git.tags import read_tags
from builders import RepoBuilder

TAGGER = b"tagger Ada <ada@x.org> %d +0000\n\nnested\n"


@pytest.fixture
def repository(repo: RepoBuilder) -> Iterator[Repository]:
    with Repository(repo.root) as found:
        yield found


def names(repository: Repository) -> list[str]:
    return [name for _, _, name in read_tags(repository)]


def nested(repo: RepoBuilder, name: str, inner: str, seconds: int) -> str:
    """A tag of a tag."""
    head = f"object {inner}\ntype tag\ntag {name}\n".encode()
    sha = repo.write("tag", head + TAGGER % seconds)
    (repo.git_dir / "refs/tags").mkdir(parents=True, exist_ok=True)
    (repo.git_dir / "refs/tags" / name).write_text(sha + "\n")
    return sha


def test_tags_come_oldest_first_each_with_its_commit(repo: RepoBuilder, repository: Repository) -> None:
    one, two = repo.commit({"a": "1\n"}, when=2_000), repo.commit({"a": "2\n"}, when=1_000)
    repo.tag("light", one)
    repo.tag("lighter", two)
    repo.tag("annotated", one, message="made when the second commit was\n")
    assert [(oid, name) for _, oid, name in read_tags(repository)] == [
        (two, "lighter"),
        (one, "light"),
        (one, "annotated"),
    ]
    dates = repo.git("for-each-ref", "--format=%(creatordate:unix)", "--sort=creatordate", "refs/tags").split()
    assert [seconds for seconds, _, _ in read_tags(repository)] == [int(date) for date in dates]


def test_every_tag_that_git_says_contains_a_commit_stands_for_one_after_it(repo: RepoBuilder, seed: int) -> None:
    for number in range(6):
        repo.commit({"a": f"{number}\n"}, branch=f"side{seed}" if number % 2 else "main")
    repo.merge(f"side{seed}", strategy="ours")
    for number, sha in enumerate(repo.commits[seed % 3 :]):
        repo.tag(f"v{number}", sha, message="x\n" if (number + seed) % 2 else None)
    with Repository(repo.root) as repository:
        found = {name: oid for _, oid, name in read_tags(repository)}
    for sha in repo.commits:
        holding = {name for name, oid in found.items() if repo.git("merge-base", sha, oid).decode().strip() == sha}
        assert holding == set(repo.git("tag", "--contains", sha).decode().split())


def test_a_tag_of_a_tag_stands_for_the_commit_at_the_end(repo: RepoBuilder, repository: Repository) -> None:
    sha = repo.commit({"a": "1\n"})
    inner = repo.tag("inner", sha, message="inner\n")
    nested(repo, "outermost", nested(repo, "outer", inner, 1_800_000_000), 1_900_000_000)
    assert [(oid, name) for _, oid, name in read_tags(repository)] == [
        (sha, "inner"),
        (sha, "outer"),
        (sha, "outermost"),
    ]


def test_a_tag_of_anything_but_a_commit_is_no_release(repo: RepoBuilder, repository: Repository) -> None:
    sha = repo.commit({"a": "1\n"})
    tree = repo.git("rev-parse", f"{sha}^{{tree}}").decode().strip()
    blob = repo.files()[b"a"][1]
    of_blob = repo.write("tag", f"object {blob}\ntype blob\ntag x\n".encode() + TAGGER % 1)
    (repo.git_dir / "refs/tags").mkdir(parents=True, exist_ok=True)
    for name, oid in {"tree": tree, "blob": blob, "tag-of-blob": of_blob}.items():
        (repo.git_dir / "refs/tags" / name).write_text(oid + "\n")
    repo.tag("v1", sha)
    assert names(repository) == ["v1"]


@pytest.mark.parametrize("name", ["größe", "a\u2028b", "a\x85b", "team/v1", "v1;rm", "$(id)", "%s"])
def test_a_tag_keeps_its_name_whatever_it_is(repo: RepoBuilder, repository: Repository, name: str) -> None:
    sha = repo.commit({"a": "1\n"})
    repo.tag(name, sha)
    assert read_tags(repository) == [(1_700_000_060, sha, name)]


def test_a_tag_whose_commit_is_not_here_is_left_out(repo: RepoBuilder) -> None:
    repo.commit({"a": "1\n"})
    repo.tag("v1", "main", message="first\n")
    repo.commit({"a": "2\n"})
    repo.tag("v2", "main", message="second\n")
    clone = repo.shallow_clone(1)
    with Repository(clone.root) as repository:
        assert names(repository) == ["v2"]


def test_a_repository_without_tags_has_none(repo: RepoBuilder, repository: Repository) -> None:
    repo.commit({"a": "1\n"})
    assert read_tags(repository) == []
