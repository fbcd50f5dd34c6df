"""Signed notes: the example of the specification, one spelling, and whose signature makes a note believed."""

from __future__ import annotations

import subprocess
import sys
from base64 import b64encode
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.errors import CheckpointInvalid, KeyUnusable
from answerable.ledger.note import (
    COSIGNATURE,
    ED25519,
    Note,
    NoteSignature,
    NoteSigner,
    VerifierKey,
    cosigned,
    sign_note,
    verify,
)
from ledger.signers import signer

# C2SP signed-note v1.0.0, section "Example".
VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
NOTE = (
    "This is an example message.\n\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
# The same document's first note, whose text has an empty line.
POEM = (
    "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n"
    "— quasimodo.example/salvatore"
    " NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n"
)

ADA, BEN = signer("ada.example"), signer("ben.example")
TEXT = "one\n\ntwo\n"
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="".join(map(chr, range(32))))).map(
    lambda text: text + "\n"
)
names = st.text(min_size=1, max_size=20).filter(lambda name: not any(c.isspace() or c < " " or c == "+" for c in name))
some_bytes = st.binary(min_size=1, max_size=80)
notes = st.builds(
    Note,
    text=st.lists(texts, min_size=1, max_size=4).map("".join),
    signatures=st.lists(
        st.builds(NoteSignature, name=names, key_id=st.binary(min_size=4, max_size=4), signature=some_bytes),
        min_size=1,
        max_size=20,
    ).map(tuple),
)


def with_signatures(text: str, *signatures: NoteSignature) -> Note:
    return Note(text=text, signatures=signatures)


def test_the_example_of_the_specification_is_verified_by_its_key() -> None:
    key = VerifierKey.parse(VKEY)
    assert (key.name, key.kind, key.key_id.hex(), key.vkey) == ("example.com/foo", ED25519, "530d903a", VKEY)
    note = Note.parse(NOTE)
    assert note.text == "This is an example message.\n"
    assert verify(note, [key]) == ["example.com/foo"]
    assert note.encode() == NOTE


def test_a_text_with_empty_lines_ends_at_the_last_of_them() -> None:
    note = Note.parse(POEM.encode())
    assert note.text.endswith("\n\ned è subito sera.\n")
    assert [signature.name for signature in note.signatures] == ["quasimodo.example/salvatore"]
    assert note.encode() == POEM


@given(notes)
def test_every_note_is_read_as_it_was_written(note: Note) -> None:
    assert Note.parse(note.encode()) == note
    assert Note.parse(note.encode().encode()) == note


@given(st.one_of(st.binary(), st.text()))
def test_any_bytes_are_one_note_or_refused(data: bytes | str) -> None:
    try:
        note = Note.parse(data)
    except CheckpointInvalid:
        return
    assert note.encode() == (data if isinstance(data, str) else data.decode())


@given(data=st.data(), note=notes)
def test_a_changed_note_is_one_note_or_refused(data: st.DataObject, note: Note) -> None:
    whole = bytearray(note.encode().encode())
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at : at + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=2))
    try:
        read = Note.parse(bytes(whole))
    except CheckpointInvalid:
        return
    assert read.encode().encode() == bytes(whole)


@pytest.mark.parametrize(
    "broken",
    [
        "", "\n", "\n\n", "text\n", "text\n\n", NOTE[:-1], NOTE + "\n", NOTE.replace("\n", "\r\n"),
        NOTE.replace("message.", "mes\tsage."), NOTE.replace("message.", "mes\x00sage."), "\ufeff" + NOTE[30:],
        NOTE.replace("message.", "\x1b[2J"), NOTE.replace("— ", "- "), NOTE.replace("— ", "—"),
        NOTE.replace("— ", "—  "), NOTE.replace("foo ", "foo  "), NOTE.replace("— ", " — "),
        NOTE.replace(".com", "+com"),
        NOTE.replace("example.com/foo", "exa\u2003mple"), NOTE.replace("example.com/foo", "exa\u0085mple"),
        NOTE.replace("example.com/foo ", ""), NOTE.replace("M=\n", "M\n"), NOTE.replace("M=\n", "N=\n"),
        NOTE.replace("M=\n", "M==\n"), NOTE.replace("M=\n", "M= \n"), NOTE.replace("M=\n", "M=\n\n"),
        NOTE.replace("srV1", "sr-1"), NOTE.replace("srV1", "sr\u00e91"), NOTE + "— example.com/foo Uw2QOg==\n",
        NOTE + "— example.com/foo \n", NOTE + "trailing\n", NOTE[:29] + NOTE[30:], NOTE.replace("message", "\ud800"),
    ],
)  # fmt: skip
def test_a_note_spelled_otherwise_is_no_note(broken: str) -> None:
    with pytest.raises(CheckpointInvalid):
        Note.parse(broken)


@pytest.mark.parametrize("control", [chr(code) for code in range(32) if chr(code) != "\n"], ids=ascii)
def test_no_control_character_can_stand_in_a_note(control: str) -> None:
    for place in ("message", "example.com/foo"):
        with pytest.raises(CheckpointInvalid):
            Note.parse(NOTE.replace(place, place + control))
    with pytest.raises(CheckpointInvalid):
        ADA.sign(f"text{control}\n")


def test_bytes_that_are_no_text_are_no_note() -> None:
    with pytest.raises(CheckpointInvalid, match="UTF-8"):
        Note.parse(NOTE.encode().replace(b"message", b"m\xffssage"))
    with pytest.raises(CheckpointInvalid, match="UTF-8"):
        Note.parse(NOTE.encode("utf-16"))


def test_a_note_may_have_a_hundred_signatures_and_no_more() -> None:
    many = [signer(f"key.example/{number}") for number in range(101)]
    note = with_signatures(TEXT, *(each.sign(TEXT) for each in many))
    keys = [each.key for each in many]
    hundred = with_signatures(TEXT, *note.signatures[:100])
    assert len(verify(Note.parse(hundred.encode()), keys)) == 100
    with pytest.raises(CheckpointInvalid, match="more than 100"):
        Note.parse(note.encode())


def test_a_note_of_more_than_a_million_bytes_is_refused() -> None:
    with pytest.raises(CheckpointInvalid, match="1,000,000"):
        Note.parse("é" * 499_999 + "\n\n" + ADA.sign(TEXT).line)
    assert Note.parse("x" * 900_000 + "\n\n" + ADA.sign(TEXT).line).signatures


@given(texts)
def test_a_signed_note_is_verified(text: str) -> None:
    assert verify(Note.parse(sign_note(text, ADA)), [VerifierKey.parse(ADA.vkey)]) == ["ada.example"]


def test_a_note_without_a_known_signature_is_refused() -> None:
    for keys in ([], [BEN.key]):
        with pytest.raises(CheckpointInvalid, match="not signed by any key"):
            verify(Note.parse(sign_note(TEXT, ADA)), keys)


def test_signatures_by_unknown_keys_are_ignored() -> None:
    junk = NoteSignature(name="unknown.example", key_id=b"\0\1\2\3", signature=b"anything at all")
    assert verify(with_signatures(TEXT, junk, ADA.sign(TEXT), BEN.sign("other\n"), junk), [ADA.key]) == ["ada.example"]


def test_a_key_that_borrows_the_name_or_the_id_of_a_known_one_is_unknown() -> None:
    good = ADA.sign(TEXT)
    for borrowed in (
        NoteSignature(name="ada.example", key_id=b"\0\0\0\0", signature=good.signature),
        NoteSignature(name="mallory.example", key_id=good.key_id, signature=good.signature),
        signer("ada.example", seed="mallory").sign(TEXT),
    ):
        with pytest.raises(CheckpointInvalid, match="not signed by any key"):
            verify(with_signatures(TEXT, borrowed), [ADA.key])
        assert verify(with_signatures(TEXT, borrowed, good), [ADA.key]) == ["ada.example"]


def test_a_bad_signature_by_a_known_key_rejects_the_whole_note() -> None:
    bad = ADA.sign("another text\n")
    for signatures in ((bad,), (BEN.sign(TEXT), bad), (bad, ADA.sign(TEXT)), (ADA.sign(TEXT), bad)):
        with pytest.raises(CheckpointInvalid, match=r"bad signature by ada\.example"):
            verify(with_signatures(TEXT, *signatures), [ADA.key, BEN.key])


@given(data=st.data())
def test_a_signature_with_any_bit_changed_is_refused(data: st.DataObject) -> None:
    good = ADA.sign(TEXT)
    at = data.draw(st.integers(0, 64 * 8 - 1))
    changed = bytes(byte ^ (1 << at % 8 if place == at // 8 else 0) for place, byte in enumerate(good.signature))
    with pytest.raises(CheckpointInvalid):
        verify(with_signatures(TEXT, NoteSignature(name=good.name, key_id=good.key_id, signature=changed)), [ADA.key])


@pytest.mark.parametrize("change", [lambda sig: sig[:-1], lambda sig: sig + b"\0", lambda sig: b"\0" * 8 + sig])
@pytest.mark.parametrize("kind", [ED25519, COSIGNATURE])
def test_a_signature_of_another_length_is_refused(change: object, kind: int) -> None:
    known = signer("ada.example", kind)
    good = known.sign(TEXT, 1 if kind == COSIGNATURE else None)
    changed = NoteSignature(name=good.name, key_id=good.key_id, signature=change(good.signature))  # type: ignore[operator]
    with pytest.raises(CheckpointInvalid, match="bad signature"):
        verify(with_signatures(TEXT, changed), [known.key])


def test_a_signature_that_is_there_twice_counts_once() -> None:
    assert verify(with_signatures(TEXT, ADA.sign(TEXT), ADA.sign(TEXT)), [ADA.key, ADA.key]) == ["ada.example"]


def test_one_key_used_for_two_types_has_two_ids_and_one_cannot_pass_for_the_other() -> None:
    log, witness = signer("ada.example"), signer("ada.example", COSIGNATURE)
    assert log.key.public == witness.key.public
    assert log.key.key_id != witness.key.key_id
    for signature, other in ((log.sign(TEXT), witness), (witness.sign(TEXT, 1), log)):
        with pytest.raises(CheckpointInvalid, match="not signed"):
            verify(with_signatures(TEXT, signature), [other.key])
        moved = NoteSignature(name="ada.example", key_id=other.key.key_id, signature=signature.signature)
        with pytest.raises(CheckpointInvalid, match="bad signature"):
            verify(with_signatures(TEXT, moved), [other.key])


def test_two_keys_that_cannot_be_told_apart_are_refused() -> None:
    class Collision(VerifierKey):
        """A key whose id is the one of ada's, as anybody can find one by trying."""

        key_id = ADA.key.key_id  # type: ignore[assignment]

    colliding = Collision(name="ada.example", kind=ED25519, public=BEN.key.public)
    with pytest.raises(KeyUnusable, match="two different keys"):
        verify(Note.parse(sign_note(TEXT, ADA)), [ADA.key, colliding])


@given(name=names, public=st.binary(min_size=32, max_size=32), kind=st.sampled_from([ED25519, COSIGNATURE]))
def test_a_verifier_key_is_read_as_it_was_written(name: str, public: bytes, kind: int) -> None:
    key = VerifierKey(name=name, kind=kind, public=public)
    assert VerifierKey.parse(key.vkey) == key
    assert key.key_id == sha256(name.encode() + bytes([10, kind]) + public).digest()[:4]


def vkey_of(name: str, material: bytes) -> str:
    key_id = sha256(name.encode() + b"\n" + material).digest()[:4]
    return f"{name}+{key_id.hex()}+{b64encode(material).decode()}"


@pytest.mark.parametrize(
    "vkey",
    [
        "", "+", "++", "name", VKEY[:-1], VKEY[:-2] + "l", VKEY + "\n", " " + VKEY,
        VKEY.replace("530d903a", "530D903A"),
        VKEY.replace("530d903a", "530d903"), VKEY.replace("530d903a", "530d903b"), VKEY.replace("foo", "bar"),
        VKEY.replace("example.com/foo", ""), VKEY.replace("+530d903a", ""), "\ud800+00000000+AA==",
        vkey_of("a b", b"\x01" + bytes(32)), vkey_of("a", b"\x01" + bytes(31)), vkey_of("a", b"\x01" + bytes(33)),
        vkey_of("a", b"\x02" + bytes(32)), vkey_of("a", b"\x06" + bytes(1312)), vkey_of("a", b"\x01"),
        vkey_of("", b"\x01" + bytes(32)),
    ],
    ids=repr,
)  # fmt: skip
def test_what_is_no_key_is_refused(vkey: str) -> None:
    with pytest.raises(KeyUnusable):
        VerifierKey.parse(vkey)


@given(st.one_of(st.text(), st.from_regex(r"[a-z ]{0,3}\+[0-9a-f]{7,9}\+[A-Za-z0-9+/]{0,44}={0,2}", fullmatch=True)))
def test_any_text_is_one_key_or_refused(vkey: str) -> None:
    try:
        key = VerifierKey.parse(vkey)
    except KeyUnusable:
        return
    assert key.vkey == vkey


def test_a_point_that_is_not_on_the_curve_verifies_nothing() -> None:
    nowhere = VerifierKey(name="ada.example", kind=ED25519, public=b"\x02" + bytes(31))
    signature = NoteSignature(name=nowhere.name, key_id=nowhere.key_id, signature=bytes(64))
    with pytest.raises(CheckpointInvalid, match="bad signature"):
        verify(with_signatures(TEXT, signature), [nowhere])


@pytest.mark.parametrize("text", ["", "no newline", "tab\t\n", "\x00\n", "\r\n", "\ud800\n"])
def test_what_cannot_be_the_text_of_a_note_is_not_signed(text: str) -> None:
    with pytest.raises(CheckpointInvalid, match="text of a note"):
        ADA.sign(text)


def test_only_a_cosignature_has_a_time_and_only_one_that_can_be_written() -> None:
    witness = signer("w.example", COSIGNATURE)
    for refused in (
        lambda: ADA.sign(TEXT, 1),
        lambda: witness.sign(TEXT),
        lambda: witness.sign(TEXT, -1),
        lambda: witness.sign(TEXT, 2**63),
    ):
        with pytest.raises(CheckpointInvalid, match="has a time"):
            refused()
    for time in (0, 2**63 - 1):
        assert verify(with_signatures(TEXT, witness.sign(TEXT, time)), [witness.key]) == ["w.example"]


def test_a_cosignature_with_another_time_is_refused() -> None:
    witness = signer("w.example", COSIGNATURE)
    good = witness.sign(TEXT, 1_700_000_000)
    for time in (1_700_000_001, 0, 2**63, 2**64 - 1):
        signature = time.to_bytes(8, "big") + good.signature[8:]
        moved = NoteSignature(name=good.name, key_id=good.key_id, signature=signature)
        with pytest.raises(CheckpointInvalid, match="bad signature"):
            verify(with_signatures(TEXT, moved), [witness.key])


def test_a_cosignature_that_is_good_but_from_past_the_last_time_is_refused() -> None:
    witness = signer("w.example", COSIGNATURE)
    for time, accepted in ((2**63 - 1, True), (2**63, False), (2**64 - 1, False)):
        signature = time.to_bytes(8, "big") + witness._private.sign(cosigned(TEXT, time))
        assert witness.key.accepts(TEXT, signature) is accepted


def test_a_signer_needs_a_name_that_a_key_can_have() -> None:
    for name in ("", "a b", "a+b", "a\nb", "a\u00a0b"):
        with pytest.raises(KeyUnusable):
            NoteSigner(name, ADA._private)


def test_reading_a_note_does_not_load_the_cryptography() -> None:
    program = (
        "import sys; import answerable.ledger.proof; from answerable.ledger.note import Note; "
        "Note.parse(sys.argv[1]); sys.exit('cryptography' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program, NOTE], check=False, env={"PYTHONUTF8": "1"}).returncode == 0
