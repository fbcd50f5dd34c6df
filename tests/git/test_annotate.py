"""Lines carried forward in slices are those of a naive model that carries them one by one."""

from __future__ import annotations

from array import array
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from answerable.git.attribution.annotate import LINE_BITS, LONGEST, Group, _same, expand, lines_of, runs
from answerable.git.attribution.lineage import Edge, Node
from answerable.git.attribution.pieces import End

Hunk = tuple[int, int, int, int]


@st.composite
def diffs(draw: Any) -> tuple[int, int, list[Hunk]]:
    """(old lines, new lines, hunks) as a diff without context may give them."""
    old = new = 0
    hunks = []
    for _ in range(draw(st.integers(0, 5))):
        kept = draw(st.integers(1 if hunks else 0, 4))
        old, new = old + kept, new + kept
        gone, come = draw(st.tuples(st.integers(0, 4), st.integers(0, 4)).filter(any))
        hunks.append((old, gone, new, come))
        old, new = old + gone, new + come
    kept = draw(st.integers(0, 4))
    return old + kept, new + kept, hunks


def old_of(hunks: list[Hunk], line: int) -> int | None:
    """The old line that a new line was, by looking at every hunk."""
    shift = 0
    for _, gone, start, come in hunks:
        if line < start:
            break
        if line < start + come:
            return None
        shift += gone - come
    return line + shift


def flat(hunks: list[Hunk]) -> list[int]:
    return [number for hunk in hunks for number in hunk]


@given(diffs(), st.data())
def test_ranges_of_new_lines_are_cut_where_hunks_begin_and_end(found: tuple[int, int, list[Hunk]], data: Any) -> None:
    _, news, hunks = found
    edges = sorted(data.draw(st.sets(st.integers(0, news), max_size=6)))
    ranges = list(zip(edges[0::2], edges[1::2], strict=False))
    cut = _same(flat(hunks), ranges)
    assert [line for a, b, _ in cut for line in range(a, b)] == [line for a, b in ranges for line in range(a, b)]
    for start, end, offset in cut:
        for line in range(start, end):
            assert old_of(hunks, line) == (None if offset is None else line + offset)


@given(st.lists(st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 2**20), st.integers(1, 50)), max_size=8))
def test_run_lengths_say_the_same_in_less(parts: list[tuple[int, int, int]]) -> None:
    lines = array("Q")
    for version, start, count in parts:
        lines.extend(lines_of(version, start, count))
    coded = runs(lines)
    assert expand(coded) == lines
    assert len(coded) <= 3 * len(parts)
    assert expand(array("I")) == array("Q") == expand(runs(array("Q")))


def test_runs_join_only_lines_that_follow_each_other() -> None:
    assert list(runs(array("Q", [5, 6, 7, 9, 9, 10]))) == [0, 5, 3, 0, 9, 1, 0, 9, 2]
    last = LONGEST - 2  # of the longest file there may be
    assert list(runs(array("Q", [last, 1 << LINE_BITS]))) == [0, last, 1, 1, 0, 1]


# -- whole graphs ---------------------------------------------------------------------------------------------


class Model:
    """A random graph of versions with real contents, and the origin of each line found one by one."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.sizes: dict[int, int] = {}
        self.nodes: dict[int, Node] = {}
        self.diffs: dict[tuple[bytes, bytes], list[Hunk]] = {}
        self.lines: dict[int, list[tuple[int, int]]] = {}
        for version in range(rng.randint(2, 12)):
            self.add(version)

    def add(self, version: int) -> None:
        rng = self.rng
        parents = rng.sample(range(version), min(version, rng.choice((0, 1, 1, 1, 2, 3))))
        self.sizes[version] = rng.randint(0, 12)
        edges = []
        for older in parents:
            pair = (b"%d" % older, b"%d" % version)
            self.diffs[pair] = self.random_diff(self.sizes[older], self.sizes[version])
            edges.append(Edge(older, *pair))
        self.nodes[version] = Node(b"", b"", tuple(edges), End.BEGUN)
        self.lines[version] = [self.origin(version, line) for line in range(self.sizes[version])]

    def origin(self, version: int, line: int) -> tuple[int, int]:
        for edge in self.nodes[version].edges:
            older = old_of(self.diffs[edge.old, edge.new], line)
            if older is not None:
                return self.lines[edge.version][older]
        return version, line

    def random_diff(self, olds: int, news: int) -> list[Hunk]:
        """Keep a random common subsequence of positions; all the rest is hunks."""
        count = self.rng.randint(0, min(olds, news))
        kept = zip(
            sorted(self.rng.sample(range(olds), count)), sorted(self.rng.sample(range(news), count)), strict=True
        )
        hunks, a, b = [], 0, 0
        for old, new in [*kept, (olds, news)]:
            if (old, new) != (a, b):
                hunks.append((a, old - a, b, new - b))
            a, b = old + 1, new + 1
        return hunks

    def hunks(self, pair: tuple[bytes, bytes]) -> list[int] | None:
        return flat(self.diffs[pair]) if pair in self.diffs else None


def test_groups_of_versions_agree_with_a_naive_model(seed: int) -> None:
    for at in range(60):
        model = Model(Random(seed * 1000 + at))
        newest_first = {v: model.nodes[v] for v in sorted(model.nodes, reverse=True)}
        rng = model.rng
        asked = rng.sample(sorted(model.nodes), rng.randint(1, len(model.nodes)))
        group = Group(newest_first, {v: model.sizes[v] for v in asked}, lambda _: None, model.hunks)
        lines, unreadable = group.lines()
        assert not unreadable
        for version in asked:
            assert [(n >> LINE_BITS, n & ((1 << LINE_BITS) - 1)) for n in lines[version]] == model.lines[version]


def test_lines_of_a_snapshot_are_taken_as_they_are(seed: int) -> None:
    for at in range(60):
        model = Model(Random(seed * 1000 + at))
        known = {v for v in model.nodes if not model.nodes[v].edges}
        nodes = {v: model.nodes[v] for v in sorted(model.nodes, reverse=True) if v not in known}
        heads = {v: model.sizes[v] for v in nodes or known}
        held = {v: array("Q", [(1000 + v) << LINE_BITS | line for line in range(model.sizes[v])]) for v in known}
        lines, _ = Group(nodes, heads, held.get, model.hunks).lines()
        for version, found in lines.items():
            expected = [(v + 1000 if v in known else v, line) for v, line in model.lines[version]]
            assert [(n >> LINE_BITS, n & ((1 << LINE_BITS) - 1)) for n in found] == expected


def test_a_version_whose_hunks_cannot_be_read_keeps_its_lines_and_is_named() -> None:
    edges = {2: (Edge(1, b"1", b"2"),), 1: (Edge(0, b"0", b"1"),), 0: ()}
    nodes = {v: Node(b"", b"", edges[v], End.BEGUN) for v in (2, 1, 0)}
    readable = {(b"1", b"2"): [0, 0, 0, 1]}
    lines, unreadable = Group(nodes, {2: 4}, lambda _: None, readable.get).lines()
    assert unreadable == {1}
    assert list(lines[2]) == [2 << LINE_BITS, *lines_of(1, 0, 3)]
