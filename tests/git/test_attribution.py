"""Whole-tree attribution gives every line what `git blame` gives it: commit, path there and line there."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from answerable.git.attribution.engine import Engine, cache_folder
from answerable.git.attribution.pieces import End
from answerable.git.repository import Repository
from builders import RepoBuilder, executable, link, random_history, submodule
from git.oracle import attributed, blamed, ends, every, only

Maker = Callable[..., RepoBuilder]
A_SEED = 5  # histories


def attribute(repo: RepoBuilder, rev: str = "main") -> dict[bytes, list[tuple[str, bytes, int]]]:
    """Attribute a revision with no cache."""
    with Repository(repo.root) as repository:
        return attributed(Engine(repository, processes=1).attribute(repo.resolve(rev)))


def check(repo: RepoBuilder, *revs: str) -> None:
    """Attribute revisions one after the other, first without and then with a shared cache, and blame them."""
    with Repository(repo.root) as repository:
        for rev in revs or ("main",):
            sha, expected = repo.resolve(rev), blamed(repo, rev)
            assert attributed(Engine(repository, processes=1).attribute(sha)) == expected
            cached = Engine(repository, cache=cache_folder(repository), processes=1)
            assert attributed(cached.attribute(sha)) == expected
            assert attributed(cached.attribute(sha)) == expected


# -- random histories -----------------------------------------------------------------------------------------


def test_random_histories_are_attributed_as_git_blames_them(tmp_path: Path, seed: int) -> None:
    for number in range(seed * A_SEED, (seed + 1) * A_SEED):
        repo = random_history(number, tmp_path / str(number), commits=30)
        assert attribute(repo) == blamed(repo), f"seed {number}"


def test_every_state_of_the_cache_gives_the_same_answer(tmp_path: Path, seed: int) -> None:
    repo = random_history(seed + 10_000, tmp_path / "r")
    rng = Random(seed)
    revs = [repo.resolve("main"), *rng.sample(repo.commits, 3)]
    expected = {rev: blamed(repo, rev) for rev in revs}
    with Repository(repo.root) as repository:
        engine = Engine(repository, cache=cache_folder(repository), processes=rng.choice((1, 2)))
        for rev in (*revs, *revs, revs[0]):  # cold, then over the snapshot of an ancestor or of a sibling
            assert attributed(engine.attribute(rev)) == expected[rev]
        (cache_folder(repository) / "snapshot").unlink()
        assert attributed(engine.attribute(revs[1])) == expected[revs[1]]  # over the store alone
        assert attributed(engine.attribute(revs[1])) == expected[revs[1]]


def test_some_paths_alone_get_what_they_get_among_all(tmp_path: Path, seed: int) -> None:
    repo = random_history(seed + 20_000, tmp_path / "r", commits=30)
    rng, head, other = Random(seed), repo.resolve("main"), repo.commits[10]
    expected = blamed(repo)
    some = rng.sample(sorted(expected), min(len(expected), 3))
    wanted = {path: expected[path] for path in some}
    with Repository(repo.root) as repository:
        engine = Engine(repository, cache=cache_folder(repository), processes=1)
        assert attributed(engine.attribute(head, some)) == wanted
        assert not (cache_folder(repository) / "snapshot").exists()  # a part of a tree is no snapshot
        engine.attribute(other)
        assert attributed(engine.attribute(head, [*some, b"no such file"])) == wanted
        engine.attribute(head)
        assert attributed(engine.attribute(head, [*some, b"no such file"])) == wanted


def test_a_range_gives_the_lines_it_wrote_and_calls_the_others_older(tmp_path: Path, seed: int) -> None:
    repo = random_history(seed + 30_000, tmp_path / "r", commits=30)
    rng, head, expected = Random(seed), repo.resolve("main"), blamed(repo)
    with Repository(repo.root) as repository:
        for base in ([rng.choice(repo.commits)], rng.sample(repo.commits, 2), [repo.commits[-2]]):
            # not `rev-list head ^base`: with clocks askew git lists commits of the base too
            older = set(repo.git("rev-list", *base).decode().split())
            inside = set(repo.git("rev-list", head).decode().split()) - older
            found = Engine(repository, processes=1).attribute(head, base=base)
            assert only(every(found), inside) == only(expected, inside)
            for path, lines in every(found).items():
                for line, end in zip(lines, ends(found, path), strict=True):
                    assert end is (End.BEGUN if line.sha else End.OUTSIDE)


def test_sha256_repositories_are_attributed_too(tmp_path: Path, seed: int) -> None:
    repo = sha256_history(seed, tmp_path)
    check(repo, "main", repo.commits[-3], "main")


def sha256_history(seed: int, folder: Path) -> RepoBuilder:
    """A random history that git can read: the ids of its random submodules are too short for SHA-256."""
    for number in range(40_000 + 100 * seed, 40_100 + 100 * seed):
        repo = random_history(number, folder / str(number), commits=20, object_format="sha256")
        with suppress(AssertionError):
            repo.git("fsck", "--full")
            return repo
    raise AssertionError("no history without a submodule")


def test_one_process_and_many_agree(tmp_path: Path) -> None:
    repo = RepoBuilder(tmp_path / "r")
    with repo.bulk():
        for n in range(600):  # enough versions for two processes to share
            repo.commit({f"f{n % 7}": "".join(f"{(n * 31 + i) % (40 + i)}\n" for i in range(40))})
    expected, seen = blamed(repo), list[tuple[str, int, int]]()
    with Repository(repo.root) as repository:
        for processes in (1, 2, 5):
            engine = Engine(repository, processes=processes, progress=lambda *at: seen.append(at))
            assert attributed(engine.attribute(repo.resolve("main"))) == expected
    assert {"reading history", "comparing versions"} == {stage for stage, _, _ in seen}


# -- histories made by hand -----------------------------------------------------------------------------------

LONG = "".join(f"line {n}\n" for n in range(20))


def test_an_edited_file_keeps_the_lines_that_were_not(repo: RepoBuilder) -> None:
    one = repo.commit({"a": "1\n2\n3\n"})
    two = repo.commit({"a": "0\n1\n2x\n3\n"})
    assert attribute(repo) == {b"a": [(two, b"a", 1), (one, b"a", 1), (two, b"a", 3), (one, b"a", 3)]}
    check(repo)


def test_a_tail_that_repeats_is_trimmed_before_it_is_compared(repo: RepoBuilder) -> None:
    repo.commit({"a": "a\nb\n" * 3000 + "x\n" + "b\na\n" * 50})
    repo.commit({"a": "a\nb\n" * 3000 + "b\na\n" * 52})
    repo.commit({"a": "b\na\n" * 20 + "a\nb\n" * 3000 + "b\na\n" * 52})
    check(repo)


def test_a_function_put_before_its_like_is_told_by_its_indentation(repo: RepoBuilder) -> None:
    body = "def {}():\n    x = 1\n\n    return x\n\n"
    repo.commit({"a.py": body.format("one") + body.format("three")})
    repo.commit({"a.py": body.format("one") + body.format("two") + body.format("three")})
    repo.commit({"a.py": "\n".join(body.format(name) for name in ("zero", "one", "two", "three", "four"))})
    check(repo)


def test_each_side_of_a_merge_keeps_its_lines(repo: RepoBuilder) -> None:
    repo.commit({"a": LONG})
    left = repo.commit({"a": "left\n" + LONG}, branch="left")
    right = repo.commit({"a": LONG + "right\n"}, branch="right")
    repo.merge("left", "right")
    found = attribute(repo)[b"a"]
    assert (found[0][0], found[-1][0]) == (left, right)
    check(repo)


def test_a_merge_that_adds_lines_of_its_own_is_named_for_them(repo: RepoBuilder) -> None:
    repo.commit({"a": LONG})
    repo.commit({"a": "left\n" + LONG}, branch="left")
    repo.commit({"a": LONG + "right\n"}, branch="right")
    evil = repo.merge("right", branch="left", files={"a": "left\nevil\n" + LONG + "right\n", "new": "evil\n"})
    found = attribute(repo, "left")
    assert (found[b"a"][1], found[b"new"]) == ((evil, b"a", 2), [(evil, b"new", 1)])
    check(repo, "left")


def test_the_first_of_two_parents_that_both_have_a_line_explains_it(repo: RepoBuilder) -> None:
    repo.commit({"a": LONG})
    repo.commit({"a": LONG + "same\n", "l": "l\n"}, branch="left")
    repo.commit({"a": LONG + "same\nmore\n", "r": "r\n"}, branch="right")
    repo.merge("right", branch="left", files={"a": "top\n" + LONG + "same\nmore\n"})
    repo.merge("left", branch="right", files={"a": LONG + "same\nmore\nend\n"})
    check(repo, "left", "right")


def test_an_octopus_gives_each_arm_its_lines(repo: RepoBuilder) -> None:
    repo.commit(dict.fromkeys("abc", LONG))
    for name in "xyz":
        repo.commit({"a": LONG, name: f"{name}\n", "b": f"{name}\n" + LONG}, branch=name)
    merged = repo.merge("x", "y", "z", files={"b": "z\nx\n" + LONG + "y\n"})
    assert len(repo.git("rev-list", "--parents", "-1", merged).split()) == 5
    check(repo)


def test_in_an_octopus_the_first_parent_with_the_same_bytes_wins_even_under_another_mode(repo: RepoBuilder) -> None:
    repo.commit({"a": LONG})
    repo.commit({"a": executable(LONG + "new\n")}, branch="one")
    repo.commit({"a": LONG + "new\n"}, branch="two")
    repo.merge("one", "two", files={"a": LONG + "new\n"})
    repo.merge("two", "one", branch="main", files={"a": executable(LONG + "newer\n")})
    check(repo, "main~1", "main")


def test_a_criss_cross_ends_where_git_ends_it(repo: RepoBuilder) -> None:
    repo.commit({"a": LONG})
    repo.commit({"a": "left\n" + LONG}, branch="left")
    repo.commit({"a": LONG + "right\n"}, branch="right")
    left, right = repo.resolve("left"), repo.resolve("right")
    repo.merge(right, branch="left")
    repo.merge(left, branch="right")
    repo.commit({"a": "left\n" + LONG + "right\nmore\n"}, branch="left")
    repo.merge("left", branch="right")
    check(repo, "left", "right")


def test_a_merge_that_keeps_one_side_drops_the_others_lines(repo: RepoBuilder) -> None:
    repo.commit({"a": LONG})
    repo.commit({"a": LONG + "right\n"}, branch="right")
    repo.commit({"a": "left\n" + LONG})
    repo.merge("right", strategy="ours")
    check(repo)
    repo.merge("right", strategy="theirs")
    check(repo)


def test_histories_with_several_roots_are_walked_to_each(repo: RepoBuilder) -> None:
    repo.commit({"a": LONG})
    repo.commit({"b": LONG + "other\n"}, branch="other", parents=[])
    repo.commit({"b": LONG + "other\n"}, parents=["main", "other"])
    check(repo)


def test_a_commit_dated_before_its_parents_is_still_after_them(repo: RepoBuilder) -> None:
    repo.commit({"a": LONG}, when=1_900_000_000)
    repo.commit({"a": "left\n" + LONG}, branch="left", when=1_000)
    repo.commit({"a": LONG + "right\n"}, branch="right", when=1_800_000_000)
    repo.merge("right", branch="left", when=5)
    repo.commit({"a": "top\nleft\n" + LONG + "right\n"}, branch="left", when=2)
    check(repo, "left", "left~1", "left")


def test_a_renamed_file_keeps_its_lines_and_says_where_they_stood(repo: RepoBuilder) -> None:
    one = repo.commit({"old": LONG})
    two = repo.commit({"old": None, "new/name": LONG})
    three = repo.commit({"new/name": None, "newer": LONG.replace("line 3\n", "changed\n")})
    found = attribute(repo)[b"newer"]
    assert (found[0], found[3]) == ((one, b"old", 1), (three, b"newer", 4))
    assert attribute(repo, two)[b"new/name"][7] == (one, b"old", 8)
    check(repo, "main", two, "main")


def test_files_that_change_places_are_not_renamed(repo: RepoBuilder) -> None:
    repo.commit({"a": LONG, "b": LONG[::-1] + "\n"})
    repo.commit({"a": LONG[::-1] + "\n", "b": LONG})
    check(repo)


def test_of_several_equal_sources_git_chooses(repo: RepoBuilder) -> None:
    repo.commit({"x/same": LONG, "y/name": LONG, "z": LONG.replace("line 1\n", "")})
    repo.commit({"x/same": None, "y/name": None, "z": None, "q/name": LONG, "w": LONG, "same": LONG + "more\n"})
    check(repo)


def test_one_source_serves_every_destination_since_each_is_asked_about_alone(repo: RepoBuilder) -> None:
    repo.commit({"a": LONG})
    repo.commit({"a": None, "b": LONG + "b\n", "c": "c\n" + LONG, "d": LONG})
    one = repo.commits[0]
    assert all(found.count((one, b"a", 5)) == 1 for found in attribute(repo).values())
    check(repo)


def test_many_files_moved_and_edited_at_once_are_each_followed(repo: RepoBuilder) -> None:
    names = range(30)
    texts = {n: "".join(f"{n} {line} {n * line}\n" for line in range(12)) for n in names}
    repo.commit({f"old/{n}": texts[n] for n in names})
    repo.commit(
        {f"old/{n}": None for n in names} | {f"new/{n % 5}/{n}": f"{n}\n" * (n % 4 * 6) + texts[n] for n in names}
    )
    check(repo)


def test_a_copy_begins_anew(repo: RepoBuilder) -> None:
    repo.commit({"a": LONG})
    two = repo.commit({"b": LONG})
    assert {line[0] for line in attribute(repo)[b"b"]} == {two}
    check(repo)


def test_a_file_deleted_and_brought_back_begins_anew(repo: RepoBuilder) -> None:
    repo.commit({"a": LONG, "b": "b\n"})
    repo.commit({"a": None})
    back = repo.commit({"a": LONG})
    assert {line[0] for line in attribute(repo)[b"a"]} == {back}
    check(repo, "main", "main~1", "main~2", "main")


def test_a_file_renamed_on_one_side_and_edited_on_the_other_keeps_both(repo: RepoBuilder) -> None:
    repo.commit({"a": LONG})
    repo.commit({"a": None, "b": LONG}, branch="left")
    repo.commit({"a": LONG + "right\n"}, branch="right")
    repo.merge("right", branch="left", files={"b": LONG + "right\n", "a": None})
    repo.merge("left", branch="right", files={"b": LONG + "right\nevil\n", "a": None})
    check(repo, "left", "right")


def test_a_file_becomes_a_folder_and_a_folder_a_file(repo: RepoBuilder) -> None:
    repo.commit({"a": LONG, "d/f": "".join(reversed(LONG))})
    repo.commit({"a": None, "a/in": LONG, "d/f": None, "d": "".join(reversed(LONG))})
    repo.commit({"a/in": None, "a": LONG, "d": None, "d/f": "x\n"})
    check(repo, "main", "main~1")


def test_a_file_that_was_a_link_or_a_submodule_begins_anew(repo: RepoBuilder) -> None:
    repo.commit({"a": link("target"), "b": "target", "s": submodule("1" * 40), "t": LONG})
    repo.commit({"a": "target", "b": link("target"), "s": LONG, "t": submodule("2" * 40)})
    repo.commit({"a": "target\nmore\n", "b": link("elsewhere"), "s": LONG + "more\n", "t": LONG})
    check(repo, "main", "main~1")


def test_a_submodule_has_no_lines_and_is_left_out(repo: RepoBuilder) -> None:
    repo.commit({"sub": submodule("1" * 40), "a": "1\n"})
    assert attribute(repo).keys() == {b"a"}


def test_a_mode_alone_changes_no_line(repo: RepoBuilder) -> None:
    one = repo.commit({"a": LONG})
    repo.commit({"a": executable(LONG)})
    repo.commit({"b": "1\n"}, branch="side")
    repo.commit({"a": LONG}, branch="side")
    repo.merge("side", files={"a": executable(LONG)})
    assert {line[0] for line in attribute(repo)[b"a"]} == {one}
    check(repo)


CONTENTS: dict[str, list[bytes]] = {
    "no final newline, then one, then none": [b"a\nb", b"a\nb\n", b"a\nb\nc", b"a\nb"],
    "carriage returns come and go": [b"a\nb\nc\n", b"a\r\nb\r\nc\r\n", b"a\r\nb\nc\r\n", b"a\nb\rb\nc\n"],
    "only a line feed": [b"\n", b"\n\n", b"", b"\n\n\n"],
    "empty, then not": [b"", b"a\n", b"", b"a\n"],
    "a NUL far into the file": [b"a\n" * 9000 + b"\0\n", b"b\n" + b"a\n" * 9000 + b"\0\n"],
    "text that was binary": [b"a\0b\nc\n", b"ab\nc\n", b"a\0b\nc\nd\n", b"ab\nc\nd\n"],
    "bytes that are no text": [b"\xff\xfe\n\x80\n", b"\xff\xfe\n\x80\n\xc3\x28\n"],
    "one huge line": [b"x" * 300_000 + b"\nend\n", b"begin\n" + b"x" * 300_000 + b"\nend\n"],
    "huge lines that look like a diff": [
        b"x" * 200_000 + b"\n@@ -1 +1 @@\ndiff --git a/00000000 b/00000000\n",
        b"y" * 1_048_570 + b"\n@@ -7,9 +1 @@\ndiff --git a/00000001 b/00000001\n" + b"z" * 2_000_000 + b"\n",
        b"\n@@ -1 +1 @@\n" + b"y" * 1_048_570 + b"\n@@ -7,9 +1 @@\ndiff --git a/00000001 b/00000001\n",
    ],
    "content that looks like what diff prints": [
        b"--- a/x\n+++ b/x\n@@ -1,2 +3,4 @@\n-a\n+b\n\\ No newline at end of file\n",
        b"--- a/y\n+++ b/x\n@@ -1,2 +3,4 @@ f\n-a\n+b\n\\ No newline at end of file",
        b"diff --git a/00000000 b/00000000\n@@ -1,2 +3,4 @@ f\n-a\n:100644 100644\n\\ No newline",
    ],
    "a thousand equal lines": [b"a\n" * 1000, b"a\n" * 999, b"a\n" * 500 + b"b\n" + b"a\n" * 700],
}


@pytest.mark.parametrize("name", CONTENTS)
def test_any_content_is_attributed(repo: RepoBuilder, name: str) -> None:
    for data in CONTENTS[name]:
        repo.commit({"a": data, "padding": b"padding\n"})
    check(repo, *repo.commits, "main")


PATHS = [
    b"caf\xe9.txt",
    "größe/日本.txt".encode(),
    b"new\nline",
    b'quo"te',
    b"tab\t",
    b"back\\slash",
    b"-leading",
    b"--output=x",
    b":leading",
    b":(glob)*",
    b"*",
    b"[a]",
    b"a b ",
    b" ",
    b"\x01\x1b[31m",
    b"HEAD",
    b"\xff\xfe/\x80",
    b"deep/" * 60 + b"file",
]


def test_any_path_is_attributed_alone_and_among_others(repo: RepoBuilder) -> None:
    for at in range(3):
        repo.commit({path: f"{n}\n" + "same\n" * at for n, path in enumerate(PATHS)})
    expected, head = blamed(repo), repo.resolve("main")
    assert expected.keys() == set(PATHS)
    check(repo)
    with Repository(repo.root) as repository:
        for path in PATHS:
            found = Engine(repository, processes=1).attribute(head, [path])
            assert attributed(found) == {path: expected[path]}


def test_any_path_can_be_renamed_to_any(repo: RepoBuilder) -> None:
    texts = {path: "".join(f"{n} {line}\n" for line in range(9)) for n, path in enumerate(PATHS)}
    repo.commit(texts)
    moved = {b"moved/" + path: texts[path] + "more\n" for path in PATHS}
    repo.commit(dict.fromkeys(PATHS) | moved)
    repo.commit(dict.fromkeys(moved) | {path[::-1].strip(b"/"): texts[path] + "last\n" for path in PATHS})
    check(repo, "main~1", "main")
