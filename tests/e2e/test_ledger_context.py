"""Content beside the ledger: committed to in it, kept encrypted outside it, refused where it holds a secret."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from answerable.ledger.store import open_store
from answerable.ledger.vault import Vault
from e2e.asking import ask
from e2e.ledgers import Team

PROMPT = "Keep customers signed in for a month, please."
SECRET = "token = ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"


def database(team: Team) -> Path:
    return team.repo.git_dir / "answerable" / "ledger" / "ledger.sqlite"


def contents(team: Team) -> int:
    """How many contents are kept."""
    with closing(sqlite3.connect(database(team))) as open_database:
        return int(open_database.execute("SELECT count(*) FROM contents").fetchone()[0])


def everything_in(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


def test_content_is_committed_to_and_can_be_shown(team: Team, tmp_path: Path) -> None:
    (tmp_path / "prompt.txt").write_text(PROMPT)
    given = ("--tool", "codex", "--context", f"prompt={tmp_path / 'prompt.txt'}")
    found = team.record(team.ada, "generate", "HEAD", *given)
    (commitment,) = found["context"]
    assert commitment["name"] == "prompt"
    assert team.entries()[-1]["statement"]["predicate"]["context"] == [commitment]
    with closing(open_store(os.fspath(database(team)), read_only=True)) as store:
        assert Vault(store).read(commitment["sha256"]) == PROMPT.encode()


def test_content_stands_nowhere_in_the_clear(team: Team, tmp_path: Path) -> None:
    (tmp_path / "prompt.txt").write_text(PROMPT)
    team.record(team.ada, "generate", "--tool", "codex", "--context", f"prompt={tmp_path / 'prompt.txt'}")
    assert PROMPT.encode() not in everything_in(team.repo.git_dir)


@pytest.mark.parametrize("where", ["context", "rationale", "details"])
def test_a_secret_is_refused_and_nothing_is_written(team: Team, tmp_path: Path, where: str) -> None:
    (tmp_path / "fine.txt").write_text(PROMPT)
    (tmp_path / "secret.txt").write_text(SECRET)
    options = {
        "context": ("--context", f"transcript={tmp_path / 'secret.txt'}"),
        "rationale": ("--rationale", SECRET),
        "details": ("--details", f'{{"note":"{SECRET}"}}'),
    }[where]
    given = ("record", "deploy", "HEAD", "--context", f"prompt={tmp_path / 'fine.txt'}", *options, *team.ada.signing)
    said = ask(*given, "--format", "json", cwd=team.root)
    assert (said.code, said.json["code"]) == (3, "secret-found")
    assert said.json["hint"]
    assert "ghp_" not in said.out + said.err
    assert (team.size(), contents(team)) == (1, 0)
    assert team.repo.git("for-each-ref", "refs/notes/") == b""


def test_content_of_a_decision_that_is_refused_is_not_kept(team: Team, tmp_path: Path) -> None:
    (tmp_path / "prompt.txt").write_text(PROMPT)
    given = ("record", "deploy", "--context", f"prompt={tmp_path / 'prompt.txt'}")
    said = ask(*given, *team.stranger("eve").signing, "--format", "json", cwd=team.root)
    assert (said.code, said.json["code"]) == (3, "key-untrusted")
    assert (team.size(), contents(team)) == (1, 0)


def test_content_of_a_decision_that_others_sign_later_is_kept(team: Team, tmp_path: Path) -> None:
    (tmp_path / "prompt.txt").write_text(PROMPT)
    given = ("--context", f"prompt={tmp_path / 'prompt.txt'}", "-o", os.fspath(tmp_path / "out.jsonl"))
    assert team.record(team.ada, "deploy", *given)["index"] is None
    assert contents(team) == 1


@pytest.mark.parametrize("given", ["prompt", "prompt=/no/such/file", "=x"])
def test_what_is_no_content_is_said(team: Team, given: str) -> None:
    said = ask("record", "deploy", "--context", given, *team.ada.signing, "--format", "json", cwd=team.root)
    assert (said.code, said.json["code"]) == (2, "decision-invalid")
    assert said.json["hint"]
    assert contents(team) == 0
