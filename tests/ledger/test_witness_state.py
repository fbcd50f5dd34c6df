"""What a witness remembered survives kill -9, a second process, a full disk and a damaged file."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from answerable.errors import LedgerDamaged, LedgerUnwritable
from answerable.ledger.note import Note
from answerable.ledger.witness_state import Slot
from ledger.signers import ORIGIN
from ledger.witnessed import STORY, body, note, witness

TESTS = Path(__file__).parents[1]
SOURCE = TESTS.parent / "src"
AS_ROOT = os.geteuid() == 0


def growing(state: Path, first: int, last: int) -> subprocess.Popen[str]:
    """A process that is ready to submit."""
    process = subprocess.Popen(
        [sys.executable, TESTS / "ledger" / "grow_witness.py", state, str(first), str(last)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (SOURCE, TESTS)))},
    )
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    return process


def start(process: subprocess.Popen[str]) -> None:
    assert process.stdin
    process.stdin.write("go\n")
    process.stdin.flush()


@pytest.mark.parametrize("after", [1, 2, 5, 11, 17])
def test_what_was_answered_is_remembered_after_kill_nine(tmp_path: Path, after: int) -> None:
    process = growing(tmp_path, 1, len(STORY))
    start(process)
    assert process.stdout
    answered = [int(process.stdout.readline()) for _ in range(after)]
    process.send_signal(signal.SIGKILL)
    answered += [int(line) for line in process.communicate()[0].split()]
    kept = witness(tmp_path).slot(ORIGIN).checkpoint()
    assert kept
    assert answered[-1] <= kept.size <= answered[-1] + 1  # the last may have been remembered and not yet printed
    assert witness(tmp_path).add_checkpoint(body(kept.size, len(STORY))).status == 200


def test_two_processes_on_one_state_never_cosign_one_step_twice(tmp_path: Path) -> None:
    processes = [growing(tmp_path, 1, len(STORY)) for _ in range(2)]
    for process in processes:
        start(process)
    cosigned = [int(line) for process in processes for line in process.communicate()[0].split()]
    assert sorted(cosigned) == list(range(1, len(STORY) + 1))


def test_a_replacement_left_half_written_is_not_taken_for_the_checkpoint(tmp_path: Path) -> None:
    known = witness(tmp_path)
    known.add_checkpoint(body(0, 8))
    slot = known.slot(ORIGIN)
    slot.path.with_name("checkpoint.new").write_text(note(20)[:30])
    assert known.add_checkpoint(body(8, 9)).status == 200


@pytest.mark.parametrize("junk", [b"", b"\xff", b"junk", b"a\n\n", b"a\nb\n\n\xe2\x80\x94 a AAAAAAA=\n"])
def test_a_damaged_file_is_not_taken_for_a_log_never_seen(tmp_path: Path, junk: bytes) -> None:
    known = witness(tmp_path)
    known.add_checkpoint(body(0, 8))
    known.slot(ORIGIN).path.write_bytes(junk)
    with pytest.raises(LedgerDamaged, match="cannot be read"):
        known.add_checkpoint(body(0, 8))


def test_a_folder_in_place_of_the_file_is_damage_and_not_a_log_never_seen(tmp_path: Path) -> None:
    known = witness(tmp_path)
    known.slot(ORIGIN).path.mkdir(parents=True)
    with pytest.raises(LedgerDamaged):
        known.add_checkpoint(body(0, 8))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a full disk is a device of Linux")
def test_a_full_disk_signs_nothing_and_forgets_nothing(tmp_path: Path) -> None:
    known = witness(tmp_path)
    known.add_checkpoint(body(0, 8))
    fresh = known.slot(ORIGIN).path.with_name("checkpoint.new")
    fresh.symlink_to("/dev/full")
    with pytest.raises(LedgerUnwritable, match="cannot be remembered"):
        known.add_checkpoint(body(8, 9))
    kept = known.slot(ORIGIN).checkpoint()
    assert kept
    assert kept.size == 8
    assert known.add_checkpoint(body(8, 9)).status == 200  # the failed attempt cleaned up behind itself


def test_a_state_in_a_place_that_is_no_folder_is_said_to_be_unwritable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LedgerUnwritable):
        witness(tmp_path / "file").add_checkpoint(body(0, 8))


def test_a_slot_that_was_never_used_holds_nothing(tmp_path: Path) -> None:
    slot = Slot(tmp_path / "never" / "checkpoint")
    assert (slot.latest(), slot.checkpoint()) == (None, None)


def test_a_note_replaced_is_read_back_as_it_was(tmp_path: Path) -> None:
    slot = Slot(tmp_path / "a" / "b" / "checkpoint")
    with slot.locked():
        for size in (3, 5):
            slot.replace(Note.parse(note(size)))
            assert slot.path.read_text() == note(size)
    assert sorted(path.name for path in slot.path.parent.iterdir()) == ["checkpoint", "checkpoint.lock"]
