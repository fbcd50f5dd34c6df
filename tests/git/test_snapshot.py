"""A snapshot is read back as it was written, or not at all."""

from __future__ import annotations

import struct
import zlib
from array import array
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.git.attribution import snapshot as module
from answerable.git.attribution.pieces import End, Origin, Piece
from answerable.git.attribution.snapshot import Attribution, FileLines, load, save

NAMES = st.binary(min_size=1, max_size=20).filter(lambda name: b"\0" not in name)
NUMBERS = st.integers(0, 2**32 - 1)


@st.composite
def attributions(draw: Any) -> Attribution:
    width = draw(st.sampled_from((40, 64)))
    oids = st.binary(min_size=width // 2, max_size=width // 2).map(lambda raw: raw.hex().encode())
    found = Attribution(draw(oids).decode())
    found.origins = draw(st.lists(st.builds(Origin, oids, NAMES, st.sampled_from(End)), max_size=5))
    which = st.integers(0, max(0, len(found.origins) - 1))
    triples = st.lists(st.tuples(which, NUMBERS, NUMBERS), max_size=5 if found.origins else 0)
    runs = triples.map(lambda rows: array("I", [number for row in rows for number in row]))
    found.files = draw(st.dictionaries(NAMES, st.builds(FileLines, oids, runs), max_size=5))
    found.skipped = draw(st.dictionaries(NAMES, oids, max_size=3))
    found.absent = {oid for oid in found.skipped.values() if draw(st.booleans())}
    return found


def example() -> Attribution:
    one, two = Origin(b"1" * 40, b"a\n", End.BEGUN), Origin(b"2" * 40, b"caf\xe9", End.SHALLOW)
    full, empty = array("I", [0, 0, 2, 1, 7, 1, 0, 5, 1]), array("I")
    files = {b"a\n": FileLines(b"3" * 40, full), b"": FileLines(b"4" * 40, empty)}
    return Attribution("5" * 40, [one, two], files, {b"logo.png": b"6" * 40})


@given(attributions())
def test_what_was_saved_is_loaded(tmp_path_factory: Any, found: Attribution) -> None:
    file = tmp_path_factory.mktemp("s") / "snapshot"
    save(found, file)
    assert load(file) == found


def test_an_empty_attribution_is_one_too(tmp_path: Path) -> None:
    save(Attribution("1" * 40), tmp_path / "snapshot")
    assert load(tmp_path / "snapshot") == Attribution("1" * 40)


def test_pieces_are_consecutive_lines_from_one(tmp_path: Path) -> None:
    found = example()
    one, two = found.origins
    assert list(found.pieces(b"a\n")) == [Piece(1, 2, one, 1), Piece(3, 1, two, 8), Piece(4, 1, one, 6)]
    assert list(found.pieces(b"")) == []
    assert found.lines == 4


def test_nothing_is_loaded_from_nothing(tmp_path: Path) -> None:
    assert load(tmp_path / "none") is None
    assert load(tmp_path) is None
    assert load(tmp_path / "none" / "below") is None


def test_a_snapshot_cut_short_anywhere_is_none(tmp_path: Path) -> None:
    file = tmp_path / "snapshot"
    save(example(), file)
    whole = file.read_bytes()
    for size in range(len(whole)):
        file.write_bytes(whole[:size])
        assert load(file) is None, size


def test_a_snapshot_with_any_bit_changed_is_none(tmp_path: Path) -> None:
    file = tmp_path / "snapshot"
    save(example(), file)
    whole = file.read_bytes()
    for at in range(len(whole)):
        data = bytearray(whole)
        data[at] ^= 1 << at % 8
        file.write_bytes(data)
        assert load(file) is None, at


def test_garbage_is_no_snapshot(tmp_path: Path, seed: int) -> None:
    file, rng = tmp_path / "snapshot", Random(seed)
    save(example(), file)
    magic = file.read_bytes().split(b"\n")[0] + b"\n"
    for start in (b"", magic):
        file.write_bytes(start + rng.randbytes(rng.randrange(300)))
        assert load(file) is None


def test_a_snapshot_of_another_version_is_none(tmp_path: Path) -> None:
    file = tmp_path / "snapshot"
    save(example(), file)
    file.write_bytes(file.read_bytes().replace(b"snapshot ", b"snapshot 9", 1))
    assert load(file) is None


def test_a_checksum_that_is_right_over_nonsense_is_no_traceback(tmp_path: Path, seed: int) -> None:
    file, rng = tmp_path / "snapshot", Random(seed)
    save(example(), file)
    whole = file.read_bytes()
    head = whole.index(b"\n") + 1
    for _ in range(40):
        body = bytearray(whole[head + 4 :])
        for _ in range(rng.choice((1, 3))):
            body[rng.randrange(len(body))] = rng.randrange(256)
        body = body[: rng.choice((len(body), rng.randrange(len(body))))]
        file.write_bytes(whole[:head] + struct.pack(">I", zlib.crc32(body)) + body)
        loaded = load(file) or Attribution("")
        assert sum(piece.count for path in loaded.files for piece in loaded.pieces(path)) == loaded.lines


@pytest.mark.parametrize("runs", [[2, 0, 1], [2**32 - 1, 0, 1], [0, 0, 1, 2, 0, 1], [0], [0, 0], [0, 0, 1, 0]])
def test_runs_from_no_origin_or_of_no_length_make_no_snapshot(tmp_path: Path, runs: list[int]) -> None:
    found = example()
    found.files[b"z"] = FileLines(b"7" * 40, array("I", runs))
    save(found, tmp_path / "snapshot")
    assert load(tmp_path / "snapshot") is None


def test_saving_where_nothing_can_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    save(example(), tmp_path / "file" / "snapshot")
    save(example(), tmp_path / "no" / "such" / "folder" / "snapshot")
    (tmp_path / "taken").mkdir()
    save(example(), tmp_path / "taken")
    assert list((tmp_path / "taken").iterdir()) == []


def test_saving_leaves_nothing_but_the_snapshot(tmp_path: Path) -> None:
    save(example(), tmp_path / "made" / "snapshot")
    save(example(), tmp_path / "made" / "snapshot")
    assert [file.name for file in (tmp_path / "made").iterdir()] == ["snapshot"]
    assert module.load(tmp_path / "made" / "snapshot") == example()
