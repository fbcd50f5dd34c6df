"""What a countersign holds: every line that was chosen once, bound where it came from, and no other."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.domain.agent import Agent
from answerable.domain.origin import Origin
from answerable.git.quoting import unquoted
from answerable.provenance.decisions import digest_of_lines
from answerable.review.checklist.hunk import Hunk
from answerable.review.countersign import Portion, Run, Signed, statements

HEAD, OLD = "1" * 40, "2" * 40
TEXT = b"".join(b"%d\n" % n for n in range(1, 100))
SHIFTED = b"0\n" + TEXT  # the head: one line above
CLAUDE = Agent(tool="claude-code")
FILES = {(HEAD, b"a"): SHIFTED, (OLD, b"b"): TEXT}


def blob(commit: str, path: bytes) -> bytes | None:
    return FILES.get((commit, path))


def run(start: int, end: int, *, origin: Origin = Origin.AI, agent: Agent | None = CLAUDE, old: bool = True) -> Run:
    """Lines of the head that stand one line higher in an older commit, under another name."""
    there = {"commit": OLD, "commit_path": b"b", "commit_start": start - 1} if old else {}
    return Run(path=b"a", start=start, end=end, origin=origin, agent=agent, **there)  # type: ignore[arg-type]


def portion(*runs: Run) -> Portion:
    start, end = runs[0].start, runs[-1].end
    return Portion(hunk=Hunk(path=b"a", start=start, end=end, digest=""), runs=runs)


def signed(*runs: Run, intent: str = "x") -> list[Signed]:
    return list(statements(HEAD, [(portion(*runs), intent)], blob))


def rows(one: Signed) -> list[tuple[str, int, int]]:
    return [(row["path"], row["start"], row["end"]) for row in one.details["lines"]]


def test_lines_are_bound_to_the_commit_that_wrote_them_as_it_left_them() -> None:
    (one,) = signed(run(3, 5))
    assert (one.commit, one.agent, rows(one)) == (OLD, CLAUDE, [("b", 2, 4)])
    assert one.details["lines"][0]["digest"] == digest_of_lines(TEXT, 2, 4)


def test_lines_that_no_commit_of_the_change_wrote_are_bound_at_the_head() -> None:
    (one,) = signed(run(3, 5, old=False))
    assert (one.commit, rows(one)) == (HEAD, [("a", 3, 5)])


@pytest.mark.parametrize("wrong", [4, 99])
def test_lines_that_are_others_there_are_bound_as_they_were_shown(wrong: int) -> None:
    moved = Run(path=b"a", start=3, end=5, origin=Origin.AI, commit=OLD, commit_path=b"b", commit_start=wrong)
    (one,) = signed(moved)
    assert (one.commit, rows(one)) == (HEAD, [("a", 3, 5)])


def test_a_statement_on_lines_of_unknown_origin_says_nothing_of_who_wrote_them() -> None:
    known, unknown = signed(run(3, 5), run(6, 7, origin=Origin.UNKNOWN, agent=None))
    assert "origin" not in known.details
    assert unknown.details["origin"] == "unknown"
    assert unknown.agent is None


def test_whoever_says_that_ai_wrote_them_says_so_of_unknown_lines_alone() -> None:
    whole = portion(run(3, 5, origin=Origin.MIXED), run(6, 7, origin=Origin.UNKNOWN, agent=None))
    told = whole.written_by_ai()
    assert (whole.count, whole.unknown, told.unknown) == (5, 2, 0)
    assert [one.origin for one in told.runs] == [Origin.MIXED, Origin.AI]
    assert all("origin" not in one.details for one in statements(HEAD, [(told, "x")], blob))


def test_adjacent_lines_of_one_commit_and_one_agent_are_one_row() -> None:
    assert [rows(one) for one in signed(run(3, 5), run(6, 7, origin=Origin.MIXED))] == [[("b", 2, 6)]]
    assert [rows(one) for one in signed(run(3, 5, old=False), run(6, 7, old=False))] == [[("a", 3, 7)]]
    assert len(signed(run(3, 5), run(6, 7, old=False))) == 2
    assert len(signed(run(3, 5), run(6, 7, agent=None))) == 2
    assert [rows(one) for one in signed(run(3, 5), run(7, 8))] == [[("b", 2, 4), ("b", 6, 7)]]


def test_what_is_said_parts_them_and_white_space_around_it_does_not() -> None:
    chosen = [(portion(run(3, 3)), "x "), (portion(run(5, 5)), "x"), (portion(run(7, 7)), "y")]
    found = list(statements(HEAD, chosen, blob))
    assert [(one.details["intent"], len(rows(one))) for one in found] == [("x", 2), ("y", 1)]


def test_a_path_that_is_no_text_is_quoted_as_git_does() -> None:
    FILES[HEAD, b"\xff a"] = TEXT
    strange = Run(path=b"\xff a", start=1, end=1, origin=Origin.AI)
    ((row,),) = [one.details["lines"] for one in statements(HEAD, [(portion(strange), "x")], blob)]
    assert unquoted(row["path"].encode()) == b"\xff a"


def test_long_paths_make_more_decisions_not_larger_ones() -> None:
    deep = "/".join(["d" * 200] * 18).encode()
    FILES[HEAD, deep] = TEXT
    runs = [Run(path=deep, start=n, end=n, origin=Origin.AI) for n in range(1, 40, 2)]
    found = list(statements(HEAD, [(portion(one), "x") for one in runs], blob))
    sizes = [len(json.dumps(one.details["lines"])) for one in found]
    assert max(sizes) < 32_000
    assert min(sizes[:-1]) > 25_000, "and no more decisions than need be"
    assert sum(len(one.details["lines"]) for one in found) == len(runs)


@st.composite
def chosen(draw: st.DrawFn) -> list[tuple[Portion, str]]:
    found: list[tuple[Portion, str]] = []
    runs: list[Run] = []
    at = 2
    while at < 95:
        size = draw(st.integers(1, 9))
        if draw(st.booleans()):
            origin = draw(st.sampled_from([Origin.AI, Origin.MIXED, Origin.UNKNOWN]))
            runs.append(run(at, at + size - 1, origin=origin, old=draw(st.booleans())))
        elif runs:
            found.append((portion(*runs), draw(st.sampled_from(["x", "y"]))))
            runs = []
        at += size
    return found


def lines_of(found: list[Signed]) -> Iterator[bytes]:
    for one in found:
        path = b"b" if one.commit == OLD else b"a"
        for row in one.details["lines"]:
            data = FILES[one.commit, path]
            assert row["digest"] == digest_of_lines(data, row["start"], row["end"])
            yield from data.split(b"\n")[row["start"] - 1 : row["end"]]


@given(chosen())
def test_every_line_that_was_chosen_is_signed_once_and_no_other(chosen: list[tuple[Portion, str]]) -> None:
    wanted = [line for each, _ in chosen for r in each.runs for line in SHIFTED.split(b"\n")[r.start - 1 : r.end]]
    assert sorted(lines_of(list(statements(HEAD, chosen, blob)))) == sorted(wanted)
