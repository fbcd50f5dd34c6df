"""How a call was let through: modes and telemetry, of which the weaker holds."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.capture.acceptance import Accepted, of
from answerable.capture.calls import KEPT, MOST, Call, Calls
from answerable.capture.event import Event, Kind
from answerable.capture.late import LONGEST, MOST_COMMITS, MOST_ROWS, Late, forget, read, remember, rows, traces
from answerable.capture.off import looked, was_off
from answerable.capture.otlp_store import Decided, Decisions, file_call
from answerable.capture.payload.model import Kind as Act
from answerable.capture.rows import Row
from answerable.domain.acceptance import How

HEAD = "c" * 40
ORDER = [How.UNKNOWN, How.AUTOMATIC, How.STANDING_GRANT, How.HUMAN_EXPLICIT]


def call(mode: str | None = None, act: Act = Act.EDIT, **more: object) -> Call:
    said = {"trace": "t", "agent": "claude-code", "session": "s", "call": "c", "digest": None, "head": HEAD, "at": 7}
    return Call(**(said | {"act": act, "permission": mode} | more))  # type: ignore[arg-type]


def told(
    path: Path, *decided: tuple[str, How, str], agent: str = "claude-code", modified: bool | None = None
) -> Decisions:
    with Decisions(path / "store.sqlite", write=True) as store:
        store.add(
            Decided(how=how, source=source, at=9, agent=agent, session="s", call=name, modified=modified)
            for name, how, source in decided
        )
    return Decisions(path / "store.sqlite")


@pytest.mark.parametrize(
    ("mode", "act", "how"),
    [
        (None, Act.EDIT, How.UNKNOWN),
        ("default", Act.EDIT, How.UNKNOWN),
        ("plan", Act.EDIT, How.UNKNOWN),
        ("bypassPermissions", Act.EDIT, How.AUTOMATIC),
        ("bypassPermissions", Act.SHELL, How.AUTOMATIC),
        ("bypass_permissions", Act.SHELL, How.AUTOMATIC),
        ("auto", Act.EDIT, How.AUTOMATIC),
        ("dontAsk", Act.EDIT, How.AUTOMATIC),
        ("acceptEdits", Act.EDIT, How.STANDING_GRANT),
        ("acceptEdits", Act.WRITE, How.STANDING_GRANT),
        ("acceptEdits", Act.SHELL, How.UNKNOWN),
        ("acceptEdits", Act.OTHER, How.UNKNOWN),
        ("human_explicit", Act.EDIT, How.UNKNOWN),
        ("\nbypassPermissions\x00", Act.EDIT, How.AUTOMATIC),
        ("x" * 500, Act.EDIT, How.UNKNOWN),
    ],
)
def test_what_a_mode_alone_says(mode: str | None, act: Act, how: How) -> None:
    found = of(call(mode, act))
    assert found.how is how
    assert (found.source is None) == (mode is None)
    assert found.source is None or (found.source.isprintable() and len(found.source) < 200)


@given(mode=st.text(max_size=40), act=st.sampled_from(Act))
def test_no_mode_makes_an_act_of_a_person_of_it(mode: str, act: Act) -> None:
    assert of(call(mode, act)).how not in (How.HUMAN_EXPLICIT, How.HUMAN_REJECT)


@pytest.mark.parametrize("mode", ["default", "acceptEdits", "bypassPermissions"])
@pytest.mark.parametrize("how", list(How))
def test_what_telemetry_says_is_never_made_more_of(tmp_path: Path, how: How, mode: str) -> None:
    with told(tmp_path, ("c", how, "raw")) as telemetry:
        found, alone = of(call(mode), b"", telemetry), of(call(mode))
    assert found.source == f"raw; permission_mode:{mode}"
    assert found.at == 9
    if How.HUMAN_REJECT is how:
        assert found.how is (how if alone.how is How.UNKNOWN else How.UNKNOWN)
    else:
        assert ORDER.index(found.how) <= ORDER.index(how)
        assert alone.how is How.UNKNOWN or ORDER.index(found.how) <= ORDER.index(alone.how)


def test_another_call_session_or_agent_is_not_this_one(tmp_path: Path) -> None:
    with told(tmp_path, ("c", How.HUMAN_EXPLICIT, "raw")) as telemetry:
        for other in ({"call": "d"}, {"session": "t"}, {"agent": "codex"}, {"call": None}, {"session": None}):
            assert of(call(**other), b"", telemetry).how is How.UNKNOWN


def test_a_call_without_an_id_is_found_by_what_it_was_given(tmp_path: Path) -> None:
    with told(tmp_path, ("sha256:abc", How.AUTOMATIC, "raw")) as telemetry:
        assert of(call(call=None, digest="sha256:abc"), b"", telemetry).how is How.AUTOMATIC


def test_an_agent_that_tells_of_files_alone_is_found_by_the_file(tmp_path: Path) -> None:
    name = file_call(HEAD, "a.py")
    with told(tmp_path, (name, How.HUMAN_EXPLICIT, "saved"), agent="copilot") as telemetry:
        assert of(call(agent="copilot"), b"a.py", telemetry).how is How.HUMAN_EXPLICIT
        assert of(call(agent="copilot"), b"b.py", telemetry).how is How.UNKNOWN
        assert of(call(agent="copilot", head=None), b"a.py", telemetry).how is How.UNKNOWN
        assert of(call(), b"a.py", telemetry).how is How.UNKNOWN


def test_a_proposal_that_was_changed_first_is_told(tmp_path: Path) -> None:
    with told(tmp_path, ("c", How.HUMAN_EXPLICIT, "modify"), modified=True) as telemetry:
        assert of(call(), b"", telemetry) == Accepted(how=How.HUMAN_EXPLICIT, source="modify", at=9, modified=True)


def _event(seq: int, kind: Kind = Kind.BEFORE, act: Act = Act.EDIT) -> Event:
    return Event(seq=seq, at=seq, kind=kind, act=act, agent="codex", session="s", call=str(seq))


def test_calls_are_kept_as_long_as_a_line_bears_their_trace() -> None:
    calls = Calls()
    for n in range(MOST + 5):
        calls.take(_event(n), f"t{n}")
    assert calls.of("t4") is None
    assert calls.of("t5") is not None
    assert calls.of(None) is None
    kept = calls.needed({"t7", "gone", None})
    assert len(kept) == KEPT + 1
    assert kept[0].trace == "t7"
    again = Calls(kept)
    assert again.of("t7") == calls.of("t7")


def test_what_is_no_call_of_a_tool_that_changes_files_is_not_remembered() -> None:
    calls = Calls()
    calls.take(_event(1, Kind.TURN), "a")
    calls.take(_event(2, act=Act.READ), "b")
    calls.take(_event(3, Kind.FAILED), "c")
    calls.take(_event(4, Kind.AFTER), "d")
    assert [one.trace for one in calls.needed(set())] == ["c", "d"]


ROW = Row(path=b"\xff.py", start=1, end=2, session="s_1", trace="t", changed_by="ada@example.com")


def test_commits_are_remembered_until_all_is_told_or_they_are_old(tmp_path: Path) -> None:
    late: Late = {}
    remember(late, "a", 1_000, "Ada", [ROW])
    remember(late, "b", 1_000, "Ada", [])
    remember(late, "c", 1_000, "Ada", [ROW] * (MOST_ROWS + 1))
    assert list(late) == ["a"]
    assert rows(late["a"]) == [ROW]
    assert traces(late) == {"t"}
    calls = Calls([call()])
    with told(tmp_path) as telemetry:
        forget(late, 2_000, calls, telemetry)
        assert list(late) == ["a"]
        forget(late, LONGEST + 2_000, calls, telemetry)
        assert late == {}
    remember(late, "a", 1_000, "Ada", [ROW])
    with told(tmp_path, ("c", How.AUTOMATIC, "raw")) as telemetry:
        forget(late, 2_000, calls, telemetry)
    assert late == {}


def test_no_more_commits_are_remembered_than_can_be() -> None:
    late: Late = {}
    for n in range(MOST_COMMITS + 3):
        remember(late, str(n), n, "Ada", [ROW])
    assert next(iter(late)) == "3"
    assert len(late) == MOST_COMMITS


@pytest.mark.parametrize("bad", [None, [], {"a": {"at": 1, "person": "x", "rows": [["a", 1, 2, "s", 3, None]]}}])
def test_what_was_remembered_and_is_none_is_left_out(bad: object) -> None:
    assert read(bad) == {}


def test_when_the_recorder_was_off(tmp_path: Path) -> None:
    known: list[list[int]] = []
    looked(tmp_path, known, 100)
    assert known == []
    folder = tmp_path / "answerable/capture"
    folder.mkdir(parents=True)
    (folder / "off").touch()
    looked(tmp_path, known, 200)
    looked(tmp_path, known, 300)
    assert known == [[200, 0]], "a file from the future is from now on"
    assert was_off(known, 250, 260)
    assert was_off(known, 150, 200)
    assert not was_off(known, 100, 199)
    (folder / "off").unlink()
    looked(tmp_path, known, 400)
    looked(tmp_path, known, 500)
    assert known == [[200, 400]]
    assert was_off(known, 400, 500)
    assert not was_off(known, 401, 500)
