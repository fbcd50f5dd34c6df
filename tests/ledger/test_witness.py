"""Every rule of c2sp.org/tlog-witness v1.0.0 about `add-checkpoint`, in the order of the specification."""

from __future__ import annotations

from pathlib import Path
from threading import Barrier, Thread

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from answerable.errors import KeyUnusable
from answerable.ledger.checkpoint import cosignatures, open_checkpoint
from answerable.ledger.encoding import base64_of
from answerable.ledger.merkle import EMPTY_ROOT
from answerable.ledger.note import Note, NoteSignature, sign_note
from answerable.ledger.witness import Reply, Witness, read_submission
from ledger.signers import FIRST, LOG, ORIGIN, SECOND, signer
from ledger.witnessed import NOW, OTHER_STORY, STORY, body, note, proof, witness

CONFLICT = "text/x.tlog.size"
STRANGER = signer("other.example/log")


@pytest.fixture
def known(tmp_path: Path) -> Witness:
    """A witness that cosigned eight entries."""
    known = witness(tmp_path)
    assert known.add_checkpoint(body(0, 8)).status == 200
    return known


def size_of(known: Witness) -> int:
    checkpoint = known.slot(ORIGIN).checkpoint()
    return checkpoint.size if checkpoint else 0


def raw(text: str, old: str = "old 0") -> bytes:
    return f"{old}\n\n{text}".encode()


def test_a_first_checkpoint_is_cosigned(tmp_path: Path) -> None:
    reply = witness(tmp_path).add_checkpoint(body(0, 8))
    assert reply.status == 200
    assert reply.body.startswith("— witness.example/w1 ".encode())
    assert reply.body.endswith(b"\n")
    assert cosignatures(note(8) + reply.body.decode(), [FIRST.vkey]) == [(FIRST.key.name, NOW)]


def test_growth_is_cosigned_from_any_size_to_any_other(tmp_path: Path) -> None:
    for old in range(1, len(STORY)):
        for new in range(old, len(STORY) + 1):
            one = witness(tmp_path / f"{old}-{new}")
            assert one.add_checkpoint(body(0, old)).status == 200
            assert one.add_checkpoint(body(old, new)).status == 200
            assert size_of(one) == new


def test_the_same_checkpoint_is_cosigned_again(known: Witness) -> None:
    assert known.add_checkpoint(body(8, 8)).status == 200


def test_an_empty_log_is_cosigned(tmp_path: Path) -> None:
    one = witness(tmp_path)
    assert one.add_checkpoint(body(0, 0)).status == 200
    assert one.add_checkpoint(body(0, 0)).status == 200
    assert one.add_checkpoint(body(0, 8)).status == 200


def test_a_checkpoint_of_size_zero_with_another_root_is_unprocessable(tmp_path: Path) -> None:
    forged = sign_note(f"{ORIGIN}\n0\n{base64_of(STORY[0])}\n", LOG)
    assert witness(tmp_path).add_checkpoint(raw(forged)).status == 422
    sound = sign_note(f"{ORIGIN}\n0\n{base64_of(EMPTY_ROOT)}\n", LOG)
    assert witness(tmp_path).add_checkpoint(raw(sound)).status == 200


def test_a_cosignature_never_lacks_its_time(tmp_path: Path) -> None:
    early = Witness(tmp_path, FIRST, {ORIGIN: [LOG.vkey]}, clock=lambda: 0.2)
    reply = early.add_checkpoint(body(0, 8))
    assert cosignatures(note(8) + reply.body.decode(), [FIRST.vkey]) == [(FIRST.key.name, 1)]


def test_an_unknown_origin_is_not_found(known: Witness) -> None:
    assert known.add_checkpoint(raw(note(8, signer=STRANGER))).status == 404


def test_a_checkpoint_without_a_signature_of_a_trusted_key_is_forbidden(known: Witness) -> None:
    impostor = signer(ORIGIN, seed="an impostor")
    assert known.add_checkpoint(raw(note(9, signer=impostor), "old 8")).status == 403
    assert size_of(known) == 8


def test_a_bad_signature_of_a_trusted_key_is_forbidden_even_beside_a_good_one(known: Witness) -> None:
    good = Note.parse(note(9))
    bad = NoteSignature(name=ORIGIN, key_id=LOG.key.key_id, signature=b"\0" * 64)
    both = Note(text=good.text, signatures=(*good.signatures, bad)).encode()
    assert known.add_checkpoint(raw(both, "old 8")).status == 403


def test_a_trusted_signature_over_another_checkpoint_is_forbidden(known: Witness) -> None:
    moved = Note(text=Note.parse(note(9, OTHER_STORY)).text, signatures=Note.parse(note(9)).signatures).encode()
    assert known.add_checkpoint(raw(moved, "old 8")).status == 403


def test_signatures_of_unknown_keys_are_ignored_and_not_kept(known: Witness) -> None:
    more = STRANGER.sign(Note.parse(note(9)).text)
    junk = NoteSignature(name="junk", key_id=b"junk", signature=b"junk")
    together = Note(text=Note.parse(note(9)).text, signatures=(junk, *Note.parse(note(9)).signatures, more))
    lines = b"".join(base64_of(h).encode() + b"\n" for h in proof(8, 9))
    assert known.add_checkpoint(b"old 8\n" + lines + b"\n" + together.encode().encode()).status == 200
    kept = known.slot(ORIGIN).latest()
    assert kept
    assert [signature.name for signature in kept.signatures] == [ORIGIN, FIRST.key.name]


def test_what_is_kept_is_a_checkpoint_with_both_signatures_where_the_monitoring_prefix_has_it(
    known: Witness, tmp_path: Path
) -> None:
    (folder,) = (path for path in tmp_path.iterdir() if path.is_dir())
    assert len(folder.name) == 64
    kept = (folder / "checkpoint").read_text()
    assert open_checkpoint(kept, [LOG.vkey]).size == 8
    assert cosignatures(kept, [FIRST.vkey]) == [(FIRST.key.name, NOW)]


def test_an_old_size_larger_than_the_checkpoint_is_a_bad_request(known: Witness) -> None:
    assert known.add_checkpoint(body(0, 7, hashes=()).replace(b"old 0", b"old 8")).status == 400


@pytest.mark.parametrize("old", [0, 7, 9])
def test_another_old_size_than_the_witness_cosigned_is_a_conflict_that_tells_its_size(known: Witness, old: int) -> None:
    assert known.add_checkpoint(body(old, 12)) == Reply(409, CONFLICT, b"8\n")
    assert size_of(known) == 8


def test_an_old_size_before_anything_was_cosigned_is_a_conflict_with_zero(tmp_path: Path) -> None:
    assert witness(tmp_path).add_checkpoint(body(5, 8)) == Reply(409, CONFLICT, b"0\n")


def test_a_proof_from_an_empty_log_is_unprocessable(tmp_path: Path) -> None:
    one = witness(tmp_path)
    assert one.add_checkpoint(body(0, 8, hashes=[STORY[0]])).status == 422
    assert size_of(one) == 0


def test_a_proof_that_does_not_verify_is_unprocessable(known: Witness) -> None:
    good = proof(8, 20)
    for bad in ([], good[:-1], [*good, good[0]], good[::-1], [STORY[0], *good[1:]]):
        assert known.add_checkpoint(body(8, 20, hashes=bad)).status == 422
    assert size_of(known) == 8


def test_a_forked_log_of_the_same_size_is_unprocessable(known: Witness) -> None:
    assert known.add_checkpoint(body(8, 8, OTHER_STORY)).status == 422
    assert known.add_checkpoint(body(8, 8, hashes=[STORY[0]])).status == 422


def test_a_forked_log_that_grew_is_unprocessable(known: Witness) -> None:
    for new in range(9, len(STORY) + 1):
        assert known.add_checkpoint(body(8, new, OTHER_STORY)).status == 422
    assert size_of(known) == 8


def test_a_rolled_back_log_cannot_be_cosigned_with_any_old_size(known: Witness) -> None:
    answers = {
        old: known.add_checkpoint(body(0, 5, hashes=()).replace(b"old 0", b"old %d" % old)).status for old in range(10)
    }
    assert set(answers.values()) == {400, 409}


def test_an_old_checkpoint_replayed_later_is_a_conflict(known: Witness) -> None:
    assert known.add_checkpoint(body(8, 12)).status == 200
    for replayed in (body(0, 8), body(8, 12)):
        assert known.add_checkpoint(replayed) == Reply(409, CONFLICT, b"12\n")


def test_two_logs_do_not_touch_each_other(tmp_path: Path) -> None:
    both = Witness(tmp_path, FIRST, {ORIGIN: [LOG.vkey], STRANGER.key.name: [STRANGER.vkey]}, clock=lambda: NOW)
    assert both.add_checkpoint(body(0, 8)).status == 200
    assert both.add_checkpoint(raw(note(3, OTHER_STORY, STRANGER))).status == 200
    assert size_of(both) == 8


def test_an_origin_like_a_path_stays_in_the_folder(tmp_path: Path) -> None:
    climber = signer("../../escape")
    one = Witness(tmp_path / "state", FIRST, {climber.key.name: [climber.vkey]}, clock=lambda: NOW)
    assert one.add_checkpoint(raw(note(3, signer=climber))).status == 200
    assert [path.name for path in tmp_path.iterdir()] == ["state"]


def test_sixty_three_proof_lines_are_read_and_sixty_four_are_a_bad_request(known: Witness) -> None:
    assert known.add_checkpoint(body(8, 9, hashes=[STORY[0]] * 63)).status == 422
    assert known.add_checkpoint(body(8, 9, hashes=[STORY[0]] * 64)).status == 400


def test_extension_lines_are_cosigned_with_the_rest(tmp_path: Path) -> None:
    extended = note(8, extensions=("one", "two"))
    reply = witness(tmp_path).add_checkpoint(raw(extended))
    assert cosignatures(extended + reply.body.decode(), [FIRST.vkey]) == [(FIRST.key.name, NOW)]


@pytest.mark.parametrize(
    "head",
    [
        *("", "old", "old ", "old  8", "old 08", "old -1", "old +8", "old 8 ", " old 8", "OLD 8", "old 8\r", "old\t8"),
        *("new 8", "old 9223372036854775808", "old ٨", "old 8\n\n", "old 8\nAAAA", "old 8\n!", "old 8\n "),
        *("old 8\n" + "A" * 43, "old 8\n" + "A" * 42 + "B=", "old 8\n" + base64_of(b"x" * 31)),
        *("old 8\n" + base64_of(b"x" * 33), "old 8\n" + base64_of(b"\xff" * 32).replace("/", "_")),
    ],
)
def test_a_malformed_head_is_a_bad_request(known: Witness, head: str) -> None:
    assert known.add_checkpoint(raw(note(9), head)).status == 400
    assert size_of(known) == 8


@pytest.mark.parametrize(
    "whole",
    [
        *(b"", b"\n", b"\n\n", b"old 0", b"old 0\n\n", b"old 0\n\nx", b"old 0\n\nx\n\n", b"old 0\n\nx\n\ny\n", b"\xff"),
        *(b"old 0\n\n" + note(8).encode()[:-1], b"old 0\n\n" + note(8).encode() + b"\n", note(8).encode()),
        *(b"old 0\n" + note(8).encode(), b"old 0\r\n\r\n" + note(8).encode(), b"old 0\n\n\n" + note(8).encode()),
    ],
)
def test_a_malformed_body_is_a_bad_request(known: Witness, whole: bytes) -> None:
    assert known.add_checkpoint(whole).status == 400


@pytest.mark.parametrize(
    "text", ["", "8\n", "08\n{root}\n", "8\nAAAA\n", "8\n{root}=\n", "-1\n{root}\n", "8\n{root}\n\n"]
)
def test_a_malformed_checkpoint_is_a_bad_request_though_the_log_signed_it(tmp_path: Path, text: str) -> None:
    forged = sign_note(f"{ORIGIN}\n" + text.replace("{root}", base64_of(STORY[0])), LOG)
    assert witness(tmp_path).add_checkpoint(raw(forged)).status == 400


@given(st.binary(max_size=400))
def test_junk_is_a_bad_request(tmp_path: Path, junk: bytes) -> None:
    assert witness(tmp_path).add_checkpoint(junk).status == 400


@given(st.data())
def test_a_request_with_anything_changed_is_never_cosigned(tmp_path: Path, data: st.DataObject) -> None:
    """Whatever byte is changed, added or dropped, the answer has a status and the state stays as it was."""
    known = witness(tmp_path)
    known.add_checkpoint(body(0, 8))
    sound = body(8, 13)
    at = data.draw(st.integers(0, len(sound) - 1))
    put, drop = data.draw(st.binary(max_size=3)), data.draw(st.integers(0, 3))
    changed = sound[:at] + put + sound[at + drop :]
    reply = known.add_checkpoint(changed)
    assert reply.status in {400, 403, 404, 409, 422} or _means_the_same(changed, sound)


def _means_the_same(changed: bytes, sound: bytes) -> bool:
    """Signatures may be of an unknown key: those are ignored."""
    one, other = read_submission(changed), read_submission(sound)
    return (one.old_size, one.proof, one.note.text) == (other.old_size, other.proof, other.note.text)


def test_of_two_submissions_at_once_one_is_a_conflict(tmp_path: Path, seed: int) -> None:
    known, start, answers = witness(tmp_path), Barrier(2), []
    known.add_checkpoint(body(0, 8))

    def submit(request: bytes) -> None:
        start.wait()
        answers.append(known.add_checkpoint(request))

    threads = [Thread(target=submit, args=(body(8, new),)) for new in (10 + seed % 3, 13)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(reply.status for reply in answers) == [200, 409]
    (conflict,) = (reply for reply in answers if reply.status == 409)
    assert int(conflict.body) == size_of(known)


def test_a_key_of_the_wrong_type_is_refused_at_once(tmp_path: Path) -> None:
    for signed_by, logs in (
        (LOG, {ORIGIN: [LOG.vkey]}),
        (FIRST, {ORIGIN: [SECOND.vkey]}),
        (FIRST, {ORIGIN: []}),
        (FIRST, {ORIGIN: ["junk"]}),
    ):
        with pytest.raises(KeyUnusable):
            Witness(tmp_path, signed_by, logs)


def test_a_log_may_change_its_key_without_losing_its_witness(known: Witness, tmp_path: Path) -> None:
    fresh = type(LOG)(ORIGIN, Ed25519PrivateKey.from_private_bytes(b"k" * 32))
    later = Witness(tmp_path, FIRST, {ORIGIN: [LOG.vkey, fresh.vkey]}, clock=lambda: NOW)
    lines = b"".join(base64_of(h).encode() + b"\n" for h in proof(8, 9))
    assert later.add_checkpoint(b"old 8\n" + lines + b"\n" + note(9, signer=fresh).encode()).status == 200
