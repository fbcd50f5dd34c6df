"""What the recorder is given is broken or missing: no edit fails, and nobody is named who may not have written it.

A line that nobody can know of is `unknown`: an agent's line is never told as a person's because its hook saw nothing.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from answerable.capture.recording.snapshots import MOST_BYTES
from attacks.recorder import AI, HOOK, HUMAN, UNKNOWN, after, before, fires, known
from e2e.agents import Agent
from e2e.working import Desk

SECRET = "canary-outside-7f3a"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return known(tmp_path)


def stored(desk: Desk) -> bytes:
    """All that is below .git, objects unpacked."""
    files = b"".join(path.read_bytes() for path in sorted((desk.root / ".git").rglob("*")) if path.is_file())
    every = ["git", "cat-file", "--batch-all-objects", "--batch", "--unordered"]
    return files + subprocess.run(every, cwd=desk.root, capture_output=True, check=True).stdout


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
    fires(desk, after(raw))
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
    process = subprocess.Popen(HOOK, cwd=desk.root, stdin=subprocess.PIPE)
    assert process.stdin
    process.stdin.write(raw)
    process.stdin.flush()
    assert process.wait(30) == 0
    process.stdin.close()
    desk.types("b.py", "x = 1\n")
    fires(desk, after(raw))
    desk.commit()
    desk.drain()
    assert desk.origins("b.py") == [AI]


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
    fires(desk, after(raw))
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


def test_lines_of_a_file_that_was_binary_or_too_large_to_look_at_are_nobodys(desk: Desk) -> None:
    large = "x" * (MOST_BYTES + 1)
    for text in ("one = 1\ntwo = 2\nthree = 3\n\0", f"one = 1\ntwo = 2\nthree = 3\n{large}"):
        raw = before(desk, "a.py", "")
        fires(desk, raw)
        desk.types("a.py", text)
        fires(desk, after(raw))
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
    fires(desk, after(raw))
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
    fires(desk, after(raw))
    desk.commit()
    desk.drain()
    assert set(desk.origins("b.py")) <= {AI, UNKNOWN}
