"""The check of shapes finds what is wrong: the tests of contracts stand on it."""

from __future__ import annotations

from e2e.shape import ANY, wrong


def test_the_check_itself_finds_what_is_wrong() -> None:
    assert wrong({"a": 1}, {"a": str}) == ["$.a is 1, not <class 'str'>"]
    assert wrong({"a": 1, "b": 2}, {"a": int}) == ["$ has the keys ['a', 'b']"]
    assert wrong([None, "x"], [("y|z", None)]) == ["$[1] is 'x', not y|z"]
    assert wrong({"a": 1, "b": "x"}, {ANY: int}) == ["$.b is 'x', not <class 'int'>"]
    assert wrong([], {ANY: int}) == ["$ is [], no object"]
