"""Rewrites keep who wrote each line, in the clone that saw it written and in one that only fetched the notes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from e2e.working import Desk

AI, HUMAN, MIXED, UNKNOWN = "ai recorded claude-code", "human recorded", "mixed recorded claude-code", "unknown none"
BASE = "the_first_line = of(all)\nthe_last_line = of(all)\n"
AGENTS = "first_of_agents = call(1)\nsecond_of_agents = call(2)\n"
ADAS = "written_by_hand = call(3)\n"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Ada's: a commit below that nobody saw written."""
    desk = Desk(tmp_path / "ada")
    desk.types("app.py", BASE)
    desk.commit("Base")
    desk.writes("seen.py", "seen_by_the_recorder = 1\n")
    desk.commit("Begin")
    desk.drain()
    return desk


def bos(desk: Desk) -> Desk:
    """Bo's clone, whose recorder is on: it never saw what Ada's saw, and has Ada's notes."""
    desk.git("clone", "-q", str(desk.root), "../bo")
    bo = Desk(desk.root.parent / "bo")
    bo.git("config", "user.name", "Bo")
    bo.git("config", "user.email", "bo@example.com")
    fetch(bo)
    bo.writes("bos.py", "begun_by_bos_agent = 1\n", session="session-bo")
    bo.commit("Bo begins")
    bo.drain()
    return bo


def fetch(bo: Desk) -> None:
    bo.git("fetch", "-q", "origin", "+refs/heads/*:refs/remotes/origin/*", "+refs/notes/ai:refs/notes/ai")


def work(desk: Desk, branch: str = "topic") -> str:
    """Ada and an agent work on a branch, in two commits."""
    desk.git("checkout", "-qb", branch)
    desk.writes("app.py", BASE.replace("\n", "\n" + AGENTS, 1))
    first = desk.commit("An agent's")
    desk.types("app.py", (desk.root / "app.py").read_text() + ADAS)
    desk.fires("PreToolUse", "Read", "app.py", call="look")
    desk.commit("By hand")
    desk.drain()
    assert desk.origins("app.py") == [UNKNOWN, AI, AI, UNKNOWN, HUMAN]
    return first


WORKED = [UNKNOWN, AI, AI, UNKNOWN, HUMAN]


def note(desk: Desk, revision: str = "HEAD") -> dict:
    said = desk.git("notes", "--ref=ai", "show", revision)
    return json.loads(said.partition("---\n")[2])


@pytest.fixture(params=["where it was seen", "where only the notes are"])
def place(request: pytest.FixtureRequest, desk: Desk) -> Desk:
    """A clone that has the branch `topic`, on which nothing stands yet."""
    work(desk)
    desk.git("checkout", "-q", "main")
    if request.param == "where it was seen":
        return desk
    bo = bos(desk)
    bo.git("branch", "-q", "topic", "origin/topic")
    return bo


def test_amended_with_another_message(place: Desk) -> None:
    place.git("checkout", "-q", "topic")
    place.git("commit", "-q", "--amend", "-m", "Another message")
    place.git("checkout", "-q", "HEAD~1")
    place.git("commit", "-q", "--amend", "-m", "And one more")
    place.drain()
    assert place.origins("app.py") == WORKED[:4]
    place.git("checkout", "-q", "topic")
    assert place.origins("app.py") == WORKED


def test_amended_after_checking_it_out_it_is_not_typed(place: Desk) -> None:
    place.git("checkout", "-q", "--detach", "topic~1")
    place.types("app.py", (place.root / "app.py").read_text() + "added_while_amending = 1\n")
    place.git("commit", "-qa", "--amend", "--no-edit")
    place.drain()
    assert place.origins("app.py")[:4] == WORKED[:4]
    assert place.origins("app.py")[4] in (UNKNOWN, HUMAN)


def test_rebased_onto_main(place: Desk) -> None:
    place.types("app.py", "a_line_above = new(on_main)\n" + (place.root / "app.py").read_text())
    place.commit("Main goes on")
    place.git("rebase", "-q", "main", "topic")
    place.drain()
    assert place.origins("app.py")[1:] == WORKED
    assert note(place)["base_commit_sha"] == place.git("rev-parse", "HEAD")


def test_cherry_picked_with_and_without_saying_so(place: Desk) -> None:
    place.types("other.py", "main_goes_on = 1\n")
    place.commit("Main goes on")
    place.git("cherry-pick", "-x", "topic~1")
    place.git("cherry-pick", "topic")
    place.drain()
    assert place.origins("app.py") == WORKED


def test_squashed_by_an_interactive_rebase(place: Desk) -> None:
    place.git("checkout", "-q", "topic")
    place.git("-c", "sequence.editor=sed -i 2s/pick/squash/", "-c", "core.editor=true", "rebase", "-qi", "HEAD~2")
    place.drain()
    assert place.git("rev-list", "--count", "HEAD~1..HEAD") == "1"
    assert place.origins("app.py") == WORKED


def test_fixed_up_by_autosquash_and_reordered(place: Desk) -> None:
    place.git("checkout", "-q", "topic")
    place.types("third.py", "something_else = 1\n")
    place.commit("fixup! An agent's")
    place.git("-c", "sequence.editor=true", "rebase", "-qi", "--autosquash", "HEAD~3")
    place.drain()
    assert place.origins("app.py") == WORKED


def test_squash_merged_on_main(place: Desk) -> None:
    place.git("merge", "-q", "--squash", "topic")
    place.git("commit", "-q", "--no-edit")
    place.drain()
    assert place.origins("app.py") == WORKED


def test_squash_merged_beside_work_on_main(place: Desk) -> None:
    place.types("app.py", (place.root / "app.py").read_text() + "at_the_end = new(on_main)\n")
    place.types("other.py", "main_goes_on = 1\n")
    place.git("commit", "-qam", "Main goes on")
    place.git("checkout", "-q", "topic")
    place.git("reset", "-q", "--hard", "HEAD~1")
    place.git("checkout", "-q", "main")
    place.git("merge", "-q", "--squash", "topic")
    place.git("commit", "-q", "-m", "With a message of its own")
    place.drain()
    assert HUMAN not in place.origins("app.py")[:3]


def test_merged_and_fast_forwarded_nothing_is_said_twice(place: Desk) -> None:
    before = place.git("notes", "--ref=ai", "list")
    place.git("merge", "-q", "--ff-only", "topic", check=False)
    place.drain()
    assert place.git("notes", "--ref=ai", "list") == before
    place.git("reset", "-q", "--hard", "HEAD~1")
    place.git("merge", "-q", "--no-ff", "--no-edit", "topic")
    place.drain()
    assert place.origins("app.py") == WORKED
    assert place.git("notes", "--ref=ai", "list") == before


def test_reverted_and_the_revert_reverted(place: Desk) -> None:
    place.git("checkout", "-q", "topic")
    place.git("revert", "--no-edit", "HEAD~1")
    place.git("revert", "--no-edit", "HEAD")
    place.drain()
    assert place.origins("app.py") == WORKED
    assert "reverted" not in place.git("log", "-1", "--format=%B").lower() or place.origins("app.py")


def test_sent_by_mail_and_applied(place: Desk) -> None:
    place.types("other.py", "main_goes_on = 1\n")
    place.commit("Main goes on")
    place.git("format-patch", "-q", "-o", "../mail", "main..topic")
    mails = sorted(str(path) for path in (place.root.parent / "mail").iterdir())
    place.git("am", "-q", *mails)
    place.drain()
    assert place.origins("app.py") == WORKED


def test_a_conflict_that_is_resolved_by_hand_is_unknown_the_rest_is_kept(place: Desk) -> None:
    text = (place.root / "app.py").read_text()
    place.types("app.py", text.replace("the_last_line = of(all)", "the_last_line = of(main)"))
    place.commit("Main goes on")
    place.git("checkout", "-q", "topic")
    place.types("app.py", (place.root / "app.py").read_text().replace("of(all)\nwritten", "of(topic)\nwritten"))
    place.git("commit", "-qam", "The same line on topic")
    place.git("rebase", "-q", "main", check=False)
    assert (place.root / ".git/rebase-merge").is_dir()
    resolved = (
        text.replace("\n", "\n" + AGENTS, 1).replace("the_last_line = of(all)", "the_last_line = of(both)") + ADAS
    )
    place.types("app.py", resolved)
    place.git("add", "app.py")
    place.git("-c", "core.editor=true", "rebase", "--continue", check=False)
    while (place.root / ".git/rebase-merge").is_dir():
        place.types("app.py", resolved)
        place.git("add", "app.py")
        place.git("-c", "core.editor=true", "rebase", "--continue", check=False)
    place.drain()
    assert place.origins("app.py") == WORKED


def test_notes_that_git_copied_do_not_say_what_is_not_so(place: Desk) -> None:
    place.git("config", "notes.rewriteRef", "refs/notes/*")
    place.git("checkout", "-q", "--detach", "topic~1")
    place.types("app.py", "added_above = while_amending\n" + (place.root / "app.py").read_text())
    place.git("commit", "-qa", "--amend", "--no-edit")
    head = place.git("rev-parse", "HEAD")
    assert note(place)["base_commit_sha"] != head
    place.drain()
    assert note(place)["base_commit_sha"] == head
    assert place.origins("app.py")[1:] == WORKED[:4]
    assert place.origins("app.py")[0] in (UNKNOWN, HUMAN)


def test_the_last_commits_made_one_again_after_a_soft_reset(place: Desk) -> None:
    place.git("checkout", "-q", "topic")
    place.git("reset", "-q", "--soft", "HEAD~2")
    place.git("commit", "-qm", "All at once")
    place.drain()
    assert place.origins("app.py") == WORKED


def test_a_renamed_file_of_an_amended_commit(place: Desk) -> None:
    place.git("checkout", "-q", "--detach", "topic~1")
    place.git("mv", "app.py", "moved.py")
    place.git("commit", "-qa", "--amend", "--no-edit")
    place.drain()
    assert place.origins("moved.py") == WORKED[:4]


def test_a_new_file_that_is_renamed_while_it_is_amended(desk: Desk) -> None:
    desk.writes("new.py", AGENTS)
    desk.commit("A new file")
    desk.drain()
    bo = bos(desk)
    bo.git("checkout", "-q", "--detach", "origin/main")
    bo.git("mv", "new.py", "renamed.py")
    bo.git("commit", "-qa", "--amend", "--no-edit")
    bo.drain()
    assert bo.origins("renamed.py") == [AI, AI]


def test_pulled_with_rebase(desk: Desk) -> None:
    bo = bos(desk)
    bo.writes("app.py", BASE + AGENTS, session="session-bo")
    bo.commit("Bo's agent")
    bo.drain()
    desk.types("app.py", "above = everything_else\n" + BASE)
    desk.commit("Main goes on")
    bo.git("pull", "-q", "--rebase", "origin", "main")
    bo.drain()
    assert bo.origins("app.py")[1:] == [UNKNOWN, UNKNOWN, AI, AI]
    assert bo.origins("bos.py") == [AI]


def test_what_is_pulled_was_not_typed_here(desk: Desk) -> None:
    bo = bos(desk)
    bo.git("checkout", "-q", "-B", "main", "origin/main")
    bo.fires("PreToolUse", "Read", "app.py", call="look")
    bo.drain()
    desk.types("app.py", BASE + "typed_or_not = who_knows\n")
    desk.commit("Nobody's")
    bo.git("pull", "-q", "--ff-only", "origin", "main")
    bo.drain()
    assert bo.origins("app.py") == [UNKNOWN, UNKNOWN, UNKNOWN]
