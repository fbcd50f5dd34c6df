"""A few lines asked about alone began where `git blame` says they began; where git cannot say, nothing is made up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from answerable.git.attribution.pieces import End, Piece
from answerable.git.blame import Blame
from answerable.git.repository import Repository
from builders import BlamedLine, RepoBuilder, random_history
from git.oracle import blamed

LONG = "".join(f"line {number}\n" for number in range(12))


@pytest.fixture
def repository(repo: RepoBuilder) -> Iterator[Repository]:
    with Repository(repo.root) as found:
        yield found


def asked(
    repository: Repository, path: bytes, lines: tuple[int, int] | None = None, ignore: Path | None = None
) -> list[Piece] | None:
    blame = Blame(repository.quarantine.git, repository.resolve("HEAD"), path, lines, ignore)
    return blame.pieces(repository.boundary)


def flat(pieces: list[Piece] | None) -> list[BlamedLine]:
    """Line by line; the pieces must follow one another."""
    assert pieces is not None
    found = []
    for piece in pieces:
        assert piece.start == len(found) + pieces[0].start
        commit, path, _ = piece.origin
        found.extend(BlamedLine(commit.decode(), path, piece.orig_start + at) for at in range(piece.count))
    return found


def test_files_of_random_histories_are_blamed_as_git_blames_them(tmp_path: Path, seed: int) -> None:
    repo = random_history(seed + 60_000, tmp_path / "r", commits=20)
    expected, rng = blamed(repo), Random(seed)
    with Repository(repo.root) as repository:
        for path in rng.sample(sorted(expected), min(3, len(expected))):
            lines = expected[path]
            assert flat(asked(repository, path)) == lines
            if lines:
                start = rng.randint(1, len(lines))
                end = rng.randint(start, len(lines))
                assert flat(asked(repository, path, (start, end))) == lines[start - 1 : end]


def test_several_may_run_at_once(repo: RepoBuilder, repository: Repository) -> None:
    repo.commit({"a": LONG, "b": LONG})
    head = repo.commit({"b": "top\n" + LONG})
    git = repository.quarantine.git
    running = [Blame(git, head, path, (1, 3)) for path in (b"a", b"b", b"a")]
    found = [flat(blame.pieces(frozenset())) for blame in running]
    assert found == [repo.blame("main", path)[:3] for path in ("a", "b", "a")]


def test_one_that_nobody_waits_for_leaves_nothing_running(repo: RepoBuilder, repository: Repository) -> None:
    head = repo.commit({"a": LONG})
    blame = Blame(repository.quarantine.git, head, b"a")
    blame.close()
    assert blame._process.returncode is not None


@pytest.mark.parametrize("path", [b"caf\xe9", b'q"uo\\te', b"new\nline", b"-dash", b":(top)", b"*", b"a/b \t"])
def test_any_path_is_blamed_by_its_bytes(repo: RepoBuilder, repository: Repository, path: bytes) -> None:
    first = repo.commit({path + b".old": LONG})
    repo.commit({path + b".old": None, path: LONG})
    assert set(flat(asked(repository, path))) == {BlamedLine(first, path + b".old", n + 1) for n in range(12)}


def test_ignored_commits_are_looked_through(repo: RepoBuilder, repository: Repository) -> None:
    first = repo.commit({"a": LONG})
    second = repo.commit({"a": LONG.replace("line", "    line")})
    assert {line.sha for line in flat(asked(repository, b"a"))} == {second}
    listed = repo.root / "ignored"
    tree, blob = (repo.git("rev-parse", name).decode().strip() for name in ("main^{tree}", "main:a"))
    listed.write_text("\n".join(["1" * 40, tree, blob, second]))  # unknown ids, and ids of no commits, spoil nothing
    found = flat(asked(repository, b"a", ignore=listed))
    assert found == repo.blame("main", "a", "--ignore-rev", second)
    assert {line.sha for line in found} == {first}


def test_configuration_and_attributes_of_the_repository_change_nothing(
    repo: RepoBuilder, repository: Repository
) -> None:
    repo.commit({"a": LONG, ".gitattributes": "* text eol=crlf working-tree-encoding=UTF-16 diff=evil\n"})
    second = repo.commit({"a": LONG.replace("line 3", "changed")})
    repo.commit({".git-blame-ignore-revs": f"{second}\n", "b": "1\n"})
    repo.checkout()
    plain = repo.blame("main", "a")
    repo.git("config", "blame.ignoreRevsFile", ".git-blame-ignore-revs")
    repo.git("config", "diff.evil.textconv", "touch evil;echo")
    repo.git("config", "blame.markIgnoredLines", "true")
    assert flat(asked(repository, b"a")) == plain
    assert not (repo.root / "evil").exists()


def test_lines_from_before_a_shallow_clone_say_so(repo: RepoBuilder) -> None:
    repo.commit({"a": LONG})
    repo.commit({"a": LONG + "second\n"})
    third = repo.commit({"a": LONG + "second\nthird\n"})
    with Repository(repo.shallow_clone(2).root) as repository:
        pieces = asked(repository, b"a")
    assert pieces is not None
    assert [(p.start, p.count, p.origin.end) for p in pieces] == [(1, 13, End.SHALLOW), (14, 1, End.BEGUN)]
    assert pieces[1].origin.commit.decode() == third


@pytest.mark.parametrize(("path", "lines"), [(b"none", None), (b"a", (13, 13)), (b"a", (400, 401)), (b"sub", None)])
def test_what_git_cannot_blame_is_none(
    repo: RepoBuilder, repository: Repository, path: bytes, lines: tuple[int, int] | None
) -> None:
    repo.commit({"a": LONG, "sub/b": "1\n"})
    assert asked(repository, path, lines) is None


def test_a_missing_object_is_none_and_never_a_wrong_commit(repo: RepoBuilder, repository: Repository) -> None:
    repo.commit({"a": LONG})
    repo.commit({"a": LONG + "second\n"})
    repo.commit({"a": LONG + "second\nthird\n"})
    blob = repo.files("main~1")[b"a"][1]
    (repo.git_dir / "objects" / blob[:2] / blob[2:]).unlink()
    assert asked(repository, b"a") is None


def test_an_empty_file_has_no_pieces(repo: RepoBuilder, repository: Repository) -> None:
    repo.commit({"a": ""})
    assert asked(repository, b"a") == []


def test_sha256_ids_are_read_whole(tmp_path: Path) -> None:
    repo = RepoBuilder(tmp_path / "r", object_format="sha256")
    repo.commit({"a": LONG})
    repo.commit({"a": LONG + "more\n"})
    with Repository(repo.root) as repository:
        assert flat(asked(repository, b"a")) == repo.blame("main", "a")
