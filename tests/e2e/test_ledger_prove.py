"""`answerable ledger prove`: a proof that a stranger checks with the log's key and nothing else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from answerable.ledger.note import VerifierKey
from e2e.asking import Said, ask
from e2e.ledgers import Maker, Team
from e2e.shape import wrong

PROOF = {"schema": "answerable/ledger-proof/v1", "index": int, "proof": str}
CHECKED = {
    "schema": "answerable/ledger-proof-check/v1",
    "ok": bool,
    "index": int,
    "size": int,
    "origin": str,
    "decision_id": str,
}
REFUSED = {"schema": "answerable/ledger-proof-check/v1", "ok": bool, "why": str}
CHECKPOINT = {
    "schema": "answerable/ledger-checkpoint/v1",
    "origin": str,
    "size": int,
    "root": str,
    "vkey": str,
    "note": str,
}


@pytest.fixture
def proof(team: Team, tmp_path: Path) -> Path:
    """A proof of the second of three decisions, in a folder with nothing else."""
    ids = [team.review(team.ada)["decision_id"] for _ in range(3)]
    file = tmp_path / "far away" / "proof.txt"
    file.parent.mkdir()
    said = ask("ledger", "prove", ids[1], "--output", os.fspath(file), cwd=team.root)
    assert (said.code, said.out) == (0, "")
    return file


def check(proof: Path, *options: str) -> Said:
    """What somebody finds who has nothing but the file and these options."""
    return ask("ledger", "prove", proof.name, "--check", *options, "--format", "json", cwd=proof.parent)


def test_a_stranger_checks_it_with_the_logs_key_alone(team: Team, proof: Path) -> None:
    said = check(proof, "--vkey", team.vkey)
    assert said.code == 0
    assert wrong(said.json, CHECKED) == []
    assert (said.json["ok"], said.json["index"], said.json["size"]) == (True, 2, 4)
    assert said.json["decision_id"] == team.entries()[2]["statement"]["predicate"]["decisionId"]
    assert said.json["origin"] == VerifierKey.parse(team.vkey).name


def test_a_person_reads_what_it_proves_and_what_not(team: Team, proof: Path) -> None:
    out = ask("ledger", "prove", proof.name, "--check", "--vkey", team.vkey, cwd=proof.parent).out
    assert out.startswith("proven: entry 2 of 4 in answerable.local/")
    assert "review by ada@example.com on" in out
    assert "who signed it, and whether they might, is for: answerable ledger verify" in out


def test_it_is_printed_where_no_file_is_named(team: Team, proof: Path) -> None:
    assert ask("ledger", "prove", "2", cwd=team.root).out == proof.read_text()
    document = ask("ledger", "prove", "2", "--format", "json", cwd=team.root).json
    assert wrong(document, PROOF) == []
    assert document["proof"] == proof.read_text()


def test_it_holds_while_the_ledger_grows(team: Team, proof: Path) -> None:
    team.review(team.ada)
    assert check(proof, "--vkey", team.vkey).json["ok"] is True


def test_another_decision_in_its_place_is_refused(team: Team, proof: Path) -> None:
    other = ask("ledger", "prove", "1", cwd=team.root).out.splitlines()
    mine = proof.read_text().splitlines()
    extra = next(at for at, line in enumerate(mine) if line.startswith("extra"))
    mine[extra] = other[extra]
    proof.write_text("\n".join(mine) + "\n")
    said = check(proof, "--vkey", team.vkey)
    assert said.code == 1
    assert wrong(said.json, REFUSED) == []
    assert said.json["ok"] is False


def test_the_key_of_another_log_proves_nothing(team: Team, proof: Path, new_repo: Maker, tmp_path: Path) -> None:
    folder = tmp_path / "others"
    folder.mkdir()
    other = Team(new_repo("other"), folder)
    said = check(proof, "--vkey", other.vkey)
    assert (said.code, said.json["ok"]) == (1, False)
    out = ask("ledger", "prove", proof.name, "--check", "--vkey", other.vkey, cwd=proof.parent)
    assert (out.code, out.out.startswith("not proven: ")) == (1, True)


def test_without_a_key_nothing_can_be_checked(proof: Path) -> None:
    said = check(proof)
    assert (said.code, said.json["code"]) == (3, "proof-invalid")
    assert "--vkey" in said.json["hint"]


@pytest.mark.parametrize("content", ["", "nonsense\n", "c2sp.org/tlog-proof@v1\n\0\n"])
def test_what_is_no_proof_proves_nothing(team: Team, tmp_path: Path, content: str) -> None:
    file = tmp_path / "p"
    file.write_text(content)
    said = check(file, "--vkey", team.vkey)
    assert (said.code, said.json["ok"]) == (1, False)


def test_a_proof_that_is_not_there_is_named(team: Team, tmp_path: Path) -> None:
    said = check(tmp_path / "nothing", "--vkey", team.vkey)
    assert (said.code, said.json["code"]) == (3, "proof-invalid")


@pytest.mark.parametrize("what", ["9", "nonsense", "99999999999999999999"])
def test_what_is_not_in_the_ledger_cannot_be_proven(team: Team, what: str) -> None:
    said = ask("ledger", "prove", what, "--format", "json", cwd=team.root)
    assert (said.code, said.json["code"]) == (3, "proof-invalid")
    assert said.json["hint"] == "list what is there: answerable ledger show"


def test_a_checkpoint_seals_the_ledger_as_it_is(team: Team) -> None:
    team.review(team.ada)
    said = ask("ledger", "checkpoint", "--format", "json", cwd=team.root)
    assert wrong(said.json, CHECKPOINT) == []
    assert (said.json["size"], said.json["vkey"]) == (2, team.vkey)
    assert ask("ledger", "checkpoint", cwd=team.root).out == said.json["note"]
    assert said.json["note"].splitlines()[:2] == [said.json["origin"], "2"]
