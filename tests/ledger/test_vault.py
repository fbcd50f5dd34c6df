"""Content is kept, shown and erased; whoever alters the store, or guesses, gets nothing."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.domain.decision import Commitment
from answerable.errors import ContentErased, LedgerDamaged, SecretFound
from answerable.ledger.vault import Vault, commit
from ledger.made_up import token

ADA, BO = "ada@example.com", "bo@example.com"


class InMemory:
    """The contents of a store as plain dictionaries, open to whoever wants to alter them."""

    def __init__(self) -> None:
        self.contents: dict[str, tuple[str, bytes, bytes]] = {}
        self.keys: dict[str, bytes] = {}

    def put_content(self, commitment: str, subject: str, nonce: bytes, ciphertext: bytes) -> None:
        self.contents[commitment] = (subject, nonce, ciphertext)

    def get_content(self, commitment: str) -> tuple[str, bytes, bytes] | None:
        return self.contents.get(commitment)

    def content_key(self, subject: str, fresh: bytes) -> bytes:
        return self.keys.setdefault(subject, fresh)

    def erase_contents(self, commitments: Iterable[str]) -> int:
        return sum(self.contents.pop(commitment, None) is not None for commitment in commitments)

    def erase_subject(self, subject: str) -> int:
        self.keys.pop(subject, None)
        return self.erase_contents([at for at, kept in self.contents.items() if kept[0] == subject])


@pytest.fixture
def store() -> InMemory:
    return InMemory()


@pytest.fixture
def vault(store: InMemory) -> Vault:
    return Vault(store)


@given(st.lists(st.tuples(st.sampled_from([ADA, BO, "", "ü"]), st.binary(max_size=60)), max_size=6))
def test_what_is_kept_is_read_back(kept: list[tuple[str, bytes]]) -> None:
    vault = Vault(InMemory())
    commitments = [vault.keep(subject, "prompt", content) for subject, content in kept]
    assert [vault.read(commitment.sha256) for commitment in commitments] == [content for _, content in kept]


def test_a_commitment_carries_the_name_of_what_it_is(vault: Vault) -> None:
    kept = vault.keep(ADA, "prompt", b"x")
    assert kept == Commitment(name="prompt", sha256=kept.sha256)


def test_a_commitment_is_the_hash_of_salt_and_content() -> None:
    salt, commitment = commit(b"content")
    assert len(salt) == 32
    assert commitment == sha256(salt + b"content").hexdigest()


def test_one_content_kept_twice_has_two_commitments_nonces_and_ciphertexts(vault: Vault, store: InMemory) -> None:
    first, second = (vault.keep(ADA, "prompt", b"yes").sha256 for _ in range(2))
    assert first != second
    (_, nonce, ciphertext), (_, other_nonce, other_ciphertext) = store.contents[first], store.contents[second]
    assert nonce != other_nonce
    assert ciphertext != other_ciphertext


def test_every_subject_has_a_key_of_its_own(vault: Vault, store: InMemory) -> None:
    for subject in (ADA, BO, ADA):
        vault.keep(subject, "prompt", b"x")
    assert set(store.keys) == {ADA, BO}
    assert store.keys[ADA] != store.keys[BO]
    assert {len(key) for key in store.keys.values()} == {32}


def test_content_with_a_secret_is_refused_and_nothing_is_kept(vault: Vault, store: InMemory) -> None:
    with pytest.raises(SecretFound, match="prompt holds a GitHub token in line 2"):
        vault.keep(ADA, "prompt", f"use this:\n{token()}".encode())
    assert (store.contents, store.keys) == ({}, {})


def test_erasing_one_content_leaves_the_others(vault: Vault) -> None:
    first, second = (vault.keep(ADA, "prompt", content).sha256 for content in (b"1", b"2"))
    assert vault.erase([first]) == 1
    with pytest.raises(ContentErased):
        vault.read(first)
    assert vault.read(second) == b"2"


def test_erasing_a_subject_leaves_the_others(vault: Vault, store: InMemory) -> None:
    mine, theirs = vault.keep(ADA, "prompt", b"1").sha256, vault.keep(BO, "prompt", b"2").sha256
    assert vault.erase_subject(ADA) == 1
    with pytest.raises(ContentErased):
        vault.read(mine)
    assert vault.read(theirs) == b"2"
    assert ADA not in store.keys


def test_a_ciphertext_saved_before_its_key_was_erased_opens_nothing(vault: Vault, store: InMemory) -> None:
    """A backup of the ciphertexts is worth nothing once the key is destroyed."""
    commitment = vault.keep(ADA, "prompt", b"1").sha256
    saved = store.contents[commitment]
    vault.erase_subject(ADA)
    store.contents[commitment] = saved
    with pytest.raises(LedgerDamaged):
        vault.read(commitment)


def test_erasing_twice_or_what_never_was_is_no_error(vault: Vault) -> None:
    assert vault.erase(["0" * 64, "0" * 64]) == 0
    assert vault.erase_subject("nobody") == 0


@pytest.mark.parametrize("commitment", ["0" * 64, "", "0" * 63, "Z" * 64, "../../etc/passwd", "é" * 64])
def test_a_commitment_of_nothing_is_said_to_be_erased(vault: Vault, commitment: str) -> None:
    with pytest.raises(ContentErased):
        vault.read(commitment)


def test_a_subject_erased_while_more_is_kept_keeps_nothing(store: InMemory) -> None:
    class ErasedMeanwhile(InMemory):
        def put_content(self, commitment: str, subject: str, nonce: bytes, ciphertext: bytes) -> None:
            self.erase_subject(subject)
            super().put_content(commitment, subject, nonce, ciphertext)

    store = ErasedMeanwhile()
    with pytest.raises(ContentErased):
        Vault(store).keep(ADA, "prompt", b"1")
    assert store.contents == {}


def test_a_subject_erased_while_it_is_read_is_erased_and_not_damaged() -> None:
    class ErasedMeanwhile(InMemory):
        def content_key(self, subject: str, fresh: bytes) -> bytes:
            if self.contents:
                self.erase_subject(subject)
            return super().content_key(subject, fresh)

    store = ErasedMeanwhile()
    commitment = "0" * 64
    store.contents[commitment] = (ADA, b"0" * 12, b"ciphertext")
    with pytest.raises(ContentErased):
        Vault(store).read(commitment)


def test_a_ciphertext_moved_to_another_commitment_is_refused(vault: Vault, store: InMemory) -> None:
    first, second = (vault.keep(ADA, "prompt", content).sha256 for content in (b"approve", b"refuse"))
    store.contents[first], store.contents[second] = store.contents[second], store.contents[first]
    for commitment in (first, second):
        with pytest.raises(LedgerDamaged):
            vault.read(commitment)


def test_a_ciphertext_moved_to_another_subject_is_refused(vault: Vault, store: InMemory) -> None:
    commitment = vault.keep(ADA, "prompt", b"1").sha256
    vault.keep(BO, "prompt", b"2")
    store.contents[commitment] = (BO, *store.contents[commitment][1:])
    with pytest.raises(LedgerDamaged):
        vault.read(commitment)


def test_every_flipped_bit_is_noticed(vault: Vault, store: InMemory) -> None:
    commitment = vault.keep(ADA, "prompt", b"one").sha256
    subject, nonce, ciphertext = store.contents[commitment]
    whole = nonce + ciphertext
    for at, bit in product(range(len(whole)), range(8)):
        flipped = bytes(byte ^ (1 << bit if n == at else 0) for n, byte in enumerate(whole))
        store.contents[commitment] = (subject, flipped[: len(nonce)], flipped[len(nonce) :])
        with pytest.raises(LedgerDamaged):
            vault.read(commitment)


@given(nonce=st.binary(max_size=20), ciphertext=st.binary(max_size=80), key=st.binary(max_size=40))
def test_whatever_stands_in_the_store_is_refused_if_it_was_not_kept(
    nonce: bytes, ciphertext: bytes, key: bytes
) -> None:
    store = InMemory()
    store.contents["0" * 64], store.keys[ADA] = (ADA, nonce, ciphertext), key
    with pytest.raises(LedgerDamaged):
        Vault(store).read("0" * 64)


def test_a_ciphertext_that_opens_to_another_content_than_was_committed_to_is_refused() -> None:
    """Whoever holds the key can encrypt anything; the commitment in the log still says what it was."""
    store = InMemory()
    vault = Vault(store)
    commitment = vault.keep(ADA, "prompt", b"refuse").sha256
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce, bound = b"0" * 12, b"answerable content v1\n" + bytes.fromhex(commitment)
    forged = AESGCM(store.keys[ADA]).encrypt(nonce, b"s" * 32 + b"approve", bound)
    store.contents[commitment] = (ADA, nonce, forged)
    with pytest.raises(LedgerDamaged):
        vault.read(commitment)


def test_a_short_content_cannot_be_confirmed_from_its_commitment(vault: Vault) -> None:
    """Whoever reads the log and guesses every four-digit number finds none that hashes to the commitment."""
    commitment = vault.keep(ADA, "pin", b"4711").sha256
    guesses = [b"%04d" % number for number in range(10_000)]
    assert commitment not in {sha256(guess).hexdigest() for guess in guesses}
    assert commitment not in {sha256(bytes(32) + guess).hexdigest() for guess in guesses}


def test_neither_content_nor_salt_is_in_the_store_in_the_clear(vault: Vault, store: InMemory) -> None:
    content = b"a prompt about a person, long enough to be recognised"
    commitment = vault.keep(ADA, "prompt", content).sha256
    _, _, ciphertext = store.contents[commitment]
    assert len(ciphertext) == 32 + len(content) + 16
    assert not any(content[at : at + 8] in ciphertext for at in range(len(content) - 8))
