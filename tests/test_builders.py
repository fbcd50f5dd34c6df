"""The builders make what they say: the rest of the tests stand on them."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from builders import RepoBuilder, executable, link, random_history, submodule
from builders.blame import unquote

Maker = Callable[..., RepoBuilder]
ODD_PATHS = [
    b"caf\xe9",
    b'quo"te',
    b"new\nline",
    b"tab\t",
    b"back\\slash",
    b"-dash",
    b"a/b\xff/c",
    b"sp ace",
    b"\x01",
]
FSCK = ("-c", "fsck.gitattributesBlob=ignore", "-c", "fsck.gitattributesMissing=ignore", "fsck", "--full")


def test_a_commit_is_what_git_reads_back(repo: RepoBuilder) -> None:
    sha = repo.commit(
        {"run": executable("x\n"), "to": link("run"), "sub": submodule("1" * 40), b"caf\xe9": b"\x00"},
        b"subject\n\nbody \xff\n",
        author=(b"Ren\xe9", "rene@example.com"),
        committer=("Bo", "bo@example.com"),
        when="1700000000 +0545",
        authored=5,
    )
    raw = repo.git("cat-file", "commit", "main")
    assert raw.endswith(
        b"author Ren\xe9 <rene@example.com> 5 +0000\ncommitter Bo <bo@example.com> 1700000000 +0545\n"
        b"\nsubject\n\nbody \xff\n"
    )
    assert {path: mode for path, (mode, _) in repo.files(sha).items()} == {
        b"run": b"100755",
        b"to": b"120000",
        b"sub": b"160000",
        b"caf\xe9": b"100644",
    }
    repo.git(*FSCK)


def test_a_file_gives_way_to_a_folder_and_a_folder_to_a_file(repo: RepoBuilder) -> None:
    repo.commit({"a/b/c": "1\n", "x": "1\n"})
    repo.commit({"a": "2\n", "x/y": "2\n"})
    assert sorted(repo.files()) == [b"a", b"x/y"]
    repo.commit({"a": None, "a/b": "3\n"})
    assert sorted(repo.files()) == [b"a/b", b"x/y"]


def test_a_path_can_be_replaced_by_one_inside_it_in_the_same_commit(repo: RepoBuilder) -> None:
    repo.commit({"a": "1\n"})
    repo.commit({"a/b": "2\n", "a": None})
    assert sorted(repo.files()) == [b"a/b"]


def test_a_new_branch_starts_at_main_and_a_root_has_no_parent(repo: RepoBuilder) -> None:
    first = repo.commit({"a": "1\n"})
    side = repo.commit({"b": "1\n"}, branch="side")
    root = repo.commit({"c": "1\n"}, branch="other", parents=[])
    assert repo.git("rev-parse", f"{side}^").decode().strip() == first
    assert sorted(repo.files(root)) == [b"c"]
    assert repo.resolve("HEAD") == first


def test_merges_take_both_sides_or_one_and_can_add_lines_of_their_own(repo: RepoBuilder) -> None:
    repo.commit({"a": "1\n", "b": "1\n"})
    left = repo.commit({"a": "2\n"}, branch="left")
    right = repo.commit({"b": "2\n"}, branch="right")
    merged = repo.merge("left", "right", files={"evil": "3\n"})
    assert repo.git("rev-list", "--parents", "-1", merged).split()[2:] == [left.encode(), right.encode()]
    assert [repo.git("show", f"main:{name}") for name in ("a", "b", "evil")] == [b"2\n", b"2\n", b"3\n"]
    repo.merge("right", branch="left", strategy="ours")
    assert repo.git("show", "left:b") == b"1\n"


def test_a_merge_that_conflicts_must_be_resolved(repo: RepoBuilder) -> None:
    repo.commit({"a": "1\n"})
    repo.commit({"a": "2\n"}, branch="side")
    repo.commit({"a": "3\n"})
    with pytest.raises(AssertionError, match="conflicts"):
        repo.merge("side")
    repo.merge("side", files={"a": "4\n"})
    assert repo.git("show", "main:a") == b"4\n"


def test_tags_and_notes_are_what_git_reads_back(repo: RepoBuilder) -> None:
    first = repo.commit({"a": "1\n"})
    second = repo.commit({"a": "2\n"})
    repo.tag("light")
    repo.tag("heavy", first, "why\n")
    repo.note("ai", first, b"one\xff\n")
    repo.note("ai", second, "two\n")
    assert repo.git("cat-file", "-t", "heavy") == b"tag\n"
    assert repo.git("rev-parse", "heavy^{commit}", "light").decode().split() == [first, second]
    assert repo.git("notes", "--ref=ai", "show", first) == b"one\xff\n"
    repo.note("ai", first, None)
    assert repo.git("notes", "--ref=ai", "list").split()[1:] == [second.encode()]


@pytest.mark.parametrize("fanout", [1, 2])
def test_notes_are_found_in_folders_too(repo: RepoBuilder, fanout: int) -> None:
    sha = repo.commit({"a": "1\n"})
    repo.note("ai", sha, "found\n", fanout=fanout)
    assert repo.git("notes", "--ref=ai", "show", sha) == b"found\n"


def test_the_builder_sees_what_git_did_itself(repo: RepoBuilder) -> None:
    repo.commit({"a": "1\n"})
    repo.checkout()
    (repo.root / "b").write_text("2\n")
    repo.git("add", "b")
    repo.git("commit", "-qm", "by git")
    repo.git("pack-refs", "--all")
    repo.git("gc", "--quiet")
    repo.commit({"c": "3\n"})
    assert sorted(repo.files()) == [b"a", b"b", b"c"]
    assert repo.git("rev-list", "--count", "main") == b"3\n"


@pytest.mark.parametrize("path", ODD_PATHS, ids=repr)
def test_blame_names_the_commit_the_old_path_and_the_old_line(repo: RepoBuilder, path: bytes) -> None:
    first = repo.commit({path: "one\ntwo\nthree\nfour\nfive\n"})
    second = repo.commit({path: None, "new": "zero\none\ntwo\nthree\nfour\nfive"})
    assert repo.blame("main", "new") == [
        (second, b"new", 1),
        *((first, path, n) for n in (1, 2, 3, 4)),
        (second, b"new", 6),
    ]


def test_a_line_that_looks_like_a_blame_header_is_content(repo: RepoBuilder) -> None:
    text = f"{'a' * 40} 1 1 1\nfilename x\n\tauthor y\n\r\n"
    sha = repo.commit({"a": text})
    assert repo.blame("main", "a") == [(sha, b"a", n) for n in (1, 2, 3, 4)]


def test_quoted_paths_come_back_as_they_were() -> None:
    assert unquote(rb'"\"\\\t\n\303\251\a"') == b'"\\\t\n\xc3\xa9\a'
    assert unquote(b"plain") == b"plain"


def test_clones_and_working_trees_are_builders_too(repo: RepoBuilder) -> None:
    for n in range(5):
        repo.commit({"a": "line\n" * n})
    shallow = repo.shallow_clone(2)
    assert shallow.git("rev-list", "--count", "HEAD") == b"2\n"
    assert (shallow.git_dir / "shallow").exists()
    partial = repo.partial_clone()
    assert b"?" in partial.git("rev-list", "--objects", "--missing=print", "HEAD")
    tree = repo.worktree("main~1")
    assert (tree.root / "a").read_text() == "line\n" * 3
    assert tree.resolve("HEAD") == repo.commits[-2]
    assert repo.clone().resolve("HEAD") == repo.commits[-1]


def test_bare_repositories_and_sha256_work_alike(new_repo: Maker) -> None:
    repo = new_repo("bare", object_format="sha256", bare=True)
    sha = repo.commit({"a": "1\n"})
    assert len(sha) == 64
    assert repo.blame("HEAD", "a") == [(sha, b"a", 1)]
    assert repo.git("rev-parse", "--is-bare-repository") == b"true\n"


def test_many_commits_at_once_are_one_pack(repo: RepoBuilder) -> None:
    with repo.bulk():
        shas = [repo.commit({f"f{n}": f"{n}\n"}) for n in range(50)]
    assert repo.git("rev-list", "--reverse", "main").decode().split() == shas
    assert len(list((repo.git_dir / "objects" / "pack").glob("*.pack"))) == 1
    repo.git(*FSCK)


def test_nothing_of_the_machine_reaches_a_repository(new_repo: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", "elsewhere")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "no-such-file")
    repo = new_repo()
    repo.commit({"a": "1\n"})
    shown = {line for line in repo.git("config", "--list", "--show-scope").split(b"\n") if line}
    assert all(line.startswith(b"local\t") for line in shown)


def test_a_random_history_is_sound(tmp_path: Path, seed: int) -> None:
    repo = random_history(seed, tmp_path / "r")
    repo.git(*FSCK, "--strict")
    assert int(repo.git("rev-list", "--count", "main")) > 5


def test_a_random_history_is_the_same_each_time_and_a_shorter_one_is_its_start(tmp_path: Path) -> None:
    long = random_history(7, tmp_path / "long", commits=30)
    same = random_history(7, tmp_path / "same", commits=30)
    short = random_history(7, tmp_path / "short", commits=12)
    assert long.commits == same.commits
    assert long.commits[:12] == short.commits[:12]


def test_random_histories_hold_every_kind_of_trouble(tmp_path: Path) -> None:
    names, modes, parents, content = set[bytes](), set[bytes](), set[int](), list[bytes]()
    for seed in range(40):
        repo = random_history(seed, tmp_path / str(seed))
        log = repo.git("log", "-m", "--all", "--raw", "-z", "--no-abbrev", "--format=%x01%P", "-M")
        parents |= {len(found.split()) for found in re.findall(rb"\x01([0-9a-f ]*)\0", log)}
        changes = re.findall(rb":\d{6} (\d{6}) [0-9a-f]{40} [0-9a-f]{40} ([A-Z])", log)
        modes |= {mode for mode, _ in changes}
        names |= {name for _, name in changes}
        content += [repo.git("cat-file", "blob", name) for mode, name in repo.files().values() if mode != b"160000"]
    assert names >= {b"A", b"D", b"M", b"R", b"T"}
    assert modes >= {b"100644", b"100755", b"120000", b"160000"}
    assert parents >= {0, 1, 2, 3}
    assert any(b"\0" in data for data in content)
    assert any(b"\r\n" in data for data in content)
    assert any(data and not data.endswith(b"\n") for data in content)
    assert b"" in content


def test_a_random_history_is_built_in_little_time(tmp_path: Path) -> None:
    started = time.process_time()
    for seed in range(10):
        random_history(seed, tmp_path / str(seed))
    assert (time.process_time() - started) / 10 < 0.1


def test_the_program_under_test_meets_no_configuration_of_the_machine() -> None:
    assert os.environ["GIT_CONFIG_GLOBAL"] == os.devnull
    assert not {"GIT_DIR", "GIT_INDEX_FILE", "XDG_CONFIG_HOME"} & set(os.environ)
