"""`init` and `uninit` as a person runs them: beside whatever is there, once or twice, and out again to the byte."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from answerable.capture.install import files, registry
from answerable.capture.install.command import Program
from capture.payloads import SAMPLES
from e2e.ledgers import someone
from e2e.machine import Machine
from e2e.shape import wrong

ALL = ",".join(registry.AGENTS)
FILES = {
    "claude-code": "shop/.claude/settings.local.json",
    "codex": "shop/.codex/hooks.json",
    "cursor": "shop/.cursor/hooks.json",
    "gemini-cli": "shop/.gemini/settings.json",
    "windsurf": "shop/.windsurf/hooks.json",
    "cline": "shop/.clinerules/hooks/PreToolUse",
    "kiro": "shop/.kiro/hooks/answerable-recorder.json",
    "opencode": "shop/.opencode/plugins/answerable-recorder.js",
    "amp": "shop/.amp/plugins/answerable-recorder.ts",
}
GUARD = {
    "matcher": "Edit|Write|MultiEdit|NotebookEdit|Bash|mcp__.*",
    "hooks": [{"type": "command", "command": "answerable guard claude-code", "timeout": 10}],
}
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


def lived_in(machine: Machine) -> None:
    """Settings as people have them: with guards, comments, formats of their own."""
    machine.write("shop/.claude/settings.local.json", json.dumps({"permissions": {"allow": ["Bash(ls)"]}}, indent=4))
    machine.write("shop/.codex/hooks.json", '{"description":"ours","hooks":{"PreToolUse":[]}}', 0o600)
    machine.write(
        "shop/.gemini/settings.json",
        '{\r\n\t// which one\r\n\t"model": {"name": "pro"}, /* why */\r\n\t"hooks": {"BeforeTool": [ ] },\r\n}\r\n',
    )
    machine.write("shop/.cursor/hooks.json", '{"version": 1, "hooks": {"preToolUse": [{"command": "bell"}]}}\n')
    machine.write("shop/.windsurf/hooks.json", "{}")
    machine.write("shop/.clinerules/hooks/PreToolUse", "#!/bin/sh\ncat\n", 0o750)
    machine.write("shop/.git/info/exclude", "*.log")
    machine.write("shop/.git/hooks/post-commit", "#!/bin/sh\necho mine >>made\n", 0o755)


def fire(command: str, machine: Machine, payload: object) -> subprocess.CompletedProcess[bytes]:
    """What a host does with a command of its settings."""
    return subprocess.run(
        ["sh", "-c", command], cwd=machine.shop, input=json.dumps(payload).encode(), capture_output=True,
        check=False, env={**os.environ, **machine.env},
    )  # fmt: skip


def commands(value: object) -> list[str]:
    """Every command in a settings file."""
    if isinstance(value, list):
        return [command for item in value for command in commands(item)]
    if not isinstance(value, dict):
        return []
    own = [value[key] for key in ("command", "bash") if isinstance(value.get(key), str)]
    return own + [command for item in value.values() for command in commands(item)]


def spooled(machine: Machine) -> list[dict[str, Any]]:
    """The events that hooks wrote."""
    folder = machine.shop / ".git/answerable/capture/main/spool"
    return [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]


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


def test_twice_is_as_once(machine: Machine) -> None:
    lived_in(machine)
    machine.done("init", "--agents", ALL)
    once = machine.files()
    again = machine.done("init", "--agents", ALL)
    assert {row["state"] for row in [*again["agents"], *again["git_hooks"]]} == {"unchanged"}
    assert again["settings"] == []
    assert machine.files() == once


def test_nothing_is_left_to_be_committed(machine: Machine) -> None:
    machine.done("init", "--agents", ALL)
    assert machine.git("status", "--short") == ""


def test_what_a_person_had_there_stays_in_sight_of_git(machine: Machine) -> None:
    machine.write("shop/.cursor/hooks.json", "{}")
    machine.done("init", "--agents", "cursor")
    assert machine.git("status", "--short", "-uall") == "?? .cursor/hooks.json"


@pytest.mark.parametrize("agent", [name for name in FILES if name not in ("opencode", "amp")])
def test_what_is_in_the_settings_records(agent: str, machine: Machine) -> None:
    machine.done("init", "--agents", agent)
    path = machine.home / FILES[agent]
    found = [os.fspath(path)] if agent == "cline" else commands(machine.settings(FILES[agent]))
    payload = json.loads(json.dumps(SAMPLES[agent].payload).replace("/home/user/", f"{machine.home}/"))
    for command in dict.fromkeys(found):
        said = fire(command, machine, {**payload, "cwd": os.fspath(machine.shop)})
        answers = {"cursor": {}, "cline": {"cancel": False}}
        assert said.returncode == 0
        assert (json.loads(said.stdout) if said.stdout else None) == answers.get(agent)
    assert [event["host"] for event in spooled(machine)] == [agent] * len(dict.fromkeys(found))


@pytest.mark.parametrize("agent", list(FILES))
def test_an_edit_is_not_stopped_where_the_program_is_gone(
    agent: str, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = Program((sys.executable, "-S", "-I", "/nowhere/answerable/capture/hook.py"))
    monkeypatch.setattr(Program, "here", classmethod(lambda _: gone))
    machine.done("init", "--agents", agent)
    path = machine.home / FILES[agent]
    if agent in ("opencode", "amp"):
        assert json.dumps(gone.words[-1]) in path.read_text()
        return
    found = [os.fspath(path)] if agent == "cline" else commands(machine.settings(FILES[agent]))
    for command in found:
        said = fire(command, machine, {})
        assert said.returncode == 0
        assert not said.stdout or isinstance(json.loads(said.stdout), dict)


def test_a_program_in_a_folder_with_odd_names_is_found(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = machine.home / "my 'tools' $HOME \"here\""
    shutil.copytree(Path(files.__file__).parents[2], folder / "answerable")
    odd = Program((sys.executable, "-S", "-I", os.fspath(folder / "answerable" / "capture" / "hook.py")))
    monkeypatch.setattr(Program, "here", classmethod(lambda _: odd))
    machine.done("init", "--agents", "claude-code,cline")
    sample = {**SAMPLES["claude-code"].payload, "cwd": os.fspath(machine.shop)}
    fire(commands(machine.settings(FILES["claude-code"]))[0], machine, sample)
    fire(shlex.quote(os.fspath(machine.home / FILES["cline"])), machine, {"hookName": "PreToolUse", "taskId": "t"})
    assert [event["host"] for event in spooled(machine)] == ["claude-code", "cline"]
    monkeypatch.undo()
    assert machine.states(machine.done("init", "--agents", "claude-code"))[FILES["claude-code"]] == "installed"
    assert all(os.fspath(folder) not in said for said in commands(machine.settings(FILES["claude-code"])))


def test_the_guard_and_the_recorder_stand_side_by_side(machine: Machine) -> None:
    machine.write(FILES["claude-code"], json.dumps({"hooks": {"PreToolUse": [GUARD]}}, indent=2))
    machine.write(FILES["cline"], "#!/bin/sh\nexec answerable guard cline\n", 0o755)
    machine.write("shop/.opencode/plugins/answerable.js", "// the guard\n")
    before = machine.files()
    machine.done("init", "--agents", "claude-code,cline,opencode")
    first, second = machine.settings(FILES["claude-code"])["hooks"]["PreToolUse"]
    assert first == GUARD
    assert "hook.py claude-code" in commands(second)[0]
    machine.done("uninit")
    assert machine.files() == before


def test_a_script_of_cline_that_was_there_answers_as_before(machine: Machine) -> None:
    machine.write(
        FILES["cline"], '#!/bin/sh\ncat >given\necho \'{"cancel": true, "errorMessage": "no"}\'\nexit 3\n', 0o755
    )
    machine.done("init", "--agents", "cline")
    payload = {
        "hookName": "PreToolUse",
        "taskId": "t",
        "preToolUse": {"toolName": "x", "parameters": {"a": "%s \\n é"}},
    }
    said = fire(os.fspath(machine.home / FILES["cline"]), machine, payload)
    assert (said.returncode, json.loads(said.stdout)["cancel"]) == (3, True)
    assert json.loads((machine.shop / "given").read_bytes()) == payload
    assert len(spooled(machine)) == 1


def test_copilot_reads_what_is_claude_codes(machine: Machine) -> None:
    found = machine.done("init", "--agents", "claude-code,copilot")["agents"]
    assert [(row["agent"], row["state"]) for row in found] == [("claude-code", "installed"), ("copilot", "unchanged")]
    assert {Path(row["path"]).relative_to(machine.home).as_posix() for row in found} == {FILES["claude-code"]}
    assert len(machine.settings(FILES["claude-code"])["hooks"]["PreToolUse"]) == 1


def test_only_agents_that_are_used_are_touched(machine: Machine) -> None:
    (machine.home / ".codex").mkdir()
    (machine.shop / ".gemini").mkdir()
    assert {row["agent"] for row in machine.done("init")["agents"]} == {"codex", "gemini-cli"}


def test_where_none_is_used_the_common_file_is_written(machine: Machine) -> None:
    assert [row["agent"] for row in machine.done("init")["agents"]] == ["claude-code"]


@pytest.mark.parametrize(("names", "said"), [("cluade", "cluade"), ("aider", "aider"), ("codex,,x", "'x'")])
def test_an_agent_that_is_not_known_is_named(names: str, said: str, machine: Machine) -> None:
    before = machine.files()
    found = machine.done("init", "--agents", names, code=2)
    assert (found["code"], said in found["message"]) == ("agent-unknown", True)
    assert "claude-code, codex" in found["hint"]
    assert machine.files() == before


def test_without_a_key_all_is_installed_but_the_ledger(machine: Machine) -> None:
    found = machine.done("init")
    assert (found["ledger"], found["begun"], found["recorder"]["trusted"]) == (None, False, False)
    assert "ssh-keygen -t ed25519" in found["left"][0]
    said = machine.run("init")
    assert said.code == 0
    assert "no ledger was begun" in said.out


def test_a_key_that_comes_later_begins_the_ledger_and_is_asked_to_trust(machine: Machine) -> None:
    machine.done("init")
    ada = someone("ada", machine.home)
    found = machine.done("init", *ada.signing)
    assert (found["begun"], found["recorder"]["trusted"], found["left"]) == (True, True, [])
    assert machine.done("init", "--no-ledger")["ledger"] is None


def test_who_may_not_add_keys_is_told_who_can(machine: Machine) -> None:
    machine.done("init", "--no-capture", *someone("ada", machine.home).signing)
    found = machine.done("init", *someone("eve", machine.home).signing)
    assert found["recorder"]["trusted"] is False
    key = machine.shop / ".git/answerable/recorder"
    assert key.stat().st_mode & 0o777 == 0o600
    assert "answerable ledger key add" in found["left"][0]
    how = found["left"][0].rpartition("an administrator can: answerable ")[2]
    machine.done(*shlex.split(how), "--key", os.fspath(machine.home / "key-ada"), "--id", "ada@example.com")
    assert machine.done("init", *someone("eve2", machine.home).signing)["recorder"]["trusted"] is True


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


def test_what_goes_together_and_what_not(machine: Machine) -> None:
    for options in (("--user", "--no-capture"), ("--user", "--organisation", "x"), ("--bin", "/opt/a")):
        assert machine.run("init", *options).code == 2


def test_a_person_is_told_what_was_done(machine: Machine) -> None:
    (machine.home / ".codex").mkdir()
    said = machine.run("init").out
    assert "  codex          .codex/hooks.json  installed: Codex asks you once to trust the hook: /hooks" in said
    assert "  git            .git/hooks/post-commit  installed" in said
    assert "taken out" not in said
    out = machine.run("uninit").out
    assert "  codex          .codex/hooks.json  as it was before" in out


def test_hooks_that_codex_has_switched_off_are_said(machine: Machine) -> None:
    machine.write(".codex/config.toml", "[features]\nhooks = false\n")
    row = next(row for row in machine.done("init")["agents"] if row["agent"] == "codex")
    assert "switched off" in row["note"]
