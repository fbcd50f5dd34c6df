"""`answerable ledger verify`: exit 0 where nothing is wrong, 1 where something is, 3 where it cannot be told."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from e2e.asking import Said, ask
from e2e.ledgers import Team
from e2e.shape import wrong

VERIFIED = {
    "schema": "answerable/ledger-verify/v1",
    "ok": bool,
    "size": int,
    "root": str,
    "sealed": (int, None),
    "witnessed": [str],
    "problems": [{"kind": str, "index": (int, None), "detail": str}],
    "elapsed_ms": int,
}


@pytest.fixture
def filled(team: Team) -> Team:
    """A ledger of four entries."""
    for _ in range(3):
        team.review(team.ada)
    return team


def verify(team: Team, *options: str) -> Said:
    return ask("ledger", "verify", *options, "--format", "json", cwd=team.root)


def database(team: Team) -> Path:
    return team.repo.git_dir / "answerable" / "ledger" / "ledger.sqlite"


def tamper(team: Team, *statements: str, values: tuple[Any, ...] = ()) -> None:
    """Change the file behind the ledger's back."""
    with closing(sqlite3.connect(database(team), isolation_level=None)) as found:
        for (name,) in found.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            found.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            found.execute(statement, values)


def test_a_whole_ledger_verifies(filled: Team) -> None:
    said = verify(filled)
    assert said.code == 0
    assert wrong(said.json, VERIFIED) == []
    assert (said.json["ok"], said.json["size"], said.json["sealed"], said.json["problems"]) == (True, 4, 4, [])
    assert said.json["root"] == filled.done("ledger", "checkpoint")["root"]


def test_the_keys_of_the_contract_are_there_with_their_types(filled: Team) -> None:
    found = verify(filled).json
    contract = {"schema": str, "ok": bool, "size": int, "root": str, "problems": list}
    assert {key: type(found[key]) for key in contract} == contract


def test_a_person_reads_that_nothing_is_wrong(filled: Team) -> None:
    out = ask("ledger", "verify", cwd=filled.root).out.splitlines()
    assert out[0].startswith("4 entries, root ")
    assert out[1] == "signed up to entry 4"
    assert out[2].startswith("verified: nothing is wrong.")


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("UPDATE entries SET leaf = x'00' WHERE idx = 2", "entry-changed"),
        ("UPDATE entries SET leaf = (SELECT leaf FROM entries WHERE idx = 1) WHERE idx = 2", "entry-changed"),
        ("DELETE FROM checkpoints", "checkpoint-missing"),
    ],
)
def test_what_was_tampered_with_is_named_and_the_exit_is_one(filled: Team, statement: str, kind: str) -> None:
    tamper(filled, statement)
    said = verify(filled, "--vkey", filled.vkey)
    assert said.code == 1
    assert wrong(said.json, VERIFIED) == []
    assert said.json["ok"] is False
    assert kind in {problem["kind"] for problem in said.json["problems"]}
    out = ask("ledger", "verify", cwd=filled.root).out
    assert kind in out
    assert out.splitlines()[-1].split(".")[0].endswith("problems")


def test_an_entry_that_is_gone_is_named_although_no_other_command_opens_the_ledger(filled: Team) -> None:
    tamper(filled, "DELETE FROM entries WHERE idx = 3")
    said = verify(filled, "--vkey", filled.vkey)
    assert said.code == 1
    assert ("entry-changed", 3) in {(problem["kind"], problem["index"]) for problem in said.json["problems"]}


def test_a_ledger_without_its_key_is_verified_with_the_key_one_has(filled: Team) -> None:
    (database(filled).with_name("log.key")).unlink()
    assert verify(filled, "--vkey", filled.vkey).code == 0
    without = verify(filled)
    assert (without.code, without.json["code"]) == (3, "key-unusable")


@pytest.mark.parametrize("option", ["--vkey", "--witness"])
def test_a_key_that_is_none_is_the_callers_mistake(filled: Team, option: str) -> None:
    said = verify(filled, option, "nonsense")
    assert (said.code, said.json["code"]) == (3, "key-unusable")
    assert "verifier key" in said.json["message"]


def test_an_older_checkpoint_shows_that_nothing_before_it_changed(filled: Team, tmp_path: Path) -> None:
    older = tmp_path / "seen"
    older.write_text(ask("ledger", "checkpoint", cwd=filled.root).out)
    filled.review(filled.ada)
    assert verify(filled, "--older", os.fspath(older)).json["ok"] is True


def test_a_ledger_that_was_rolled_back_verifies_only_without_the_older_checkpoint(filled: Team, tmp_path: Path) -> None:
    older, copy = tmp_path / "seen", tmp_path / "copy"
    with closing(sqlite3.connect(database(filled))) as found:
        found.execute(f"VACUUM INTO '{copy}'")
    filled.review(filled.ada)
    older.write_text(ask("ledger", "checkpoint", cwd=filled.root).out)
    for name in ("ledger.sqlite-wal", "ledger.sqlite-shm"):
        database(filled).with_name(name).unlink(missing_ok=True)
    copy.replace(database(filled))
    assert verify(filled).code == 0  # nothing inside it shows that there was more
    said = verify(filled, "--older", os.fspath(older))
    assert (said.code, [problem["kind"] for problem in said.json["problems"]]) == (1, ["log-rolled-back"])


def test_an_older_checkpoint_that_cannot_be_read_is_named(filled: Team, tmp_path: Path) -> None:
    said = verify(filled, "--older", os.fspath(tmp_path / "nothing"))
    assert (said.code, said.json["code"]) == (3, "checkpoint-invalid")
    assert "nothing" in said.json["message"]
