"""`answerable doctor` on real repositories: what init installed is live, and each way in which it is not is told."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from answerable.capture.doctor.dry import Scratch
from e2e.asking import ask, ask_here
from e2e.working import Desk

AGENTS = ("claude-code", "codex", "copilot", "cursor", "gemini-cli", "windsurf", "cline", "kiro", "opencode", "amp")


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, folder in (("HOME", "home"), ("XDG_STATE_HOME", "state"), ("TMPDIR", "scratch")):
        (tmp_path / folder).mkdir()
        monkeypatch.setenv(name, os.fspath(tmp_path / folder))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.fspath(tmp_path / "home" / ".gitconfig"))
    monkeypatch.setattr(tempfile, "tempdir", None)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path / "desk")
    made.types("a.txt", "a\n")
    made.commit()
    return made


def init(desk: Desk, *agents: str) -> None:
    said = ask_here("init", "--no-ledger", "--agents", ",".join(agents or ("claude-code",)), cwd=desk.root)
    assert said.code == 0, said.err


def doctor(desk: Desk) -> dict[str, Any]:
    said = ask_here("doctor", "--format", "json", cwd=desk.root)
    found = said.json
    assert found["schema"] == "answerable/doctor/v1"
    assert said.code == (0 if found["ok"] else 1)
    assert found["ok"] is not any(check["state"] == "fault" for check in found["checks"])
    assert all(check["remedy"] for check in found["checks"] if check["state"] == "fault")
    return found


def states(found: dict[str, Any], name: str) -> list[str]:
    return [check["state"] for check in found["checks"] if check["id"] == name]


def said(found: dict[str, Any], name: str) -> str:
    return "\n".join(check["message"] for check in found["checks"] if check["id"] == name)


def everything(folder: Path) -> dict[str, bytes]:
    return {os.fspath(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_what_init_installs_for_every_agent_is_live_and_asking_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    init(desk, *AGENTS)
    before = everything(desk.root), everything(tmp_path / "home"), everything(tmp_path / "state")
    found = doctor(desk)
    assert found["ok"], found
    told = {check["about"].split(" ")[0] for check in found["checks"] if check["id"] == "agent"}
    assert told == set(AGENTS)
    assert states(found, "git-hooks") == states(found, "program") == ["ok"]
    assert (everything(desk.root), everything(tmp_path / "home"), everything(tmp_path / "state")) == before
    assert list((tmp_path / "scratch").iterdir()) == []


def test_where_nothing_is_installed_it_says_so_and_how(desk: Desk) -> None:
    asked = ask("doctor", cwd=desk.root)
    assert asked.code == 1
    assert "FAULT  agent      no agent's settings run the recorder\n                  answerable init\n" in asked.out
    assert re.search(r"^\d faults, \d things to look at$", asked.out, re.MULTILINE)


def test_it_says_in_one_line_that_all_is_well(desk: Desk) -> None:
    init(desk)
    asked = ask("doctor", cwd=desk.root)
    assert asked.code == 0, asked.out
    assert asked.out.rstrip().endswith("0 faults, 1 thing to look at")  # there is no ledger


def moved(desk: Desk) -> None:
    file = desk.root / ".claude" / "settings.local.json"
    file.write_text(file.read_text().replace(json.dumps(sys.executable)[1:-1], "/nowhere/bin/python3"))


def less(desk: Desk) -> None:
    file = desk.root / ".claude" / "settings.local.json"
    given = json.loads(file.read_text())
    del given["hooks"]["PostToolUse"]
    file.write_text(json.dumps(given))


def off(desk: Desk) -> None:
    file = desk.root / ".claude" / "settings.local.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "disableAllHooks": True}))


def cut(desk: Desk) -> None:
    file = desk.root / ".claude" / "settings.local.json"
    file.write_text(file.read_text()[:-3])


def unhooked(desk: Desk) -> None:
    shutil.rmtree(desk.root / ".git" / "hooks")


def elsewhere(desk: Desk) -> None:
    (desk.root / "none").mkdir()
    desk.git("config", "core.hooksPath", "none")


def not_executable(desk: Desk) -> None:
    (desk.root / ".git" / "hooks" / "post-commit").chmod(0o644)


@pytest.mark.parametrize(
    ("damage", "name", "words"),
    [
        (moved, "agent", "its command cannot be run: No such file"),
        (less, "agent", "it does not run at PostToolUse"),
        (off, "agent", "it switches all hooks off"),
        (cut, "agent", "its host cannot read it"),
        (unhooked, "git-hooks", "is not there"),
        (elsewhere, "git-hooks", "after the commit nothing took in what was recorded"),
        (not_executable, "git-hooks", "cannot be executed"),
    ],
)
def test_what_does_not_run_any_more_is_told_with_the_reason(
    desk: Desk, damage: Callable[[Desk], None], name: str, words: str
) -> None:
    init(desk)
    damage(desk)
    found = doctor(desk)
    assert "fault" in states(found, name), found
    assert words in said(found, name)


def test_a_line_that_is_not_told_as_the_agents_is_a_fault_though_its_events_arrived(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    init(desk)
    monkeypatch.setattr(Scratch, "told", lambda _: {"dry-2.txt": ("codex",)})
    found = doctor(desk)
    assert "the line was told as codex after the commit" in said(found, "agent")
    assert "the line was told as unknown after the commit" in said(found, "agent")
    assert states(found, "program") == ["fault"]


def test_a_hook_of_cline_that_cannot_be_executed_is_told(desk: Desk) -> None:
    init(desk, "cline")
    (desk.root / ".clinerules" / "hooks" / "PreToolUse").chmod(0o644)
    assert "it cannot be executed" in said(doctor(desk), "agent")


def test_a_git_program_that_is_gone_is_found_by_the_dry_commit(desk: Desk) -> None:
    init(desk)
    ours = desk.root / ".git" / "answerable" / "git-hooks" / "post-commit"
    for file in (ours, desk.root / ".git" / "hooks" / "post-commit"):
        file.write_text(re.sub(r"^python=.*$", "python=/nowhere/python3", file.read_text(), flags=re.MULTILINE))
    found = doctor(desk)
    assert states(found, "git-hooks") == ["fault"]
    assert "the program that it starts is not where it was" in said(found, "git-hooks")
    assert set(states(found, "agent")) == {"ok"}


def test_a_command_of_a_cloned_repository_that_is_more_than_the_recorder_is_not_run(desk: Desk, tmp_path: Path) -> None:
    evil = tmp_path / "evil"
    planted = desk.root / "answerable" / "capture" / "hook.py"
    planted.parent.mkdir(parents=True)
    planted.write_text(f"open({os.fspath(evil)!r}, 'w')\n")
    commands = [
        f"touch {evil}; answerable-hook claude-code",
        f"answerable-hook claude-code || true; touch {evil}",
        f"{sys.executable} -S -I {planted} claude-code || true",
    ]
    (desk.root / ".claude").mkdir()
    for name in ("settings.json", "settings.local.json"):
        hooks = [{"hooks": [{"type": "command", "command": command}]} for command in commands]
        (desk.root / ".claude" / name).write_text(json.dumps({"hooks": {"PreToolUse": hooks, "PostToolUse": hooks}}))
    found = doctor(desk)
    assert not evil.exists()
    readers = 3  # Claude Code reads both files, and Copilot the local one
    assert said(found, "agent").count("more than the recorder, and was not run") == readers * len(commands)


def test_hooks_of_others_that_would_refuse_the_commit_are_left_out(desk: Desk, tmp_path: Path) -> None:
    hook = desk.root / ".git" / "hooks" / "pre-commit"
    hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\nexit 1\n")
    hook.chmod(0o755)
    init(desk)
    assert doctor(desk)["ok"]
    assert not (tmp_path / "ran").exists()


def test_a_person_whose_git_signs_commits_and_wants_a_branch_of_another_name_is_served(
    desk: Desk, tmp_path: Path
) -> None:
    init(desk)
    (tmp_path / "home" / ".gitconfig").write_text(
        "[commit]\n\tgpgSign = true\n[init]\n\tdefaultBranch = trunk\n[core]\n\tfsmonitor = /nowhere\n"
        "[user]\n\tuseConfigOnly = true\n[gpg]\n\tprogram = /nowhere\n"
    )
    assert doctor(desk)["ok"]


def test_what_a_git_hook_that_runs_it_has_in_its_environment_leads_nowhere_else(desk: Desk, tmp_path: Path) -> None:
    init(desk)
    git = {"GIT_DIR": os.fspath(tmp_path / "other.git"), "GIT_INDEX_FILE": "/nowhere", "GIT_WORK_TREE": "/nowhere"}
    asked = ask("doctor", "--format", "json", cwd=desk.root, **git)
    assert asked.json["ok"], asked.out
    assert not (tmp_path / "other.git").exists()


def test_what_is_installed_for_all_repositories_of_a_person_is_proved_in_any(desk: Desk, tmp_path: Path) -> None:
    asked = ask("init", "--user", "--agents", "claude-code,codex", cwd=desk.root)
    assert asked.code == 0, asked.err
    said_of = ask("doctor", "--format", "json", cwd=desk.root).json
    assert said_of["ok"], said_of
    assert states(said_of, "agent") == ["ok"] * len(states(said_of, "agent"))
    assert states(said_of, "git-hooks") == ["ok"]


def test_a_linked_work_tree_and_a_folder_below_the_root_are_asked_alike(desk: Desk, tmp_path: Path) -> None:
    init(desk)
    desk.git("worktree", "add", "-q", os.fspath(tmp_path / "side"))
    (desk.root / "below").mkdir()
    for folder in (desk.root / "below", tmp_path / "side"):
        asked = ask_here("doctor", "--format", "json", cwd=folder)
        assert states(asked.json, "git-hooks") == ["ok"]


def test_a_disk_without_room_for_a_dry_edit_is_one_fault(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    init(desk)

    def full(**_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "mkdtemp", full)
    found = doctor(desk)
    assert said(found, "program") == "no repository for a dry edit can be made: No space left on device"


def test_outside_of_a_repository_it_is_an_error_like_any_other(tmp_path: Path) -> None:
    asked = ask_here("doctor", "--format", "json", cwd=tmp_path)
    assert (asked.code, asked.json["code"]) == (2, "not-a-repository")
