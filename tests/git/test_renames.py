"""Rename answers are those of `git diff -M` for one destination at a time, however many are asked about at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from answerable.git.attribution.renames import Renames
from answerable.git.attribution.store import Store
from answerable.git.changes import Change, against
from answerable.git.repository import Repository
from builders import Content, RepoBuilder, executable, link

LONG = "".join(f"line {n}\n" for n in range(20))


@pytest.fixture
def repository(repo: RepoBuilder) -> Iterator[Repository]:
    with Repository(repo.root) as found:
        yield found


def changes(repository: Repository) -> tuple[tuple[bytes, bytes], list[Change], list[Change]]:
    """The step from HEAD~1 to HEAD with what it added and deleted."""
    parent, commit = (repository.resolve(rev).encode() for rev in ("HEAD~1", "HEAD"))
    found = against(repository.quarantine.git, parent, commit)
    return (commit, parent), [c for c in found if c.status == b"A"], [c for c in found if c.status == b"D"]


def sources(repository: Repository, store: Store | None = None) -> dict[bytes, bytes]:
    step, added, deleted = changes(repository)
    with closing(Renames(repository.quarantine, store or Store(None))) as renames:
        return {path: source.path for path, source in renames.sources(step, added, deleted).items()}


def one_by_one(repository: Repository) -> dict[bytes, bytes]:
    """What git says when each destination is the only one, as in a blame."""
    (commit, parent), added, deleted = changes(repository)
    found = {}
    for change in added:
        args = ("diff-tree", "-r", "-z", "-M", "--name-status", "--diff-filter=R", parent, commit, "--")
        out = repository.quarantine.git.run(*args, change.path, *(d.path for d in deleted)).split(b"\0")
        if len(out) > 1:
            found[change.path] = out[1]
    return found


def shuffled_tree(rng: Random, repo: RepoBuilder) -> None:
    """A commit that moves many files at once, edited a little or a lot, with twins among them."""
    count = rng.choice((3, 9, 14, 25))
    texts = []
    for n in range(count):
        lines = [b"%d %d\n" % (n % rng.choice((1, 3, 100)), rng.randrange(6)) for _ in range(rng.randrange(25))]
        texts.append(b"".join(lines))
    names = [rng.choice((b"", b"a/", b"b/c/")) + rng.choice((b"x%d", b"caf\xe9%d", b"n\n%d")) % n for n in range(count)]
    modes = [rng.choice((executable, bytes, bytes, bytes)) for _ in names]
    before: dict[bytes, Content] = {b"old/" + n: m(t) for n, m, t in zip(names, modes, texts, strict=True)}
    before[b"old/link"], before[b"kept"] = link("target"), LONG
    repo.commit(before)
    after: dict[bytes, Content] = {path: None for path in before if rng.random() < 0.9}
    for n, text in enumerate(rng.sample(texts, count)):
        lines = text.splitlines(keepends=True)
        for _ in range(rng.choice((0, 0, 1, 3, 12))):
            lines.insert(rng.randint(0, len(lines)), b"new %d\n" % rng.randrange(9))
        after[b"new/" + rng.choice((names[n], b"%d" % n))] = b"".join(lines)
    after[b"new/link"] = link(rng.choice(("target", "other")))
    repo.commit(after)


def test_asking_many_at_once_changes_no_answer(repo: RepoBuilder, repository: Repository, seed: int) -> None:
    for at in range(3):
        shuffled_tree(Random(seed * 10 + at), repo)
        assert sources(repository) == one_by_one(repository)


def test_a_single_identical_source_needs_no_question(repo: RepoBuilder, repository: Repository) -> None:
    repo.commit({"a": LONG, "like": LONG + "x\n"})
    repo.commit({"a": None, "like": None, "b": LONG})
    assert sources(repository) == {b"b": b"a"} == one_by_one(repository)


def test_of_several_identical_sources_the_same_name_wins(repo: RepoBuilder, repository: Repository) -> None:
    repo.commit({"p/a": LONG, "q/name": LONG, "r/z": LONG})
    repo.commit({"p/a": None, "q/name": None, "r/z": None, "s/name": LONG})
    assert sources(repository) == {b"s/name": b"q/name"} == one_by_one(repository)


def test_half_alike_is_a_rename_and_less_is_none(repo: RepoBuilder, repository: Repository) -> None:
    repo.commit({"a": LONG, "b": "b\n" * 30})
    repo.commit({"a": None, "b": None, "half": LONG + "new line\n" * 8, "less": "b\n" * 10 + "other\n" * 30})
    assert sources(repository) == one_by_one(repository) == {b"half": b"a"}


def test_a_link_is_only_renamed_as_a_link(repo: RepoBuilder, repository: Repository) -> None:
    repo.commit({"file": "target", "link": link("target")})
    repo.commit({"file": None, "link": None, "new": link("target"), "text": "target"})
    assert sources(repository) == {b"new": b"link", b"text": b"file"} == one_by_one(repository)


def test_an_empty_file_comes_from_wherever_git_says(repo: RepoBuilder, repository: Repository) -> None:
    repo.commit({"empty": "", "a": LONG})
    repo.commit({"empty": None, "a": None, "void": "", "b": LONG})
    assert sources(repository)[b"b"] == b"a"


def test_answers_are_kept_and_found_again(repo: RepoBuilder, repository: Repository, tmp_path: Path) -> None:
    shuffled_tree(Random(1), repo)
    first = sources(repository, Store(tmp_path))
    assert first
    kept = Store(tmp_path)
    repository.quarantine.git = repository.git.configured("alias.none=")  # a git that would answer all the same
    assert sources(repository, kept) == first


def test_a_missing_blob_leaves_the_question_open_and_is_not_remembered(
    repo: RepoBuilder, repository: Repository, tmp_path: Path
) -> None:
    repo.commit({"a": LONG, "other": "other\n" * 9, "z": "zz\n" * 9})
    repo.commit({"a": None, "other": None, "z": None, "b": LONG + "more\n", "same": "other\n" * 9})
    step, added, deleted = changes(repository)
    gone = next(d for d in deleted if d.path == b"z").old.decode()
    blob = repo.git_dir / "objects" / gone[:2] / gone[2:]
    data = blob.read_bytes()
    blob.unlink()
    with closing(Renames(repository.quarantine, Store(tmp_path))) as renames:
        found = renames.sources(step, added, deleted)
        assert {path: source.path for path, source in found.items()} == {b"same": b"other"}
        assert renames.unsure == {(step[0], b"b")}
        renames.sources(step, added, deleted)
    blob.write_bytes(data)
    assert sources(repository, Store(tmp_path)) == {b"same": b"other", b"b": b"a"}
