"""A process of its own reads code: whatever becomes of it, the answer is what the file uses or unknown."""

from __future__ import annotations

import os
import signal

import pytest

from answerable.policy.layers.code import apart
from answerable.policy.layers.code.apart import Apart
from answerable.policy.layers.code.read import read
from answerable.policy.layers.code.registry import language

KEY = "python:PYTHON"
CODE = b"import os as o\no.system('select a from b;')\n\xff"


def test_it_says_what_reading_here_says() -> None:
    assert Apart().read(KEY, CODE) == read(language(KEY), CODE)


def test_one_that_was_killed_is_replaced() -> None:
    reader = Apart()
    reader.read(KEY, CODE)
    os.kill(reader._pid, signal.SIGKILL)
    assert reader.read(KEY, CODE) is None
    assert reader.read(KEY, CODE) == read(language(KEY), CODE)


@pytest.mark.parametrize(
    "said", [b"[]", b"not json", b'{"a": 1}', b"[" * 100_000, b'[{"a":"b"},{},{},null,true]', b"\xff"]
)
def test_one_that_says_something_else_is_not_believed_and_is_ended(
    monkeypatch: pytest.MonkeyPatch, said: bytes
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(apart, "packed", lambda _uses: said)
        reader = Apart()
        assert reader.read(KEY, CODE) is None
    assert reader._pid == 0
    assert reader.read(KEY, CODE) == read(language(KEY), CODE)


def test_one_that_says_more_than_can_be_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "MOST_SAID", 100)
    assert Apart().read(KEY, b"x" * 90 + b"=1") is None


def test_after_many_deaths_files_go_unread_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Apart()
    with monkeypatch.context() as patched:
        patched.setattr(apart, "packed", lambda _uses: b"[]")
        for _ in range(apart.MOST_DEATHS):
            assert reader.read(KEY, CODE) is None
    assert reader.read(KEY, CODE) is None
    assert reader.read(KEY, CODE) is not None
