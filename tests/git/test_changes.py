"""What each commit changed is what `git diff-tree` says of it, read for many commits at once."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from answerable.git.changes import Change, Merged, Record, Step, against, records, steps
from answerable.git.repository import Repository
from builders import RepoBuilder, executable, link, random_history


@pytest.fixture
def repository(repo: RepoBuilder) -> Iterator[Repository]:
    with Repository(repo.root) as found:
        yield found


def read(repository: Repository, *paths: bytes, shards: int = 2, renames: bool = False) -> list[Record]:
    git = repository.quarantine.git
    walk = steps(git, repository.resolve("main"))
    return list(records(git, walk, paths, shards=shards, renames=renames))


def asked(repo: RepoBuilder, *args: str) -> list[tuple[bytes, bytes]]:
    """(path, raw line) as one `git diff-tree` prints them."""
    out = repo.git("diff-tree", "-r", "-z", "--raw", "--no-abbrev", "--root", "--no-commit-id", *args).split(b"\0")
    return list(zip(out[1::2], out[0::2], strict=False))


def test_every_commit_is_read_as_git_shows_it_alone(tmp_path: Path, seed: int) -> None:
    repo = random_history(seed, tmp_path / "r", commits=20)
    with Repository(repo.root) as repository:
        found = read(repository)
        assert [r.step.commit.decode() for r in found] == repo.git("rev-list", "--topo-order", "main").decode().split()
        for record in found:
            sha = record.step.commit.decode()
            parents = [parent.decode() for parent in record.step.parents]
            assert not record.opaque
            assert record.raw == asked(repo, "--no-renames", *(parents[:1] or ["-m"]), sha)
            combined = asked(repo, "-c", "--no-renames", sha) if len(parents) > 1 else []
            assert record.merged == dict(combined)


def test_how_many_processes_read_changes_nothing(repo: RepoBuilder, repository: Repository) -> None:
    with repo.bulk():
        for n in range(600):
            repo.commit({f"f{n % 9}": f"{n}\n"})
            if n % 50 == 7:
                repo.commit({f"f{n}": f"{n}\n"}, branch=f"side{n}", parents=["main"])
                repo.commit({"f0": f"merge {n}\n"}, parents=["main", f"side{n}"])
    one = read(repository, shards=1)
    assert len(one) == 624
    assert read(repository, shards=2) == read(repository, shards=3) == one


def test_only_the_paths_asked_for_are_reported_literally(repo: RepoBuilder, repository: Repository) -> None:
    names = [b"*", b"a", b":(glob)a", b"-a", b"caf\xe9\n"]
    repo.commit(dict.fromkeys(names, "1\n"))
    for name in names:
        assert [[path for path, _ in record.raw] for record in read(repository, name)] == [[name]]


def test_renames_are_paired_where_asked_for(repo: RepoBuilder, repository: Repository) -> None:
    repo.commit({"a": "1\n2\n3\n", "b": "b\n"})
    repo.commit({"a": None, "c\nd": "1\n2\n3\n", "b": "B\n"})
    newest = read(repository, renames=True)[0]
    assert [(path, Change.of(path, raw).status) for path, raw in newest.raw] == [(b"b", b"M"), (b"c\nd", b"R")]


def test_a_raw_line_is_read_field_by_field(repo: RepoBuilder, repository: Repository) -> None:
    repo.commit({"a": "1\n", "gone": "2\n"})
    repo.commit({"a": link("1"), "gone": None, "new": executable("3\n")})
    found = {path: Change.of(path, raw) for path, raw in read(repository)[0].raw}
    assert [(c.path, c.status, c.old_mode, c.new_mode) for c in found.values()] == [
        (b"a", b"T", b"100644", b"120000"),
        (b"gone", b"D", b"100644", b"000000"),
        (b"new", b"A", b"000000", b"100755"),
    ]
    assert found[b"gone"].new == b"0" * 40
    assert found[b"new"].new.decode() == repo.files()[b"new"][1]


def test_a_merge_names_what_differs_from_every_parent(repo: RepoBuilder, repository: Repository) -> None:
    repo.commit({"a": "1\n", "same": "1\n"})
    repo.commit({"a": "left\n"}, branch="left")
    repo.commit({"a": "right\n", "b": "right\n"}, branch="right")
    repo.merge("right", branch="left", files={"a": "both\n"})
    repo.merge("left")
    found = read(repository)[1]
    assert [path for path, _ in found.raw] == [b"a", b"b"]
    assert found.merged.keys() == {b"a"}
    merged = Merged.of(found.merged[b"a"])
    blobs = [repo.git("cat-file", "blob", blob.decode()) for _, blob in (*merged.parents, (b"", merged.blob))]
    assert blobs == [b"left\n", b"right\n", b"both\n"]
    assert merged.mode == b"100644"


def test_a_commit_compared_with_its_second_parent(repo: RepoBuilder, repository: Repository) -> None:
    one, two = repo.commit({"a": "1\n"}), repo.commit({"a": "2\n", "caf\udce9": "x\n"})
    found = against(repository.quarantine.git, one.encode(), two.encode())
    assert [(c.path, c.status) for c in found] == [(b"a", b"M"), (b"caf\xe9", b"A")]
    assert against(repository.quarantine.git, one.encode(), one.encode()) == []


def test_a_commit_whose_tree_is_missing_is_opaque_and_reading_goes_on(
    repo: RepoBuilder, repository: Repository
) -> None:
    for n in range(6):
        repo.commit({"a": f"{n}\n", f"d/{n}": "x\n"})
    for at in (1, 4):
        tree = repo.git("rev-parse", f"{repo.commits[at]}^{{tree}}").decode().strip()
        (repo.git_dir / "objects" / tree[:2] / tree[2:]).unlink()
    for shards in (1, 3):
        opaque = [record.opaque for record in read(repository, shards=shards)]
        assert opaque == [True, True, False, True, True, False]  # the newest first; it and its child


def test_commits_come_children_first_whatever_their_dates(repo: RepoBuilder, repository: Repository) -> None:
    repo.commit({"a": "1\n"}, when=9_000)
    repo.commit({"a": "2\n"}, when=1)
    repo.commit({"a": "3\n"}, branch="side", when=10)
    repo.merge("side", files={"a": "4\n"}, when=5)
    found = steps(repository.quarantine.git, repository.resolve("main"))
    place = {step.commit: at for at, step in enumerate(found)}
    assert all(place[s.commit] < place[p] for s in found for p in s.parents)
    assert found[-1] == Step(repo.commits[0].encode(), ())


def test_nothing_to_read_is_nothing(repo: RepoBuilder, repository: Repository) -> None:
    repo.commit({"a": "1\n"})
    assert list(records(repository.quarantine.git, [])) == []


def test_reading_may_end_early_and_leaves_no_process(repo: RepoBuilder, repository: Repository) -> None:
    with repo.bulk():
        for n in range(300):
            repo.commit({"a": f"{n}\n"})
    git = repository.quarantine.git
    stream = records(git, steps(git, repository.resolve("main")))
    assert len(list(itertools.islice(stream, 3))) == 3
    stream.close()
