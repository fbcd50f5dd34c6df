"""`answerable ledger witness`: a real witness on this machine cosigns, and a file elsewhere remembers."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

import answerable
from e2e.asking import ask
from e2e.ledgers import Maker, Team
from e2e.shape import wrong

ASKED = {"schema": "answerable/ledger-witness/v1", "url": str, "cosignatures": [str]}
REMEMBERED = {"schema": "answerable/ledger-remember/v1", "ok": bool, "before": (int, None), "size": int}
DIFFERENT = {"schema": "answerable/ledger-remember/v1", "ok": bool, "why": str}


class Witness(NamedTuple):
    """A witness that is running."""

    url: str
    vkey: str


@contextmanager
def witness(folder: Path, *logs: str) -> Iterator[Witness]:
    """Run `answerable ledger witness serve` until the end of the block."""
    given = [part for log in logs for part in ("--log", log)]
    place = ("--state", os.fspath(folder / "state"), "--key", os.fspath(folder / "witness.key"))
    command = [sys.executable, "-m", "answerable", "ledger", "witness", "serve", "--name", "witness.example.com/w1"]
    source = os.fspath(Path(answerable.__file__).parent.parent)
    with subprocess.Popen(
        [*command, "--port", "0", *place, *given], stdout=subprocess.PIPE, text=True, cwd=folder,
        env={**os.environ, "PYTHONPATH": source},
    ) as process:  # fmt: skip
        try:
            assert process.stdout is not None
            address, vkey = process.stdout.readline(), process.stdout.readline()
            yield Witness(address.split()[-1], vkey.split()[-1])
        finally:
            process.send_signal(signal.SIGINT)
            assert process.wait(20) == 130


def restored(team: Team) -> Path:
    """The database as it is now, to be put back later."""
    copy = team.root.parent / "old.sqlite"
    with closing(sqlite3.connect(team.repo.git_dir / "answerable" / "ledger" / "ledger.sqlite")) as found:
        found.execute(f"VACUUM INTO '{copy}'")
    return copy


def put_back(team: Team, copy: Path) -> None:
    database = team.repo.git_dir / "answerable" / "ledger" / "ledger.sqlite"
    for name in ("ledger.sqlite-wal", "ledger.sqlite-shm"):
        database.with_name(name).unlink(missing_ok=True)
    copy.replace(database)


def test_a_witness_cosigns_and_whoever_trusts_it_sees_that(team: Team, tmp_path: Path) -> None:
    team.review(team.ada)
    with witness(tmp_path, team.vkey) as one:
        said = ask("ledger", "witness", "ask", one.url, "--witness", one.vkey, "--format", "json", cwd=team.root)
        assert said.code == 0, said.out
        assert wrong(said.json, ASKED) == []
        assert len(said.json["cosignatures"]) == 1
        team.review(team.ada)
        again = ask("ledger", "witness", "ask", one.url, "--witness", one.vkey, cwd=team.root)
        assert (again.code, "1 cosignatures by http://" in again.out) == (0, True)
    trusting = ("--witness", one.vkey, "--need", "1")
    found = ask("ledger", "verify", *trusting, "--format", "json", cwd=team.root)
    assert (found.code, found.json["witnessed"]) == (0, ["witness.example.com/w1"])


def test_what_no_witness_saw_is_not_enough_for_whoever_asks_for_one(team: Team, tmp_path: Path) -> None:
    with witness(tmp_path, team.vkey) as one:
        team.done("ledger", "witness", "ask", one.url, "--witness", one.vkey)
    team.review(team.ada)
    said = ask("ledger", "verify", "--witness", one.vkey, "--need", "1", "--format", "json", cwd=team.root)
    assert (said.code, [problem["kind"] for problem in said.json["problems"]]) == (1, ["witness-missing"])


def test_a_proof_and_an_export_carry_the_cosignature(team: Team, tmp_path: Path) -> None:
    team.review(team.ada)
    with witness(tmp_path, team.vkey) as one:
        team.done("ledger", "witness", "ask", one.url, "--witness", one.vkey)
    trusting = ("--vkey", team.vkey, "--witness", one.vkey, "--need", "1", "--format", "json")
    team.run("ledger", "prove", "1", "-o", os.fspath(tmp_path / "proof"))
    assert ask("ledger", "prove", "proof", "--check", *trusting, cwd=tmp_path).json["ok"] is True
    team.done("ledger", "export", os.fspath(tmp_path / "export"))
    assert ask("ledger", "verify", "export", *trusting, cwd=tmp_path).json["ok"] is True


def test_a_witness_refuses_a_log_that_was_rolled_back(team: Team, tmp_path: Path) -> None:
    copy = restored(team)
    team.review(team.ada)
    with witness(tmp_path, team.vkey) as one:
        team.done("ledger", "witness", "ask", one.url, "--witness", one.vkey)
        put_back(team, copy)
        said = ask("ledger", "witness", "ask", one.url, "--witness", one.vkey, "--format", "json", cwd=team.root)
    assert (said.code, said.json["code"]) == (3, "witness-refused")
    assert said.json["hint"]


def test_a_witness_refuses_a_log_it_does_not_know(team: Team, new_repo: Maker, tmp_path: Path) -> None:
    folder = tmp_path / "others"
    folder.mkdir()
    other = Team(new_repo("other"), folder)
    with witness(tmp_path, team.vkey) as one:
        said = ask("ledger", "witness", "ask", one.url, "--witness", one.vkey, "--format", "json", cwd=other.root)
    assert (said.code, said.json["code"]) == (3, "witness-refused")


def test_a_witness_that_is_not_there_is_said(team: Team, tmp_path: Path) -> None:
    with witness(tmp_path, team.vkey) as one:
        pass
    said = ask("ledger", "witness", "ask", one.url, "--witness", one.vkey, "--format", "json", cwd=team.root)
    assert (said.code, said.json["code"]) == (3, "witness-refused")
    assert "what is local is not affected" in said.json["hint"]
    assert team.done("ledger", "verify")["ok"] is True


def test_a_file_elsewhere_remembers(team: Team, tmp_path: Path) -> None:
    file = os.fspath(tmp_path / "seen")
    first = ask("ledger", "witness", "remember", file, "--format", "json", cwd=team.root)
    assert wrong(first.json, REMEMBERED) == []
    assert (first.json["before"], first.json["size"]) == (None, 1)
    team.review(team.ada)
    assert team.done("ledger", "witness", "remember", file, "--only-compare")["before"] == 1
    assert team.done("ledger", "witness", "remember", file)["before"] == 1
    out = ask("ledger", "witness", "remember", file, cwd=team.root).out
    assert out == "2 entries: it extends the 2 entries seen before\n"


def test_a_file_elsewhere_shows_that_the_log_was_rolled_back(team: Team, tmp_path: Path) -> None:
    copy, file = restored(team), os.fspath(tmp_path / "seen")
    team.review(team.ada)
    team.done("ledger", "witness", "remember", file)
    put_back(team, copy)
    said = ask("ledger", "witness", "remember", file, "--format", "json", cwd=team.root)
    assert said.code == 1
    assert wrong(said.json, DIFFERENT) == []
    assert "rolled back" in said.json["why"]
    assert ask("ledger", "witness", "remember", file, cwd=team.root).out.startswith("not the log that was seen before")


@pytest.mark.parametrize("key", ["nonsense", ""])
def test_a_key_of_a_witness_that_is_none_is_the_callers_mistake(team: Team, key: str) -> None:
    said = ask("ledger", "witness", "ask", "http://127.0.0.1:9/", "--witness", key, "--format", "json", cwd=team.root)
    assert said.code == 3
    assert said.json["code"] in {"key-unusable", "witness-refused"}
