"""A decision that several people sign: written to a file, signed by the next, appended by anybody."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from e2e.asking import ask
from e2e.ledgers import Someone, Team, someone
from e2e.shape import wrong

APPENDED = {"schema": "answerable/ledger-append/v1", "indexes": [int], "size": int}


@pytest.fixture
def bo(team: Team) -> Someone:
    return team.add("bo")


def signers(file: Path) -> list[str]:
    return [row["keyid"] for row in json.loads(file.read_text())["signatures"]]


def test_a_decision_is_signed_by_a_second_person_and_appended(team: Team, bo: Someone, tmp_path: Path) -> None:
    file = tmp_path / "decision.jsonl"
    found = team.record(team.ada, "countersign", "HEAD", "--lines", "a.py:1-2", "--intent", "count", "-o", str(file))
    assert (found["index"], found["noted"], team.size()) == (None, False, 2)
    said = ask("ledger", "sign", os.fspath(file), "--key", os.fspath(bo.key), cwd=team.root)
    assert said.code == 0, said.err
    assert "countersign by ada@example.com" in said.out
    assert said.out.splitlines()[-1] == f"signed by {bo.public.fingerprint}"
    assert signers(file) == [team.ada.public.fingerprint, bo.public.fingerprint]
    appended = ask("ledger", "append", os.fspath(file), "--format", "json", cwd=team.root)
    assert wrong(appended.json, APPENDED) == []
    assert (appended.json["indexes"], appended.json["size"]) == ([2], 3)
    names = [row["principal"] for row in team.entries()[2]["signatures"]]
    assert names == ["ada@example.com", "bo@example.com"]
    assert team.done("ledger", "verify")["ok"] is True


def test_two_keys_at_once_sign_at_once(team: Team, bo: Someone) -> None:
    also = ("--key", os.fspath(bo.key))
    team.done("record", "review", "HEAD", "--verdict", "approved", *team.ada.signing, *also)
    assert len(team.entries()[-1]["signatures"]) == 2


def test_signing_needs_no_ledger_and_no_repository(team: Team, bo: Someone, tmp_path: Path) -> None:
    file = tmp_path / "elsewhere" / "decision.jsonl"
    file.parent.mkdir()
    given = ("record", "release", "sha256:" + "ab" * 32, "-o", os.fspath(file), *team.ada.signing)
    assert ask(*given, cwd=file.parent).code == 0
    assert ask("ledger", "sign", file.name, "--key", os.fspath(bo.key), cwd=file.parent).code == 0
    assert team.done("ledger", "append", os.fspath(file))["indexes"] == [2]


def test_appending_again_keeps_the_index(team: Team, tmp_path: Path) -> None:
    file = tmp_path / "decision.jsonl"
    team.record(team.ada, "deploy", "-o", os.fspath(file))
    for _ in range(2):
        assert team.done("ledger", "append", os.fspath(file)) == {
            "schema": "answerable/ledger-append/v1",
            "indexes": [1],
            "size": 2,
        }


def test_standard_input_is_read_where_no_file_is_named(team: Team, tmp_path: Path) -> None:
    file = tmp_path / "decision.jsonl"
    team.record(team.ada, "deploy", "-o", os.fspath(file))
    for arguments in ((), ("-",)):
        said = ask("ledger", "append", *arguments, cwd=team.root, feed=b"\n" + file.read_bytes())
        assert (said.code, said.out) == (0, "1 decisions: entries 1 of 2\n")


def test_all_of_them_are_appended_or_none(team: Team, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.jsonl", tmp_path / "bad.jsonl"
    team.record(team.ada, "deploy", "-o", os.fspath(good))
    eve = someone("eve", tmp_path)
    team.record(eve, "deploy", "-o", os.fspath(bad))
    said = ask("ledger", "append", os.fspath(good), os.fspath(bad), "--format", "json", cwd=team.root)
    assert (said.code, said.json["code"]) == (3, "key-untrusted")
    assert eve.public.fingerprint in said.json["message"]
    assert team.size() == 1


def test_a_file_that_cannot_be_written_is_named(team: Team, tmp_path: Path) -> None:
    nowhere = os.fspath(tmp_path / "gone" / "decision.jsonl")
    for command in (
        ("record", "deploy", "-o", nowhere, *team.ada.signing),
        ("ledger", "key", "threshold", "1", "-o", nowhere, *team.ada.signing),
        ("ledger", "redact", "ada@example.com", "--rationale", "asked", "-o", nowhere, *team.ada.signing),
        ("ledger", "prove", "0", "-o", nowhere),
    ):
        said = ask(*command, "--format", "json", cwd=team.root)
        assert (said.code, said.json["code"]) == (3, "ledger-unwritable"), command
        assert nowhere in said.json["message"]
    assert team.size() == 1
