"""Whatever stands in the files that capture keeps for itself is read, or told to be none: no reader fails otherwise."""

from __future__ import annotations

import copy
import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.capture import lost, reflog, saved
from answerable.capture.carry import pairs
from answerable.capture.event import Damaged, Event, read
from answerable.capture.recording.hook import record
from answerable.capture.replay import Sources
from capture.payloads import SAMPLES
from e2e.working import Desk

NOTHING = Sources(content=lambda _: b"x = 1\n", base=lambda _, __: None, restored=lambda _, __: False)
_VALUES = st.sampled_from(
    [None, True, -1, 0, 2**70, 1.5, "", "x", "\0", "..", [], [[]], {}, {"x": 1}, [None], "9" * 5000]
)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """An event and a state as they are."""
    desk = Desk(tmp_path_factory.mktemp("damaged") / "repo")
    desk.types("README", "read me\n")
    desk.commit()
    desk.writes("a.py", "one = 1\n")
    desk.commit()
    desk.drain()
    said = {
        "session_id": "s", "cwd": str(desk.root), "hook_event_name": "PreToolUse", "tool_name": "Edit",
        "tool_input": {"file_path": "a.py", "old_string": "one", "new_string": "two"}, "tool_use_id": "c",
    }  # fmt: skip
    record("claude-code", json.dumps(said).encode(), os.fsencode(desk.root))
    folder = desk.root / ".git" / "answerable" / "capture" / "main"
    (event,) = (folder / "spool").glob("*.json")
    return {"event": json.loads(event.read_bytes()), "state": json.loads((folder / "state.json").read_bytes())}


def places(value: Any, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to each value within."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [(*above, key) for key, _ in inner] + [at for key, item in inner for at in places(item, (*above, key))]


@st.composite
def damage(draw: st.DrawFn) -> list[tuple[int, Any, bool]]:
    return draw(st.lists(st.tuples(st.integers(0, 10_000), _VALUES, st.booleans()), min_size=1, max_size=3))


def damaged(whole: Any, how: list[tuple[int, Any, bool]]) -> Any:
    found = copy.deepcopy(whole)
    for number, value, gone in how:
        all_places = places(found)
        if not all_places:
            continue
        *way, last = all_places[number % len(all_places)]
        inner = found
        for key in way:
            inner = inner[key]
        if gone:
            del inner[last]
        else:
            inner[last] = copy.deepcopy(value)
    return found


@given(how=damage())
def test_an_event_is_one_or_says_that_it_is_none(files: dict[str, Any], how: list[tuple[int, Any, bool]]) -> None:
    data = json.dumps(damaged(files["event"], how)).encode()
    try:
        found = read(data, b"/repo")
    except Damaged:
        return
    assert isinstance(found, Event)
    assert all(not seen.path.startswith((b"/", b"../")) for seen in found.paths)


@given(how=damage())
def test_a_state_is_one_or_none(files: dict[str, Any], how: list[tuple[int, Any, bool]], tmp_path: Path) -> None:
    (tmp_path / "state.json").write_text(json.dumps(damaged(files["state"], how)))
    found = saved.load(tmp_path / "state.json", NOTHING)
    if found is not None:
        assert saved.save(tmp_path / "again.json", found, {})


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_told_to_be_none(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "logs").mkdir(exist_ok=True)
    for name in ("state.json", "rewritten", "logs/HEAD"):
        (tmp_path / name).write_bytes(data)
    with pytest.raises(Damaged):
        read(data, b"/repo")
    assert saved.load(tmp_path / "state.json", NOTHING) is None
    assert pairs.read(tmp_path) == []
    assert reflog.read(tmp_path) == []


@given(st.binary(max_size=300), st.integers(-5, 10_000))
def test_any_notes_on_lost_events_are_read(tmp_path: Path, data: bytes, begins: int) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("XDG_STATE_HOME", str(tmp_path))
        (tmp_path / "answerable").mkdir(exist_ok=True)
        row = json.dumps({"at": 7, "below": "/repo"}).encode() + b"\n"
        (tmp_path / "answerable" / "lost").write_bytes(data + b"\n" + row)
        moments, read_to = lost.since(Path("/repo"), max(begins, 0))
        assert set(moments) <= {7}
        assert lost.since(Path("/repo"), 0)[0][-1:] == [7]
        assert lost.since(Path("/repo"), lost.since(Path("/repo"), 0)[1])[0] == []
        assert read_to >= 0


def test_what_was_lost_elsewhere_is_not_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from answerable.capture.recording.spool import lost as note

    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    note(b"/other\xff")
    note(b"/repo")
    assert len(lost.since(Path("/repo"), 0)[0]) == 1
    assert len(lost.since(Path(os.fsdecode(b"/other\xff")), 0)[0]) == 1
    (tmp_path / "answerable" / "lost").unlink()
    assert lost.since(Path("/repo"), 500) == ([], 500)


@given(name=st.sampled_from(sorted(SAMPLES)), how=damage())
def test_a_payload_with_anything_in_any_place_is_taken_in(
    name: str, how: list[tuple[int, Any, bool]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    desk = _desk(tmp_path_factory)
    whole = json.loads(json.dumps(SAMPLES[name].payload).replace("/".join(("", "home", "user")), str(desk.root)))
    for said in (damaged(whole, how), whole):
        with suppress(ValueError):  # then it is counted as missing
            record(name, json.dumps(said).encode(), os.fsencode(desk.root))
    desk.drain()
    journal = desk.root / ".git" / "answerable" / "capture" / "main" / "journal"
    told = journal.read_text() if journal.exists() else ""
    assert "Error:" not in told, "what is wrong with a payload is said, and is no fault of ours"


_DESKS: list[Desk] = []


def _desk(folders: pytest.TempPathFactory) -> Desk:
    """One for all: a repository is slow to make."""
    if not _DESKS:
        desk = Desk(folders.mktemp("payloads") / "repo")
        desk.types("README", "read me\n")
        desk.commit()
        _DESKS.append(desk)
    return _DESKS[0]
