"""Lines too short to be anybody's in particular: what an agent wrote and somebody brings back, no person typed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from e2e.working import Desk

HUMAN, UNKNOWN = "human recorded", "unknown none"
TOP, BOTTOM = "first_line_of = all(1)\n", "last_line_of = all(2)\n"
TYPED = "typed_by_ada = 5\n"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path / "repo")
    desk.types("a.py", TOP + BOTTOM)
    desk.commit()
    looks(desk, "begin")
    return desk


def looks(desk: Desk, call: str) -> None:
    """An agent reads the file."""
    desk.fires("PreToolUse", "Read", "a.py", call=call)


def stashed(desk: Desk, short: str) -> None:
    desk.git("stash", "-q")
    looks(desk, "gone")
    desk.git("stash", "pop", "-q")
    desk.types("a.py", TOP + TYPED + short + BOTTOM)


def stashed_and_drained(desk: Desk, short: str) -> None:
    desk.git("stash", "-q")
    looks(desk, "gone")
    desk.drain()
    desk.git("stash", "pop", "-q")
    desk.types("a.py", TOP + short + BOTTOM + TYPED)


def removed_and_back(desk: Desk, short: str) -> None:
    desk.git("add", "a.py")
    desk.types("a.py", TOP + BOTTOM)
    looks(desk, "gone")
    desk.types("a.py", TOP + TYPED + short + BOTTOM)


def out_of_the_index(desk: Desk, short: str) -> None:
    desk.git("add", "a.py")
    desk.types("a.py", TOP + BOTTOM + TYPED)
    looks(desk, "gone")
    desk.git("checkout", "-q", "--", "a.py")
    desk.types("a.py", TOP + short + TYPED + BOTTOM)


def staged_alone(desk: Desk, short: str) -> None:
    desk.git("add", "a.py")
    desk.types("a.py", TOP + BOTTOM)
    looks(desk, "gone")
    desk.git("commit", "-qm", "Staged")
    desk.git("checkout", "-q", ".")


@pytest.mark.parametrize("short", ["}\n", "x = 1\n", "ab1\n", "    return\n"])
@pytest.mark.parametrize("way", [stashed, stashed_and_drained, removed_and_back, out_of_the_index, staged_alone])
def test_a_short_line_of_an_agent_that_comes_back_is_not_typed(
    desk: Desk, way: Callable[[Desk, str], None], short: str
) -> None:
    desk.writes("a.py", TOP + short + BOTTOM)
    way(desk, short)
    looks(desk, "after")
    if way is not staged_alone:
        desk.commit()
    desk.drain()
    told = dict(zip((desk.root / "a.py").read_text().splitlines(keepends=True), desk.origins("a.py"), strict=True))
    assert told[short] == UNKNOWN
    assert told.get(TYPED, HUMAN) == HUMAN


def test_a_short_line_that_no_agent_wrote_is_as_ada_typed_it(desk: Desk) -> None:
    desk.types("a.py", TOP + "x = 1\n" + BOTTOM)
    looks(desk, "typed")
    desk.types("a.py", TOP + BOTTOM)
    looks(desk, "gone")
    desk.types("a.py", TOP + "x = 1\n\n" + BOTTOM)
    looks(desk, "back")
    desk.commit()
    desk.drain()
    assert desk.origins("a.py") == [UNKNOWN, HUMAN, HUMAN, UNKNOWN]
