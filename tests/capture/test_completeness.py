from hypothesis import given
from hypothesis import strategies as st

from answerable.capture.completeness import Recorder, completeness


def test_a_record_without_gaps_is_complete():
    found = completeness(3, 9, [(1, 3), (10, 12)])
    assert (found.recorder, found.first, found.last, found.missing) == (Recorder.ON, 4, 9, ())


def test_a_gap_is_told_as_far_as_it_concerns_the_commit():
    found = completeness(3, 9, [(2, 4), (7, 7), (9, 20)])
    assert found.recorder is Recorder.GAP
    assert found.missing == ((4, 4), (7, 7), (9, 9))
    assert found.details() == {
        "recorder": "gap",
        "events": {
            "first": 4,
            "last": 9,
            "missing": [{"first": 4, "last": 4}, {"first": 7, "last": 7}, {"first": 9, "last": 9}],
        },
    }


def test_off_is_off_whatever_else():
    assert completeness(3, 9, [(7, 7)], on=False).recorder is Recorder.OFF


@given(st.integers(0, 20), st.integers(0, 20), st.lists(st.tuples(st.integers(1, 40), st.integers(0, 5)), max_size=5))
def test_what_is_missing_is_within_what_it_rests_on(since, size, gaps):
    found = completeness(since, since + size, [(first, first + more) for first, more in gaps])
    for first, last in found.missing:
        assert found.first <= first <= last <= found.last
    inside = {n for first, more in gaps for n in range(first, first + more + 1) if since < n <= since + size}
    assert inside == {n for first, last in found.missing for n in range(first, last + 1)}
