"""A file says the same whenever it is read: a verdict must not depend on where a grammar's nodes lie in memory."""

from __future__ import annotations

from answerable.policy.layers.code.read import read
from answerable.policy.layers.code.registry import language


def test_of_many_calls_the_first_is_told_each_time() -> None:
    content = b"".join(
        b"def f%d(response):\n    response.set_cookie(%d)\n    os.system('x')\n" % (at, at) for at in range(400)
    )
    key = "python:PYTHON"
    every = [read(language(key), content) for _ in range(5)]
    assert every[0] is not None
    assert every[0].calls["response.set_cookie"] == 2
    assert [list(uses.calls.items()) for uses in every if uses] == [list(every[0].calls.items())] * 5
