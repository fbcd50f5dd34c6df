"""A plain file kept elsewhere shows when a log was shortened, rewritten or exchanged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from answerable.errors import CheckpointInvalid, LedgerDamaged, WitnessRefused
from answerable.ledger.checkpoint import Checkpoint
from answerable.ledger.witness_local import compare
from ledger.signers import LOG, signer
from ledger.trees import hashes_of
from ledger.witnessed import OTHER_STORY, STORY, note, proof

KEYS = [LOG.vkey]


def of(story: Sequence[bytes]) -> Callable[[int, int], list[bytes]]:
    return lambda old, new: proof(old, new, story)


def look(path: Path, size: int, story: Sequence[bytes] = STORY, *, remember: bool = True) -> Checkpoint | None:
    return compare(path, note(size, story), KEYS, of(story), remember=remember)


@pytest.fixture
def seen(tmp_path: Path) -> Path:
    """The file of one who saw eight entries."""
    path = tmp_path / "disk" / "seen"
    assert look(path, 8) is None
    return path


def test_the_first_look_is_remembered(seen: Path) -> None:
    assert seen.read_text() == note(8)


def test_a_log_that_grew_is_accepted_and_remembered(seen: Path) -> None:
    for size in range(8, len(STORY) + 1):
        assert look(seen, size)
    assert seen.read_text() == note(len(STORY))


def test_an_empty_log_may_grow_into_anything(tmp_path: Path) -> None:
    assert look(tmp_path / "seen", 0) is None
    assert look(tmp_path / "seen", 0)
    assert look(tmp_path / "seen", 8)


def test_a_rolled_back_log_is_refused_and_what_was_seen_is_kept(seen: Path) -> None:
    with pytest.raises(WitnessRefused, match="rolled back: it had 8 entries and now has 7"):
        look(seen, 7)
    assert seen.read_text() == note(8)


def test_a_log_rolled_back_to_nothing_is_refused(seen: Path) -> None:
    with pytest.raises(WitnessRefused, match="rolled back"):
        look(seen, 0)


@pytest.mark.parametrize("size", [8, 9, 16, 20])
def test_a_forked_log_is_refused_at_the_same_size_and_later(seen: Path, size: int) -> None:
    with pytest.raises(WitnessRefused, match="forked"):
        look(seen, size, OTHER_STORY)
    assert seen.read_text() == note(8)


def test_a_log_forked_after_what_was_seen_is_not_noticed_yet(tmp_path: Path) -> None:
    """A witness vouches for what it saw, no more: the fork begins after three entries."""
    assert look(tmp_path / "seen", 3) is None
    assert look(tmp_path / "seen", 20, OTHER_STORY)


def test_comparing_without_remembering_changes_nothing(seen: Path) -> None:
    assert look(seen, 12, remember=False)
    assert seen.read_text() == note(8)
    with pytest.raises(WitnessRefused):
        look(seen, 12, OTHER_STORY, remember=False)


def test_comparing_with_a_file_that_is_not_there_makes_none(tmp_path: Path) -> None:
    assert look(tmp_path / "none", 8, remember=False) is None
    assert list(tmp_path.iterdir()) == []


def test_the_file_of_another_log_is_refused(seen: Path) -> None:
    other = signer("other.example/log")
    with pytest.raises(WitnessRefused, match=r"remembers the log log\.example/decisions"):
        compare(seen, note(9, signer=other), [LOG.vkey, other.vkey], of(STORY))


def test_a_file_signed_by_nobody_known_is_refused(seen: Path) -> None:
    seen.write_text(note(3, hashes_of(3), signer(LOG.key.name, seed="an impostor")))
    with pytest.raises(CheckpointInvalid, match="remembered in"):
        look(seen, 8)


def test_a_log_signed_by_nobody_known_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(CheckpointInvalid):
        compare(tmp_path / "seen", note(8, signer=signer(LOG.key.name, seed="an impostor")), KEYS, of(STORY))
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_file_is_said_to_be_damaged(seen: Path) -> None:
    seen.write_bytes(b"junk")
    with pytest.raises(LedgerDamaged):
        look(seen, 8)
