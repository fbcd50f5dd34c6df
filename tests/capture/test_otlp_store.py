"""What telemetry said of a call is kept once, for its user alone, and nothing that is added makes more of it."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import answerable
from answerable.capture import otlp_store
from answerable.capture.otlp_store import Decided, Decisions, file_call, of, place, stamp
from answerable.domain.acceptance import How

ONE = Decided(
    how=How.AUTOMATIC, source="tool_decision:accept,config", at=5, agent="claude-code",
    session="3f2504e0-4f89-41d3-9a0c-0305e82c3301", call="toolu_01A09q90qw90lq917835lq9",
)  # fmt: skip


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "state"
    monkeypatch.setenv("XDG_STATE_HOME", os.fspath(folder))
    return folder


def add(*decided: Decided) -> int:
    with Decisions(write=True) as store:
        return store.add(decided)


def known(*decided: Decided) -> Decided | None:
    add(*decided)
    return of(decided[0].session, decided[0].call)


def test_a_decision_is_kept_and_found_by_its_session_and_call() -> None:
    assert known(ONE) == ONE
    assert of(ONE.session, ONE.call, agent="claude-code") == ONE
    assert of(ONE.session, ONE.call, agent="codex") is None
    assert of(ONE.session, "another") is None
    assert of("another", ONE.call) is None


def test_nothing_is_known_where_nothing_was_told_and_asking_makes_no_file(state: Path) -> None:
    assert of(ONE.session, ONE.call) is None
    assert stamp() == 0
    assert not state.exists()


def test_a_decision_that_is_sent_again_is_dropped() -> None:
    later = replace(ONE, at=99)
    assert (add(ONE), add(ONE, later), add(replace(ONE, call="other"))) == (1, 0, 1)
    assert of(ONE.session, ONE.call) == ONE


def test_the_stamp_tells_that_something_came(state: Path) -> None:
    add(ONE)
    before = stamp()
    assert before > 0
    os.utime(place(), (1, 1))
    for more in state.rglob("*-wal"):
        os.utime(more, (1, 1))
    assert stamp() < before


def test_only_their_user_can_read_them(state: Path) -> None:
    os.umask(0)
    try:
        with Decisions(write=True) as store:
            store.add([ONE])
            files = [file for file in state.rglob("*") if file.is_file()]
            assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
            assert len(files) == 3
        assert (state / "answerable").stat().st_mode & 0o777 == 0o700
    finally:
        os.umask(0o022)


@pytest.mark.parametrize(
    ("hows", "comes_to"),
    [
        ([How.HUMAN_EXPLICIT], How.HUMAN_EXPLICIT),
        ([How.AUTOMATIC, How.HUMAN_EXPLICIT], How.AUTOMATIC),
        ([How.HUMAN_EXPLICIT, How.STANDING_GRANT], How.STANDING_GRANT),
        ([How.UNKNOWN, How.HUMAN_EXPLICIT], How.UNKNOWN),
        ([How.HUMAN_REJECT], How.HUMAN_REJECT),
        ([How.HUMAN_REJECT, How.HUMAN_EXPLICIT], How.UNKNOWN),
        ([How.AUTOMATIC, How.HUMAN_REJECT], How.UNKNOWN),
    ],
)
def test_of_several_decisions_on_one_call_the_weakest_holds(hows: Sequence[How], comes_to: How) -> None:
    found = known(*(replace(ONE, how=how, source=f"s:{how}", at=n + 1) for n, how in enumerate(hows)))
    assert found is not None
    assert found.how is comes_to
    assert found.source == "; ".join(f"s:{how}" for how in hows)


@given(st.lists(st.sampled_from(list(How)), min_size=1, max_size=5), st.sampled_from(list(How)))
def test_nothing_that_is_added_makes_more_of_a_call(hows: list[How], more: How) -> None:
    order = [How.UNKNOWN, How.AUTOMATIC, How.STANDING_GRANT, How.HUMAN_EXPLICIT, How.HUMAN_REJECT]
    told = [replace(ONE, how=how, source=f"{n}") for n, how in enumerate(hows)]
    before, after = otlp_store._one(told), otlp_store._one([*told, replace(ONE, how=more, source="x")])
    assert before is not None
    assert after is not None
    assert order.index(after.how) <= order.index(before.how)


def test_a_change_by_a_person_that_one_record_tells_is_not_taken_back_by_another() -> None:
    found = known(replace(ONE, modified=True), replace(ONE, source="b", modified=False), replace(ONE, source="c"))
    assert found is not None
    assert found.modified is True


def test_a_file_is_asked_for_by_its_commit_and_path_whatever_the_session() -> None:
    add(replace(ONE, agent="copilot", session="window-1", call=file_call("a" * 40, "src/ä.py"), how=How.HUMAN_EXPLICIT))
    with Decisions() as store:
        found = store.of_file("a" * 40, "src/ä.py")
        assert found is not None
        assert found.how is How.HUMAN_EXPLICIT
        assert store.of_file("a" * 40, "src/ä.py", agent="codex") is None
        assert store.of_file("b" * 40, "src/ä.py") is None
        assert store.of_file("a" * 40, "src/b.py") is None
        assert store.of_file("a" * 40, "src/\udcff.py") is None


@pytest.mark.parametrize(
    "bad",
    [
        replace(ONE, session="two words"),
        replace(ONE, session=""),
        replace(ONE, call="x" * 501),
        replace(ONE, call="line\n"),
        replace(ONE, agent="ä"),
        replace(ONE, source="x" * 201),
        replace(ONE, at=0),
        replace(ONE, at=1 << 63),
        replace(ONE, call="ghp_" + "aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5"),
        replace(ONE, source="AKIA" + "Q3EGRTZBPXWJ4N5M"),
    ],
)
def test_what_is_no_name_or_holds_a_secret_is_not_kept(bad: Decided) -> None:
    assert add(bad, ONE) == 1
    assert b"ghp_" not in place().read_bytes()


def test_ids_as_agents_make_them_are_taken_for_no_secrets() -> None:
    calls = ["toolu_01A09q90qw90lq917835lq9", "call_bH1BxM5UcVw7RkTfO5Sg7Gzq", f"sha256:{'0f' * 32}",
             "toolu_vrtx_01Kz7yq3Hb9Yt4sWc2Xn6pLd", file_call("a" * 40, "b")]  # fmt: skip
    assert add(*(replace(ONE, call=call) for call in calls)) == len(calls)


def test_the_oldest_make_room_for_the_newest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(otlp_store, "MOST_ROWS", 10)
    for n in range(25):
        add(replace(ONE, call=f"call-{n}"))
    found = [of(ONE.session, f"call-{n}") is not None for n in range(25)]
    assert found == [False] * 15 + [True] * 10


def test_a_store_that_is_damaged_reads_as_empty_and_is_put_aside_by_the_next_to_write(state: Path) -> None:
    add(ONE)
    for file in (state / "answerable").iterdir():
        file.write_bytes(b"no database" * 500)
    assert of(ONE.session, ONE.call) is None
    assert add(ONE) == 1
    assert of(ONE.session, ONE.call) == ONE
    assert (state / "answerable" / "acceptance.sqlite.damaged").is_file()


def test_a_store_of_another_shape_reads_as_empty_and_is_put_aside(state: Path) -> None:
    (state / "answerable").mkdir(parents=True)
    with sqlite3.connect(place()) as other:
        other.execute("create table decided (x)")
    other.close()
    assert of(ONE.session, ONE.call) is None
    assert add(ONE) == 1
    assert of(ONE.session, ONE.call) == ONE


def test_a_word_that_this_program_does_not_know_reads_as_nothing() -> None:
    add(ONE)
    with sqlite3.connect(place()) as store:
        store.execute("update decided set how = 'more than human'")
    store.close()
    assert of(ONE.session, ONE.call) is None


def test_it_is_not_written_through_a_link(state: Path, tmp_path: Path) -> None:
    (state / "answerable").mkdir(parents=True)
    (tmp_path / "target").write_bytes(b"")
    place().symlink_to(tmp_path / "target")
    with pytest.raises(OSError, match="symbolic"):
        Decisions(write=True)
    assert (tmp_path / "target").read_bytes() == b""


def test_a_folder_in_its_place_is_an_error_for_writers_and_nothing_for_readers() -> None:
    place().mkdir(parents=True)
    assert of(ONE.session, ONE.call) is None
    with pytest.raises(OSError, match="directory"):
        Decisions(write=True)


def test_eight_writers_and_a_reader_at_once_lose_nothing() -> None:
    def work(worker: int) -> int:
        return sum(add(replace(ONE, call=f"{worker}-{n}"), replace(ONE, call=f"all-{n}")) for n in range(20))

    with ThreadPoolExecutor(8) as pool:
        new = list(pool.map(work, range(8)))
    assert sum(new) == 8 * 20 + 20
    assert all(of(ONE.session, f"{worker}-{n}") for worker in range(8) for n in range(20))


_KILLED = """
import os, sys
from answerable.capture.otlp_store import Decided, Decisions
from answerable.domain.acceptance import How
store = Decisions(write=True)
for n in range(1000):
    store.add([Decided(how=How.AUTOMATIC, source="s", at=1, agent="codex", session="s", call=f"c{n}")])
    print(n, flush=True)
    if n == 30:
        os.kill(os.getpid(), 9)
"""


def test_what_was_acknowledged_is_there_after_the_writer_is_killed() -> None:
    source = os.fspath(Path(answerable.__file__).parent.parent)
    done = subprocess.run(
        [sys.executable, "-c", _KILLED], env={**os.environ, "PYTHONPATH": source}, capture_output=True, check=False
    )
    assert done.returncode == -9
    said = [int(row) for row in done.stdout.split()]
    assert len(said) == 31
    assert all(of("s", f"c{n}") for n in said)
