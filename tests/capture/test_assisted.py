"""What hooks keep for a trailer: only edits that were made, under names that a trailer can hold, in bounded files."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.capture.recording import assisted
from answerable.capture.recording.place import Place, find
from capture.payloads import SAMPLES

PATHS: dict[str, str | None] = {"app.py": None}
EDIT = {"hook_event_name": "PostToolUse", "tool_name": "Edit", "session_id": "s"}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    subprocess.run(["git", "init", "-q", os.fspath(tmp_path)], check=True)
    found = find(os.fsencode(tmp_path.resolve()))
    assert found
    return found


def kept(place: Place) -> dict[str, list[str]]:
    """Paths by what the trailer would say."""
    folder = Path(os.fsdecode(place.folder)) / "assisted"
    rows = [file.read_text().splitlines() for file in sorted(folder.glob("*"))]
    return {value: paths for value, *paths in rows}


@pytest.mark.parametrize("name", SAMPLES)
def test_of_each_agents_payloads_those_after_an_edit_count(name: str, place: Place) -> None:
    """The samples are what stands before an edit; what comes after one differs by its event alone."""
    sample = SAMPLES[name].payload
    assisted.note(place, name, sample, PATHS)
    assert kept(place) == {}
    after = {_AFTER.get(key, key): _AFTER.get(value, value) if isinstance(value, str) else value
             for key, value in sample.items()}  # fmt: skip
    assisted.note(place, name, after | ({"toolResult": {}} if name == "copilot" else {}), PATHS)
    assert list(kept(place).values()) == [["app.py"]]


_AFTER = {
    "PreToolUse": "PostToolUse",
    "preToolUse": "postToolUse",
    "BeforeTool": "AfterTool",
    "pre_write_code": "post_write_code",
    "tool.execute.before": "tool.execute.after",
    "tool.call": "tool.result",
    "before": "after",
}


@pytest.mark.parametrize(
    ("said", "counts"),
    [
        ({}, True),
        ({"tool_name": "Write"}, True),
        ({"tool_name": "MultiEdit"}, True),
        ({"tool_name": "apply_patch"}, True),
        ({"tool_name": "mcp__files__write_file"}, True),
        ({"tool_name": "str_replace_editor"}, True),
        ({"tool_name": "Read"}, False),
        ({"tool_name": "Bash"}, False),
        ({"tool_name": "TodoWrite"}, False),
        ({"tool_name": "NotebookRead"}, False),
        ({"tool_name": "mcp__edits__list"}, False),
        ({"hook_event_name": "PreToolUse"}, False),
        ({"hook_event_name": "PostToolUseFailure"}, False),
        ({"hook_event_name": "SessionStart"}, False),
        ({"hook_event_name": "afterFileEdit", "tool_name": None, "cursor_version": "3"}, True),
        ({"hook_event_name": None, "event": "after", "kind": "write", "tool_name": "anything"}, True),
        ({"tool_name": 7}, False),
        ({"hook_event_name": ["PostToolUse"]}, False),
    ],
)
def test_only_an_edit_that_was_made_counts(place: Place, said: dict[str, object], counts: bool) -> None:
    assisted.note(place, "claude-code", {**EDIT, **said}, PATHS)
    assert bool(kept(place)) is counts


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ({"model": "opus-5"}, "claude-code:opus-5"),
        ({"model": {"slug": "anthropic/opus:beta", "provider": "x"}}, "claude-code:anthropic/opus:beta"),
        ({"model_name": "GPT-5.6"}, "claude-code:GPT-5.6"),
        ({"model": "<synthetic>"}, "claude-code"),
        ({"model": "two\nlines"}, "claude-code"),
        ({"model": "x" * 101}, "claude-code"),
        ({"model": "", "cursor_version": "3"}, "cursor"),
        ({"transcript_path": "/home/ada/.copilot/x.jsonl"}, "copilot"),
    ],
)
def test_the_name_is_one_that_a_trailer_can_hold(place: Place, said: dict[str, object], value: str) -> None:
    assisted.note(place, "claude-code", {**EDIT, **said}, PATHS)
    assert kept(place) == {value: ["app.py"]}


def test_the_model_is_remembered_from_the_beginning_of_a_session(place: Place) -> None:
    assisted.note(place, "claude-code", {"hook_event_name": "SessionStart", "session_id": "s", "model": "opus-5"}, {})
    assisted.note(place, "claude-code", EDIT, PATHS)
    assisted.note(place, "claude-code", {**EDIT, "session_id": "another"}, PATHS)
    assert kept(place) == {"claude-code:opus-5": ["app.py"], "claude-code": ["app.py"]}


def test_the_model_is_read_from_the_end_of_a_transcript_and_from_nothing_else(place: Place, tmp_path: Path) -> None:
    transcript = tmp_path / "x.jsonl"
    rows = ['{"message":{"model":"opus-4"}}', '{"message":{"model":"opus-5"}}', '{"message":{"model":"<synthetic>"}}']
    transcript.write_text("\n".join(rows) + "\n" + "x" * 1000)
    assisted.note(place, "claude-code", {**EDIT, "transcript_path": os.fspath(transcript)}, PATHS)
    assert list(kept(place)) == ["claude-code:opus-5"]
    for other in (tmp_path, tmp_path / "none", Path("/dev/zero"), tmp_path / "pipe"):
        if other.name == "pipe":
            os.mkfifo(other)
        assisted.note(place, "codex", {**EDIT, "session_id": other.name, "transcript_path": os.fspath(other)}, PATHS)
    assert list(kept(place)) == ["claude-code:opus-5", "codex"]


def test_a_path_is_kept_once_and_the_file_is_bounded(place: Place) -> None:
    for _ in range(3):
        assisted.note(place, "claude-code", EDIT, {"app.py": None, "two\nlines.py": None, "größe.py": None})
    assert kept(place) == {"claude-code": ["app.py", "größe.py"]}
    for number in range(400):
        assisted.note(place, "claude-code", EDIT, {f"{'long/' * 60}{number}.py": None})
    [file] = (Path(os.fsdecode(place.folder)) / "assisted").glob("*")
    assert file.stat().st_size <= 64 << 10


def test_names_cannot_lead_out_of_the_folder(place: Place) -> None:
    for name in ("../../config", ".", "", "/etc/x", "a/b"):
        assisted.note(place, name, {**EDIT, "session_id": name, "model": "m/../.."}, PATHS)
    inside = {path.name for path in Path(os.fsdecode(place.folder)).iterdir()}
    assert inside == {"assisted", "models"}
    assert "\n" not in (Path(os.fsdecode(place.git)) / "config").read_text().splitlines()[0]


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=10,
)
_KEYS = st.sampled_from(
    ["hook_event_name", "tool_name", "toolName", "model", "session_id", "transcript_path", "postToolUse", "kind",
     "agent", "event", "cursor_version", "model_name"]
)  # fmt: skip


@given(st.dictionaries(_KEYS, _VALUES | st.sampled_from(["PostToolUse", "Edit", "after"]), max_size=8))
def test_any_payload_is_taken_or_passed_over(payload: dict[str, object]) -> None:
    json.dumps(payload)
    place = Place(b"/nowhere", b"/proc/nowhere/.git", b"/proc/nowhere/.git", b"main")
    assisted.note(place, "generic", payload, PATHS)
