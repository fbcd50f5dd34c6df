"""With which key a person signs: the one named, else git's own, else the SSH agent's; and what is said of none."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from builders import RepoBuilder
from e2e.asking import Said, ask
from e2e.ledgers import Someone, someone
from ledger.ssh import agent, key_file, public


def begin(repo: RepoBuilder, *options: str, **env: str) -> Said:
    """Begin a ledger, and say with which key."""
    return ask("init", "--no-capture", *options, "--format", "json", cwd=repo.root, **{"SSH_AUTH_SOCK": "", **env})


def signed_by(said: Said) -> str:
    assert said.code == 0, said.out
    return str(said.json["administrators"][0]["key"])


@pytest.fixture
def ada(repo: RepoBuilder, tmp_path: Path) -> Someone:
    repo.git("config", "user.email", "ada@example.com")
    return someone("ada", tmp_path)


def test_without_any_key_it_says_how_to_make_one(repo: RepoBuilder) -> None:
    said = begin(repo)
    assert (said.code, said.json["code"]) == (3, "key-unusable")
    assert said.json["message"] == "there is no key to sign with"
    assert "ssh-keygen -t ed25519" in said.json["hint"]
    assert "--key FILE" in said.json["hint"]
    assert not (repo.git_dir / "answerable" / "ledger").exists()


def test_without_a_name_it_asks_for_one(repo: RepoBuilder, tmp_path: Path) -> None:
    said = begin(repo, "--key", os.fspath(someone("ada", tmp_path).key))
    assert (said.code, said.json["code"]) == (3, "key-unusable")
    assert "--id" in said.json["hint"]


def test_the_key_named_comes_first(repo: RepoBuilder, ada: Someone, tmp_path: Path) -> None:
    repo.git("config", "gpg.format", "ssh")
    repo.git("config", "user.signingkey", os.fspath(someone("other", tmp_path).key))
    assert signed_by(begin(repo, "--key", os.fspath(ada.key))) == ada.public.fingerprint


def test_the_key_that_git_signs_with_comes_next(repo: RepoBuilder, ada: Someone) -> None:
    repo.git("config", "gpg.format", "ssh")
    repo.git("config", "user.signingkey", os.fspath(ada.key.with_suffix(".pub")))
    said = begin(repo)
    assert signed_by(said) == ada.public.fingerprint
    assert said.json["administrators"][0]["id"] == "ada@example.com"


def test_a_signing_key_of_another_format_is_no_key_for_us(repo: RepoBuilder, ada: Someone) -> None:
    repo.git("config", "user.signingkey", os.fspath(ada.key))
    assert begin(repo).json["code"] == "key-unusable"


def test_the_first_key_of_the_agent_comes_then(repo: RepoBuilder, ada: Someone, tmp_path: Path) -> None:
    with agent(tmp_path, ada.key) as socket:
        assert signed_by(begin(repo, SSH_AUTH_SOCK=socket)) == ada.public.fingerprint


@pytest.mark.parametrize("written", ["file", "literal", "key::literal"])
def test_a_public_key_means_the_agents_private_one(
    repo: RepoBuilder, ada: Someone, tmp_path: Path, written: str
) -> None:
    other, public_file = someone("other", tmp_path), tmp_path / "elsewhere.pub"
    shutil.copy(ada.key.with_suffix(".pub"), public_file)
    line = ada.public.line
    named = {"file": os.fspath(public_file), "literal": line, "key::literal": f"key::{line}"}[written]
    with agent(tmp_path, other.key, ada.key) as socket:
        assert signed_by(begin(repo, "--key", named, SSH_AUTH_SOCK=socket)) == ada.public.fingerprint


def test_a_key_that_the_agent_does_not_hold_is_named(repo: RepoBuilder, ada: Someone) -> None:
    said = begin(repo, "--key", ada.public.line)
    assert (said.code, said.json["code"]) == (3, "key-unusable")
    assert ada.public.fingerprint in said.json["message"]
    assert "ssh-add" in said.json["hint"]


def test_the_usual_file_in_the_home_comes_last(repo: RepoBuilder, ada: Someone, tmp_path: Path) -> None:
    (tmp_path / ".ssh").mkdir()
    shutil.copy(ada.key, tmp_path / ".ssh" / "id_ed25519")
    assert signed_by(begin(repo, HOME=os.fspath(tmp_path))) == ada.public.fingerprint


def test_a_locked_key_opens_with_the_passphrase_of_the_environment(repo: RepoBuilder, ada: Someone) -> None:
    key = os.fspath(key_file("ed25519", "open sesame"))
    said = begin(repo, "--key", key, ANSWERABLE_KEY_PASSPHRASE="open sesame")
    assert signed_by(said) == public("ed25519", "open sesame").fingerprint
    open_too = ask(
        "record", "review", "--verdict", "approved", "--key", key, "--key", os.fspath(ada.key), "-o", "x.jsonl",
        "sha256:" + "ab" * 32, cwd=repo.root, ANSWERABLE_KEY_PASSPHRASE="open sesame",
    )  # fmt: skip
    assert "sha" in open_too.err  # it got as far as the details: a key without a passphrase opens as well


@pytest.mark.parametrize(("given", "words"), [(None, "needs its passphrase"), ("wrong", "does not open with this")])
def test_a_locked_key_stays_locked(repo: RepoBuilder, ada: Someone, given: str | None, words: str) -> None:
    env = {"ANSWERABLE_KEY_PASSPHRASE": given} if given else {}
    said = begin(repo, "--key", os.fspath(key_file("ed25519", "open sesame")), **env)
    assert (said.code, said.json["code"]) == (3, "key-unusable")
    assert words in said.json["message"]
    assert "ANSWERABLE_KEY_PASSPHRASE" in said.json["hint"]
    assert "ssh-add" in said.json["hint"]
    assert "wrong" not in said.json["message"]


def test_a_key_that_others_may_read_is_refused(repo: RepoBuilder, ada: Someone) -> None:
    ada.key.chmod(0o644)
    said = begin(repo, "--key", os.fspath(ada.key))
    assert (said.json["code"], said.json["hint"]) == ("key-unusable", f"chmod 600 {ada.key}")
