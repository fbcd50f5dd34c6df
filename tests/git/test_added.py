"""What a commit added is what git shows as plus lines; what cannot be read is said so and costs no other line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from answerable.git.added import added_lines
from answerable.git.attribution.engine import Engine
from answerable.git.attribution.store import Store
from answerable.git.changes import steps
from answerable.git.repository import Repository
from builders import RepoBuilder, executable, link, random_history, submodule
from builders.entries import SUBMODULE

Counts = dict[str, dict[bytes, int]]
_HUNK = re.compile(rb"^@@ -[\d,]+ \+\d+(?:,(\d+))? @@", re.MULTILINE)


def counted(repository: Repository, head: str, cache: Path | None = None) -> tuple[Counts, set[str]]:
    """Lines added by commit and path, and the commits that are opaque."""
    counts: Counts = {}
    opaque = set()
    walk = steps(repository.quarantine.git, head)
    _ = repository.quarantine.empty_blob
    with closing(Store(cache)) as store:
        for step, paths, hidden in added_lines(repository.quarantine, store, walk):
            sha = step.commit.decode()
            counts[sha] = {path: sum(end - start + 1 for start, end in spans) for path, spans in paths.items()}
            opaque |= {sha} if hidden else set()
    return counts, opaque


def shown(repo: RepoBuilder, shas: Iterable[str]) -> Counts:
    """The same, as `git show` shows each commit alone; a merge in its combined form."""
    return {sha: _combined(repo, sha) if b" " in parents(repo, sha) else _plain(repo, sha) for sha in shas}


def parents(repo: RepoBuilder, sha: str) -> bytes:
    return repo.git("log", "-1", "--format=%P", sha).strip()


def _plain(repo: RepoBuilder, sha: str) -> dict[bytes, int]:
    options = ("--format=", "--find-renames", "-z", "--numstat", "--ignore-submodules")
    fields = iter(repo.git("-c", "diff.context=0", "show", *options, sha).split(b"\0")[:-1])
    found = {}
    for row in fields:
        added, _, path = row.split(b"\t", 2)
        if not path:
            _, path = next(fields), next(fields)
        found[path] = int(added) if added != b"-" else 0
    for path in repo.git("show", "--format=", "-z", "--name-only", "--diff-filter=T", sha).split(b"\0")[:-1]:
        patch = repo.git("--literal-pathspecs", "show", "--format=", "-U0", sha, "--", path)  # one goes, another comes
        lines = sum(int(count or 1) for count in _HUNK.findall(patch))
        found[path] = lines if repo.files(sha)[path][0] != SUBMODULE else 0
    return {path: count for path, count in found.items() if count}


def _combined(repo: RepoBuilder, sha: str) -> dict[bytes, int]:
    """Lines with a plus for every parent."""
    plus = b"+" * len(parents(repo, sha).split())
    found: Counter[bytes] = Counter()
    for path in repo.files(sha):
        if repo.files(sha)[path][0] != SUBMODULE:
            out = repo.git("--literal-pathspecs", "diff-tree", "-c", "-p", "-U0", "--no-commit-id", sha, "--", path)
            lines = out.partition(b"\ndiff --combined ")[0].partition(b"\n@@@")[2].split(b"\n")  # not what was below it
            found[path] = sum(line.startswith(plus) for line in lines)
    return {path: count for path, count in found.items() if count}


def test_random_histories_add_what_git_shows(tmp_path: Path, seed: int) -> None:
    repo = random_history(seed + 50_000, tmp_path / "r", commits=12)
    with Repository(repo.root) as repository:
        found, opaque = counted(repository, repo.resolve("main"))
    assert found == shown(repo, found)
    assert not opaque


def test_a_cache_that_other_commands_filled_changes_nothing(repo: RepoBuilder, tmp_path: Path) -> None:
    repo.commit({"a": b"\0\n1\n2\n", "b": "1\n"})
    repo.commit({"a": "1\n2\n3\n", "b": b"\0\n1\n"})
    head = repo.commit({"a": "1\n3\n", "b": "1\n2\n"})
    with Repository(repo.root) as repository:
        cold = counted(repository, head)
        assert cold[0] == shown(repo, cold[0])
        Engine(repository, cache=tmp_path / "cache", processes=1).attribute(head)
        assert counted(repository, head, tmp_path / "cache") == cold
        assert counted(repository, head, tmp_path / "cache") == cold


def test_links_programs_and_submodules_add_what_they_hold(repo: RepoBuilder) -> None:
    repo.commit({"a": "1\n", "l": link("a"), "s": submodule("1" * 40), "e": ""})
    head = repo.commit({"a": executable("1\n2\n"), "l": "a\nb\n", "s": "was a submodule\n", "e": "1"})
    with Repository(repo.root) as repository:
        found, _ = counted(repository, head)
    assert found[repo.commits[0]] == {b"a": 1, b"l": 1}
    assert found[head] == {b"a": 1, b"l": 2, b"s": 1, b"e": 1}


def test_a_merge_that_changes_only_a_mode_adds_no_line(repo: RepoBuilder) -> None:
    repo.commit({"a": "1\n", "b": "1\n"})
    repo.commit({"a": executable("1\n2\n"), "b": "1\n2\n"}, branch="left")
    repo.commit({"a": "1\n3\n", "b": submodule("1" * 40)}, branch="right")
    head = repo.merge("right", branch="left", strategy="ours", files={"a": "1\n2\n", "b": "1\n2\n3\n"})
    with Repository(repo.root) as repository:
        found, opaque = counted(repository, head)
    assert found[head] == {b"b": 1}
    assert not opaque


def test_a_link_that_becomes_a_file_of_the_same_bytes_begins_anew(repo: RepoBuilder) -> None:
    repo.commit({"a": link("target")})
    head = repo.commit({"a": "target"})
    with Repository(repo.root) as repository:
        found, _ = counted(repository, head)
    assert found == {repo.commits[0]: {b"a": 1}, head: {b"a": 1}}
    assert {line.sha for line in repo.blame(head, "a")} == {head}


def test_a_missing_blob_makes_its_commits_opaque_and_no_other(repo: RepoBuilder) -> None:
    for number in range(4):
        repo.commit({"a": f"{number}\n", f"new{number}": "1\n2\n"})
    one, two, three, four = repo.commits
    blob = repo.files(two)[b"a"][1]
    (repo.git_dir / "objects" / blob[:2] / blob[2:]).unlink()
    with Repository(repo.root) as repository:
        found, opaque = counted(repository, four)
    assert opaque == {two, three}
    assert found == {
        one: {b"a": 1, b"new0": 2},
        two: {b"new1": 2},
        three: {b"new2": 2},
        four: {b"a": 1, b"new3": 2},
    }


def test_in_a_partial_clone_every_commit_that_added_lines_is_opaque(repo: RepoBuilder) -> None:
    one = repo.commit({"a": "1\n"})
    empty = repo.commit()
    two = repo.commit({"a": "1\n2\n"})
    with Repository(repo.partial_clone().root) as repository:
        found, opaque = counted(repository, two)
    assert found == {one: {}, empty: {}, two: {}}
    assert opaque == {one, two}
