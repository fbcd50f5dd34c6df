"""A published log in tiles, at every size from 0 to 15, is verified and written as Tessera wrote it."""

from __future__ import annotations

from pathlib import Path

import pytest

from answerable.ledger import merkle, tiles
from answerable.ledger.checkpoint import Checkpoint, open_checkpoint
from answerable.ledger.note import Note

FOLDER = Path(__file__).parents[2].parent / "shared" / "conformance" / "tlog" / "testdata" / "log"
VKEY = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"
SIZES = range(16)

# One checkpoint and its bundle, so that this file can fail where the log is not present.
CARRIED = (
    "example.com/log/testdata\n3\nWqx3HImawpLnS/Gv4ubjAvi1WIOy0b8Ze0amvqbavKk=\n\n"
    "— example.com/log/testdata"
    " M9e0lvAQRtH832pk2RTbeSeZMkp4FZSdJYFBUjO5SKxuRbywPUF3cx+HUrb50kjd3rUWW/fj53Wj1dwcwh9bGQnqVAg=\n"
)
BUNDLE = b"\0\3one\0\3two\0\5three"


def file(path: str) -> bytes:
    if not FOLDER.is_dir():
        pytest.skip("the published log is not present beside the repository")
    return (FOLDER / path).read_bytes()


def checkpoint(size: int) -> Checkpoint:
    return open_checkpoint(file(f"checkpoint.{size}"), [VKEY])


def leaf_hashes(size: int) -> list[bytes]:
    entries = tiles.unpack_entries(file(tiles.tile_path("entries", 0, size))) if size else []
    assert len(entries) == size
    return [merkle.leaf_hash(entry) for entry in entries]


def test_the_checkpoint_carried_here_is_of_the_entries_carried_here() -> None:
    entries = tiles.unpack_entries(BUNDLE)
    frontier = merkle.Frontier()
    for entry in entries:
        frontier.push(merkle.leaf_hash(entry))
    opened = open_checkpoint(CARRIED, [VKEY])
    assert (opened.size, opened.root) == (len(entries), frontier.root())
    assert tiles.pack_entries([b"one", b"two", b"three"]) == BUNDLE


@pytest.mark.parametrize("size", SIZES)
def test_a_published_checkpoint_is_verified_and_written_alike(size: int) -> None:
    note = Note.parse(file(f"checkpoint.{size}"))
    opened = checkpoint(size)
    assert (opened.origin, opened.size, opened.extensions) == ("example.com/log/testdata", size, ())
    assert opened.text() == note.text
    assert note.encode().encode() == file(f"checkpoint.{size}")


def test_the_newest_published_checkpoint_is_the_last() -> None:
    assert open_checkpoint(file("checkpoint"), [VKEY]) == checkpoint(15)


@pytest.mark.parametrize("size", SIZES)
def test_a_published_root_is_the_one_of_the_published_entries(size: int) -> None:
    frontier = merkle.Frontier()
    for hashed in leaf_hashes(size):
        frontier.push(hashed)
    assert frontier.root() == checkpoint(size).root


@pytest.mark.parametrize("size", SIZES)
def test_published_tiles_and_bundles_are_made_again_byte_for_byte(size: int) -> None:
    nodes = dict(merkle.new_nodes(0, leaf_hashes(size), lambda nodes: []))
    made = list(tiles.tiles_for(size))
    assert made == ([(0, 0, size)] if size else [])
    for level, n, width in made:
        tile = b"".join(nodes[node] for node in tiles.tile_nodes(level, n, width))
        assert tile == file(tiles.tile_path(level, n, width))
        bundle = file(tiles.tile_path("entries", n, width))
        assert tiles.pack_entries(tiles.unpack_entries(bundle)) == bundle


def test_every_published_file_of_a_tile_is_one_we_name() -> None:
    file("checkpoint")
    published = {entry.relative_to(FOLDER).as_posix() for entry in (FOLDER / "tile").rglob("*") if entry.is_file()}
    ours = {tiles.tile_path(level, 0, size) for size in SIZES[1:] for level in (0, "entries")}
    assert published == ours


@pytest.mark.parametrize("size", SIZES[1:])
def test_every_entry_is_proven_from_the_published_tiles(size: int) -> None:
    reader, root = tiles.TileReader(file, size), checkpoint(size).root
    for index, hashed in enumerate(leaf_hashes(size)):
        merkle.verify_inclusion(hashed, index, size, merkle.inclusion_proof(index, size, reader), root)


@pytest.mark.parametrize("new", SIZES[1:])
def test_every_published_checkpoint_continues_each_before_it(new: int) -> None:
    reader, after = tiles.TileReader(file, new), checkpoint(new)
    for old in range(1, new + 1):
        before = checkpoint(old)
        proof = merkle.consistency_proof(old, new, reader)
        merkle.verify_consistency(old, new, proof, before.root, after.root)
