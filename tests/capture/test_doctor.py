"""What doctor finds of settings, folders and git's configuration; and what it does not run."""

from __future__ import annotations

import errno
import json
import os
import shlex
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.capture import hook
from answerable.capture.doctor import place as looks
from answerable.capture.doctor.check import Check, State
from answerable.capture.doctor.configured import configured, words_of
from answerable.capture.doctor.dry import _short_of
from answerable.capture.doctor.payloads import Dry, known, payload
from answerable.capture.doctor.place import places
from answerable.capture.doctor.standing import standing
from answerable.capture.event import Event as Recorded
from answerable.capture.event import Kind, Seen
from answerable.capture.install.command import Program
from answerable.capture.install.model import Machine
from answerable.capture.install.registry import AGENTS
from answerable.capture.payload import registry
from answerable.capture.payload.model import Event
from answerable.capture.recorder import Recorder
from answerable.capture.recorder import place as key_of
from answerable.capture.recording.spool import journal
from answerable.git.exchange import configure
from answerable.git.repository import Repository
from e2e.working import Desk

HOOK = str(Path(hook.__file__).absolute())


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    (tmp_path / "home").mkdir()
    return Machine(home=tmp_path / "home", environment=dict(os.environ), program=Program.here())


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Repository]:
    desk = Desk(tmp_path / "desk")
    desk.types("a.txt", "a\n")
    desk.commit()
    with Repository(desk.root) as repository:
        yield repository


def by_id(checks: Sequence[Check] | Iterator[Check], name: str) -> list[Check]:
    return [check for check in checks if check.id == name]


@pytest.mark.parametrize("agent", AGENTS)
@pytest.mark.parametrize("after", [False, True])
def test_a_dry_payload_is_read_as_that_agents_edit_of_that_file(agent: str, after: bool, tmp_path: Path) -> None:
    assert known(agent)
    dry = Dry(tmp_path, "dry.txt", "a line\n", "session", "call")
    for as_given in (agent, "claude-code", None):
        use = registry.read(payload(agent, dry, after=after), as_given).use
        assert (use.agent, use.event) == (agent, Event.AFTER if after else Event.BEFORE)
        assert [str(tmp_path / path) for path in use.paths] == [dry.full]
        assert use.kind.changes_files
        assert use.session == "session"


def lines(agent: str = "claude-code") -> list[str]:
    return [
        Program.here().line(agent),
        Program.here().line(agent, "{}"),
        Program.here().line(agent, '{"continue": true}'),
        shlex.join((*Program.here().words, agent)),
    ]


@pytest.mark.parametrize("command", lines())
def test_the_command_that_is_written_is_the_recorder_and_nothing_else(
    command: str, machine: Machine, tmp_path: Path
) -> None:
    assert words_of(command, machine, tmp_path) == (*machine.program.words, "claude-code")


@pytest.mark.parametrize(
    "command",
    [
        "answerable-hook claude-code; touch /tmp/evil",
        "touch /tmp/evil; answerable-hook claude-code",
        "touch /tmp/evil && answerable-hook claude-code || true",
        "answerable-hook claude-code && touch /tmp/evil",
        "answerable-hook $(touch /tmp/evil)",
        "answerable-hook `touch /tmp/evil`",
        "answerable-hook claude-code | sh",
        "answerable-hook claude-code > /tmp/evil",
        "PATH=. answerable-hook claude-code",
        "env answerable-hook claude-code",
        "sh -c 'answerable-hook claude-code'",
        "answerable-hook",
        "answerable-hook --help",
        f"{sys.executable} -S -I {HOOK} --help",
        f"{sys.executable} -S -I {HOOK} 'claude-code; touch /tmp/evil'",
        "answerable-hook ''",
        "./answerable-hook claude-code",
        "bin/answerable-hook claude-code",
        f"{sys.executable} -S -I {HOOK} claude-code || touch /tmp/evil",
        f"{sys.executable} -S -I {HOOK} claude-code || true; touch /tmp/evil",
        f"{sys.executable} -S -I {HOOK} claude-code || true; echo $(touch /tmp/evil)",
        f'{sys.executable} -S -I {HOOK} claude-code || true; echo "$(touch /tmp/evil)"',
        f"{sys.executable} -S -I {HOOK} claude-code || true; echo `touch /tmp/evil`",
        f"{sys.executable} -S -I {HOOK} claude-code || true; echo a >/tmp/evil",
        f"{sys.executable} -S -I {HOOK} claude-code || true; echo 'a'; touch /tmp/evil",
        f"{sys.executable} -c {HOOK} claude-code",
        f"{sys.executable} -S -I /x/../{HOOK} more claude-code",
        f"/bin/sh -S -I {HOOK} claude-code",
        f"python -S -I {HOOK} claude-code",
        "'unended",
        "",
    ],
)
def test_a_command_that_is_more_than_the_recorder_is_none_to_be_run(
    command: str, machine: Machine, tmp_path: Path
) -> None:
    assert words_of(command, machine, tmp_path) is None


@given(st.lists(st.sampled_from([
    "answerable-hook", "claude-code", " ", ";", "|", "&", "$(", ")", "`", "\n", "'", '"', "|| true", "; echo", ">", "<",
    f"{sys.executable} -S -I {HOOK}", "touch /tmp/evil", "\\", "#",
]), max_size=8))  # fmt: skip
def test_whatever_is_run_is_the_program_of_this_installation_with_one_word(parts: list[str]) -> None:
    machine = Machine(home=Path("/nowhere"), environment={}, program=Program.here())
    words = words_of("".join(parts), machine, Path("/nowhere"))
    assert words is None or words == (*machine.program.words, "claude-code")


def test_a_program_inside_the_repository_is_run_only_where_it_is_this_installation(tmp_path: Path) -> None:
    root = tmp_path.resolve()
    planted = root / "answerable" / "capture" / "hook.py"
    planted.parent.mkdir(parents=True)
    planted.write_text("evil")
    command = f"{sys.executable} -S -I {planted} claude-code || true"
    machine = Machine(home=root, environment={}, program=Program.here())
    assert words_of(command, machine, root) is None
    own = Machine(home=root, environment={}, program=Program((sys.executable, "-S", "-I", str(planted))))
    assert words_of(command, own, root) is not None


def test_a_link_out_of_the_repository_or_a_program_that_all_may_change_is_not_run(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside" / "answerable" / "capture"
    root.mkdir()
    outside.mkdir(parents=True)
    (outside / "hook.py").write_text("x")
    machine = Machine(home=root, environment={}, program=Program.here())
    command = f"{sys.executable} -S -I {outside / 'hook.py'} claude-code || true"
    assert words_of(command, machine, root)
    (outside / "hook.py").chmod(0o666)
    assert words_of(command, machine, root) is None
    (outside / "hook.py").unlink()
    (root / "evil.py").write_text("x")
    (outside / "hook.py").symlink_to(root / "evil.py")
    assert words_of(command, machine, root) is None


def event(kind: Kind, agent: str = "codex", **seen: Any) -> Recorded:
    given = {"path": b"a.txt", "content": "0" * 64, **seen}
    return Recorded(seq=1, at=1, kind=kind, agent=agent, paths=(Seen(**given),))


@pytest.mark.parametrize(
    ("events", "lacks"),
    [
        ([event(Kind.BEFORE), event(Kind.AFTER)], ""),
        ([event(Kind.BEFORE)], "there arrived: before"),
        ([event(Kind.AFTER), event(Kind.AFTER)], "there arrived: after, after"),
        ([event(Kind.BEFORE), event(Kind.AFTER, "cursor")], "taken for one of cursor"),
        ([event(Kind.BEFORE), event(Kind.AFTER, path=b"b.txt")], "says nothing of the file"),
        ([event(Kind.BEFORE), event(Kind.AFTER, skipped="too-large")], "says nothing of the file: too-large"),
    ],
)
def test_what_the_events_of_a_dry_edit_lack_is_told(events: list[Recorded], lacks: str) -> None:
    found = _short_of("codex", "a.txt", events)
    assert found.endswith(lacks)
    assert bool(found) is bool(lacks)


def settings_of(root: Path, value: Any) -> Path:
    file = root / ".claude" / "settings.local.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(value if isinstance(value, str) else json.dumps(value))
    return file


def hooks(*events: str, command: str | None = None) -> dict[str, Any]:
    entry = {"matcher": "*", "hooks": [{"type": "command", "command": command or Program.here().line("claude-code")}]}
    return {"hooks": {event: [entry] for event in events}}


def test_the_events_that_do_not_run_the_recorder_are_told(machine: Machine, tmp_path: Path) -> None:
    settings_of(tmp_path, hooks("PreToolUse", "SessionStart"))
    found = next(one for one in configured(machine, tmp_path) if one.agent == "claude-code")
    assert found.words == ((*machine.program.words, "claude-code"),)
    assert {"PostToolUse", "Stop"} <= set(found.without)
    assert not {"PreToolUse", "SessionStart"} & set(found.without)


def test_settings_that_switch_hooks_off_or_that_the_host_cannot_read_are_told(machine: Machine, tmp_path: Path) -> None:
    settings_of(tmp_path, {**hooks("PreToolUse"), "disableAllHooks": True})
    assert "disableAllHooks" in configured(machine, tmp_path)[0].why
    settings_of(tmp_path, json.dumps(hooks("PreToolUse"))[:-1])
    assert "cannot read" in configured(machine, tmp_path)[0].why


def test_settings_of_others_or_damaged_ones_are_passed_over(machine: Machine, tmp_path: Path) -> None:
    for value in ({}, [], {"hooks": {"PreToolUse": [{"hooks": [{"command": "prettier"}]}]}}, "\x00\xff", "["):
        settings_of(tmp_path, value)
        assert configured(machine, tmp_path) == []
    settings_of(tmp_path, "x").write_bytes(b"\xff\xfe answerable-hook claude-code")
    assert configured(machine, tmp_path) == []


def test_a_file_that_only_may_be_read_or_that_is_committed_counts_too(machine: Machine, tmp_path: Path) -> None:
    settings_of(tmp_path, hooks("PreToolUse")).chmod(0o444)
    (tmp_path / ".claude" / "settings.json").write_text(json.dumps(hooks("PostToolUse")))
    assert len([one for one in configured(machine, tmp_path) if one.agent == "claude-code"]) == 2


def test_where_all_is_well_every_look_says_so(here: Repository, tmp_path: Path) -> None:
    Recorder.make(here)
    configure(here)
    found = [*standing(here), *places(here, tmp_path)]
    assert {check.state for check in found if check.id != "ledger"} == {State.OK}
    assert {check.id for check in found} == {
        "recorder", "ledger", "head-log", "notes", "writable", "room", "clock", "journal",
    }  # fmt: skip


def test_a_recorder_that_is_off_without_a_key_or_with_an_open_one_is_told(here: Repository) -> None:
    (found,) = by_id(standing(here), "recorder")
    assert (found.state, found.remedy) == (State.WARNING, "answerable init")
    Recorder.make(here)
    key_of(here).chmod(0o644)
    (found,) = by_id(standing(here), "recorder")
    assert found.state is State.FAULT
    key_of(here).chmod(0o600)
    off = here.common_dir / "answerable" / "capture" / "off"
    off.parent.mkdir(parents=True)
    off.touch()
    (found,) = by_id(standing(here), "recorder")
    assert "switched off" in found.message


def test_git_without_a_log_of_head_is_told(here: Repository) -> None:
    here.git.run("config", "core.logAllRefUpdates", "false")
    (found,) = by_id(standing(here), "head-log")
    assert (found.state, found.remedy) == (State.FAULT, "git config core.logAllRefUpdates true")
    here.git.run("config", "core.logAllRefUpdates", "true")
    (here.git_dir / "logs" / "HEAD").unlink(missing_ok=True)
    (found,) = by_id(standing(here), "head-log")
    assert found.state is State.WARNING


def test_notes_that_are_not_fetched_or_merged_are_told_for_each_remote(here: Repository) -> None:
    here.git.run("remote", "add", "origin", "https://example.com/a.git")
    assert [check.state for check in by_id(standing(here), "notes")] == [State.WARNING] * 2
    configure(here)
    here.git.run("remote", "add", "second", "https://example.com/b.git")
    (found,) = by_id(standing(here), "notes")
    assert (found.about, found.state) == ("second", State.WARNING)


def spooled(here: Repository, count: int, age: float = 0.0, tree: str = "main") -> Path:
    folder = here.common_dir / "answerable" / "capture" / tree
    (folder / "spool").mkdir(parents=True, exist_ok=True)
    for number in range(count):
        file = folder / "spool" / f"{number:012d}.json"
        file.write_bytes(b"{}")
        os.utime(file, (time.time() - age, time.time() - age))
    return folder


def test_events_that_wait_for_long_or_are_many_are_told(
    here: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spooled(here, 3)
    spooled(here, 2, age=3 * 86_400, tree="side")
    found = {check.about: check for check in by_id(places(here, tmp_path), "spool")}
    assert (found["main"].state, found["side"].state) == (State.OK, State.WARNING)
    assert "2 events wait, the oldest for 3 days" in found["side"].message
    monkeypatch.setattr(looks, "MOST_WAITING", 4)
    assert {check.about: check.state for check in by_id(places(here, tmp_path), "spool")}["main"] is State.FAULT


def test_what_the_git_hooks_could_not_start_and_the_ledger_did_not_take_is_told(
    here: Repository, tmp_path: Path
) -> None:
    folder = spooled(here, 0)
    (folder / "no-program").touch()
    (folder / "owed").touch()
    found = list(places(here, tmp_path))
    assert [check.state for check in by_id(found, "git-hooks")] == [State.FAULT]
    assert [check.state for check in by_id(found, "spool")] == [State.OK, State.WARNING]


def test_faults_of_a_week_are_told_with_the_last_and_older_ones_are_not(here: Repository, tmp_path: Path) -> None:
    state = tmp_path / "state"
    journal(os.fsencode(state), "a first fault")
    journal(os.fsencode(state), "a second fault")
    (found,) = by_id(places(here, state), "journal")
    assert (found.state, found.message) == (State.WARNING, "2 faults in a week, the last: a second fault")
    (found,) = by_id(places(here, state, now=time.time() + 8 * 86_400), "journal")
    assert found.state is State.OK


@given(st.binary(max_size=300))
def test_a_journal_of_any_bytes_is_read(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "journal"
        file.write_bytes(data + b'\n{"at": 1e400, "what": []}\n[]\n{"at":"x"}\n{"at":1,"what":"w"}\n')
        assert list(looks._rows(file))[-1] == (1e-9, "w")


def test_a_folder_that_cannot_be_written_is_told(
    here: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_only(**_: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(tempfile, "NamedTemporaryFile", read_only)
    (found,) = by_id(places(here, tmp_path), "writable")
    assert (found.state, found.message.endswith("Read-only file system")) == (State.FAULT, True)


@pytest.mark.parametrize(
    ("free", "files", "state"),
    [
        (1 << 40, 10**6, State.OK),
        (100 << 20, 10**6, State.WARNING),
        (1 << 20, 10**6, State.FAULT),
        (1 << 40, 3, State.FAULT),
    ],
)
def test_a_disk_that_is_full_or_nearly_is_told(
    here: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, files: int, state: State
) -> None:
    about = os.statvfs_result((4096, 4096, free // 4096, free // 4096, free // 4096, 10**6, files, files, 0, 255))
    monkeypatch.setattr(os, "statvfs", lambda _: about)
    (found,) = by_id(places(here, tmp_path), "room")
    assert found.state is state


def test_a_clock_that_went_back_is_told(here: Repository, tmp_path: Path) -> None:
    committed = int(here.git.run("log", "-1", "--format=%ct"))
    (found,) = by_id(places(here, tmp_path, now=committed - 3600), "clock")
    assert (found.state, "60 minutes behind" in found.message) == (State.WARNING, True)
    folder = spooled(here, 0)
    (folder / "sequence").touch()
    os.utime(folder / "sequence", (time.time() + 7200, time.time() + 7200))
    (found,) = by_id(places(here, tmp_path), "clock")
    assert found.state is State.WARNING
