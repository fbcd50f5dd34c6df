"""The vault on real stores: what it keeps survives a restart, and what it erased is in no file any more."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from threading import Thread

import pytest

from answerable.errors import ContentErased
from answerable.ledger.store import Store, open_store
from answerable.ledger.vault import Vault

ADA, BO = "ada@example.com", "bo@example.com"


def files_of(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.iterdir()))


def test_what_is_kept_is_read_after_a_restart(place: str) -> None:
    with closing(open_store(place, create=True)) as store:
        kept = {Vault(store).keep(ADA, "prompt", b"prompt %d" % n).sha256: b"prompt %d" % n for n in range(5)}
    with closing(open_store(place)) as store:
        assert {commitment: Vault(store).read(commitment) for commitment in kept} == kept


def test_what_is_kept_is_read_from_a_store_that_may_not_be_written(place: str) -> None:
    with closing(open_store(place, create=True)) as store:
        commitment = Vault(store).keep(ADA, "prompt", b"x").sha256
    with closing(open_store(place, read_only=True)) as store:
        assert Vault(store).read(commitment) == b"x"


def test_erasing_one_and_erasing_a_subject_leave_the_others(store: Store) -> None:
    vault = Vault(store)
    first, second, other = (vault.keep(subject, "prompt", b"x").sha256 for subject in (ADA, ADA, BO))
    assert vault.erase([first]) == 1
    assert vault.read(second) == b"x"
    assert vault.erase_subject(ADA) == 1
    for commitment in (first, second):
        with pytest.raises(ContentErased):
            vault.read(commitment)
    assert vault.read(other) == b"x"


@pytest.mark.parametrize(
    "erase", [lambda vault, at: vault.erase([at]), lambda vault, _: vault.erase_subject(ADA)], ids=["one", "subject"]
)
def test_erased_content_is_gone_from_the_files(tmp_path: Path, erase: Callable[[Vault, str], int]) -> None:
    with closing(open_store(tmp_path / "ledger.sqlite", create=True)) as store:
        vault = Vault(store)
        commitment = vault.keep(ADA, "prompt", b"a prompt about a person" * 200).sha256
        kept = vault.keep(BO, "prompt", b"a prompt about another" * 200).sha256
        ciphertext, key = store.get_content(commitment).ciphertext, store.content_key(ADA, b"")  # type: ignore[union-attr]
        assert ciphertext[1000:1032] in files_of(tmp_path)
        assert b"about a person" not in files_of(tmp_path)
        erase(vault, commitment)
        files = files_of(tmp_path)
        assert not any(ciphertext[at : at + 16] in files for at in range(0, len(ciphertext) - 16, 16))
        assert commitment.encode() not in files
        assert (key in files) == (store.content_key(ADA, b"another") == key)
        assert vault.read(kept)


def test_keeping_and_erasing_at_once_leaves_nothing_that_cannot_be_read(place: str) -> None:
    """Whatever order they come in, a commitment that was returned is readable or erased, never damaged."""
    with closing(open_store(place, create=True)) as store:
        kept: list[str] = []

        def keep() -> None:
            with closing(open_store(place)) as mine:
                for n in range(40):
                    try:
                        kept.append(Vault(mine).keep(ADA, "prompt", b"%d" % n).sha256)
                    except ContentErased:
                        continue

        keeping = Thread(target=keep)
        keeping.start()
        while keeping.is_alive():
            Vault(store).erase_subject(ADA)
        keeping.join()
        for commitment in kept:
            try:
                Vault(store).read(commitment)
            except ContentErased:
                continue
        assert set(store.contents_of(ADA)) <= set(kept), "no ciphertext without its key"
