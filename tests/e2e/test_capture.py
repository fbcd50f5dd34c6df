from pathlib import Path

import pytest

from e2e.working import Desk

AI, HUMAN, MIXED, UNKNOWN = "ai recorded claude-code", "human recorded", "mixed recorded claude-code", "unknown none"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "repo")


def test_what_an_agent_wrote_and_what_ada_added_and_changed(desk: Desk) -> None:
    desk.writes("app.py", "timeout_seconds = 30\nretries = 5\n")
    desk.types("app.py", "# settings, by hand\ntimeout_seconds = 45\nretries = 5\n")
    desk.commit()
    assert desk.drain().noted == 1
    assert desk.origins("app.py") == [HUMAN, MIXED, AI]


def test_a_formatter_on_save_and_a_second_commit(desk: Desk) -> None:
    desk.writes("app.py", 'call(first, "second")\n', formatted="call(\n    first,\n    'second',\n)\n")
    desk.commit()
    desk.drain()
    desk.edits("app.py", "first", "first_of_all")
    desk.types("app.py", (desk.root / "app.py").read_text() + "by_hand = True\n")
    desk.commit()
    desk.drain()
    assert desk.origins("app.py") == [AI, AI, AI, AI, HUMAN]


def test_several_commits_before_one_drain_and_draining_twice(desk: Desk) -> None:
    desk.types("old.py", "nobody_knows = who\n")
    desk.commit()
    desk.writes("app.py", "one_of_these = 1\n")
    first = desk.commit()
    desk.writes("app.py", "one_of_these = 1\ntwo_of_these = 2\n", session="session-2")
    second = desk.commit()
    done = desk.drain()
    assert set(done.commits) == {first, second}
    assert desk.drain().commits == {}
    assert desk.origins("app.py") == [AI, AI]
    assert desk.origins("old.py") == [UNKNOWN]
    note = desk.git("notes", "--ref=ai", "show", second)
    assert '"id": "session-2"' in note
    assert '"id": "session-1"' not in note


def test_an_amended_commit_keeps_what_is_known(desk: Desk) -> None:
    desk.writes("app.py", "one_of_these = 1\n")
    desk.commit()
    desk.drain()
    desk.types("app.py", "one_of_these = 1\nby_hand_it_was = 2\n")
    desk.git("commit", "-qa", "--amend", "--no-edit")
    desk.drain()
    assert desk.origins("app.py") == [AI, HUMAN]


def test_a_file_that_no_agent_touched_is_adas_only_where_all_was_calm(desk: Desk) -> None:
    desk.writes("app.py", "one_of_these = 1\n")
    desk.commit()
    desk.drain()
    desk.types("notes.py", "typed_by_hand = True\n")
    desk.commit()
    desk.drain()
    assert desk.origins("notes.py") == [HUMAN]
    desk.types("more.py", "typed_before_it = True\n")
    desk.fires("PreToolUse", "Bash", None, command="make", call="x")
    desk.types("other.py", "typed_or_made = True\n")
    desk.fires("PostToolUse", "Bash", None, command="make", call="x")
    desk.commit()
    desk.drain()
    assert desk.origins("more.py") == [HUMAN]
    assert desk.origins("other.py") == [UNKNOWN]


def test_a_stash_that_is_popped_and_a_branch_that_is_checked_out_are_not_typed(desk: Desk) -> None:
    desk.writes("app.py", "one_of_these = 1\n")
    desk.commit()
    desk.drain()
    desk.types("app.py", "one_of_these = 1\nfrom_a_stash = 2\n")
    desk.git("stash", "-q")
    desk.fires("PreToolUse", "Read", "app.py", call="r1")
    desk.git("stash", "pop", "-q")
    desk.fires("PreToolUse", "Read", "app.py", call="r2")
    desk.commit()
    desk.drain()
    assert desk.origins("app.py") == [AI, UNKNOWN]


def test_where_git_ai_is_at_work_nothing_is_added(desk: Desk) -> None:
    (desk.root / ".git" / "ai").mkdir()
    desk.writes("app.py", "one_of_these = 1\n")
    desk.commit()
    assert desk.drain().noted == 0
    assert desk.origins("app.py") == [UNKNOWN]


def test_a_damaged_event_leaves_unknown_and_is_noted(desk: Desk) -> None:
    desk.writes("app.py", "one_of_these = 1\n")
    spool = desk.root / ".git/answerable/capture/main/spool"
    sorted(spool.iterdir())[-1].write_text("{")
    desk.types("app.py", "one_of_these = 1\nby_hand_it_was = 2\n")
    desk.fires("PreToolUse", "Read", "app.py", call="r")
    desk.commit()
    done = desk.drain()
    assert done.damaged == 1
    assert desk.origins("app.py") == [UNKNOWN, UNKNOWN]
    assert "000000000002.json" in (spool.parent / "journal").read_text()


def test_names_with_spaces_and_other_letters(desk: Desk) -> None:
    for name in ("my file.py", "größe.py", "a'b.py", "---"):
        desk.writes(name, f"value_of_{len(name)}_letters = 1\n")
    desk.commit()
    desk.drain()
    for name in ("my file.py", "größe.py", "a'b.py", "./---"):
        assert desk.origins(name) == [AI], name


def test_a_worktree_has_its_own_events_and_the_same_notes(desk: Desk) -> None:
    desk.types("app.py", "base = 1\n")
    desk.commit()
    desk.git("worktree", "add", "-q", "../side", "-b", "side")
    side = Desk(desk.root.parent / "side")
    side.writes("app.py", "base = 1\nfrom_the_side = 2\n")
    side.commit()
    side.drain()
    assert side.origins("app.py") == [UNKNOWN, AI]
    desk.git("merge", "-q", "side")
    desk.drain()
    assert desk.origins("app.py") == [UNKNOWN, AI]


def test_nothing_is_left_in_the_spool_and_only_what_is_needed_of_the_snapshots(desk: Desk) -> None:
    desk.writes("app.py", "one_of_these = 1\n")
    desk.commit()
    desk.drain()
    home = desk.root / ".git/answerable/capture/main"
    assert list((home / "spool").iterdir()) == []
    assert (home / "state.json").is_file()
    assert not (desk.root / ".git/answerable/capture/main/state.json").read_text().count("one_of_these")


def test_committed_lines_that_a_person_moves_to_another_file_are_not_theirs(desk: Desk) -> None:
    desk.types("old.py", "who_knows_who = wrote(this, line)\nkept_in_place = 1\n")
    desk.commit()
    desk.writes("app.py", "one_of_these = 1\n")
    desk.commit()
    desk.drain()
    desk.types("old.py", "kept_in_place = 1\n")
    desk.types("new.py", "who_knows_who = wrote(this, line)\nby_hand_it_was = 2\n")
    desk.commit()
    desk.drain()
    assert desk.origins("new.py") == [UNKNOWN, HUMAN]


def test_how_complete_the_record_of_a_commit_is(desk: Desk) -> None:
    desk.writes("app.py", "one_of_these = 1\n")
    first = desk.commit()
    assert desk.drain().complete[first].details()["recorder"] == "on"
    desk.writes("app.py", "one_of_these = 1\ntwo_of_these = 2\n")
    desk.writes("app.py", "one_of_these = 1\ntwo_of_these = 2\nthree_of_these = 3\n")
    sorted((desk.root / ".git/answerable/capture/main/spool").iterdir())[1].unlink()
    second = desk.commit()
    found = desk.drain().complete[second].details()
    assert found == {"recorder": "gap", "events": {"first": 3, "last": 6, "missing": [{"first": 4, "last": 4}]}}


def test_a_snapshot_that_is_not_what_it_was_is_not_believed(desk: Desk) -> None:
    desk.writes("app.py", "one_of_these = 1\n")
    for path in (desk.root / ".git/answerable/capture/main/snapshots").glob("*/*"):
        path.write_text("forged = 1\n")
    desk.commit()
    desk.drain()
    assert desk.origins("app.py") == [UNKNOWN]


def test_a_drain_that_cannot_keep_what_it_knows_removes_nothing_and_is_done_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.writes("app.py", "one_of_these = 1\n")
    commit = desk.commit()
    with monkeypatch.context() as patch:
        patch.setattr("answerable.capture.saved.save", lambda *_: False)
        assert desk.drain().noted == 1
    note = desk.git("notes", "--ref=ai", "show", commit)
    desk.types("app.py", "one_of_these = 1\nby_hand_it_was = 2\n")
    desk.commit()
    assert desk.drain().noted == 1
    assert desk.git("notes", "--ref=ai", "show", commit) == note
    assert desk.origins("app.py") == [AI, HUMAN]


def test_where_nothing_is_new_nothing_is_read(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.writes("app.py", "one_of_these = 1\n")
    desk.commit()
    desk.drain()
    with monkeypatch.context() as patch:
        patch.setattr("answerable.capture.saved.load", lambda *_: pytest.fail("it was read"))
        assert desk.drain().events == 0
    desk.types("app.py", "one_of_these = 1\nby_hand_it_was = 2\n")
    desk.commit()
    assert len(desk.drain().commits) == 1
