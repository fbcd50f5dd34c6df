"""`init --user` and `init --organisation`: for all repositories of a person, for all machines of an organisation."""

from __future__ import annotations

import json
import os
import shutil
import stat
import tomllib
from pathlib import Path

import pytest

from answerable.capture.git_hooks.script import NAMES
from answerable.capture.install import registry
from e2e.machine import Machine

ALL = ",".join(registry.AGENTS)
FILES = (
    ".claude/settings.json", ".codex/hooks.json", ".copilot/hooks/answerable-recorder.json", ".cursor/hooks.json",
    ".gemini/settings.json", ".codeium/windsurf/hooks.json", ".codeium/hooks.json", ".cline/hooks/PreToolUse",
    ".cline/hooks/PostToolUse",
    ".config/opencode/plugins/answerable-recorder.js", ".config/amp/plugins/answerable-recorder.ts",
)  # fmt: skip
GIT = """\
#!/bin/sh
for word in "$@"; do
    [ "$word" != version ] || { echo "git version 2.54.0"; exit 0; }
done
exec %s "$@"
"""


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path / "home")


def newer_git(folder: Path) -> dict[str, str]:
    """An environment in which git says that it is 2.54, which here only means that it takes any setting."""
    folder.mkdir()
    (folder / "git").write_text(GIT % shutil.which("git"))
    (folder / "git").chmod(0o755)
    return {"PATH": f"{folder}:{os.environ['PATH']}"}


def commit(machine: Machine, *, cwd: Path | None = None) -> None:
    machine.git("commit", "-q", "--allow-empty", "-m", "Work", cwd=cwd)


def test_a_persons_files_are_as_they_were(machine: Machine) -> None:
    machine.write(".claude/settings.json", '{\n   "model": "opus"\n}')
    machine.write(".cursor/hooks.json", '{"version": 1, "hooks": {}} ', 0o600)
    before = machine.files()
    found = machine.done("init", "--user", "--agents", ALL)
    assert (found["scope"], found["ledger"], found["recorder"]) == ("user", None, None)
    assert [path for path in FILES if not (machine.home / path).is_file()] == []
    assert [row["agent"] for row in found["agents"] if row["state"] == "skipped"] == ["kiro"]
    assert machine.git("status", "--short") == ""
    again = machine.done("init", "--user", "--agents", ALL)
    assert ({row["state"] for row in again["agents"]}, again["settings"]) == ({"unchanged", "skipped"}, [])
    machine.done("uninit", "--user")
    assert machine.files() == before


def test_only_what_the_person_uses_is_touched(machine: Machine) -> None:
    for folder in (".gemini", ".config/amp"):
        (machine.home / folder).mkdir(parents=True)
    (machine.shop / ".cursor").mkdir()
    assert [row["agent"] for row in machine.done("init", "--user")["agents"]] == ["gemini-cli", "amp"]


def test_folders_that_variables_name_are_used(machine: Machine) -> None:
    places = {
        "CLAUDE_CONFIG_DIR": "c", "CODEX_HOME": "x", "COPILOT_HOME": "p", "XDG_CONFIG_HOME": "g",
        "XDG_STATE_HOME": "s", "XDG_DATA_HOME": "d",
    }  # fmt: skip
    env = {name: os.fspath(machine.home / place) for name, place in places.items()}
    machine.done("init", "--user", "--agents", "claude-code,codex,copilot,opencode", **env)
    for path in ("c/settings.json", "x/hooks.json", "p/hooks/answerable-recorder.json", "g/opencode/plugins"):
        assert (machine.home / path).exists(), path
    assert (machine.home / "s/answerable/installed.json").is_file()
    assert (machine.home / "d/answerable/git-hooks/post-commit").is_file()
    assert not (machine.home / ".claude").exists()


def test_settings_that_are_links_into_a_folder_of_dotfiles_stay_links(machine: Machine) -> None:
    machine.write("dotfiles/claude.json", '{"model": "opus"}\n')
    machine.write("dotfiles/gitconfig", (machine.home / ".gitconfig").read_bytes())
    (machine.home / ".gitconfig").unlink()
    (machine.home / ".gitconfig").symlink_to("dotfiles/gitconfig")
    (machine.home / ".claude").mkdir()
    (machine.home / ".claude/settings.json").symlink_to("../dotfiles/claude.json")
    before = machine.files()
    machine.done("init", "--user")
    assert (machine.home / ".claude/settings.json").is_symlink()
    assert (machine.home / ".gitconfig").is_symlink()
    assert "hooks" in machine.settings("dotfiles/claude.json")
    machine.done("uninit", "--user")
    assert machine.files() == before


def test_a_repository_does_not_record_twice(machine: Machine) -> None:
    machine.done("init", "--user", "--agents", "claude-code")
    (machine.home / ".codex").mkdir()
    rows = {row["agent"]: row for row in machine.done("init")["agents"]}
    assert (rows["claude-code"]["state"], rows["codex"]["state"]) == ("unchanged", "installed")
    assert rows["claude-code"]["note"] == "for all repositories (answerable init --user)"
    assert not (machine.shop / ".claude").exists()


def test_every_repository_gets_the_hooks_and_keeps_its_own(machine: Machine) -> None:
    machine.write("shop/.git/hooks/post-commit", '#!/bin/sh\necho "$0" >>"$HOME/ran"\n', 0o755)
    machine.write("shop/.git/hooks/pre-commit", '#!/bin/sh\necho pre >>"$HOME/ran"\nexit ${FAILS:-0}\n', 0o755)
    machine.done("init", "--user", "--agents", "claude-code")
    commit(machine)
    assert len((machine.home / "ran").read_text().split()) == 2
    machine.git("worktree", "add", "-q", "../other")
    (machine.home / "ran").unlink()
    commit(machine, cwd=machine.home / "other")
    assert (machine.home / "ran").read_text().startswith("pre\n")
    machine.write("shop/.git/hooks/pre-commit", "#!/bin/sh\nexit 1\n", 0o755)
    assert machine.git("commit", "-q", "--allow-empty", "-m", "No", check=False) == ""
    assert machine.git("log", "-1", "--format=%s") == "Work"


def test_a_folder_of_hooks_that_was_there_is_run_and_put_back(machine: Machine) -> None:
    machine.write("hooks/post-commit", '#!/bin/sh\necho mine >>"$HOME/ran"\n', 0o755)
    machine.git("config", "--global", "core.hooksPath", "~/hooks")
    before = machine.files()
    machine.done("init", "--user", "--agents", "claude-code")
    machine.done("init", "--user", "--agents", "claude-code")
    commit(machine)
    assert (machine.home / "ran").read_text() == "mine\n"
    (machine.home / "ran").unlink()
    machine.done("uninit", "--user")
    commit(machine)
    assert (machine.home / "ran").read_text() == "mine\n"
    assert machine.git("config", "--global", "core.hooksPath") == "~/hooks"
    assert (machine.home / ".gitconfig").read_bytes() == before[".gitconfig"][1]


def test_hooks_that_the_configuration_names_need_no_folder(machine: Machine, tmp_path: Path) -> None:
    before = machine.files()
    path = newer_git(tmp_path / "bin")
    machine.done("init", "--user", "--agents", "claude-code", **path)
    assert machine.git("config", "--global", "core.hooksPath", check=False) == ""
    for name in NAMES:
        assert machine.git("config", "--global", f"hook.answerable-{name}.event") == name
        command = machine.git("config", "--global", f"hook.answerable-{name}.command")
        assert os.access(command.strip("'"), os.X_OK)
    assert machine.done("init", "--user", "--agents", "claude-code", **path)["settings"] == []
    machine.done("uninit", "--user", **path)
    assert machine.files() == before


def test_a_git_that_became_newer_needs_the_folder_no_more(machine: Machine, tmp_path: Path) -> None:
    before = machine.files()
    machine.done("init", "--user", "--agents", "claude-code")
    path = newer_git(tmp_path / "bin")
    machine.done("init", "--user", "--agents", "claude-code", **path)
    assert machine.git("config", "--global", "core.hooksPath", check=False) == ""
    machine.done("uninit", "--user", **path)
    assert machine.files() == before


def test_a_configuration_that_is_a_device_stays_one(machine: Machine) -> None:
    before = machine.files()
    said = machine.done("init", "--user", "--agents", "claude-code", code=3, GIT_CONFIG_GLOBAL=os.devnull)
    assert said["code"] == "settings-unwritable"
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)
    assert machine.files() == before


def test_the_trailer_is_a_choice_for_all_repositories(machine: Machine) -> None:
    before = machine.files()
    machine.done("init", "--user", "--no-trailer")
    assert machine.git("config", "answerable.trailer") == "false"
    machine.done("uninit", "--user")
    assert machine.files() == before


def test_outside_of_any_repository(machine: Machine) -> None:
    before = machine.files()
    assert machine.run("init", "--user", cwd=machine.home).code == 0
    assert machine.run("uninit", "--user", cwd=machine.home).code == 0
    assert machine.files() == before


def test_an_organisation_gets_files_for_its_machines(machine: Machine) -> None:
    before = machine.files()
    folder = machine.home / "roll-out"
    found = machine.done("init", "--organisation", os.fspath(folder), "--bin", "/opt/answerable/bin")
    states = {row["agent"]: row["state"] for row in found["agents"]}
    assert {name for name, state in states.items() if state == "skipped"} == {"cline", "kiro", "opencode", "amp"}
    paths = [Path(row["path"]) for row in found["agents"] if row["state"] == "installed"]
    assert len(paths) == 12
    for path in paths:
        text = path.read_text()
        value = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
        assert "/opt/answerable/bin/answerable-hook" in text
        assert value["hooks"]
    linux, macos = folder / "linux", folder / "macos"
    assert (linux / "etc/claude-code/managed-settings.d/answerable.json").is_file()
    assert (macos / "Library/Application Support/Cursor/hooks.json").is_file()
    requirements = tomllib.loads((linux / "etc/codex/requirements.toml").read_text())
    assert requirements["hooks"]["PreToolUse"][0]["hooks"][0]["command"].endswith("answerable-hook codex || true")
    left = {path: said for path, said in machine.files().items() if not path.startswith("roll-out")}
    assert left == before


def test_an_organisations_files_are_not_written_over(machine: Machine) -> None:
    path = machine.write("out/linux/etc/cursor/hooks.json", '{"version": 1}')
    found = machine.done("init", "--organisation", os.fspath(machine.home / "out"), "--agents", "cursor", code=1)
    assert [row["state"] for row in found["agents"]] == ["refused", "installed"]
    assert path.read_text() == '{"version": 1}'
    again = machine.done("init", "--organisation", os.fspath(machine.home / "out"), "--agents", "cursor", code=1)
    assert [row["state"] for row in again["agents"]] == ["refused", "unchanged"]


def test_a_folder_that_cannot_be_made_is_named(machine: Machine) -> None:
    machine.write("file", "")
    said = machine.done("init", "--organisation", os.fspath(machine.home / "file" / "x"), code=3)
    assert said["code"] == "settings-unwritable"


def test_a_person_is_told_where_all_repositories_record(machine: Machine) -> None:
    (machine.home / ".claude").mkdir()
    out = machine.run("init", "--user").out
    assert "for all your repositories:" in out
    assert "  claude-code    ~/.claude/settings.json  installed" in out
    assert "as it was before" in machine.run("uninit", "--user").out
