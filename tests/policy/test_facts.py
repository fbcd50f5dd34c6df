"""Every line that a range adds is in exactly one fact, and nothing that a change does is without one."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from answerable.domain.grade import Grade
from answerable.domain.origin import Origin
from answerable.errors import PolicyUnevaluable
from answerable.git.repository import Repository
from answerable.policy.change.facts import What
from answerable.policy.change.span import span_of
from builders import RepoBuilder, executable, link, random_history, submodule
from builders.entries import SUBMODULE
from policy.gating import CLAUDE, all_facts, lines

_HUNK = re.compile(rb"^@@ -[\d,]+ \+(\d+)(?:,(\d+))? @@", re.MULTILINE)


def numstat(repo: RepoBuilder, base: str, head: str) -> dict[bytes, int]:
    """How many lines git counts as added, by path, renames paired."""
    options = ("--numstat", "-z", "--find-renames", "--ignore-submodules")
    fields = iter(repo.git("-c", "diff.context=0", "diff", *options, base, head).split(b"\0")[:-1])
    found = {}
    for row in fields:
        added, _, path = row.split(b"\t", 2)
        if not path:
            _, path = next(fields), next(fields)
        found[path] = int(added) if added != b"-" else 0
    for path in repo.git("diff", "-z", "--name-only", "--diff-filter=T", base, head).split(b"\0")[:-1]:
        patch = repo.git("--literal-pathspecs", "diff", "-U0", base, head, "--", path)  # one goes, another comes
        count = sum(int(many or 1) for _, many in _HUNK.findall(patch))
        found[path] = count if repo.files(head)[path][0] != SUBMODULE else 0
    return {path: count for path, count in found.items() if count}


def test_every_added_line_of_a_random_range_is_in_exactly_one_fact(tmp_path: Path, seed: int) -> None:
    repo = random_history(seed + 70_000, tmp_path / "r", commits=25)
    rng = Random(seed)
    for _ in range(3):
        left, right = rng.choice(repo.commits), repo.resolve("main")
        with Repository(repo.root) as repository:
            try:
                base = span_of(repository, left, right).base
            except PolicyUnevaluable:
                continue  # two roots
        assert base is not None
        found = all_facts(repo, base, right)
        added = lines(found)
        assert {path: len(numbers) for path, numbers in added.items()} == numstat(repo, base, right)
        assert all(len(set(numbers)) == len(numbers) for numbers in added.values())
        every = {fact.path for fact in found} | {fact.old_path for fact in found}
        changed = repo.git("diff", "--name-only", "-z", "--no-renames", base, right).split(b"\0")[:-1]
        assert set(changed) <= every, "a path that changed has no fact"


def test_lines_have_the_origin_that_their_commit_declares(repo: RepoBuilder) -> None:
    base = repo.commit({"a": "1\n"})
    ai = repo.commit({"a": "1\n2\n"}, f"Do\n\n{CLAUDE}\n")
    plain = repo.commit({"a": "1\n2\n3\n"})
    found = all_facts(repo, base)
    assert [(f.start, f.end, f.lines.origin, f.lines.grade, f.commit) for f in found] == [
        (2, 2, Origin.AI, Grade.DECLARED, ai),
        (3, 3, Origin.UNKNOWN, Grade.NONE, plain),
    ]


def test_a_range_from_nothing_adds_all_there_is(repo: RepoBuilder) -> None:
    repo.commit({"a": "1\n", "b": "1\n2\n"})
    assert lines(all_facts(repo, None)) == {b"a": [1], b"b": [1, 2]}


def test_a_merge_that_adds_lines_of_its_own_is_named_for_them(repo: RepoBuilder) -> None:
    base = repo.commit({"a": "1\n", "b": "1\n"})
    repo.commit({"a": "1\n2\n"}, branch="left")
    repo.commit({"b": "1\n2\n"}, branch="right")
    merge = repo.merge("right", branch="left", files={"c": "evil\n"})
    found = {fact.path: fact for fact in all_facts(repo, base, "left")}
    assert found[b"c"].commit == merge
    assert set(found) == {b"a", b"b", b"c"}


def test_an_octopus_that_adds_lines_of_its_own_is_named_for_them(repo: RepoBuilder) -> None:
    base = repo.commit({"a": "1\n"})
    for name in ("x", "y", "z"):
        repo.commit({name: "1\n"}, branch=name)
    merge = repo.merge("y", "z", branch="x", files={"a": "1\nevil\n"})
    found = [fact for fact in all_facts(repo, base, "x") if fact.path == b"a"]
    assert [(fact.start, fact.end, fact.commit) for fact in found] == [(2, 2, merge)]


def test_a_merge_that_undoes_what_the_base_fixed_adds_the_old_line(repo: RepoBuilder) -> None:
    repo.commit({"a": "hole\n"})
    repo.commit({"b": "1\n"}, branch="topic")
    fixed = repo.commit({"a": "fixed\n"})
    repo.merge("main", branch="topic", files={"a": "hole\n"})
    (fact,) = [fact for fact in all_facts(repo, fixed, "topic") if fact.path == b"a"]
    assert (fact.start, fact.what, fact.lines.origin, fact.commit) == (1, What.ADDED, Origin.UNKNOWN, None)
    assert "older than the range" in fact.because


def test_a_revert_of_the_range_itself_adds_nothing_and_one_of_an_older_commit_does(repo: RepoBuilder) -> None:
    repo.commit({"a": "1\nold\n"})
    base = repo.commit({"a": "1\n"})
    repo.commit({"a": "1\nnew\n"})
    repo.commit({"a": "1\n"}, 'Revert "new"\n')
    assert all_facts(repo, base) == []
    back = repo.commit({"a": "1\nold\n"}, 'Revert "the removal"\n')
    (fact,) = all_facts(repo, base)
    assert (fact.start, fact.commit, fact.lines.origin) == (2, back, Origin.UNKNOWN)


def test_a_renamed_file_keeps_where_it_was_and_which_lines_came_with_it(repo: RepoBuilder) -> None:
    text = "".join(f"{n}\n" for n in range(20))
    base = repo.commit({"old": text})
    repo.commit({"old": None, "new": text + "more\n"})
    found = all_facts(repo, base)
    assert {fact.old_path for fact in found} == {b"old"}
    assert lines(found) == {b"new": [21]}
    assert lines(found, What.MOVED) == {b"new": list(range(1, 21))}
    assert [fact.because for fact in found if fact.what is What.CHANGED] == ["renamed from old"]


def test_lines_that_only_go_are_a_fact(repo: RepoBuilder) -> None:
    base = repo.commit({"a": "1\nif not allowed: stop()\n3\n", "b": "1\n"})
    repo.commit({"a": "1\n3\n", "b": None})
    assert [(f.path, f.what, f.weight, f.because) for f in all_facts(repo, base)] == [
        (b"a", What.REMOVED, 1, "1 lines removed"),
        (b"b", What.REMOVED, 1, "1 lines removed"),
    ]


def test_a_removal_is_a_fact_beside_lines_that_come_in_elsewhere_in_the_file(repo: RepoBuilder) -> None:
    base = repo.commit({"a": "1\nif not allowed: stop()\n3\n4\n5\n"})
    repo.commit({"a": "1\n3\n4\n5\nnew\n"})
    assert [(f.what, f.start, f.weight) for f in all_facts(repo, base)] == [(What.REMOVED, 0, 1), (What.ADDED, 5, 0)]


def test_what_has_no_lines_is_a_fact(repo: RepoBuilder) -> None:
    base = repo.commit({"m": "1\n", "bin": b"\0\1", "l": "x\n"})
    repo.commit({"m": executable("1\n"), "bin": b"\0\2\n\n", "s": submodule("1" * 40), "e": "", "l": link("x")})
    found = {(fact.path, fact.what): fact for fact in all_facts(repo, base)}
    assert found[b"m", What.CHANGED].because == "mode 100644 became 100755"
    assert found[b"s", What.CHANGED].because == "a submodule"
    assert found[b"e", What.CHANGED].because == "a new file without lines"
    assert found[b"bin", What.CHANGED].weight == 2
    assert found[b"l", What.CHANGED].because == "mode 100644 became 120000"
    assert found[b"l", What.ADDED].count == 1


@pytest.mark.parametrize("path", [b"a\nb", b"\xff\xfe", b"-x", b":(top)x", b"*", b'"q"', b"a\tb", b"\xe2\x80\xae.py"])
def test_a_path_may_hold_any_bytes(repo: RepoBuilder, path: bytes) -> None:
    base = repo.commit({"other": "1\n"})
    repo.commit({path: "1\n2\n"}, f"Do\n\n{CLAUDE}\n")
    (fact,) = all_facts(repo, base)
    assert (fact.path, fact.start, fact.end, fact.lines.origin) == (path, 1, 2, Origin.AI)


def test_content_that_is_not_here_is_an_error_and_no_silence(repo: RepoBuilder) -> None:
    base = repo.commit({"a": "1\n"})
    head = repo.commit({"a": "1\n2\n"})
    partial = repo.partial_clone()
    with pytest.raises(PolicyUnevaluable) as caught:
        all_facts(partial, base, head)
    assert "not in this clone" in caught.value.message
    assert "git fetch" in str(caught.value.hint)


@pytest.mark.parametrize("path", [b"../x", b"./x", b"a/../x", b"a//x"])
def test_a_path_that_only_a_forged_tree_holds_is_a_fact_or_an_error_and_no_silence(
    repo: RepoBuilder, path: bytes
) -> None:
    base = repo.commit({"other": "1\n"})
    repo.commit({path: "1\n2\n"})
    with suppress(PolicyUnevaluable):  # git reads no such tree
        found = all_facts(repo, base)
        assert [(f.path, f.start, f.end, f.lines.origin) for f in found] == [(path, 1, 2, Origin.UNKNOWN)]
