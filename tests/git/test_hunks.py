"""Hunks are those of git's own diff, however its output arrives and whatever the files hold."""

from __future__ import annotations

import io
from array import array
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from answerable.git.attribution.hunks import Differ, key_of, parse
from answerable.git.quarantine import Quarantine
from answerable.git.repository import Repository
from builders import RepoBuilder

Numbers = tuple[int, int, int, int]
TRAPS = [
    b"@@ -1,2 +3,4 @@",
    b"\n@@ -1 +1 @@",
    b"diff --git a/00000003 b/00000003",
    b"--- a/x",
    b"+++ b/x",
    b"\\ No newline at end of file",
    b"",
    b"\r",
    b"x" * 300,
    b"\0\xff",
]
LINES = st.one_of(st.sampled_from(TRAPS), st.binary(max_size=12)).map(lambda line: line.replace(b"\n", b" ") + b"\n")
NUMBER = st.integers(0, 10**9)
HUNKS = st.lists(st.tuples(NUMBER, st.lists(LINES, max_size=4), NUMBER, st.lists(LINES, max_size=4)), max_size=4)
DIFFS = st.dictionaries(st.integers(0, 2**32 - 1), HUNKS, max_size=5).map(lambda found: sorted(found.items()))


def printed(diffs: Any) -> bytes:
    """What `git diff-tree -p -U0` prints, section headings and all."""
    out = io.BytesIO()
    for entry, hunks in diffs:
        name = b"%08x" % entry
        out.write(b"diff --git a/%s b/%s\nindex 0..1 100644\n--- a/%s\n+++ b/%s\n" % (name, name, name, name))
        for old, olds, new, news in hunks:
            out.write(b"@@ -%s +%s @@ heading @@ -9 +9 @@\n" % (side(old, olds), side(new, news)))
            out.writelines(b"-" + line for line in olds)
            out.writelines(b"+" + line for line in news)
            out.write(b"\\ No newline at end of file\n" if len(news) % 2 else b"")
    return out.getvalue()


def side(start: int, lines: list[bytes]) -> bytes:
    """Git leaves a count of 1 out, and names the line before a gap."""
    begin = start + (len(lines) > 0)
    return b"%d" % begin if len(lines) == 1 else b"%d,%d" % (begin, len(lines))


def expected(diffs: Any) -> list[tuple[int, list[Numbers]]]:
    """Entries without hunks (binary files) may be left out."""
    return [(entry, [(o, len(olds), n, len(news)) for o, olds, n, news in hunks]) for entry, hunks in diffs if hunks]


def parsed(blocks: Iterator[bytes] | list[bytes]) -> list[tuple[int, list[Numbers]]]:
    pending = iter(blocks)
    found = parse(lambda _: next(pending, b""))
    return [(entry, fours(numbers)) for entry, numbers in found if numbers]


def fours(numbers: array[int]) -> list[Numbers]:
    return [tuple(numbers[at : at + 4]) for at in range(0, len(numbers), 4)]  # type: ignore[misc]


@given(DIFFS, st.lists(st.integers(0, 5000), max_size=12))
@example([(1, [(0, [], 0, [b"@@ -1 +1 @@\n"])])], [90, 91, 92, 93])
def test_where_the_stream_is_cut_changes_nothing(diffs: Any, cuts: list[int]) -> None:
    whole = printed(diffs)
    edges = [0, *sorted({cut for cut in cuts if 0 < cut < len(whole)}), len(whole)]
    blocks = [whole[a:b] for a, b in pairwise(edges) if a < b]
    assert parsed(blocks) == expected(diffs)


@given(DIFFS)
def test_it_may_arrive_byte_by_byte(diffs: Any) -> None:
    whole = printed(diffs)
    assert parsed([whole[at : at + 1] for at in range(len(whole))]) == expected(diffs)


def test_an_endless_line_is_not_kept() -> None:
    huge = b"-" + b"x" * 5_000_000 + b"\n"
    head = b"diff --git a/00000001 b/00000001\n@@ -1 +0,0 @@\n"
    blocks = [head, *(huge[at : at + 65_536] for at in range(0, len(huge), 65_536)), b"@@ -9 +8,2 @@\n"]
    assert parsed(blocks) == [(1, [(0, 1, 0, 0), (8, 1, 7, 2)])]


def test_nothing_is_no_diff() -> None:
    assert parsed([]) == []


# -- with git -------------------------------------------------------------------------------------------------


@pytest.fixture
def quarantine(repo: RepoBuilder) -> Iterator[Quarantine]:
    repo.commit({"a": "1\n"})
    with Repository(repo.root) as repository:
        yield repository.quarantine


def store(repo: RepoBuilder, *contents: bytes) -> list[bytes]:
    return [repo.write("blob", data).encode() for data in contents]


def applied(old: bytes, new: bytes, packed: bytes) -> bytes:
    """Rebuild the new file from the old one and the hunks, taking only what they say is new from the new one."""
    before, after, out, at = rows(old), rows(new), [], 0
    for start, count, begin, news in fours(array("I", packed)):
        out += before[at:start]
        assert len(out) == begin
        out += after[begin : begin + news]
        at = start + count
    return b"".join(out + before[at:])


def asked(quarantine: Quarantine, pairs: list[tuple[bytes, bytes]], *, binary: bool = True) -> dict[Any, bytes]:
    """One batch of a differ of its own."""
    with closing(Differ(quarantine, binary=binary)) as differ:
        return dict(differ.diff(pairs))


def rows(data: bytes) -> list[bytes]:
    parts = data.split(b"\n")
    return [part + b"\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def test_hunks_rebuild_the_new_file_from_the_old(repo: RepoBuilder, quarantine: Quarantine, seed: int) -> None:
    rng = Random(seed)
    texts = []
    for _ in range(12):
        lines = [rng.choice([*TRAPS, b"a", b"b", b"c"]) + b"\n" for _ in range(rng.randrange(30))]
        texts.append(b"".join(lines)[: -1 if rng.random() < 0.3 else None])
    texts = list(dict.fromkeys(texts))
    blobs = dict(zip(store(repo, *texts), texts, strict=True))
    pairs = [(a, b) for a in blobs for b in blobs if a != b]
    found = asked(quarantine, pairs)
    assert found.keys() == set(pairs)
    assert all(applied(blobs[a], blobs[b], packed) == blobs[b] for (a, b), packed in found.items())


def test_hunks_are_0_based_and_of_no_context(repo: RepoBuilder, quarantine: Quarantine) -> None:
    a, b, empty = store(repo, b"1\n2\n3\n", b"1\nx\ny\n3\n4", b"")
    found = {
        pair: fours(array("I", packed)) for pair, packed in asked(quarantine, [(a, b), (empty, b), (b, empty)]).items()
    }
    assert found == {(a, b): [(1, 1, 1, 2), (3, 0, 4, 1)], (empty, b): [(0, 0, 0, 5)], (b, empty): [(0, 5, 0, 0)]}


def test_binary_blobs_are_compared_as_blame_does_or_left_out(repo: RepoBuilder, quarantine: Quarantine) -> None:
    a, b = store(repo, b"\0\n1\n", b"\0\n2\n")
    assert [fours(array("I", packed)) for packed in asked(quarantine, [(a, b)]).values()] == [[(1, 1, 1, 1)]]
    assert asked(quarantine, [(a, b)], binary=False) == {(a, b): b""}


def test_a_missing_blob_ends_the_batch_and_never_gives_half_a_diff(repo: RepoBuilder, quarantine: Quarantine) -> None:
    a, b, c = store(repo, b"1\n" * 50, b"2\n" * 50, b"3\n" * 50)
    nothing = b"7" * 40
    found = asked(quarantine, [(a, b), (a, nothing), (b, c)])
    assert found.items() <= asked(quarantine, [(a, b), (b, c)]).items()
    assert asked(quarantine, [(nothing, a)]) == {}
    assert asked(quarantine, []) == {}


def test_a_key_is_both_ids() -> None:
    assert key_of((b"01" * 20, b"ff" * 20)) == b"\1" * 20 + b"\xff" * 20
