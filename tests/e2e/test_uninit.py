"""`uninit` as a person runs it: to the byte, around what was changed since, after Ctrl-C, after many at once."""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from answerable.capture.install import files
from capture.payloads import SAMPLES
from e2e.ledgers import someone
from e2e.machine import ALL, FILES, Machine, commands, fire, lived_in
from e2e.shape import wrong

UNINIT: dict[str, Any] = {
    "schema": "answerable/uninit/v1",
    "scope": "repository",
    "settings": [str],
    "git_hooks": [{"hook": str, "path": str, "state": "restored", "why": None}],
    "agents": [{"agent": str, "path": str, "state": "restored|cleaned", "why": None, "note": None, "by_hand": None}],
}


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path / "home")


def test_a_fresh_repository_is_as_it_was(machine: Machine) -> None:
    before = machine.files()
    machine.done("init", "--agents", ALL)
    assert machine.files() != before
    assert wrong(machine.done("uninit"), UNINIT) == []
    assert machine.files() == before


def test_settings_that_people_have_are_as_they_were(machine: Machine) -> None:
    lived_in(machine)
    before = machine.files()
    machine.done("init", "--agents", ALL)
    for path in FILES.values():
        assert (machine.home / path).is_file(), path
    machine.done("uninit")
    assert machine.files() == before


def test_trailers_are_off_by_choice(machine: Machine) -> None:
    before = machine.files()
    assert "answerable.trailer=false" in machine.done("init", "--no-trailer")["settings"]
    assert machine.git("config", "answerable.trailer") == "false"
    assert machine.done("init")["settings"] == []
    assert machine.done("init", "--trailer")["settings"] == ["answerable.trailer=true"]
    machine.done("uninit")
    assert machine.files() == before


def test_settings_of_git_that_a_person_changed_since_stay(machine: Machine) -> None:
    machine.git("remote", "add", "origin", "../remote")
    machine.done("init", "--no-trailer")
    machine.git("config", "user.nickname", "ada")
    machine.git("remote", "add", "second", "../second")
    machine.done("uninit")
    left = machine.git("config", "--local", "--list")
    assert "answerable" not in left
    assert "user.nickname=ada" in left
    assert "remote.origin.url=../remote" in left
    text = (machine.shop / ".git" / "config").read_text()
    assert "[notes" not in text
    assert "[answerable" not in text


def test_a_file_that_a_person_changed_since_keeps_the_change(machine: Machine) -> None:
    lived_in(machine)
    machine.done("init", "--agents", "claude-code,gemini-cli,cursor,codex")
    for agent in ("claude-code", "cursor", "codex"):
        value = machine.settings(FILES[agent])
        value["mine"] = True
        machine.write(FILES[agent], json.dumps(value, indent=1))
    gemini = (machine.home / FILES["gemini-cli"]).read_bytes().decode()
    machine.write(FILES["gemini-cli"], gemini.replace("which one", "which model"))
    states = machine.states(machine.done("uninit"))
    assert [states[FILES[agent]] for agent in ("claude-code", "cursor", "codex", "gemini-cli")] == ["cleaned"] * 4
    assert machine.settings(FILES["claude-code"]) == {"permissions": {"allow": ["Bash(ls)"]}, "mine": True}
    assert machine.settings(FILES["cursor"]) == {
        "version": 1, "hooks": {"preToolUse": [{"command": "bell"}]}, "mine": True,
    }  # fmt: skip
    assert machine.settings(FILES["codex"]) == {"description": "ours", "hooks": {"PreToolUse": []}, "mine": True}
    left = (machine.home / FILES["gemini-cli"]).read_text()
    assert "// which model" in left
    assert "/* why */" in left
    assert "hook.py" not in left


def test_a_host_that_wrote_its_file_anew_is_not_disturbed(machine: Machine) -> None:
    machine.done("init", "--agents", "claude-code")
    value = {"permissions": {"allow": ["Bash(make)"]}, **machine.settings(FILES["claude-code"])}
    machine.write(FILES["claude-code"], json.dumps(value))
    before = machine.files()
    assert machine.states(machine.done("init", "--agents", "claude-code"))[FILES["claude-code"]] == "unchanged"
    assert machine.files() == before
    machine.done("uninit")
    assert machine.settings(FILES["claude-code"]) == {"permissions": {"allow": ["Bash(make)"]}}


def test_all_work_trees_are_recorded(machine: Machine) -> None:
    machine.git("worktree", "add", "-q", "../other")
    before = machine.files()
    machine.done("init", "--agents", "claude-code")
    assert (machine.home / "other/.claude/settings.local.json").is_file()
    assert machine.git("status", "--short", cwd=machine.home / "other") == ""
    machine.done("uninit")
    assert machine.files() == before


def test_a_work_tree_that_is_gone_is_no_obstacle(machine: Machine) -> None:
    machine.git("worktree", "add", "-q", "../other")
    machine.done("init", "--agents", "claude-code")
    shutil.rmtree(machine.home / "other")
    machine.done("uninit")
    assert not (machine.shop / ".claude").exists()


def test_uninit_where_nothing_was_installed_says_so(machine: Machine) -> None:
    before = machine.files()
    said = machine.run("uninit")
    assert (said.code, said.out) == (0, "nothing was installed\n")
    assert machine.files() == before


def test_what_was_recorded_stays_and_what_would_be_wrong_soon_goes(machine: Machine) -> None:
    machine.done("init", *someone("ada", machine.home).signing)
    sample = {**SAMPLES["claude-code"].payload, "cwd": os.fspath(machine.shop)}
    fire(commands(machine.settings(FILES["claude-code"]))[0], machine, sample)
    machine.done("uninit")
    left = {path.name for path in (machine.shop / ".git/answerable").iterdir()}
    assert {"ledger", "recorder"} <= left
    assert not {"capture", "installed.json"} & left


def test_without_its_record_it_still_finds_what_is_ours(machine: Machine) -> None:
    lived_in(machine)
    machine.done("init", "--agents", ALL)
    (machine.shop / ".git/answerable/installed.json").write_text("{damaged")
    machine.done("uninit")
    assert b"hook.py" not in b"".join(
        content for _, content in machine.files(machine.shop).values() if isinstance(content, bytes)
    )
    assert (machine.home / FILES["cline"]).read_text() == "#!/bin/sh\ncat\n"
    assert machine.settings(FILES["claude-code"]) == {"permissions": {"allow": ["Bash(ls)"]}}


class _Stop(KeyboardInterrupt):
    """Ctrl-C."""


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("count", range(1, 15))
def test_ctrl_c_half_way_leaves_nothing_that_cannot_be_undone(
    count: int, when: str, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived_in(machine)
    before = machine.files()
    written, write = 0, files.write

    def stopped(*arguments: Any, **given: Any) -> None:
        nonlocal written
        written += 1
        if written == count and when == "before":
            raise _Stop
        write(*arguments, **given)
        if written == count:
            raise _Stop

    monkeypatch.setattr(files, "write", stopped)
    code = machine.run("init", "--agents", ALL).code
    monkeypatch.setattr(files, "write", write)
    assert code == (130 if written >= count else 0)
    if count % 2:
        machine.done("init", "--agents", ALL)
        assert machine.git("status", "--short", ".claude", ".kiro", ".amp", ".opencode") == "?? .claude/"
    machine.done("uninit")
    assert machine.files() == before


def test_many_at_once_install_once(machine: Machine) -> None:
    lived_in(machine)
    before = machine.files()
    runs = [threading.Thread(target=machine.apart, args=("init", "--agents", ALL)) for _ in range(6)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert len(machine.settings(FILES["claude-code"])["hooks"]["PreToolUse"]) == 1
    assert len(machine.settings(FILES["cursor"])["hooks"]["preToolUse"]) == 2
    machine.done("uninit")
    assert machine.files() == before


def _husky(machine: Machine) -> None:
    machine.write("shop/.husky/_/post-commit", "#!/usr/bin/env sh\n. ./x 2>/dev/null\n:\n", 0o755)
    machine.write("shop/.husky/_/.gitignore", "*")
    machine.git("config", "core.hooksPath", ".husky/_")


def _elsewhere(machine: Machine) -> None:
    machine.write("hooks/post-commit", "#!/bin/sh\n", 0o755)
    machine.git("config", "--global", "core.hooksPath", "~/hooks")


def _local(machine: Machine) -> None:
    machine.write("hooks/post-commit", "#!/bin/sh\n", 0o755)
    machine.git("config", "core.hooksPath", os.fspath(machine.home / "hooks"))


def _python(machine: Machine) -> None:
    for name in ("post-commit", "prepare-commit-msg", "pre-push"):
        machine.write(f"shop/.git/hooks/{name}", "#!/usr/bin/env python3\nraise SystemExit(0)\n", 0o755)


def _link(machine: Machine) -> None:
    machine.write("shop/tools/hook", "#!/bin/sh\n", 0o755)
    (machine.shop / ".git/hooks").mkdir()
    (machine.shop / ".git/hooks/post-commit").symlink_to("../../tools/hook")


def _settings(machine: Machine) -> None:
    config = machine.shop / ".git/config"
    config.write_text(
        config.read_text() + '[notes "answerable"]\n\t; mine\n\trewriteMode = concatenate\n[answerable] # ours\n'
    )


@pytest.mark.parametrize("layout", [_husky, _elsewhere, _local, _python, _link, _settings])
def test_hooks_and_settings_of_others_are_as_they_were(layout: Callable[[Machine], None], machine: Machine) -> None:
    layout(machine)
    before = machine.files()
    machine.done("init", "--agents", "claude-code", "--no-trailer")
    machine.done("init", "--agents", "codex")
    machine.git("commit", "-q", "--allow-empty", "-m", "Begin")
    machine.done("uninit")
    after = {path: said for path, said in machine.files().items() if path in before or "/.git/" not in path}
    logged = {path for path in before if "/.git/logs/" in path or "/.git/refs/" in path}
    assert {path: said for path, said in after.items() if path not in logged} == {
        path: said for path, said in before.items() if path not in logged
    }


def test_sections_that_were_there_stay_when_settings_go_one_by_one(machine: Machine) -> None:
    _settings(machine)
    machine.done("init", "--agents", "claude-code", "--no-trailer")
    machine.git("config", "user.nickname", "ada")
    machine.done("uninit")
    left = (machine.shop / ".git/config").read_text()
    assert [mark in left for mark in ("[answerable]", "rewriteMode", "; mine", "# ours", "nickname")] == [True] * 5
    assert [word for word in ("trailer", "cat_sort_uniq", '"ai"') if word in left] == []


def test_a_submodule_is_a_repository_of_its_own(machine: Machine) -> None:
    machine.git("init", "-q", "-b", "main", "../lib", cwd=machine.shop)
    machine.git("commit", "-q", "--allow-empty", "-m", "Begin", cwd=machine.home / "lib")
    machine.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../lib", "lib")
    machine.git("commit", "-qm", "With a library")
    before = machine.files()
    said = machine.run("init", "--agents", "claude-code", cwd=machine.shop / "lib")
    assert said.code == 0
    assert (machine.shop / "lib/.claude/settings.local.json").is_file()
    assert machine.git("status", "--short") == ""
    assert machine.run("uninit", cwd=machine.shop / "lib").code == 0
    left = {path: said for path, said in machine.files().items() if "/answerable" not in path}
    assert left == before


def test_from_a_folder_below_all_of_the_repository_is_meant(machine: Machine) -> None:
    machine.write("shop/pay/a.py", "x = 1\n")
    assert machine.run("init", "--agents", "claude-code", cwd=machine.shop / "pay").code == 0
    assert (machine.shop / ".claude/settings.local.json").is_file()
    assert machine.run("uninit", cwd=machine.shop / "pay").code == 0
    assert not (machine.shop / ".claude").exists()
