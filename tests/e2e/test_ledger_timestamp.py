"""A checkpoint is timestamped by an authority (openssl ts), and what it signed is checked later without it."""

from __future__ import annotations

from pathlib import Path

import pytest

from e2e.asking import ask
from ledger.authority import Authority
from ledger.people import ADA, begin, decide


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "authority")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    with begin(tmp_path / "ledger") as ledger:
        ledger.append([decide(ADA)])
    return tmp_path / "ledger"


def test_what_an_authority_signed_is_checked_offline(authority: Authority, place: Path, tmp_path: Path) -> None:
    roots, answer, note = tmp_path / "roots.pem", tmp_path / "answer.tsr", tmp_path / "note"
    roots.write_bytes(authority.root)
    common = ("--ledger", place, "--roots", roots, "--format", "json")
    with authority.answering() as url:
        asked = ask("ledger", "timestamp", url, "--output", answer, *common, cwd=tmp_path)
    assert (asked.code, asked.json["schema"], asked.json["size"]) == (0, "answerable/ledger-timestamp/v1", 2)
    note.write_text(ask("ledger", "checkpoint", "--ledger", place, cwd=tmp_path).out)
    checked = ask("ledger", "timestamp", "--check", answer, "--checkpoint", note, *common, cwd=tmp_path)
    assert (checked.code, checked.json) == (0, asked.json)
    note.write_text(note.read_text().replace("\n2\n", "\n3\n"))
    wrong = ask("ledger", "timestamp", "--check", answer, "--checkpoint", note, *common, cwd=tmp_path)
    assert (wrong.code, wrong.json["code"]) == (3, "proof-invalid")


def test_a_question_that_is_half_a_question_is_refused(place: Path, tmp_path: Path) -> None:
    said = ask("ledger", "timestamp", "--roots", "x", "--ledger", place, cwd=tmp_path)
    assert said.code == 2
    assert "to ask" in said.err
    said = ask(
        "ledger", "timestamp", "--roots", "x", "--check", "none", "--ledger", place, "--format=json", cwd=tmp_path
    )
    assert (said.code, said.json["code"]) == (3, "checkpoint-invalid")
