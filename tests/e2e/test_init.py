"""`init` and `uninit` as a person runs them: beside whatever is there, once or twice, and out again to the byte."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sys
from pathlib import Path

import pytest

from answerable.capture.install import files
from answerable.capture.install.command import Program
from capture.payloads import SAMPLES
from e2e.ledgers import someone
from e2e.machine import ALL, FILES, GUARD, Machine, commands, fire, lived_in, spooled


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path / "home")


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


def test_what_an_agent_wrote_is_told_without_another_word(machine: Machine) -> None:
    machine.done("init", "--agents", "claude-code", *someone("ada", machine.home).signing)
    hooks = machine.settings(FILES["claude-code"])["hooks"]
    given = {"file_path": os.fspath(machine.shop / "pay.py"), "content": "x = 1\ny = 2\n"}
    payload = {**SAMPLES["claude-code"].payload, "cwd": os.fspath(machine.shop), "tool_input": given}
    fire(commands(hooks["PreToolUse"])[0], machine, payload)
    machine.write("shop/pay.py", given["content"])
    fire(commands(hooks["PostToolUse"])[0], machine, {**payload, "hook_event_name": "PostToolUse"})
    machine.git("add", "-A")
    machine.git("commit", "-qm", "Pay")
    rows = machine.run("lines", "pay.py", "--format", "jsonl").documents
    assert [(row["origin"], row["tool"], row["end"]) for row in rows] == [("ai", "claude-code", 2)]
    assert "claude-code" in machine.git("log", "-1", "--format=%(trailers:key=Assisted-by)")
    assert machine.apart("ledger", "verify").code == 0
