"""Notes are found as git finds them: at any fan-out, one by one and all at once, and nothing else is taken for one."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest

from answerable.git.notes import Notes, refs_below
from answerable.git.repository import Repository
from builders import RepoBuilder, random_history

REF = "refs/notes/ai"


@pytest.fixture
def repository(repo: RepoBuilder) -> Iterator[Repository]:
    with Repository(repo.root) as found:
        yield found


def notes(repository: Repository, ref: str = REF) -> Notes:
    return Notes(repository.git, repository.objects, ref)


def as_git_lists(repo: RepoBuilder, ref: str = REF) -> dict[str, str]:
    """What `git notes list` says: the annotated object's id with the note's."""
    rows = (row.split() for row in repo.git("notes", f"--ref={ref}", "list").decode().splitlines())
    return {annotated: note for note, annotated in rows}


def written_by_git(repo: RepoBuilder, wanted: dict[str, bytes]) -> None:
    """Notes by `git fast-import`, which spreads them over folders as they become many."""
    rows = [b"N inline %s\ndata %d\n%s\n" % (sha.encode(), len(data), data) for sha, data in wanted.items()]
    head = b"commit refs/notes/ai\ncommitter Ada <ada@x.org> 1700000000 +0000\ndata 5\nnotes\n"
    repo.git("fast-import", "--quiet", feed=head + b"".join(rows))


def test_notes_of_any_fan_out_are_those_that_git_lists(repo: RepoBuilder, repository: Repository, seed: int) -> None:
    rng = Random(seed)
    with repo.bulk():
        shas = [repo.commit({"a": f"{number}\n"}) for number in range(12)]
    for sha in rng.sample(shas, 8):
        repo.note("ai", sha, rng.randbytes(9), fanout=rng.choice((0, 1, 2)))
    found, listed = notes(repository), as_git_lists(repo)
    assert len(listed) == 8
    assert found.by_commit == listed
    for sha in shas:
        data = repo.git("cat-file", "blob", listed[sha]) if sha in listed else None
        assert found.of(sha) == data


def test_many_notes_that_git_spread_over_folders_are_all_found(repo: RepoBuilder, repository: Repository) -> None:
    with repo.bulk():
        shas = [repo.commit({"a": f"{number}\n"}) for number in range(400)]
    wanted = {sha: f"note {sha}\n".encode() for sha in shas}
    written_by_git(repo, wanted)
    assert b"/" in next(iter(repo.files(REF)))
    found = notes(repository)
    assert found.by_commit == as_git_lists(repo)
    assert {sha: found.of(sha) for sha in shas} == wanted


def test_a_note_is_the_newest_and_a_removed_one_is_none(repo: RepoBuilder, repository: Repository) -> None:
    one, two = repo.commit({"a": "1\n"}), repo.commit({"a": "2\n"})
    repo.note("ai", one, "first")
    repo.note("ai", two, "gone")
    repo.note("ai", one, "second")
    repo.note("ai", two, None)
    found = notes(repository)
    assert found.by_commit == as_git_lists(repo)
    assert (found.of(one), found.of(two)) == (b"second", None)


def test_what_git_calls_no_note_is_none(repo: RepoBuilder, repository: Repository) -> None:
    sha = repo.commit({"a": "1\n"})
    odd = ["README", f"{sha[:39]}", f"{sha}0", "z" * 40, "ab/" + "c" * 37, "a\n" * 20, f"{sha[:1]}/{sha[1:]}", "0" * 64]
    repo.commit({**dict.fromkeys(odd, "x\n"), f"{sha[:38]}/ab/x": "x"}, branch=REF, parents=[])
    repo.note("ai", sha, "note")
    found = notes(repository)
    assert as_git_lists(repo).keys() == {sha}
    assert found.by_commit == as_git_lists(repo)
    assert found.of(sha) == b"note"


def test_a_folder_of_one_letter_is_no_fan_out(repo: RepoBuilder, repository: Repository) -> None:
    sha = repo.commit({"a": "1\n"})
    repo.commit({f"{sha[:1]}/{sha[1:]}": "x\n"}, branch=REF, parents=[])
    found = notes(repository)
    assert found.by_commit == as_git_lists(repo) == {}
    assert found.of(sha) is None


def test_an_empty_note_is_found_though_git_hides_it(repo: RepoBuilder, repository: Repository) -> None:
    sha = repo.commit({"a": "1\n"})
    repo.note("ai", sha, "")
    found = notes(repository)
    assert found.by_commit.keys() == {sha}
    assert found.of(sha) == b""


@pytest.mark.parametrize("ref", ["refs/notes/none", "refs/heads/blob", "refs/heads/main"])
def test_a_ref_without_notes_has_none(repo: RepoBuilder, repository: Repository, ref: str) -> None:
    sha = repo.commit({"a": "1\n"})
    (repo.git_dir / "refs/heads/blob").write_text(repo.files()[b"a"][1] + "\n")
    found = notes(repository, ref)
    assert found.by_commit == {}
    assert found.of(sha) is None


def test_a_note_whose_bytes_are_not_here_is_none(repo: RepoBuilder, repository: Repository) -> None:
    sha = repo.commit({"a": "1\n"})
    repo.note("ai", sha, "note")
    blob = as_git_lists(repo)[sha]
    (repo.git_dir / "objects" / blob[:2] / blob[2:]).unlink()
    found = notes(repository)
    assert found.by_commit == {sha: blob}
    assert found.of(sha) is None


def test_notes_are_found_by_ids_of_sha256_too(tmp_path_factory: pytest.TempPathFactory) -> None:
    repo = random_history(3, tmp_path_factory.mktemp("notes") / "r", commits=3, object_format="sha256")
    repo.note("ai", "main", "flat")
    repo.note("ai", "main~1", "deep", fanout=2)
    with Repository(repo.root) as repository:
        found = notes(repository)
        assert found.by_commit == as_git_lists(repo)
        assert (found.of(repo.resolve("main")), found.of(repo.resolve("main~1"))) == (b"flat", b"deep")


def test_refs_are_those_that_git_lists_below_a_prefix(repo: RepoBuilder, repository: Repository) -> None:
    sha = repo.commit({"a": "1\n"})
    names = ["refs/notes/ai", "refs/notes/ai-remote/b", "refs/notes/ai-remote/a", "refs/notes/aix", "refs/ai/caf\udce9"]
    for name in [*names, "refs/ai/a\u2028b"]:
        repo.point(name, sha)
    assert refs_below(repository.git, "refs/notes/ai") == {"refs/notes/ai": sha}
    assert list(refs_below(repository.git, "refs/notes/ai-remote/")) == [names[2], names[1]]
    assert list(refs_below(repository.git, "refs/ai/")) == ["refs/ai/a\u2028b", "refs/ai/caf\udce9"]
    assert list(refs_below(repository.git, "refs/none/")) == []


def test_one_by_one_is_the_same_once_all_are_listed(repo: RepoBuilder, repository: Repository) -> None:
    shas = [repo.commit({"a.py": f"{number}\n"}) for number in range(6)]
    for number, sha in enumerate(shas[:4]):
        repo.note("ai", sha, f"note {number}\n", fanout=number % 3)
    fresh, listed = notes(repository), notes(repository)
    assert len(listed.by_commit) == 4
    assert [listed.of(sha) for sha in shas] == [fresh.of(sha) for sha in shas]
