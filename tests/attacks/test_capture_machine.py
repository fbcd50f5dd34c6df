"""The machine fails the recorder: no edit fails with it, and nobody is named who may not have written a line.

The disk is full, git's folder may only be read, clocks jump, agents and hooks die, and files of the state are damaged.
"""

from __future__ import annotations

import errno
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

from attacks.recorder import AI, HOOK, HUMAN, UNKNOWN, after, before, fires, known
from e2e.working import Desk

READ = os.read


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return known(tmp_path)


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
        in_process(after(raw), patched)
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
    fires(desk, after(raw), preexec_fn=full_disk)
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
    record("claude-code", after(raw), os.fsencode(desk.root))
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
    for _ in range(5):
        process = subprocess.Popen(HOOK, cwd=desk.root, stdin=subprocess.PIPE)
        assert process.stdin
        process.stdin.write(raw)
        process.stdin.close()
        process.kill()
        process.wait()
    desk.types("a.py", "one = 1\ntwo = 2\nthree = 3\n")
    fires(desk, after(raw))
    desk.commit()
    assert desk.drain().damaged == 0
    assert desk.origins("a.py")[2] in (AI, UNKNOWN)


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
