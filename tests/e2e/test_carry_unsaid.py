"""Lines of other commits that come in without git saying so: never are they told as typed where they came to."""

from __future__ import annotations

import pytest

from answerable.capture.carry.sources import Finder
from answerable.errors import GitFailed
from e2e.test_carry import AI, BASE, HUMAN, UNKNOWN, WORKED, bos, fetch, work
from e2e.test_carry import desk as desk
from e2e.working import Desk


def squashed(bo: Desk) -> None:
    bo.git("merge", "-q", "--squash", "topic")


def taken_over(bo: Desk) -> None:
    bo.git("checkout", "topic", "--", "app.py")


def restored(bo: Desk) -> None:
    bo.git("restore", "--source=topic", "app.py")


def picked(bo: Desk) -> None:
    bo.git("cherry-pick", "-n", "topic~1", "topic")


def merged_by_hand(bo: Desk) -> None:
    bo.git("read-tree", "-m", "-u", "HEAD", "topic")


def stashed(bo: Desk) -> None:
    bo.git("checkout", "-q", "topic", "--", "app.py")
    bo.git("stash", "-q")
    bo.git("stash", "pop", "-q")


def patched(bo: Desk) -> None:
    patch = bo.git("diff", "main...topic")
    (bo.root.parent / "patch").write_text(patch + "\n")
    bo.git("apply", "--3way", "../patch")


def copied(bo: Desk) -> None:
    bo.types("app.py", bo.git("show", "topic:app.py") + "\n")


WAYS = [squashed, taken_over, restored, picked, merged_by_hand, stashed, patched, copied]


@pytest.mark.parametrize("way", WAYS)
def test_what_an_agents_command_brings_in_is_not_the_agents(desk: Desk, way) -> None:
    bo = bos(desk)
    bo.types("app.py", "at_the_top = new(on_main)\n" * 3 + "and_below = 1\n" * 3 + (bo.root / "app.py").read_text())
    bo.commit("Main goes on")
    bo.fires("PreToolUse", "Read", "app.py", call="look")
    bo.drain()
    work(desk)
    fetch(bo)
    bo.git("branch", "-q", "topic", "origin/topic")
    bo.fires("PreToolUse", "Bash", None, command=f"{way.__name__} > app.py", call="x", session="session-bo")
    way(bo)
    bo.fires("PostToolUse", "Bash", None, command=f"{way.__name__} > app.py", call="x", session="session-bo")
    bo.commit("In words of its own")
    bo.drain()
    assert bo.origins("app.py")[-5:] == WORKED
    assert "session-bo" not in bo.git("notes", "--ref=ai", "show", "HEAD")


@pytest.mark.parametrize("beside", [False, True], ids=["as it is", "beside work on main"])
@pytest.mark.parametrize("seen", [False, True], ids=["never seen", "seen before"])
@pytest.mark.parametrize("way", WAYS)
def test_what_comes_in_from_a_branch_that_was_just_fetched(desk: Desk, way, seen: bool, beside: bool) -> None:
    bo = bos(desk)
    if beside:
        bo.types("app.py", "at_the_top = new(on_main)\n" * 3 + "and_below = 1\n" * 3 + (bo.root / "app.py").read_text())
        bo.commit("Main goes on")
    if seen:
        bo.fires("PreToolUse", "Read", "app.py", call="look")
    bo.drain()
    work(desk)
    fetch(bo)
    bo.git("branch", "-q", "topic", "origin/topic")
    way(bo)
    bo.commit("In words of its own")
    bo.drain()
    found = bo.origins("app.py")[-5:]
    who = bo.git("notes", "--ref=ai", "show", "HEAD", check=False)
    assert '"author": "Bo' not in who, who
    assert found == WORKED


def test_an_old_stash_that_is_popped_where_all_was_calm_is_not_typed(desk: Desk) -> None:
    desk.types("app.py", BASE + "who_wrote_this = before(that)\n")
    desk.git("stash", "-q")
    desk.types("other.py", "something_else = 1\n")
    desk.commit()
    desk.drain()
    desk.git("stash", "pop", "-q")
    desk.commit()
    desk.drain()
    assert desk.origins("app.py")[-1] == UNKNOWN


def test_what_is_typed_and_rewritten_before_a_drain_is_still_typed(desk: Desk) -> None:
    desk.fires("PreToolUse", "Read", "app.py", call="look")
    desk.types("app.py", BASE + "typed_by_ada = herself(1)\n")
    desk.commit()
    desk.git("commit", "-q", "--amend", "-m", "Said better")
    desk.git("revert", "--no-edit", "HEAD")
    desk.git("revert", "--no-edit", "HEAD")
    desk.drain()
    assert desk.origins("app.py")[-1] == HUMAN
    assert "Ada" in desk.git("notes", "--ref=ai", "show", "HEAD~2")


def test_what_is_typed_on_two_branches_is_still_typed(desk: Desk) -> None:
    desk.git("checkout", "-qb", "other")
    desk.fires("PreToolUse", "Read", "app.py", call="look")
    desk.types("app.py", BASE + "typed_by_ada = herself(1)\n")
    desk.commit()
    desk.git("checkout", "-q", "main")
    desk.types("app.py", BASE + "typed_by_ada = herself(1)\n")
    desk.commit()
    desk.drain()
    assert desk.origins("app.py")[-1] == HUMAN


def test_where_nothing_can_be_compared_nobody_typed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.fires("PreToolUse", "Read", "app.py", call="look")
    desk.types("app.py", BASE + "typed_by_ada = herself(1)\n")
    desk.writes("new.py", "an_agent_said = this(line)\n")
    desk.commit()
    with monkeypatch.context() as patch:
        patch.setattr(Finder, "of", lambda *_: (_ for _ in ()).throw(GitFailed("objects are missing")))
        desk.drain()
    assert desk.origins("app.py")[-1] == UNKNOWN
    assert desk.origins("new.py") == [AI]
