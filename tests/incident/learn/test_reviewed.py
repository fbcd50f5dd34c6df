"""Action items as their reviews leave them."""

from __future__ import annotations

from datetime import date
from typing import Any

from answerable.incident.learn.reviewed import Action, causes, contributing, fixes, items, pattern


def entry(at: str, **more: Any) -> dict[str, Any]:
    return {"at": at, "action": "reviewed", **more}


def action(what: str, due: str = "2027-01-31") -> dict[str, Any]:
    return Action(what=what, owner="identity", due=date.fromisoformat(due)).document


def found(*history: dict[str, Any], ranked: str | None = "a" * 40) -> dict[str, Any]:
    return {"history": list(history), "candidates": [{"commit": ranked, "path": "a.py"}]}


def test_the_first_due_comes_first_and_an_item_is_one_item_however_often_it_is_said() -> None:
    later, sooner = action("Write a test"), action("Ask for a review", "2027-01-01")
    moved = action("Write a test", "2026-12-24")
    got = items(
        found(entry("2026-11-01T00:00:00Z", actions=[later, sooner]), entry("2026-11-02T00:00:00Z", actions=[moved]))
    )
    assert [(one.what, one.due.isoformat()) for one in got] == [
        ("Write a test", "2026-12-24"),
        ("Ask for a review", "2027-01-01"),
    ]


def test_what_is_done_is_not_overdue() -> None:
    one = action("Write a test", "2026-01-01")
    open_ = items(found(entry("2025-12-01T00:00:00Z", actions=[one])))[0]
    done = items(found(entry("2025-12-01T00:00:00Z", actions=[one]), entry("2025-12-02T00:00:00Z", done=[one["id"]])))[
        0
    ]
    assert open_.overdue(date(2026, 1, 2))
    assert not open_.overdue(date(2026, 1, 1))
    assert not done.overdue(date(2026, 1, 2))
    assert done.done_at == "2025-12-02T00:00:00Z"


def test_what_is_said_to_be_done_and_is_no_item_changes_nothing() -> None:
    assert items(found(entry("2025-12-02T00:00:00Z", done=["00000000"]))) == []


def test_people_come_before_the_ranking() -> None:
    assert causes(found()) == (["a" * 40], False)
    linked = {"at": "x", "action": "linked", "kind": "cause", "to": "b" * 40}
    assert causes(found(linked)) == (["b" * 40], True)
    closed = {"at": "x", "action": "closed", "causes": ["b" * 40, "c" * 40], "fixes": ["d" * 40]}
    assert causes(found(linked, closed)) == (["b" * 40, "c" * 40], True)
    assert fixes(found(closed)) == ["d" * 40]
    assert causes(found(ranked=None)) == ([], False)


def test_the_last_pattern_counts_and_what_contributed_is_told_once() -> None:
    both = found(
        entry("1", pattern="old", contributing=["x", "y"]), entry("2", contributing=["y"]), entry("3", pattern="new")
    )
    assert pattern(both) == "new"
    assert contributing(both) == ["x", "y"]
    assert pattern(found()) is None


def test_an_item_that_was_written_by_hand_and_is_none_is_passed_over() -> None:
    rows = [{"id": "1"}, {"id": "1", "what": "x", "owner": "y", "due": "soon"}, "x", action("Write a test")]
    got = items(found(entry("1", actions=rows, done=None, contributing=None)))
    assert [one.what for one in got] == ["Write a test"]
