"""Raw changes and hunks of a few commits are those that git gives when it is asked for each by itself."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from answerable.git import patched as module
from answerable.git.attribution.hunks import Differ, Pair
from answerable.git.attribution.store import Store
from answerable.git.changes import GITLINK, Change, Record, Step, records
from answerable.git.patched import Hunks, Patched
from answerable.git.repository import Repository
from builders import RepoBuilder, executable, link, submodule

TRAPS = (
    b"index 1..2\n", b"@@ -1 +1 @@\n", b"diff --git a/x b/x\n", b"--- a/x\n", b"+++ b/x\n", b"no end", b"\r\n",
    b"x" * 300 + b"\n", b"\xff\n", b"0" * 40 + b"\0\n",
)  # fmt: skip
NAMES = ("a", "b/c", "sp ace", "new\nline", 'quo"te', "caf\udce9", "tab\t", "-dash", ":colon")


def read(repository: Repository, *walks: Sequence[Step]) -> list[tuple[list[Record], Hunks] | None]:
    with closing(Patched(repository.quarantine)) as patched:
        patched.ask(*walks)
        return [patched.answer(walk) for walk in walks]


def walk_of(repo: RepoBuilder) -> list[Step]:
    shas = [sha.encode() for sha in repo.commits]
    return [*[Step(sha, (parent,)) for parent, sha in pairwise(shas)][::-1], Step(shas[0], ())]


def expected(repository: Repository, found: Sequence[Record]) -> dict[Pair, bytes]:
    """What the differ says of every pair of blobs."""
    empty = repository.quarantine.empty_blob.encode()
    pairs: set[Pair] = set()
    for record in found:
        for path, raw in record.raw:
            change = Change.of(path, raw)
            if GITLINK in (change.old_mode, change.new_mode):
                continue
            old, new = (side if side.strip(b"0") else empty for side in (change.old, change.new))
            pairs.update([(old, new)] if change.status == b"M" else [(empty, new), (old, empty)])
    wanted = [pair for pair in pairs if pair[0] != pair[1]]
    with closing(Store(None)) as none, closing(Differ(repository.quarantine, binary=False)) as differ:
        return differ.hunks(wanted, none)


def test_random_commits_are_read_as_git_reads_each(tmp_path: Path, seed: int) -> None:
    repo, rng = RepoBuilder(tmp_path / "r"), Random(seed)
    for at in range(10):
        files = {}
        for name in rng.sample(NAMES, 3):
            rows = [rng.choice((*TRAPS, b"%d\n" % at, b"same\n", b"same\n")) for _ in range(rng.randrange(12))]
            data = b"".join(rows)
            kinds = (data, executable(data), link(b"to/%d" % at), submodule("1" * 40), None, b"\0" + data)
            files[name] = rng.choices(kinds, (8, 2, 1, 1, 1, 1))[0]
        repo.commit(files)
    with Repository(repo.root) as repository:
        walk = walk_of(repo)
        ends = [Step(walk[0].commit, (walk[-1].commit,))]
        answers = read(repository, ends, walk)
        for asked, answer in zip((ends, walk), answers, strict=True):
            assert answer is not None
            found, hunks = answer
            assert [record.step for record in found] == asked
            plain = list(records(repository.quarantine.git, asked))
            assert [record.raw for record in found] == [record.raw for record in plain]
            known = expected(repository, found)
            assert {pair: hunks[pair] for pair in known} == known


def test_a_commit_that_changes_nothing_and_a_mode_alone_have_no_hunks(repo: RepoBuilder) -> None:
    first = repo.commit({"a": "1\n"})
    second = repo.commit({})
    third = repo.commit({"a": executable("1\n")})
    with Repository(repo.root) as repository:
        walk = [Step(third.encode(), (second.encode(),)), Step(second.encode(), (first.encode(),))]
        (answer,) = read(repository, walk)
    assert answer is not None
    assert [len(record.raw) for record in answer[0]] == [1, 0]
    assert answer[1] == {}


def test_where_an_object_is_missing_there_is_no_answer(repo: RepoBuilder) -> None:
    base, head = repo.commit({"a": "1\n"}), repo.commit({"a": "2\n"})
    oid = repo.files(base)[b"a"][1]
    (repo.git_dir / "objects" / oid[:2] / oid[2:]).unlink()
    with Repository(repo.root) as repository:
        walk = [Step(head.encode(), (base.encode(),))]
        assert read(repository, walk, walk) == [None, None]


def test_more_than_should_be_held_is_no_answer(repo: RepoBuilder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_BYTES", 1000)
    base, head = repo.commit({"a": "1\n"}), repo.commit({"a": "2\n" * 2000})
    with Repository(repo.root) as repository:
        assert read(repository, [Step(head.encode(), (base.encode(),))]) == [None]


def test_attributes_of_a_repository_reach_no_hunk(repo: RepoBuilder) -> None:
    base = repo.commit({"a": "1\n", ".gitattributes": "* -diff binary\n"})
    head = repo.commit({"a": "2\n"})
    (repo.git_dir / "info").mkdir(exist_ok=True)
    (repo.git_dir / "info" / "attributes").write_text("* -diff\n")
    with Repository(repo.root) as repository:
        (answer,) = read(repository, [Step(head.encode(), (base.encode(),))])
    assert answer is not None
    assert [len(packed) for packed in answer[1].values()] == [16]
