"""The lines that git gives a pre-receive hook are read strictly: what is not understood is never left out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.errors import UsageError
from answerable.policy.receive import LARGEST, Update, read_updates

A, ZERO = "a" * 40, "0" * 40
REFS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters=" "), min_size=1).map("refs/".__add__)
UPDATES = st.builds(Update, old=st.sampled_from([A, ZERO]), new=st.sampled_from([A, ZERO]), ref=REFS)


@given(st.lists(UPDATES, min_size=1, max_size=5))
def test_every_line_is_read_as_it_was_written(updates: list[Update]) -> None:
    data = "".join(f"{one.old} {one.new} {one.ref}\n" for one in updates).encode()
    assert read_updates(data, 40) == updates


@given(st.binary(max_size=200) | st.binary(max_size=60).map(lambda more: f"{A} {ZERO} refs/".encode() + more))
def test_other_bytes_are_an_error_or_as_many_updates_as_lines(data: bytes) -> None:
    try:
        found = read_updates(data, 40)
    except UsageError:
        return
    assert len(found) == data.count(b"\n") > 0


def test_more_than_is_read_is_never_cut_off() -> None:
    line = f"{A} {ZERO} refs/heads/{'x' * 10_000}\n".encode()
    many = line * (LARGEST // len(line))
    assert read_updates(many, 40)
    with pytest.raises(UsageError, match="too many refs"):
        read_updates(many + line, 40)


def test_a_branch_that_comes_and_one_that_goes_are_told_apart() -> None:
    assert Update(old=ZERO, new=A, ref="refs/heads/x").creates
    assert Update(old=A, new=ZERO, ref="refs/heads/x").deletes
    assert not Update(old=A, new=A, ref="refs/heads/x").creates
