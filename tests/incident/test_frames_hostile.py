"""No text breaks the reader, and none makes it slow: a trace is untrusted input of any size."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from answerable.incident.frames import parse_trace

PIECES = [
    *('  File "', '", line ', ", in ", "at ", " at ", "(", ")", ":", "\n", "\t", " ", "#0 "),
    *("0x1f in ", "@", "//", "{", "}", '"', "\\n", "\\", "\x1b[", "m", "|", "+-", "-----", "1"),
    *("99999", ".py", ".js", ".go", ".java", "Caused by: ", "Traceback (most recent call last):"),
    *("goroutine 1 [running]:", "panicked at ", "eval at ", "webpack://", "webpack-internal:///"),
    *("file:///", "http://", "[cause]: ", " in ", ":line ", "):", "'", "`", "   0: ", " +0x1d"),
    *("--- End of inner exception", "\r", "\udc80", "\x00", "é", "Suppressed: ", ".php(", "$"),
]


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
@settings(max_examples=400)
@example("{" * 5000 + "}")
@example('{"a":' * 5000 + "}")
def test_no_mixture_of_trace_fragments_raises(text: str) -> None:
    frames = parse_trace(text)
    assert all(f.path and (f.line is None or f.line > 0) and f.position >= 0 for f in frames)


@given(st.text())
def test_no_text_raises(text: str) -> None:
    parse_trace(text)


@given(st.binary())
def test_no_bytes_raise(data: bytes) -> None:
    parse_trace(data.decode("utf-8", "surrogateescape"))


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_positions_count_up_from_zero_in_every_trace(text: str) -> None:
    seen: dict[int, int] = {}
    for frame in parse_trace(text):
        assert frame.position == seen.get(frame.trace, 0)
        seen[frame.trace] = frame.position + 1
    assert sorted(seen) == list(range(len(seen)))


GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.txt"))
PLAIN = [p for p in GOLDEN if not p.stem.startswith(("json_", "docker_", "go_zap", "plain_"))]


@pytest.mark.parametrize("trace", PLAIN, ids=lambda p: p.stem)
def test_a_trace_read_out_of_a_json_log_is_the_same_trace(trace: Path) -> None:
    text = trace.read_bytes().decode()
    wrapped = json.dumps({"level": "error", "nested": {"stack": [text]}})
    assert [f for f in parse_trace(wrapped) if f.path] == parse_trace(text)
    assert parse_trace("web-1 | " + json.dumps({"log": wrapped})) == parse_trace(text)


def seconds(text: str) -> float:
    start = time.process_time()
    parse_trace(text)
    return time.process_time() - start


ADVERSARIES = [
    *PIECES,
    "a",
    ".",
    "/",
    "a.",
    "a/",
    "at a",
    "(a",
    "in a",
    "::",
    "#1 ",
    "a.c:1",
    "_",
    "at (eval at (",
]


@pytest.mark.parametrize("piece", ADVERSARIES, ids=repr)
@pytest.mark.parametrize("lead", ["", '  File "', "x panicked at '"], ids=repr)
def test_one_endless_line_is_read_in_linear_time(piece: str, lead: str) -> None:
    assert seconds(lead + piece * (200_000 // len(piece))) < 1.0


@pytest.mark.parametrize("piece", ADVERSARIES, ids=repr)
def test_many_lines_at_the_length_limit_are_read_in_linear_time(piece: str) -> None:
    line = "    at " + piece.replace("\n", "") * (4000 // len(piece)) + "\n"
    assert seconds(line * 60) < 1.0


LINE = '  File "a.py", line 1, in f\n'


@pytest.mark.parametrize(
    "lines",
    [
        "Caused by: a.B: x\n\tat a.B.c(B.java:1)\n",
        "\tSuppressed: a.B: x\n\t\tat a.B.c(B.java:1)\n",
        f"During handling of the above exception, another exception occurred:\n{LINE}",
        f"  +-+---------------- 1 ----------------\n{LINE}    +---------------- 2 ----------------\n{LINE}",
        "   --- End of inner exception stack trace ---\n   at A.B() in /a.cs:line 1\n",
        "a.rb:1:in 'f': x (E)\n\tfrom b.rb:2:in 'g'\n",
        LINE,
    ],
    ids=lambda t: t[:24].strip(),
)
def test_an_endless_chain_of_exceptions_is_read_in_linear_time(lines: str) -> None:
    assert seconds(lines * 20_000) < 4.0


def test_ten_megabytes_of_log_with_a_trace_at_the_end_take_seconds() -> None:
    log = "2024-05-02 09:10:11,123 INFO  [http-1] c.a.Shop - GET /carts/12 at 10:11 (200) in 12 ms\n"
    trace = 'Traceback (most recent call last):\n  File "/srv/app/src/cart.py", line 12, in total\nKeyError\n'
    text = log * (10_000_000 // len(log)) + trace
    start = time.process_time()
    frames = parse_trace(text)
    assert time.process_time() - start < 6.0
    assert [f.path for f in frames] == ["/srv/app/src/cart.py"]
