"""What the recorder is given is broken or missing: no edit fails, and nobody is named who may not have written it.

A line that nobody can know of is `unknown`: an agent's line is never told as a person's because its hook saw nothing.
"""

from __future__ import annotations

import errno
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from answerable.capture import hook
from answerable.capture.recording.snapshots import MOST_BYTES
from capture.claude import payload
from e2e.agents import Agent
from e2e.working import Desk

AI = "ai recorded claude-code"
HUMAN = "human recorded"
UNKNOWN = "unknown none"
READ = os.read
SECRET = "canary-outside-7f3a"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A file that is known: an agent wrote it, and Ada committed it."""
    made = Desk(tmp_path / "repo")
    made.types("README", "read me\n")
    made.commit("Begin")
    made.writes("a.py", "one = 1\ntwo = 2\n")
    made.commit()
    made.drain()
    assert made.origins("a.py") == [AI, AI]
    return made


def fires(desk: Desk, data: bytes, *, host: str = "claude-code", **how: Any) -> None:
    """The hook gets bytes; it says nothing, and ends well."""
    command = [sys.executable, "-S", "-I", str(hook.__file__), host]
    given = {"cwd": desk.root} | how
    done = subprocess.run(command, input=data, capture_output=True, check=False, **given)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def before(desk: Desk, path: str, text: str) -> bytes:
    desk.calls += 1
    call = f"call-{desk.calls}"
    return payload(desk.root, "PreToolUse", "Write", str(desk.root / path), content=text, call=call)


def stored(desk: Desk) -> bytes:
    """All that is below .git, objects unpacked."""
    files = b"".join(path.read_bytes() for path in sorted((desk.root / ".git").rglob("*")) if path.is_file())
    every = ["git", "cat-file", "--batch-all-objects", "--batch", "--unordered"]
    return files + subprocess.run(every, cwd=desk.root, capture_output=True, check=True).stdout


# --- payloads


BROKEN = [
    b"",
    b"{",
    b"null",
    b"[1]",
    b'"text"',
    b"\xff\xfe\x00{",
    b'{"hook_event_name": "PostToolUse", "tool_name": 7, "tool_input": [[[]]]}',
    b"[" * 100_000,
    b'{"a": ' * 5_000,
    b'{"session_id": "' + b"x" * (17 << 20) + b'"}',
]


@pytest.mark.parametrize("data", BROKEN, ids=[str(number) for number in range(len(BROKEN))])
def test_lines_that_came_in_while_payloads_were_broken_are_nobodys(desk: Desk, data: bytes) -> None:
    fires(desk, data)
    desk.types("a.py", "one = 1\ntwo = 2\nthree = 3\n")
    fires(desk, data)
    desk.commit()
    desk.drain()
    assert desk.origins("a.py") == [AI, AI, UNKNOWN]


def test_control_characters_in_a_payload_are_survived(desk: Desk) -> None:
    raw = before(desk, "b.py", "x = 1\n").replace(b'"session_id"', b'"note": "\x01\x02\t\x1b[2J", "session_id"')
    fires(desk, raw)
    desk.types("b.py", "x = 1\n")
    fires(desk, raw.replace(b"PreToolUse", b"PostToolUse"))
    desk.commit()
    desk.drain()
    assert desk.origins("b.py") == [AI]


def test_an_event_that_nobody_can_understand_stops_no_other(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from answerable.capture.replay import Replay

    feed = Replay.feed

    def fails(self: Replay, event: Any) -> None:
        feed(self, event)
        if event.session == "odd":
            raise ZeroDivisionError

    monkeypatch.setattr(Replay, "feed", fails)
    desk.writes("a.py", "one = 1\ntwo = 2\nthree = 3\n", session="odd")
    desk.types("a.py", "one = 1\ntwo = 2\nthree = 3\nfour = 4\n")
    desk.writes("b.py", "y = 1\n")
    desk.commit()
    assert desk.drain().damaged == 2
    assert desk.origins("a.py")[3] == UNKNOWN
    assert desk.origins("b.py") == [AI]
    assert "ZeroDivisionError" in (desk.root / ".git/answerable/capture/main/journal").read_text()


@pytest.mark.parametrize("text", ["x = '\\ud800'\\n", "\\udcff\\n", "\\u0000\\n", "a\\u2028b\\n"])
@pytest.mark.parametrize("key", ["content", "session_id", "tool_use_id", "file_path"])
def test_text_that_is_no_text_stops_no_drain(desk: Desk, key: str, text: str) -> None:
    said = json.loads(before(desk, "a.py", "one = 1\ntwo = 2\nx = 1\n"))
    value = json.loads(f'"{text}"')
    if key in ("content", "file_path"):
        said["tool_input"][key] = value if key == "content" else str(desk.root / "a.py") + value
    else:
        said[key] = value
    fires(desk, json.dumps(said).encode())
    desk.types("a.py", "one = 1\ntwo = 2\nx = 1\n")
    fires(desk, json.dumps(said | {"hook_event_name": "PostToolUse"}).encode())
    desk.commit()
    desk.drain()
    assert key == "file_path" or desk.origins("a.py")[2] in (AI, UNKNOWN)
    desk.writes("b.py", "y = 1\n")
    desk.commit()
    desk.drain()
    assert desk.origins("b.py") == [AI]


def test_a_payload_of_another_agent_than_the_hook_is_installed_for_names_its_own(desk: Desk) -> None:
    agent = Agent(desk.root, "gemini-cli")
    agent.host = "claude-code"
    agent.writes("b.py", "x = 1\n")
    desk.commit()
    desk.drain()
    assert desk.origins("b.py") == ["ai recorded gemini-cli"]


def test_a_payload_that_is_never_ended_holds_up_no_edit(desk: Desk) -> None:
    raw = before(desk, "b.py", "x = 1\n")
    command = [sys.executable, "-S", "-I", str(hook.__file__), "claude-code"]
    process = subprocess.Popen(command, cwd=desk.root, stdin=subprocess.PIPE)
    assert process.stdin
    process.stdin.write(raw)
    process.stdin.flush()
    assert process.wait(30) == 0
    process.stdin.close()
    desk.types("b.py", "x = 1\n")
    fires(desk, raw.replace(b"PreToolUse", b"PostToolUse"))
    desk.commit()
    desk.drain()
    assert desk.origins("b.py") == [AI]


# --- paths


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "../outside", "sub/../../outside", ".git/config", "~/outside", "a\0b", "a\0b/c"]
)
def test_what_is_outside_of_the_repository_is_not_looked_at(desk: Desk, path: str) -> None:
    (desk.root.parent / "outside").write_text(SECRET)
    (desk.root / "sub").mkdir()
    raw = json.loads(before(desk, "b.py", "x"))
    raw["tool_input"]["file_path"] = path
    fires(desk, json.dumps(raw).encode())
    desk.types("b.py", "x = 1\n")
    desk.commit()
    desk.drain()
    assert SECRET.encode() not in stored(desk)
    assert b"root:" not in stored(desk)
    assert desk.origins("b.py") != [AI]


def test_a_link_out_of_the_repository_is_not_followed(desk: Desk) -> None:
    (desk.root.parent / "outside").mkdir()
    (desk.root.parent / "outside" / "key").write_text(SECRET)
    (desk.root / "file").symlink_to(desk.root.parent / "outside" / "key")
    (desk.root / "folder").symlink_to(desk.root.parent / "outside")
    for path in ("file", "folder/key", "folder/../file", "sub/../file"):
        fires(desk, before(desk, path, "x"))
    desk.commit()
    desk.drain()
    assert SECRET.encode() not in stored(desk)


def test_a_file_that_becomes_a_link_and_back_is_not_a_persons(desk: Desk) -> None:
    outside = desk.root.parent / "outside"
    outside.write_text("one = 1\ntwo = 2\nthree = 3\n")
    raw = before(desk, "a.py", "x")
    (desk.root / "a.py").unlink()
    (desk.root / "a.py").symlink_to(outside)
    fires(desk, raw)
    (desk.root / "a.py").unlink()
    shutil.copyfile(outside, desk.root / "a.py")
    desk.commit()
    desk.drain()
    assert desk.origins("a.py") == [AI, AI, UNKNOWN]


def test_an_agent_that_writes_through_a_link_inside_is_not_told_as_a_person(desk: Desk) -> None:
    (desk.root / "link.py").symlink_to("a.py")
    raw = before(desk, "link.py", "one = 1\ntwo = 2\nthree = 3\n")
    fires(desk, raw)
    desk.types("a.py", "one = 1\ntwo = 2\nthree = 3\n")
    fires(desk, raw.replace(b"PreToolUse", b"PostToolUse"))
    desk.commit()
    desk.drain()
    assert desk.origins("a.py")[2] in (AI, UNKNOWN)


@pytest.mark.parametrize("name", ["a b.py", "\u00fc.py", "-rf", "a\tb", "a\\b", '"q".py', "\udcff.py", ":(top)x"])
def test_a_name_of_any_bytes_is_one_file(desk: Desk, name: str) -> None:
    full = desk.root / name
    raw = json.loads(before(desk, "b.py", "x = 1\n"))
    raw["tool_input"]["file_path"] = str(full)
    fires(desk, json.dumps(raw).encode())
    full.write_bytes(b"x = 1\n")
    fires(desk, json.dumps(raw | {"hook_event_name": "PostToolUse"}).encode())
    desk.commit()
    drained = desk.drain()
    (told,) = drained.commits.values()
    assert list(told) == [os.fsencode(name)]


def test_a_rename_of_case_alone_keeps_who_wrote_the_lines(desk: Desk) -> None:
    desk.git("mv", "a.py", "A.py")
    desk.commit()
    desk.writes("A.py", "one = 1\ntwo = 2\nthree = 3\n")
    desk.commit()
    desk.drain()
    assert desk.origins("A.py") == [AI, AI, AI]


# --- contents


def test_lines_of_a_file_that_was_binary_or_too_large_to_look_at_are_nobodys(desk: Desk) -> None:
    large = "x" * (MOST_BYTES + 1)
    for text in ("one = 1\ntwo = 2\nthree = 3\n\0", f"one = 1\ntwo = 2\nthree = 3\n{large}"):
        raw = before(desk, "a.py", "")
        fires(desk, raw)
        desk.types("a.py", text)
        fires(desk, raw.replace(b"PreToolUse", b"PostToolUse"))
    desk.types("a.py", "one = 1\ntwo = 2\nthree = 3\n")
    desk.commit()
    desk.drain()
    assert desk.origins("a.py") == [AI, AI, UNKNOWN]


@pytest.mark.parametrize(
    ("written", "lines"),
    [
        (b"x = 1\r\ny = 2\r\n", 2),
        (b"x = 1\r\ny = 2\n", 2),
        (b"x = 1\ny = 2", 2),
        (b"x = 1\r\ny = 2\r", 2),
        ("x = 'sch\u00f6n'\n".encode("latin-1"), 1),
        ("x = 'sch\u00f6n'\n".encode(), 1),
        (b"\xef\xbb\xbfx = 1\n", 1),
        (b"\xff\xfe\x80\n\xc3\x28\n", 2),
        (b"\x1b[2J\x0c\x0b\n\x85\xa0\n", 2),
        ("x\u2028y\u2029z\n".encode(), 1),
    ],
    ids=[
        "crlf",
        "mixed ends",
        "no last end",
        "a cr alone",
        "latin-1",
        "utf-8",
        "mark",
        "no text",
        "controls",
        "separators",
    ],
)
def test_any_line_ends_and_encodings_keep_who_wrote_them(desk: Desk, written: bytes, lines: int) -> None:
    raw = before(desk, "b.py", written.decode("utf-8", "replace"))
    fires(desk, raw)
    (desk.root / "b.py").write_bytes(written)
    fires(desk, raw.replace(b"PreToolUse", b"PostToolUse"))
    desk.git("-c", "core.autocrlf=false", "add", "-A")
    desk.git("commit", "-qm", "Add")
    desk.drain()
    assert len(desk.origins("b.py")) == lines
    assert HUMAN not in desk.origins("b.py")
    (desk.root / "b.py").write_bytes(written.removesuffix(b"\n") + b"\nada = 1\n")
    desk.commit()
    desk.drain()
    assert AI not in desk.origins("b.py")[-1:]


def test_git_that_changes_line_ends_makes_no_line_a_persons(desk: Desk) -> None:
    desk.git("config", "core.autocrlf", "true")
    raw = before(desk, "b.py", "x = 1\r\ny = 2\r\n")
    fires(desk, raw)
    (desk.root / "b.py").write_bytes(b"x = 1\r\ny = 2\r\n")
    fires(desk, raw.replace(b"PreToolUse", b"PostToolUse"))
    desk.commit()
    desk.drain()
    assert set(desk.origins("b.py")) <= {AI, UNKNOWN}


# --- the machine


def test_lines_that_came_in_while_git_could_not_be_written_are_nobodys(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The superuser may write anywhere, so what cannot be written is told by the calls themselves."""
    raw = before(desk, "a.py", "one = 1\ntwo = 2\nthree = 3\n")
    with monkeypatch.context() as patched:
        patched.chdir(desk.root)
        for name in ("open", "rename", "makedirs"):
            patched.setattr(os, name, read_only(getattr(os, name), os.fsencode(desk.root / ".git")))
        in_process(raw, patched)
        desk.types("a.py", "one = 1\ntwo = 2\nthree = 3\n")
        in_process(raw.replace(b"PreToolUse", b"PostToolUse"), patched)
    desk.types("README", "read me\nby Ada\n")
    desk.commit()
    desk.drain()
    assert desk.origins("a.py") == [AI, AI, UNKNOWN]
    assert desk.origins("README")[1] == UNKNOWN
    desk.edits("a.py", "two = 2", "two = 3")
    desk.types("a.py", "one = 1\ntwo = 3\nthree = 3\nfour = 4\n")
    desk.commit()
    desk.drain()
    assert desk.origins("a.py") == [AI, AI, UNKNOWN, HUMAN], "once it was seen again it is known again"


def read_only(call: Callable[..., Any], below: bytes) -> Callable[..., Any]:
    """A call that may write nothing below a folder."""

    def refused(path: Any, *given: Any, **more: Any) -> Any:
        writes = call.__name__ != "open" or (given and given[0] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
        if writes and os.fsencode(path).startswith(below):
            raise OSError(errno.EROFS, "read-only file system")
        return call(path, *given, **more)

    return refused


def in_process(data: bytes, patched: pytest.MonkeyPatch) -> None:
    """The hook as it runs, but in this process."""
    from answerable.capture.recording.hook import main

    left = [data]
    patched.setattr(
        os, "read", lambda number, size: (left.pop() if left else b"") if number == 0 else READ(number, size)
    )
    assert main(["claude-code"]) == 0


def full_disk() -> None:
    """In the new process: nothing longer than the count of events can be written."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20, 20))


def test_lines_that_came_in_while_the_disk_was_full_are_nobodys(desk: Desk) -> None:
    raw = before(desk, "a.py", "one = 1\ntwo = 2\nthree = 3\n")
    fires(desk, raw, preexec_fn=full_disk)
    desk.types("a.py", "one = 1\ntwo = 2\nthree = 3\n")
    fires(desk, raw.replace(b"PreToolUse", b"PostToolUse"), preexec_fn=full_disk)
    desk.types("a.py", "one = 1\ntwo = 2\nthree = 3\nfour = 4\n")
    desk.commit()
    desk.drain()
    assert desk.origins("a.py") == [AI, AI, UNKNOWN, UNKNOWN]


def test_a_drain_on_a_full_disk_loses_nothing(desk: Desk) -> None:
    desk.writes("b.py", "x = 1\n")
    sha = desk.commit()
    script = (
        "import sys; from pathlib import Path; from answerable.capture.drain import drain; "
        "from answerable.git.repository import Repository\nwith Repository(Path(sys.argv[1])) as r: drain(r)"
    )
    command = [sys.executable, "-c", script, str(desk.root)]
    subprocess.run(command, capture_output=True, check=False, preexec_fn=full_disk)
    assert sha
    desk.drain()
    assert desk.origins("b.py") == [AI]


@pytest.mark.parametrize("jump", [-10 * 86400, 10 * 86400, -(2**31)], ids=["ten days back", "ten days on", "to 1958"])
def test_a_clock_that_jumps_names_nobody_who_may_not_have_written_a_line(
    desk: Desk, jump: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    import time

    from answerable.capture.recording.hook import record

    real = time.time_ns
    raw = before(desk, "a.py", "one = 1\ntwo = 2\nthree = 3\n")
    record("claude-code", raw, os.fsencode(desk.root))
    desk.types("a.py", "one = 1\ntwo = 2\nthree = 3\n")
    monkeypatch.setattr(time, "time_ns", lambda: max(0, real() + jump * 10**9))
    record("claude-code", raw.replace(b"PreToolUse", b"PostToolUse"), os.fsencode(desk.root))
    monkeypatch.setattr(time, "time_ns", real)
    desk.commit()
    desk.drain()
    assert desk.origins("a.py")[:2] == [AI, AI]
    assert desk.origins("a.py")[2] in (AI, UNKNOWN)


def test_lines_of_an_agent_that_died_in_the_middle_are_nobodys(desk: Desk) -> None:
    fires(desk, before(desk, "a.py", "one = 1\ntwo = 2\nthree = 3\n"))
    desk.types("a.py", "one = 1\nthr")
    desk.types("a.py", "one = 1\ntwo = 2\nfour = 4\n")
    desk.commit()
    desk.drain()
    assert desk.origins("a.py") == [AI, AI, UNKNOWN]


def test_hooks_that_are_killed_leave_no_half_event_and_name_nobody(desk: Desk) -> None:
    raw = before(desk, "a.py", "one = 1\ntwo = 2\nthree = 3\n")
    command = [sys.executable, "-S", "-I", str(hook.__file__), "claude-code"]
    for _ in range(5):
        process = subprocess.Popen(command, cwd=desk.root, stdin=subprocess.PIPE)
        assert process.stdin
        process.stdin.write(raw)
        process.stdin.close()
        process.kill()
        process.wait()
    desk.types("a.py", "one = 1\ntwo = 2\nthree = 3\n")
    fires(desk, raw.replace(b"PreToolUse", b"PostToolUse"))
    desk.commit()
    assert desk.drain().damaged == 0
    assert desk.origins("a.py")[2] in (AI, UNKNOWN)


# --- what lies in the repository


def damaged(name: str) -> Callable[[Path], None]:
    def link(at: Path) -> None:
        shutil.rmtree(at) if at.is_dir() else at.unlink(missing_ok=True)
        target = at.parent / "elsewhere"
        target.mkdir(exist_ok=True)
        at.symlink_to(target)

    return {
        "link": link,
        "file": lambda at: (shutil.rmtree(at) if at.is_dir() else at.unlink(missing_ok=True), at.write_text("x"))[-1],
        "gone": lambda at: shutil.rmtree(at) if at.is_dir() else at.unlink(missing_ok=True),
    }[name]  # type: ignore[return-value]


@pytest.mark.parametrize("how", ["link", "file", "gone"])
@pytest.mark.parametrize("what", ["spool", "snapshots", "sequence", "state.json", "watched"])
def test_state_that_somebody_damaged_breaks_nothing_and_makes_nobody_a_persons(desk: Desk, what: str, how: str) -> None:
    at = desk.root / ".git" / "answerable" / "capture" / "main" / what
    damaged(how)(at)
    desk.writes("a.py", "one = 1\ntwo = 2\nthree = 3\n")
    desk.commit()
    try:
        desk.drain()
    except OSError:
        damaged("gone")(at) if not at.is_symlink() else at.unlink()
        desk.drain()
    assert desk.origins("a.py")[:2] == [AI, AI]
    assert desk.origins("a.py")[2] != HUMAN
