"""`answerable ledger export` and `import`: the log as files, verified elsewhere, taken in where trusted."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from builders import RepoBuilder
from e2e.asking import ask
from e2e.ledgers import Maker, Team, done, someone
from e2e.shape import wrong

EXPORTED = {
    "schema": "answerable/ledger-export/v1",
    "folder": str,
    "origin": str,
    "size": int,
    "root": str,
    "vkey": str,
}
IMPORTED = {
    "schema": "answerable/ledger-import/v1",
    "taken": int,
    "refused": [{"decision_id": str, "code": str, "message": str}],
}


@pytest.fixture
def folder(team: Team, tmp_path: Path) -> Path:
    """An export of three decisions, carried to another place."""
    for _ in range(3):
        team.review(team.ada)
    team.done("ledger", "export", os.fspath(tmp_path / "export"))
    return Path(shutil.move(tmp_path / "export", tmp_path / "elsewhere"))


@pytest.fixture
def other(new_repo: Maker, tmp_path: Path) -> RepoBuilder:
    """Another repository with a ledger, begun by Zoe."""
    repo = new_repo("second")
    repo.commit({"b.py": "1\n"})
    done("init", "--no-capture", *someone("zoe", tmp_path).signing, cwd=repo.root)
    return repo


def trust(team: Team, other: RepoBuilder, tmp_path: Path, *options: str) -> None:
    """Zoe lets Ada's key count in her ledger."""
    zoe = ("--key", os.fspath(tmp_path / "key-zoe"), "--id", "zoe@example.com")
    public = os.fspath(team.ada.key.with_suffix(".pub"))
    done("ledger", "key", "add", public, "--for", team.ada.id, *options, *zoe, cwd=other.root)


def test_an_export_is_verified_elsewhere_with_the_logs_key(team: Team, folder: Path, tmp_path: Path) -> None:
    said = ask("ledger", "verify", folder.name, "--vkey", team.vkey, "--format", "json", cwd=tmp_path)
    assert said.code == 0, said.out
    assert (said.json["ok"], said.json["size"], said.json["sealed"]) == (True, 4, 4)
    assert said.err == ""


def test_without_a_key_the_exports_own_word_is_taken_and_that_is_said(folder: Path, tmp_path: Path) -> None:
    said = ask("ledger", "verify", folder.name, "--format", "json", cwd=tmp_path)
    assert (said.code, said.json["ok"]) == (0, True)
    assert "the key is the export's own word" in said.err


def test_an_export_says_what_it_holds(team: Team, tmp_path: Path) -> None:
    said = ask("ledger", "export", os.fspath(tmp_path / "x"), "--format", "json", cwd=team.root)
    assert wrong(said.json, EXPORTED) == []
    assert (said.json["size"], said.json["vkey"]) == (1, team.vkey)
    assert (tmp_path / "x" / "checkpoint").read_text() == ask("ledger", "checkpoint", cwd=team.root).out
    assert (tmp_path / "x" / "tile" / "entries" / "000.p" / "1").is_file()


def test_an_export_is_brought_up_to_date_and_extends_what_was_seen(team: Team, tmp_path: Path) -> None:
    team.done("ledger", "export", os.fspath(tmp_path / "x"))
    seen = tmp_path / "seen"
    shutil.copy(tmp_path / "x" / "checkpoint", seen)
    team.review(team.ada)
    team.done("ledger", "export", os.fspath(tmp_path / "x"))
    older = ("--older", os.fspath(seen), "--vkey", team.vkey)
    said = ask("ledger", "verify", "x", *older, "--format", "json", cwd=tmp_path)
    assert (said.code, said.json["size"]) == (0, 2)


def test_a_change_in_an_export_is_found(team: Team, folder: Path, tmp_path: Path) -> None:
    bundle = folder / "tile" / "entries" / "000.p" / "4"
    bundle.write_bytes(bundle.read_bytes().replace(b"a", b"b", 1))
    said = ask("ledger", "verify", folder.name, "--vkey", team.vkey, "--format", "json", cwd=tmp_path)
    assert (said.code, said.json["ok"]) == (1, False)
    assert said.json["problems"]


def test_an_export_without_its_checkpoint_or_its_key_is_not_believed(team: Team, folder: Path, tmp_path: Path) -> None:
    (folder / "vkey").unlink()
    said = ask("ledger", "verify", folder.name, "--format", "json", cwd=tmp_path)
    assert (said.code, said.json["code"]) == (3, "checkpoint-invalid")
    shutil.rmtree(folder / "checkpoints", ignore_errors=True)
    (folder / "checkpoint").unlink()
    said = ask("ledger", "verify", folder.name, "--vkey", team.vkey, "--format", "json", cwd=tmp_path)
    assert (said.code, "checkpoint-missing" in said.out) == (1, True)


def test_the_key_of_another_log_verifies_nothing(folder: Path, other: RepoBuilder, tmp_path: Path) -> None:
    vkey = done("ledger", "checkpoint", cwd=other.root)["vkey"]
    said = ask("ledger", "verify", folder.name, "--vkey", vkey, "--format", "json", cwd=tmp_path)
    assert (said.code, said.json["ok"]) == (1, False)
    assert {problem["kind"] for problem in said.json["problems"]} == {"checkpoint-invalid", "checkpoint-missing"}


def test_a_folder_that_cannot_be_written_is_named(team: Team, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    said = ask("ledger", "export", os.fspath(tmp_path / "file" / "x"), "--format", "json", cwd=team.root)
    assert (said.code, said.json["code"]) == (3, "ledger-unwritable")


def test_decisions_keep_their_signatures_in_another_ledger(
    team: Team, folder: Path, other: RepoBuilder, tmp_path: Path
) -> None:
    trust(team, other, tmp_path)
    said = ask("ledger", "import", os.fspath(folder), "--format", "json", cwd=other.root)
    assert said.code == 0, said.out
    assert wrong(said.json, IMPORTED) == []
    assert (said.json["taken"], said.json["refused"]) == (3, [])
    theirs = done("ledger", "show", cwd=other.root)["entries"][2:]
    assert [entry["statement"] for entry in theirs] == [entry["statement"] for entry in team.entries()[1:]]
    assert [entry["signatures"] for entry in theirs] == [entry["signatures"] for entry in team.entries()[1:]]
    assert done("ledger", "verify", cwd=other.root)["ok"] is True


def test_nothing_is_taken_in_twice_and_no_trust_is(
    team: Team, folder: Path, other: RepoBuilder, tmp_path: Path
) -> None:
    trust(team, other, tmp_path)
    done("ledger", "import", os.fspath(folder), cwd=other.root)
    again = done("ledger", "import", os.fspath(folder), os.fspath(folder), cwd=other.root)
    assert (again["taken"], again["refused"]) == (0, [])
    keys = done("ledger", "show", "--keys", cwd=other.root)["keys"]
    assert [key["admin"] for key in keys] == [True, False]


def test_what_the_keys_do_not_vouch_for_stays_out_with_a_reason(folder: Path, other: RepoBuilder) -> None:
    said = ask("ledger", "import", os.fspath(folder), "--format", "json", cwd=other.root)
    assert said.code == 1
    assert wrong(said.json, IMPORTED) == []
    assert (said.json["taken"], len(said.json["refused"])) == (0, 3)
    assert {row["code"] for row in said.json["refused"]} == {"key-untrusted"}
    assert all("is not in the ledger" in row["message"] for row in said.json["refused"])
    out = ask("ledger", "import", os.fspath(folder), cwd=other.root)
    assert (out.code, out.out.splitlines()[0]) == (1, "0 decisions were taken in, 3 were not")


def test_a_key_may_be_trusted_for_one_kind_alone(team: Team, folder: Path, other: RepoBuilder, tmp_path: Path) -> None:
    trust(team, other, tmp_path, "--kind", "deploy")
    said = ask("ledger", "import", os.fspath(folder), "--format", "json", cwd=other.root)
    assert (said.code, said.json["taken"]) == (1, 0)
    assert all("may not be used for review" in row["message"] for row in said.json["refused"])


def test_notes_are_taken_in_where_nothing_is_named(team: Team, tmp_path: Path) -> None:
    clone = team.repo.clone(tmp_path / "clone")
    clone.git("fetch", "-q", "origin", "refs/notes/*:refs/notes/*")
    zoe = someone("zoe", tmp_path)
    done("init", "--no-capture", *zoe.signing, cwd=clone.root)
    assert done("ledger", "import", cwd=clone.root)["taken"] == 0
    team.review(team.ada)
    clone.git("fetch", "-q", "origin", "refs/notes/*:refs/notes/*")
    trust(team, clone, tmp_path)
    assert done("ledger", "import", "--notes", cwd=clone.root)["taken"] == 1
    assert done("ledger", "show", cwd=clone.root)["entries"][-1]["signatures"][0]["principal"] == team.ada.id


def test_a_forged_copy_does_not_keep_the_decision_out(team: Team, other: RepoBuilder, tmp_path: Path) -> None:
    trust(team, other, tmp_path)
    good, both = tmp_path / "good.jsonl", tmp_path / "both.jsonl"
    team.record(team.ada, "deploy", "-o", os.fspath(good))
    text = good.read_text()
    at = text.index('"sig":"') + 60
    both.write_text(text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :] + text)
    said = ask("ledger", "import", os.fspath(both), "--format", "json", cwd=other.root)
    assert (said.code, said.json["taken"]) == (1, 1)
    assert [row["code"] for row in said.json["refused"]] == ["signature-invalid"]


def test_outside_a_repository_a_source_must_be_named(team: Team, tmp_path: Path) -> None:
    place = os.fspath(team.repo.git_dir / "answerable" / "ledger")
    said = ask("ledger", "import", "--ledger", place, "--format", "json", cwd=tmp_path)
    assert (said.code, said.json["code"]) == (2, "not-a-repository")
