from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from answerable.provenance.message import MAX_LINE, own_lines, shown


def test_quotes_code_and_overlong_lines_do_not_speak_for_the_commit() -> None:
    message = f"Fix\n\n> quoted\n ```\nfenced\n ```\n    code\n\ttab\n{'x' * (MAX_LINE + 1)}\n* kept  \r\n  too"
    assert list(own_lines(message)) == ["Fix", "kept", "too"]


def test_a_fence_never_closed_hides_the_rest() -> None:
    assert list(own_lines("Fix\n```\na\n~~~\nb")) == ["Fix"]


def test_what_is_shown_has_bounded_length_and_no_control_characters() -> None:
    assert shown("a\x1b[0m\u202eb\n") == "a\ufffd[0m\ufffdb\ufffd"
    assert len(shown("x" * 1000)) == 160


@given(st.text())
def test_every_own_line_is_part_of_the_message(message: str) -> None:
    assert all(line in message and "\n" not in line for line in own_lines(message))
