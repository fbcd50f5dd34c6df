"""Checkpoints: one spelling, the right log, and who has seen them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.errors import CheckpointInvalid, KeyUnusable, ProofInvalid
from answerable.ledger import merkle
from answerable.ledger.checkpoint import Checkpoint, cosign, cosignatures, open_checkpoint, sign_checkpoint
from answerable.ledger.note import COSIGNATURE, Note, NoteSignature, sign_note
from ledger.signers import FIRST, LOG, ORIGIN, SECOND, THIRD, checkpoint, read, signer

# C2SP tlog-cosignature v1.0.1: its example, with the time that the document names.
EXAMPLE = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa"
    " Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1"
    " jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
)
NOTE = sign_checkpoint(checkpoint(), LOG)
TEXT = checkpoint().text()
SIZE, ROOT = TEXT.split("\n")[1:3]
lines = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="".join(map(chr, range(32)))), min_size=1, max_size=30
)
checkpoints = st.builds(
    Checkpoint,
    origin=lines,
    size=st.integers(1, 2**63 - 1),
    root=st.binary(min_size=32, max_size=32),
    extensions=st.lists(lines, max_size=3).map(tuple),
)


def test_the_example_of_the_specification_is_read_and_written_alike() -> None:
    note = Note.parse(EXAMPLE)
    read = Checkpoint.parse(note.text)
    assert (read.origin, read.size, read.extensions) == ("example.com/behind-the-sofa", 20852163, ())
    assert read.root.hex().startswith("0ac5186a91863e8e")
    assert read.text() == note.text
    assert note.encode() == EXAMPLE
    assert int.from_bytes(note.signatures[1].signature[:8], "big") == 1679315147


@given(checkpoints)
def test_every_checkpoint_is_read_as_it_was_written(written: Checkpoint) -> None:
    assert Checkpoint.parse(written.text()) == written


@given(st.one_of(st.text(), st.from_regex(r"[a-z]{0,3}\n[0-9 +-]{0,20}\n[A-Za-z0-9+/]{43}=\n([a-z]{0,2}\n)?")))
def test_any_text_is_one_checkpoint_or_refused(text: str) -> None:
    try:
        read = Checkpoint.parse(text)
    except CheckpointInvalid:
        return
    assert read.text() == text


@given(data=st.data(), written=checkpoints)
def test_a_changed_checkpoint_is_another_one_or_refused(data: st.DataObject, written: Checkpoint) -> None:
    text = written.text()
    at = data.draw(st.integers(0, len(text) - 1))
    changed = text[:at] + data.draw(st.text(max_size=2)) + text[at + data.draw(st.integers(0, 2)) :]
    try:
        read = Checkpoint.parse(changed)
    except CheckpointInvalid:
        return
    assert read.text() == changed
    assert (read == written) is (changed == text)


@pytest.mark.parametrize(
    "size",
    [
        "", "00", "011", "+11", "-11", " 11", "11 ", "1 1", "1_1", "0x11", "11.0", "1e3", "١١", "¹", "11\r", "\t11",
        "9223372036854775808", "18446744073709551616", "1" * 19 + "0", "9" * 5000, "9" * 900_000,
    ],
    ids=lambda size: repr(size[:20]),
)  # fmt: skip
def test_a_size_spelled_otherwise_or_too_large_is_refused(size: str) -> None:
    with pytest.raises(CheckpointInvalid):
        Checkpoint.parse(f"{ORIGIN}\n{size}\n{ROOT}\n")


@pytest.mark.parametrize(
    "root",
    [
        "", ROOT[:-1], ROOT + "=", ROOT + " ", " " + ROOT, ROOT[:42] + chr(ord(ROOT[42]) + 1) + "=", ROOT + "\r",
        ROOT * 2, ROOT[:4], "-_" + ROOT[2:], "é" + ROOT[1:], ROOT[:20] + "\t" + ROOT[20:],
    ],
    ids=repr,
)  # fmt: skip
def test_a_root_that_is_no_canonical_base64_of_32_bytes_is_refused(root: str) -> None:
    with pytest.raises(CheckpointInvalid):
        Checkpoint.parse(f"{ORIGIN}\n{SIZE}\n{root}\n")


@pytest.mark.parametrize(
    "text",
    [
        "", "\n", "\n\n\n", TEXT[:-1], TEXT + "\n", "\n" + TEXT, TEXT.replace("\n", "\r\n"), f"\n{SIZE}\n{ROOT}\n",
        f"{ORIGIN}\n{SIZE}\n", f"{ORIGIN}\x00\n{SIZE}\n{ROOT}\n", f"{ORIGIN}\n{SIZE}\n{ROOT}\n\nmore\n",
        TEXT + "ext\x1b[1m\n", TEXT + "more", f"{ORIGIN}\ud800\n{SIZE}\n{ROOT}\n", f"\n{ORIGIN}\n{SIZE}\n{ROOT}\n",
    ],
    ids=repr,
)  # fmt: skip
def test_a_checkpoint_spelled_otherwise_is_refused(text: str) -> None:
    with pytest.raises(CheckpointInvalid):
        Checkpoint.parse(text)


def test_an_empty_log_has_the_empty_root_and_no_other() -> None:
    assert Checkpoint.parse(checkpoint(0).text()) == checkpoint(0)
    with pytest.raises(CheckpointInvalid, match="empty log"):
        Checkpoint.parse(f"{ORIGIN}\n0\n{ROOT}\n")


def test_a_checkpoint_that_cannot_be_written_cannot_be_made() -> None:
    for change in (
        {"origin": ""}, {"origin": "a\nb"}, {"size": -1}, {"size": 2**63}, {"size": 1 << 100_000}, {"root": b""},
        {"root": bytes(33)}, {"extensions": ("",)}, {"extensions": ("a\nb",)}, {"extensions": ("\x7f\t",)},
    ):  # fmt: skip
        with pytest.raises(CheckpointInvalid):
            Checkpoint(**{"origin": "o", "size": 1, "root": bytes(32), **change})  # type: ignore[arg-type]


def test_a_checkpoint_that_its_log_signed_is_opened() -> None:
    assert open_checkpoint(NOTE, [LOG.vkey]) == checkpoint()
    assert open_checkpoint(NOTE.encode(), LOG.vkey) == checkpoint()
    assert open_checkpoint(NOTE, [signer("other.example").key, LOG.key]) == checkpoint()


def test_extension_lines_are_signed_and_kept() -> None:
    extended = checkpoint(extensions=("note of the operator", "2026"))
    note = sign_checkpoint(extended, LOG)
    assert open_checkpoint(note, [LOG.key]).extensions == ("note of the operator", "2026")
    for changed in (note.replace("2026\n", ""), note.replace("2026\n", "2027\n"), NOTE.replace("\n\n", "\n2026\n\n")):
        with pytest.raises(CheckpointInvalid, match="bad signature"):
            open_checkpoint(changed, [LOG.key])


def test_a_checkpoint_of_another_log_is_refused_even_where_its_key_is_known() -> None:
    other = signer("other.example")
    theirs = sign_checkpoint(checkpoint(origin="other.example"), other)
    ours_by_them = sign_note(TEXT, other)
    theirs_by_us = sign_note(checkpoint(origin="other.example").text(), LOG)
    for note in (theirs, ours_by_them, theirs_by_us):
        with pytest.raises(CheckpointInvalid):
            open_checkpoint(note, [LOG.key])
    for note in (ours_by_them, theirs_by_us):
        with pytest.raises(CheckpointInvalid, match="signed by"):
            open_checkpoint(note, [LOG.key, other.key])
    with pytest.raises(CheckpointInvalid, match=r"other\.example"):
        open_checkpoint(theirs, [LOG.key, other.key], origin=ORIGIN)


def test_a_log_whose_key_has_another_name_is_opened_by_its_origin() -> None:
    note = sign_note(TEXT, signer("new-key.example"))
    assert open_checkpoint(note, [signer("new-key.example").key], origin=ORIGIN) == checkpoint()


def test_a_rotated_key_signs_beside_the_old_one() -> None:
    rotated = signer(ORIGIN, seed="next year")
    note = NOTE + rotated.sign(TEXT).line
    for keys in ([LOG.key], [rotated.key], [LOG.key, rotated.key]):
        assert open_checkpoint(note, keys) == checkpoint()


def test_the_signature_of_a_witness_does_not_open_a_checkpoint() -> None:
    line = cosign(NOTE, FIRST, 1)
    only = f"{TEXT}\n{line}"
    with pytest.raises(CheckpointInvalid, match="not signed"):
        open_checkpoint(only, [LOG.key])
    with pytest.raises(KeyUnusable, match="not the key of a log"):
        open_checkpoint(only, [FIRST.key], origin=ORIGIN)


def test_a_checkpoint_is_signed_by_its_own_log_only() -> None:
    for other in (signer("other.example"), signer(ORIGIN, COSIGNATURE)):
        with pytest.raises(CheckpointInvalid, match="cannot sign"):
            sign_checkpoint(checkpoint(), other)


def test_a_note_that_holds_no_checkpoint_is_refused() -> None:
    note = sign_note("just a text\n", LOG)
    for opened in (
        lambda: open_checkpoint(note, [LOG.key]),
        lambda: cosign(note, FIRST, 1),
        lambda: cosignatures(note, [FIRST.key]),
    ):
        with pytest.raises(CheckpointInvalid, match="at least three lines"):
            opened()


def test_a_log_that_was_rolled_back_signs_validly_and_cannot_be_shown_to_continue() -> None:
    kept, rolled_back = (
        open_checkpoint(NOTE, [LOG.key]),
        open_checkpoint(sign_checkpoint(checkpoint(4), LOG), [LOG.key]),
    )
    with pytest.raises(ProofInvalid):
        merkle.verify_consistency(kept.size, rolled_back.size, [], kept.root, rolled_back.root)
    with pytest.raises(ProofInvalid):
        merkle.consistency_proof(kept.size, rolled_back.size, read)


def test_the_witnesses_of_a_checkpoint_are_named_with_their_times() -> None:
    note = NOTE + cosign(NOTE, FIRST, 1_700_000_000) + cosign(NOTE, SECOND, 1_700_000_009)
    assert cosignatures(note, [FIRST.vkey, SECOND.vkey, THIRD.vkey]) == [
        (FIRST.key.name, 1_700_000_000),
        (SECOND.key.name, 1_700_000_009),
    ]
    assert cosignatures(note, [THIRD.key]) == cosignatures(note, []) == cosignatures(NOTE, [FIRST.key]) == []
    assert open_checkpoint(note, [LOG.key]) == checkpoint()


def test_a_witness_counts_once_however_often_and_under_whatever_name_it_signs() -> None:
    renamed = signer("renamed.example", COSIGNATURE, seed=FIRST.key.name)
    rotated = signer(FIRST.key.name, COSIGNATURE, seed="next year")
    many = "".join(cosign(NOTE, one, time) for one, time in ((FIRST, 5), (FIRST, 9), (renamed, 7), (rotated, 8)))
    assert cosignatures(NOTE + many, [FIRST.key, renamed.key, rotated.key]) == [(FIRST.key.name, 9)]


def test_a_cosignature_of_another_checkpoint_is_refused() -> None:
    other = cosign(sign_checkpoint(checkpoint(4), LOG), FIRST, 1)
    with pytest.raises(CheckpointInvalid, match="bad signature"):
        cosignatures(NOTE + other, [FIRST.key])


def test_a_signature_of_a_log_is_no_cosignature() -> None:
    with pytest.raises(KeyUnusable, match="not the key of a witness"):
        cosignatures(NOTE, [LOG.key])
    with pytest.raises(CheckpointInvalid, match="has a time"):
        cosign(NOTE, LOG, 1)


def test_a_cosignature_covers_the_extension_lines() -> None:
    note = sign_checkpoint(checkpoint(extensions=("x",)), LOG)
    with pytest.raises(CheckpointInvalid, match="bad signature"):
        cosignatures(NOTE + cosign(note, FIRST, 1), [FIRST.key])


def test_unknown_signatures_of_any_kind_do_not_hide_a_known_one() -> None:
    junk = "".join(
        NoteSignature(name=f"unknown.example/{number}", key_id=b"\0\0\0\0", signature=b"\0" * length).line
        for number, length in enumerate([1, 64, 72, 2420 + 8, 4800] * 3)
    )
    note = NOTE + junk + cosign(NOTE, FIRST, 3)
    assert len(Note.parse(note).signatures) == 17
    assert open_checkpoint(note, [LOG.key]) == checkpoint()
    assert cosignatures(note, [FIRST.key]) == [(FIRST.key.name, 3)]
