"""`answerable init`: a ledger is begun once, wherever git keeps what worktrees share."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

from builders import RepoBuilder
from e2e.asking import ask
from e2e.ledgers import CODE, Maker, Team, done, someone
from e2e.shape import wrong

INIT: dict[str, Any] = {
    "schema": "answerable/init/v1",
    "begun": bool,
    "ledger": {"place": str, "origin": str, "vkey": str, "size": int},
    "administrators": [{"id": str, "key": str}],
    "settings": [str],
    "scope": "repository",
    "recorder": {"id": str, "key": str, "trusted": bool},
    "git_hooks": [{"hook": str, "path": str, "state": "installed", "why": None}],
    "agents": [{"agent": str, "path": str, "state": "installed", "why": None, "note": (None, str), "by_hand": None}],
    "left": [str],
}


def everything(folder: Path) -> dict[str, bytes]:
    """Every file below a folder; what SQLite keeps beside an open database left out."""
    found = (file for file in folder.rglob("*") if file.is_file() and not file.name.endswith(("-wal", "-shm")))
    return {os.fspath(file.relative_to(folder)): file.read_bytes() for file in found}


def test_a_ledger_begins_with_its_first_administrator(repo: RepoBuilder, tmp_path: Path) -> None:
    ada = someone("ada", tmp_path)
    said = ask("init", *ada.signing, "--format", "json", cwd=repo.root)
    assert said.code == 0
    assert wrong(said.json, INIT) == []
    assert said.json["begun"] is True
    assert said.json["administrators"] == [{"id": ada.id, "key": ada.public.fingerprint}]
    assert said.json["ledger"]["place"] == os.fspath(repo.git_dir / "answerable" / "ledger")
    assert said.json["ledger"]["size"] == 2  # its first administrator, and the recorder that Ada lets it trust


def test_a_second_time_changes_nothing(team: Team) -> None:
    team.done("init", *team.ada.signing)
    before = everything(team.repo.root)
    said = ask("init", *team.stranger("eve").signing, "--format", "json", cwd=team.root)
    assert (said.code, said.json["begun"], said.json["settings"]) == (0, False, [])
    assert said.json["administrators"] == [{"id": team.ada.id, "key": team.ada.public.fingerprint}]
    assert said.json["ledger"]["vkey"] == team.vkey
    assert everything(team.repo.root) == before


def test_a_person_is_told_what_to_keep_and_what_to_try(repo: RepoBuilder, tmp_path: Path) -> None:
    repo.commit(CODE)
    ada = someone("ada", tmp_path)
    said = ask("init", *ada.signing, "--origin", "ledger.example.com/shop", cwd=repo.root)
    assert "ledger.example.com/shop+" in said.out
    assert "keep it where the ledger is not" in said.out
    tries = [line.removeprefix("  answerable ") for line in said.out.splitlines() if line.startswith("  answerable ")]
    assert len(tries) == 3
    for words in tries:
        keys = ada.signing if words.startswith("record") else ()
        assert ask(*words.split(), *keys, cwd=repo.root).code == 0, words


def test_the_keys_are_for_their_owner_alone(team: Team) -> None:
    folder = team.repo.git_dir / "answerable" / "ledger"
    for name in ("log.key", "ledger.sqlite"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600, name


def test_notes_are_fetched_with_every_remote_and_merge_by_taking_both(repo: RepoBuilder, tmp_path: Path) -> None:
    for name in ("origin", "team/upstream"):
        repo.git("remote", "add", name, f"../{name}")
    found = done("init", *someone("ada", tmp_path).signing, cwd=repo.root)
    assert found["settings"] == [
        "notes.answerable.mergeStrategy=cat_sort_uniq",
        "notes.ai.mergeStrategy=ours",
        *(
            f"remote.{name}.fetch=+refs/notes/{ref}*:refs/notes/answerable-remote/{name}/{ref}*"
            for name in ("origin", "team/upstream")
            for ref in ("answerable", "ai")
        ),
    ]
    fetch = repo.git("config", "--get-all", "remote.origin.fetch").decode().splitlines()
    assert fetch[0] == "+refs/heads/*:refs/remotes/origin/*"
    assert len(fetch) == 3


def test_git_fetches_as_before_from_a_remote_without_notes(team: Team, new_repo: Maker) -> None:
    remote = new_repo("remote", bare=True)
    team.repo.git("remote", "add", "origin", os.fspath(remote.root))
    assert team.done("init", *team.ada.signing)["begun"] is False
    team.repo.git("push", "-q", "origin", "main")
    team.repo.git("fetch", "origin")
    team.repo.git("pull", "-q", "origin", "main")


def test_an_empty_repository_can_have_a_ledger(repo: RepoBuilder, tmp_path: Path) -> None:
    assert done("init", *someone("ada", tmp_path).signing, cwd=repo.root)["begun"] is True


def test_a_bare_repository_keeps_its_ledger_in_itself(new_repo: Maker, tmp_path: Path) -> None:
    bare = new_repo("shop.git", bare=True)
    bare.commit(CODE)
    ada = someone("ada", tmp_path)
    assert ask("init", *ada.signing, cwd=bare.root).code == 0
    assert (bare.root / "answerable" / "ledger" / "ledger.sqlite").is_file()
    assert done("record", "review", "HEAD", "--verdict", "approved", *ada.signing, cwd=bare.root)["noted"] is True
    assert done("ledger", "verify", cwd=bare.root)["ok"] is True


def test_worktrees_share_the_ledger(team: Team) -> None:
    other = team.repo.worktree()
    assert done("init", *team.ada.signing, cwd=other.root)["begun"] is False
    done("record", "review", "HEAD", "--verdict", "approved", *team.ada.signing, cwd=other.root)
    assert [entry["statement"]["predicate"]["kind"] for entry in team.entries()] == ["key", "key", "review"]


def test_a_ledger_in_a_folder_of_its_own_needs_no_repository(tmp_path: Path) -> None:
    ada = someone("ada", tmp_path)
    place = ("--ledger", os.fspath(tmp_path / "elsewhere" / "ledger"))
    begun = ask("init", *ada.signing, *place, "--format", "json", cwd=tmp_path)
    assert (begun.code, begun.json["ledger"]["place"]) == (0, place[1])
    done("record", "release", "sha256:" + "ab" * 32, *ada.signing, *place, cwd=tmp_path)
    assert done("ledger", "verify", *place, cwd=tmp_path)["size"] == 2


def test_without_a_repository_it_must_be_said_where(tmp_path: Path) -> None:
    said = ask("init", *someone("ada", tmp_path).signing, "--format", "json", cwd=tmp_path)
    assert (said.code, said.json["code"]) == (2, "not-a-repository")
