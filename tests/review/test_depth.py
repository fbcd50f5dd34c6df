"""Depth: within 0 and 1, null where nothing is known, more is never less, and nothing cheap buys it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.review.depth import SECONDS_A_LINE, WEIGHTS, Depth, File, Remark, Seen, depth, says_something

SMALL = File(lines=100, ai_lines=100)
LARGE = File(lines=2000, ai_lines=2000)


def value(seen: Seen) -> float:
    found = depth(seen).value
    assert found is not None
    return found


def remarks(count: int, text: str = "this retries without any limit") -> list[Remark]:
    return [Remark(place=str(at), text=text) for at in range(count)]


def test_nothing_known_is_no_measure() -> None:
    assert depth(Seen(files=[SMALL])) == Depth()
    assert depth(Seen()).value is None


def test_the_weights_are_one_whole() -> None:
    assert sum(WEIGHTS.values()) == pytest.approx(1)
    assert set(WEIGHTS) == set(Depth().parts)


def test_the_whole_is_the_weighted_mean_of_what_is_known() -> None:
    seen = Seen(files=[SMALL], approvals=1, seconds=SECONDS_A_LINE * 50, asked=4, answered=1)
    found = depth(seen)
    assert (found.time, found.checklist) == (0.5, 0.25)
    assert (found.opened, found.remarks, found.reviewers) == (None, None, None)
    assert found.value == pytest.approx((0.35 * 0.5 + 0.25 * 0.25) / 0.6)


def test_a_review_with_everything_is_one() -> None:
    file = replace(SMALL, opened=True, owned=True, approved_by_owner=True)
    seen = Seen(files=[file], approvals=2, seconds=1e6, remarks=remarks(1), asked=6, answered=6)
    assert value(seen) == pytest.approx(1)


def test_nobody_approved_is_zero() -> None:
    assert value(Seen(files=[SMALL], approvals=0)) == 0
    assert value(Seen(files=[replace(SMALL, owned=True)], approvals=0, asked=6)) == 0


@pytest.mark.parametrize("seconds", [0, 3, -5])
def test_an_approval_after_three_seconds_of_two_thousand_lines_is_worth_nothing_whatever_else_is_shown(
    seconds: float,
) -> None:
    file = replace(LARGE, opened=True, owned=True, approved_by_owner=True)
    seen = Seen(files=[file], approvals=3, seconds=seconds, remarks=remarks(50), asked=6, answered=6)
    assert value(seen) < 0.001


@pytest.mark.parametrize(
    "text",
    ["", " ", "LGTM", "lgtm!!", "Looks good to me, thanks", "ok", "ship it", "+1", ":+1:", "nice nice nice nice",
     "> this retries without any limit", "https://example.com/this/retries/without/limit", "a b c d e f g",
     "<!-- this retries without any limit -->", "1234 5678 9012 3456", "no no no no"],
)  # fmt: skip
def test_remarks_that_say_nothing_do_not_count(text: str) -> None:
    assert not says_something(text)
    none = depth(Seen(files=[SMALL], approvals=1, seconds=1e6, remarks=[])).value
    assert depth(Seen(files=[SMALL], approvals=1, seconds=1e6, remarks=remarks(10, text))).value == none


@pytest.mark.parametrize(
    "text", ["this retries without any limit", "why no timeout here?", "Warum wird hier gewartet?"]
)
def test_remarks_that_say_something_do(text: str) -> None:
    assert says_something(text)


def test_ten_remarks_on_one_place_count_once() -> None:
    many = [Remark(place="x", text=f"this retries without any limit {at}") for at in range(10)]
    seen = Seen(files=[LARGE], approvals=1, remarks=many)
    assert depth(seen).remarks == depth(replace(seen, remarks=many[:1])).remarks == pytest.approx(0.1)


def test_to_open_small_files_is_not_to_open_the_large_one() -> None:
    files = [replace(LARGE, opened=False), *[File(lines=1, ai_lines=1, opened=True)] * 10]
    assert (depth(Seen(files=files, approvals=1)).opened or 0) < 0.01


def test_to_open_what_people_wrote_is_not_to_open_what_a_tool_did() -> None:
    files = [File(lines=500, ai_lines=0, opened=True), File(lines=500, ai_lines=500, opened=False)]
    assert depth(Seen(files=files, approvals=1)).opened == 0


def test_an_owner_sees_more_than_somebody_else() -> None:
    mine = Seen(files=[replace(SMALL, owned=True, approved_by_owner=True)], approvals=1)
    assert depth(mine).reviewers == 1
    assert depth(replace(mine, files=[replace(SMALL, owned=True)])).reviewers == 0.5
    assert depth(replace(mine, files=[SMALL])).reviewers is None


MAYBE = st.none() | st.booleans()
FILES = st.lists(
    st.builds(
        lambda lines, ai, opened, owned, by: File(
            lines=lines, ai_lines=min(ai, lines), opened=opened, owned=owned, approved_by_owner=by and owned
        ),
        st.integers(0, 5000), st.integers(0, 5000), MAYBE, st.booleans(), st.booleans(),
    ),
    max_size=5,
)  # fmt: skip
SEEN = st.builds(
    Seen,
    files=FILES,
    approvals=st.none() | st.integers(0, 4),
    seconds=st.none() | st.floats(-1e3, 1e7),
    remarks=st.none()
    | st.lists(st.builds(Remark, place=st.sampled_from("abc"), text=st.text(max_size=40)), max_size=4),
    asked=st.none() | st.integers(0, 100),
    answered=st.integers(0, 100),
)


@given(SEEN)
def test_every_part_and_the_whole_are_within_zero_and_one(seen: Seen) -> None:
    found = depth(seen)
    known = [part for part in found.parts.values() if part is not None]
    assert all(0 <= part <= 1 for part in known)
    assert (found.value is None) == (not known)
    if known:
        assert found.value is not None
        assert min(known) - 1e-9 <= found.value <= max(known) + 1e-9


def assert_no_less(more: Seen, less: Seen) -> None:
    high, low = depth(more), depth(less)
    for name, part in low.parts.items():
        other = high.parts[name]
        assert part is None or (other is not None and other >= part - 1e-9), name
    if {n for n, p in low.parts.items() if p is None} == {n for n, p in high.parts.items() if p is None}:
        assert (high.value or 0) >= (low.value or 0) - 1e-9


@given(SEEN, st.floats(0, 1e6))
def test_more_time_is_no_less(seen: Seen, more: float) -> None:
    if seen.seconds is not None:
        assert_no_less(replace(seen, seconds=seen.seconds + more), seen)


@given(SEEN, st.integers(0, 50))
def test_more_answers_are_no_less(seen: Seen, more: int) -> None:
    answered = seen.answered or 1  # with none at all, nobody is known to have looked
    assert_no_less(replace(seen, answered=answered + more), replace(seen, answered=answered))


@given(SEEN, st.integers(0, 4))
def test_to_open_one_more_file_is_no_less(seen: Seen, at: int) -> None:
    if at < len(seen.files) and seen.files[at].opened is False:
        files = [replace(file, opened=True) if here == at else file for here, file in enumerate(seen.files)]
        assert_no_less(replace(seen, files=files), seen)


@given(SEEN)
def test_one_more_remark_is_no_less(seen: Seen) -> None:
    if seen.remarks is not None:
        assert_no_less(replace(seen, remarks=[*seen.remarks, *remarks(1)]), seen)


@given(SEEN)
def test_an_owner_more_is_no_less(seen: Seen) -> None:
    files = [replace(file, approved_by_owner=file.owned) for file in seen.files]
    assert_no_less(replace(seen, files=files), seen)


@given(SEEN, st.integers(1, 5000))
def test_the_same_time_for_more_lines_is_no_more(seen: Seen, lines: int) -> None:
    before, after = depth(seen).time, depth(replace(seen, files=[*seen.files, File(lines=lines, ai_lines=0)])).time
    assert before is None or (after is not None and after <= before + 1e-9)
