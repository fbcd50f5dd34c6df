"""`answerable ledger redact`: content goes for good when two people say so; the log stays whole."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from answerable.errors import ContentErased
from answerable.ledger.store import open_store
from answerable.ledger.vault import Vault
from e2e.asking import ask
from e2e.ledgers import Someone, Team
from e2e.shape import wrong

REDACTED = {"schema": "answerable/ledger-redact/v1", "index": (int, None), "erased": int}
WHY = ("--rationale", "the person asked")


@pytest.fixture
def bo(team: Team) -> Someone:
    """A second person, no administrator."""
    return team.add("bo")


def kept(team: Team, tmp_path: Path, *people: Someone) -> list[str]:
    """Commitments to a prompt of each of these people."""
    found = []
    for number, who in enumerate(people):
        (tmp_path / "prompt.txt").write_text(f"Prompt {number}: keep customers signed in, please.")
        given = ("--tool", "codex", "--context", f"prompt={tmp_path / 'prompt.txt'}")
        found.append(team.record(who, "generate", "HEAD", *given)["context"][0]["sha256"])
    return found


def database(team: Team) -> Path:
    return team.repo.git_dir / "answerable" / "ledger" / "ledger.sqlite"


def readable(team: Team, commitments: list[str]) -> list[bool]:
    """Which contents can still be read."""
    found = []
    with closing(open_store(os.fspath(database(team)), read_only=True)) as store:
        for commitment in commitments:
            try:
                Vault(store).read(commitment)
                found.append(True)
            except ContentErased:
                found.append(False)
    return found


def test_two_people_erase_one_content_and_the_log_still_verifies(team: Team, bo: Someone, tmp_path: Path) -> None:
    first, second = kept(team, tmp_path, team.ada, bo)
    before = team.done("ledger", "checkpoint")
    (tmp_path / "seen").write_text(before["note"])
    said = ask(
        "ledger",
        "redact",
        first,
        *WHY,
        *team.ada.signing,
        "--key",
        os.fspath(bo.key),
        "--format",
        "json",
        cwd=team.root,
    )
    assert said.code == 0, said.out
    assert wrong(said.json, REDACTED) == []
    assert (said.json["index"], said.json["erased"]) == (before["size"], 1)
    assert readable(team, [first, second]) == [False, True]
    assert team.done("ledger", "verify", "--older", os.fspath(tmp_path / "seen"))["ok"] is True
    entry = team.entries()[2]["statement"]["predicate"]
    assert entry["context"] == [{"name": "prompt", "sha256": first}]
    assert team.entries()[-1]["statement"]["predicate"]["rationale"] == WHY[1]


def test_all_that_is_kept_of_a_person_goes_with_their_key(team: Team, bo: Someone, tmp_path: Path) -> None:
    commitments = kept(team, tmp_path, bo, team.ada, bo)
    also = ("--key", os.fspath(bo.key))
    assert team.done("ledger", "redact", bo.id, *WHY, *team.ada.signing, *also)["erased"] == 2
    assert readable(team, commitments) == [False, True, False]
    with closing(sqlite3.connect(database(team))) as found:
        assert found.execute("SELECT subject FROM content_keys").fetchall() == [(team.ada.id,)]


def test_the_second_person_may_sign_a_file_and_appending_it_erases(team: Team, bo: Someone, tmp_path: Path) -> None:
    commitments = kept(team, tmp_path, team.ada)
    file = os.fspath(tmp_path / "redact.jsonl")
    assert team.done("ledger", "redact", *commitments, *WHY, "-o", file, *team.ada.signing)["index"] is None
    assert readable(team, commitments) == [True]
    assert ask("ledger", "sign", file, "--key", os.fspath(bo.key), cwd=tmp_path).code == 0
    team.done("ledger", "append", file)
    assert readable(team, commitments) == [False]
    assert team.done("ledger", "verify")["ok"] is True


def test_one_person_alone_erases_nothing(team: Team, bo: Someone, tmp_path: Path) -> None:
    commitments, size = kept(team, tmp_path, team.ada), team.size()
    for signing in (team.ada.signing, bo.signing, (*team.ada.signing, "--key", os.fspath(team.ada.key))):
        said = ask("ledger", "redact", *commitments, *WHY, *signing, "--format", "json", cwd=team.root)
        assert said.code == 3
        assert said.json["code"] in {"key-untrusted", "envelope-invalid"}
    assert (readable(team, commitments), team.size()) == ([True], size)


def test_two_people_without_an_administrator_erase_nothing(team: Team, bo: Someone, tmp_path: Path) -> None:
    zoe = team.add("zoe")
    commitments = kept(team, tmp_path, team.ada)
    also = ("--key", os.fspath(zoe.key))
    said = ask("ledger", "redact", *commitments, *WHY, *bo.signing, *also, "--format", "json", cwd=team.root)
    assert (said.code, said.json["code"]) == (3, "key-untrusted")
    assert "an administrator among them" in said.json["message"]
    assert readable(team, commitments) == [True]


def test_a_service_is_no_second_person(team: Team, tmp_path: Path) -> None:
    ci = team.add("ci", "--type", "service")
    commitments = kept(team, tmp_path, team.ada)
    also = ("--key", os.fspath(ci.key))
    said = ask("ledger", "redact", *commitments, *WHY, *team.ada.signing, *also, "--format", "json", cwd=team.root)
    assert (said.code, said.json["code"]) == (3, "key-untrusted")
    assert readable(team, commitments) == [True]


def test_what_was_erased_already_is_erased_again_without_harm(team: Team, bo: Someone, tmp_path: Path) -> None:
    (commitment,) = kept(team, tmp_path, team.ada)
    both = (*team.ada.signing, "--key", os.fspath(bo.key))
    assert team.done("ledger", "redact", commitment, *WHY, *both)["erased"] == 1
    assert team.done("ledger", "redact", commitment, *WHY, *both)["erased"] == 0
    assert team.done("ledger", "verify")["ok"] is True


def test_commitments_and_a_person_are_not_mixed(team: Team) -> None:
    said = ask("ledger", "redact", "ab" * 32, "bo@example.com", *WHY, "--format", "json", cwd=team.root)
    assert (said.code, said.json["code"]) == (2, "usage")
    assert ask("ledger", "redact", "ab" * 32, "--format", "json", cwd=team.root).json["code"] == "usage"
