"""Tiles and bundles of entries: the paths and sizes of the specification, and one reading of every file."""

from __future__ import annotations

import re
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.errors import DecisionTooLarge, ProofInvalid
from answerable.ledger import merkle, tiles
from answerable.ledger.tiles import TileReader, parse_tile_path, tile_path, tiles_for
from ledger.trees import EqualLeaves, hashes_of

LEAVES = hashes_of(70_000)
NODES = dict(merkle.new_nodes(0, LEAVES, lambda nodes: []))


def read(nodes: object) -> list[bytes]:
    return [NODES[node] for node in nodes]  # type: ignore[attr-defined]


def files(size: int) -> dict[str, bytes]:
    """Every tile of the tree of this size."""
    return {
        tile_path(level, n, width): b"".join(read(tiles.tile_nodes(level, n, width)))
        for level, n, width in tiles_for(size)
    }


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        ((0, 1234067, 256), "tile/0/x001/x234/067"),
        ((0, 0, 256), "tile/0/000"),
        ((1, 0, 8), "tile/1/000.p/8"),
        ((63, 999, 255), "tile/63/999.p/255"),
        ((2, 1000, 1), "tile/2/x001/000.p/1"),
        (("entries", 273, 112), "tile/entries/273.p/112"),
    ],
)
def test_a_tile_lies_where_the_specification_says(tile: tiles.Tile, path: str) -> None:
    assert tile_path(*tile) == path
    assert parse_tile_path(path) == tile


@given(
    level=st.one_of(st.just("entries"), st.integers(0, 63)),
    n=st.integers(0, 2**63 - 1),
    width=st.integers(1, 256),
)
def test_every_tile_is_found_again_by_its_path(level: tiles.Level, n: int, width: int) -> None:
    assert parse_tile_path(tile_path(level, n, width)) == (level, n, width)


@pytest.mark.parametrize(
    "tile", [(64, 0, 1), (-1, 0, 1), ("0", 0, 1), (0, -1, 1), (0, 2**63, 1), (0, 0, 0), (0, 0, 257)]
)
def test_what_is_no_tile_has_no_path(tile: tiles.Tile) -> None:
    with pytest.raises(ProofInvalid):
        tile_path(*tile)


@pytest.mark.parametrize(
    "path",
    [
        "tile/00/000", "tile/64/000", "tile/0/00", "tile/0/0000", "tile/0/x000/001", "tile/0/x001", "tile/0/x001/x002",
        "tile/0/001/002", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/08", "tile/0/000.p/", "tile/0/000.p/999",
        "tile/0/000\n", " tile/0/000", "/tile/0/000", "tile/0/../000", "tile/0/٠٠٠", "tile/entry/000", "tile/+1/000",
        "tile/0/" + "x999/" * 6 + "999", "tile/0/" + "x000/" * 10_000 + "001", "", "tile/-1/000",
    ],
)  # fmt: skip
def test_a_path_spelled_otherwise_is_no_path_of_a_tile(path: str) -> None:
    with pytest.raises(ProofInvalid):
        parse_tile_path(path)


@given(st.one_of(st.text(max_size=40), st.from_regex(re.compile(r"tile/[0-9a-z]{1,7}/[x0-9/]{3,12}(\.p/[0-9]{1,3})?"))))
def test_any_text_is_a_path_of_one_tile_or_refused(path: str) -> None:
    try:
        tile = parse_tile_path(path)
    except ProofInvalid:
        return
    assert tile_path(*tile) == path


def test_a_tree_has_the_tiles_that_the_specification_counts() -> None:
    of_70000 = list(tiles_for(70_000))
    assert [tile for tile in of_70000 if tile[2] < 256] == [(0, 273, 112), (1, 1, 17), (2, 0, 1)]
    assert len(of_70000) == 273 + 1 + 1 + 1 + 1
    assert list(tiles_for(256)) == [(0, 0, 256), (1, 0, 1)]
    assert list(tiles_for(1)) == [(0, 0, 1)]
    assert list(tiles_for(0)) == []


def test_the_tiles_of_the_largest_tree_are_listed_one_at_a_time() -> None:
    assert list(islice(tiles_for(2**63 - 1), 2)) == [(0, 0, 256), (0, 1, 256)]
    for size in (2**63, -1):
        with pytest.raises(ProofInvalid):
            list(tiles_for(size))


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 70_000])
def test_reading_from_tiles_is_reading_from_nodes(size: int) -> None:
    packed = files(size)
    reader = TileReader(packed.__getitem__, size)
    assert merkle.root(size, reader) == merkle.root(size, read)
    for index in {0, 1, size // 3, size // 2, size - 1} & set(range(size)):
        assert merkle.inclusion_proof(index, size, reader) == merkle.inclusion_proof(index, size, read)
        old = index + 1
        assert merkle.consistency_proof(old, size, reader) == merkle.consistency_proof(old, size, read)


@given(data=st.data(), size=st.integers(1, len(LEAVES)))
def test_every_subtree_of_a_tree_can_be_read_from_its_tiles(data: st.DataObject, size: int) -> None:
    level = data.draw(st.integers(0, size.bit_length() - 1))
    node = level, data.draw(st.integers(0, (size >> level) - 1))

    def fetch(path: str) -> bytes:
        return b"".join(read(tiles.tile_nodes(*parse_tile_path(path))))  # type: ignore[arg-type]

    assert TileReader(fetch, size)([node]) == [NODES[node]]


def test_a_proof_fetches_each_tile_once() -> None:
    packed, fetched = files(70_000), []

    def fetch(path: str) -> bytes:
        fetched.append(path)
        return packed[path]

    merkle.inclusion_proof(1000, 70_000, TileReader(fetch, 70_000))
    assert sorted(fetched) == ["tile/0/003", "tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17"]


def test_a_full_tile_may_stand_for_a_partial_one_that_is_gone() -> None:
    full = files(256)["tile/0/000"]
    assert merkle.root(200, TileReader(lambda path: full, 200)) == merkle.root(200, read)


@pytest.mark.parametrize("data", [b"", b"\0" * 31, b"\0" * 64, b"\0" * 97, b"\0" * 8193])
def test_a_tile_of_another_length_is_refused(data: bytes) -> None:
    with pytest.raises(ProofInvalid, match=r"tile/0/000\.p/3 has"):
        merkle.root(3, TileReader(lambda path: data, 3))


@pytest.mark.parametrize("node", [(0, 3), (1, 1), (2, 0), (0, -1), (-1, 0), (64, 0), (10**9, 0), (0, 2**200)])
def test_a_subtree_that_is_not_in_the_tree_is_not_fetched(node: merkle.Node) -> None:
    with pytest.raises(ProofInvalid, match="no such subtree"):
        TileReader(files(3).__getitem__, 3)([node])


def test_a_changed_tile_leads_to_another_root() -> None:
    packed = files(300)
    for path, tile in packed.items():
        changed = packed | {path: tile[:-1] + bytes([tile[-1] ^ 1])}
        proven = merkle.inclusion_proof(7, 300, TileReader(changed.__getitem__, 300))
        computed = merkle.root(300, TileReader(changed.__getitem__, 300))
        assert (computed, proven) != (merkle.root(300, read), merkle.inclusion_proof(7, 300, read)), path


@given(st.lists(st.binary(max_size=300), max_size=256))
def test_a_bundle_holds_the_entries_that_were_packed(entries: list[bytes]) -> None:
    assert tiles.unpack_entries(tiles.pack_entries(entries)) == entries


def test_an_entry_may_have_as_many_bytes_as_two_bytes_can_say_and_no_more() -> None:
    longest = b"x" * 65_535
    assert tiles.pack_entries([longest])[:2] == b"\xff\xff"
    assert tiles.unpack_entries(tiles.pack_entries([longest, b"", longest])) == [longest, b"", longest]
    with pytest.raises(DecisionTooLarge, match="65,536 bytes") as refused:
        tiles.pack_entries([b"", longest + b"x"])
    assert refused.value.hint


@given(st.binary(max_size=600))
def test_any_bytes_are_one_bundle_or_refused(data: bytes) -> None:
    try:
        entries = tiles.unpack_entries(data)
    except ProofInvalid:
        return
    assert tiles.pack_entries(entries) == data


def test_a_bundle_that_is_cut_short_is_refused() -> None:
    whole = tiles.pack_entries([b"one", b"two"])
    for end in range(1, len(whole)):
        if end != 5:
            with pytest.raises(ProofInvalid):
                tiles.unpack_entries(whole[:end])


def test_the_levels_of_tiles_reach_the_top_of_the_largest_tree() -> None:
    size, tree = 2**62, EqualLeaves()
    fetched = []

    def fetch(path: str) -> bytes:
        level, n, width = parse_tile_path(path)
        fetched.append(path)
        return b"".join(tree(tiles.tile_nodes(level, n, width)))  # type: ignore[arg-type]

    assert merkle.root(size, TileReader(fetch, size)) == merkle.root(size, tree)
    assert fetched == ["tile/7/000.p/64"]
