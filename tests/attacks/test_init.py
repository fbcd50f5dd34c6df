"""Attacks on `init` and `uninit`: repositories and records that want them to write, or remove, what they must not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from answerable.capture.install import files, registry
from e2e.machine import Machine

ALL = ",".join(registry.AGENTS)
CLAUDE = ".claude/settings.local.json"


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path / "home")


def refused(machine: Machine, agent: str = "claude-code", *options: str) -> dict[str, Any]:
    """What is said of the one file of an agent that is not touched; nothing but git's own files has changed."""
    before = machine.files()
    found = machine.done("init", *options, "--agents", agent, code=1)
    rows = [row for row in found["agents"] if row["state"] == "refused"]
    after = {path: said for path, said in machine.files().items() if not path.startswith(("shop/.git", ".gitconfig"))}
    before = {path: said for path, said in before.items() if path in after or not path.startswith("shop/.git")}
    assert {**before, **after} == before | {path: said for path, said in after.items() if ".local" in path}
    assert len(rows) == 1
    return dict(rows[0])


def test_a_folder_that_is_a_link_out_of_the_repository(machine: Machine) -> None:
    (machine.home / ".claude").mkdir()
    (machine.shop / ".claude").symlink_to("../.claude")
    assert refused(machine)["why"] == "a link leads out of the repository"


def test_a_file_that_is_a_link_out_of_the_repository(machine: Machine) -> None:
    machine.write(".bashrc", "{}")
    (machine.shop / ".claude").mkdir()
    (machine.shop / CLAUDE).symlink_to("../../.bashrc")
    assert refused(machine)["why"] == "a link leads out of the repository"


def test_a_link_to_what_is_not_there_yet(machine: Machine) -> None:
    (machine.shop / ".claude").mkdir()
    (machine.shop / CLAUDE).symlink_to("../../.profile")
    assert refused(machine)["why"] == "a link leads out of the repository"


@pytest.mark.parametrize("name", [".git", ".GIT"])
def test_a_link_into_gits_own_folder(name: str, machine: Machine) -> None:
    (machine.shop / name).mkdir(exist_ok=True)
    (machine.shop / ".claude").symlink_to(name)
    said = refused(machine)["why"]
    assert said == "a link leads into git's own folder"
    assert not (machine.shop / name / "settings.local.json").exists()


def test_a_link_inside_the_repository_is_no_harm(machine: Machine) -> None:
    (machine.shop / "conf").mkdir()
    (machine.shop / ".claude").symlink_to("conf")
    before = machine.files()
    machine.done("init", "--agents", "claude-code")
    assert (machine.shop / "conf/settings.local.json").is_file()
    machine.done("uninit")
    assert machine.files() == before


def test_links_that_lead_in_a_circle(machine: Machine) -> None:
    (machine.shop / ".claude").symlink_to(".claude")
    assert "cannot be looked at" in refused(machine)["why"]


def test_a_committed_file_is_everyones(machine: Machine) -> None:
    machine.write(f"shop/{CLAUDE}", '{"permissions": {}}')
    machine.git("add", "-f", CLAUDE)
    machine.git("commit", "-qm", "Ours")
    row = refused(machine)
    assert row["why"] == "it is committed, and the change would be everyone's"
    assert json.loads(row["by_hand"])["hooks"]["PreToolUse"][0]["hooks"][0]["command"].startswith(
        "answerable-hook claude-code"
    )
    said = machine.run("init", "--agents", "claude-code")
    assert said.code == 1
    assert "add to it by hand, or install for all repositories: answerable init --user" in said.out
    assert '"command": "answerable-hook claude-code || true"' in said.out
    machine.done("uninit")
    assert machine.git("status", "--short") == ""


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b'{"hooks": ', "no JSON"),
        (b"not json", "no JSON"),
        (b'{"a": 1, // why\n"b": 2}', "a comment, where this agent allows none"),
        (b'{"hooks": []}', "hooks is no object"),
        (b'{"a": 1, "a": 2}', "is there twice"),
        (b'{"a": "\xff"}', "it is no UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a": "' + b"x" * (9 << 20) + b'"}', "more than 8 MiB"),
        (b"\0" * 100, "no JSON"),
    ],
)
def test_a_file_that_cannot_be_merged_is_left_alone(content: bytes, why: str, machine: Machine) -> None:
    machine.write(f"shop/{CLAUDE}", content)
    row = refused(machine)
    assert why in row["why"]
    assert '"PreToolUse"' in row["by_hand"]


def test_one_that_is_refused_does_not_keep_the_others_out(machine: Machine) -> None:
    machine.write(f"shop/{CLAUDE}", "broken")
    found = machine.done("init", "--agents", "claude-code,codex", code=1)
    assert [row["state"] for row in found["agents"]] == ["refused", "installed"]
    assert found["recorder"] is not None
    assert {row["state"] for row in found["git_hooks"]} == {"installed"}


def test_what_is_no_file(machine: Machine) -> None:
    (machine.shop / CLAUDE).mkdir(parents=True)
    assert refused(machine)["why"] == "it is no file"


def test_a_pipe_is_not_waited_for(machine: Machine) -> None:
    (machine.shop / ".claude").mkdir()
    os.mkfifo(machine.shop / CLAUDE)
    said = machine.apart("init", "--agents", "claude-code", "--format", "json")
    assert (said.code, said.json["agents"][0]["why"]) == (1, "it is no file")


def test_a_folder_that_is_a_file(machine: Machine) -> None:
    machine.write("shop/.clinerules", "# rules\n")
    found = machine.done("init", "--agents", "cline", code=1)
    assert {row["why"] for row in found["agents"]} == {f"{machine.shop}/.clinerules is no folder"}


def test_a_file_that_may_only_be_read_stays_so(machine: Machine) -> None:
    machine.write(f"shop/{CLAUDE}", "{}", 0o444)
    assert refused(machine)["why"] == "it may only be read"


def test_a_folder_that_may_only_be_read_stays_so(machine: Machine) -> None:
    (machine.shop / ".claude").mkdir(mode=0o555)
    assert refused(machine)["why"] == f"{machine.shop}/.claude may not be written"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_another_user(machine: Machine) -> None:
    os.chown(machine.write(f"shop/{CLAUDE}", "{}"), 12345, 12345)
    assert refused(machine)["why"] == "it is another user's"


def test_a_plugin_of_the_same_name_that_is_not_ours(machine: Machine) -> None:
    machine.write("shop/.opencode/plugins/answerable-recorder.js", "export const Mine = 1\n")
    assert refused(machine, "opencode")["why"] == "another file is there"
    machine.done("uninit")
    assert (machine.shop / ".opencode/plugins/answerable-recorder.js").read_text() == "export const Mine = 1\n"


def test_a_plugin_that_a_person_changed_since_is_not_removed(machine: Machine) -> None:
    machine.done("init", "--agents", "opencode")
    path = machine.shop / ".opencode/plugins/answerable-recorder.js"
    path.write_text(path.read_text() + "// mine\n")
    found = machine.done("uninit", code=1)
    row = next(row for row in found["agents"] if row["state"] == "refused")
    assert row["why"] == "it was changed since; take out by hand what runs answerable-hook"
    assert path.read_text().endswith("// mine\n")
    path.unlink()
    machine.done("uninit")


def test_a_script_beside_cline_is_not_written_over(machine: Machine) -> None:
    machine.write("shop/.clinerules/hooks/PreToolUse", "#!/bin/sh\n", 0o755)
    machine.write("shop/.clinerules/hooks/PreToolUse.before-answerable", "theirs")
    found = machine.done("init", "--agents", "cline", code=1)
    assert found["agents"][0]["why"] == "PreToolUse.before-answerable is there already, beside it"
    machine.done("uninit")
    assert (machine.shop / ".clinerules/hooks/PreToolUse").read_text() == "#!/bin/sh\n"
    assert (machine.shop / ".clinerules/hooks/PreToolUse.before-answerable").read_text() == "theirs"


def test_a_script_that_a_person_put_in_place_of_ours_stays(machine: Machine) -> None:
    machine.write("shop/.clinerules/hooks/PreToolUse", "#!/bin/sh\n# one\n", 0o755)
    machine.done("init", "--agents", "cline")
    machine.write("shop/.clinerules/hooks/PreToolUse", "#!/bin/sh\n# two\n", 0o755)
    found = machine.done("uninit", code=1)
    assert [row["state"] for row in found["agents"] if row["why"]] == ["refused"]
    assert (machine.shop / ".clinerules/hooks/PreToolUse").read_text() == "#!/bin/sh\n# two\n"


def forged(path: Path | str, **given: Any) -> dict[str, Any]:
    """A record of a change that was never made."""
    row = {"path": os.fspath(path), "agent": "codex", "form": "whole", "before": None, "after": "", "folders": []}
    return {"v": 1, "changes": [{**row, **given}], "about": {}}


@pytest.mark.parametrize("form", ["whole", "json", "chain", "lines"])
def test_a_forged_record_removes_nothing_outside(form: str, machine: Machine) -> None:
    machine.done("init", "--agents", "claude-code")
    secret = machine.write(".ssh/config", "Host x\n")
    inside = machine.write("shop/pay.py", "x = 1\n")
    (machine.home / "empty").mkdir()
    for path in (secret, machine.shop / "../.ssh/config", machine.shop / ".git/config"):
        said = forged(
            path, form=form, after=files.digest(path.read_bytes()), folders=[os.fspath(machine.home / "empty")],
            added=[[0, 3]], lines=["Host x"],
        )  # fmt: skip
        before = path.read_bytes()
        (machine.shop / ".git/answerable/installed.json").write_text(json.dumps(said))
        machine.run("uninit")
        assert path.read_bytes() == before
        assert secret.read_text() == "Host x\n"
        assert (machine.home / "empty").is_dir()
        machine.done("init", "--agents", "claude-code")
    assert inside.read_text() == "x = 1\n"


RECORDS = [
    {"changes": {}, "about": []},
    {"changes": [1, {}, {"path": 1}, {"path": "x", "agent": "y"}]},
    {"changes": [{"path": "/x", "agent": "a", "form": "odd", "after": "", "before": None}]},
    {"about": {"config": {"after": 1, "added": "x"}, "settings": [1, None], "folders": {"a": 1}, "hooks_path": 7}},
]


@pytest.mark.parametrize(
    "text",
    ["[]", "null", "{", "[" * 100_000, *(json.dumps({"v": 1, **row}) for row in RECORDS)],
)
def test_a_damaged_record_is_no_end(text: str, machine: Machine) -> None:
    before = machine.files()
    machine.done("init", "--agents", "claude-code,cline")
    (machine.shop / ".git/answerable/installed.json").write_text(text)
    machine.done("init", "--agents", "claude-code,cline")
    (machine.shop / ".git/answerable/installed.json").write_text(text)
    said = machine.run("uninit")
    assert said.code in (0, 1)
    left = machine.files()
    assert not [path for path, (_, said) in left.items() if isinstance(said, bytes) and b"hook.py" in said]
    assert left["shop/README.md"] == before["shop/README.md"]


def test_a_record_that_cannot_be_written_stops_all(machine: Machine) -> None:
    before = machine.files()
    (machine.shop / ".git/answerable").mkdir()
    (machine.shop / ".git/answerable/installed.lock").mkdir()
    found = machine.done("init", "--agents", ALL, code=3)
    assert found["code"] == "settings-unwritable"
    assert {path for path in machine.files() if not path.startswith("shop/.git")} == {
        path for path in before if not path.startswith("shop/.git")
    }


def test_a_full_disk_leaves_every_settings_file_whole(machine: Machine) -> None:
    machine.write(f"shop/{CLAUDE}", '{"permissions": {}}')
    before = machine.files()
    words = [sys.executable, "-m", "answerable", "init", "--agents", "claude-code"]
    done = subprocess.run(
        ["sh", "-c", 'ulimit -f 0; exec "$@"', "sh", *words], cwd=machine.shop, env={**os.environ, **machine.env},
        capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert b"Traceback" not in done.stderr
    for path in (f"shop/{CLAUDE}", "shop/.git/config"):
        assert machine.files()[path] == before[path]
    machine.done("init", "--agents", "claude-code")
    machine.done("uninit")
    assert machine.files() == before


def test_a_file_that_changes_under_our_hands_is_not_written_over(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = machine.write(f"shop/{CLAUDE}", "{}")
    write = files.write

    def late(*arguments: Any, **given: Any) -> None:
        if arguments[0].path == path:
            path.write_text('{"permissions": {"allow": ["Bash(ls)"]}}')
        write(*arguments, **given)

    monkeypatch.setattr(files, "write", late)
    found = machine.done("init", "--agents", "claude-code", code=1)
    assert found["agents"][0]["why"] == "it was changed meanwhile; run it again"
    monkeypatch.undo()
    assert path.read_text() == '{"permissions": {"allow": ["Bash(ls)"]}}'
    machine.done("init", "--agents", "claude-code")
    machine.done("uninit")
    assert path.read_text() == '{"permissions": {"allow": ["Bash(ls)"]}}'


def test_no_secret_of_a_settings_file_is_copied(machine: Machine) -> None:
    machine.write(f"shop/{CLAUDE}", '{"env": {"TOKEN": "s3cr3t-of-mine"}}')
    machine.done("init", "--agents", "claude-code")
    for path in (machine.shop / ".git").rglob("*"):
        assert not path.is_file() or b"s3cr3t-of-mine" not in path.read_bytes(), path


def test_control_characters_in_a_path_do_not_act_on_the_terminal(tmp_path: Path) -> None:
    odd = Machine(tmp_path / "home\x1b[31m\n")
    said = odd.run("init", "--user", "--agents", "claude-code")
    assert "\x1b" not in said.out
    found = odd.run("init", "--agents", "claude-code")
    assert (found.code, "\x1b" in found.out) == (0, False)
    assert odd.run("uninit").code == 0


def test_a_path_that_is_no_utf8(tmp_path: Path) -> None:
    odd = Machine(tmp_path / os.fsdecode(b"caf\xe9"))
    before = odd.files()
    odd.done("init", "--agents", ALL)
    assert "hook.py" in (odd.shop / CLAUDE).read_text()
    odd.done("uninit")
    assert odd.files() == before
