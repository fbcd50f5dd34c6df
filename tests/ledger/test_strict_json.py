"""JSON that every reader reads alike: what is not such JSON is refused here already, and nothing stalls or crashes."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.ledger.strict_json import DEPTH, SAFE, Refused, loads
from ledger.made_decisions import free

MOST = 50_000


@given(free)
def test_sound_json_is_read_as_any_reader_does(value: object) -> None:
    assert loads(json.dumps(value).encode(), most=MOST) == value
    assert loads(json.dumps(value, ensure_ascii=False).encode(), most=MOST) == value


@pytest.mark.parametrize(
    "text", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999", "1e16", f"{SAFE + 1}", f"-{SAFE + 1}"]
)
def test_numbers_that_readers_read_differently_are_refused(text: str) -> None:
    with pytest.raises(Refused, match=r"no JSON|beyond what a double holds"):
        loads(text.encode(), most=MOST)
    with pytest.raises(Refused):
        loads(f"[{{}},[{text}]]".encode(), most=MOST)


@pytest.mark.parametrize("text", [f"{SAFE}", f"-{SAFE}", "9007199254740991.0", "1e15", "0.1", "-0.0", "1e-999"])
def test_numbers_that_a_double_holds_are_read(text: str) -> None:
    assert loads(text.encode(), most=MOST) == float(text)


@pytest.mark.parametrize("data", ['{"a":1,"a":1}', '{"a":1,"\\u0061":2}', '[{"b":{"":1,"":2}}]'])
def test_a_key_that_stands_twice_is_refused(data: str) -> None:
    with pytest.raises(Refused, match="stands twice"):
        loads(data.encode(), most=MOST)


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ('"\\ud800"', r"\$"),
        ('{"a":["\\udfff"]}', r"\$\.a\[0\]"),
        ('{"\\ud83d":1}', r"\$"),
        ('["\\ude00\\ud83d"]', r"\$\[0\]"),
    ],
)
def test_half_of_a_surrogate_pair_is_refused_with_its_place(data: str, path: str) -> None:
    with pytest.raises(Refused, match=f"^{path}: half of a surrogate pair"):
        loads(data.encode(), most=MOST)
    assert loads(b'"\\ud83d\\ude00"', most=MOST) == "\U0001f600"


@pytest.mark.parametrize(("begin", "end"), [("[", "]"), ('{"a":', "}"), ('[{"a":', "}]")])
def test_nesting_is_bounded_exactly(begin: str, end: str) -> None:
    each = begin.count("[") + begin.count("{")
    deepest = DEPTH // each
    loads((begin * deepest + "1" + end * deepest).encode(), most=MOST)
    for depth in (deepest + 1, 120, 2000):
        with pytest.raises(Refused, match="nested deeper"):
            loads((begin * depth + "1" + end * depth).encode(), most=MOST)


def test_many_brackets_that_do_not_nest_are_read() -> None:
    assert len(loads(b"[" + b",".join([b'[{"]":"["}]'] * 3000) + b"]", most=MOST)) == 3000


def test_depth_is_bounded_where_a_caller_lifted_the_limit_of_python() -> None:
    code = (
        "import sys, threading\n"
        "from answerable.ledger.strict_json import Refused, loads\n"
        "sys.setrecursionlimit(10**6)\n"
        "threading.stack_size(256 * 1024)\n"
        "def run():\n"
        "    try:\n"
        f"        loads(b'[' * {MOST}, most={MOST})\n"
        "    except Refused as refused:\n"
        "        print(refused)\n"
        "thread = threading.Thread(target=run)\n"
        "thread.start()\n"
        "thread.join()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, f"nested deeper than {DEPTH}\n"), done.stderr


def test_what_is_too_long_is_not_looked_at() -> None:
    assert loads(b"1234", most=4) == 1234
    with pytest.raises(Refused, match="5 bytes are more than the 4 allowed"):
        loads(b"\xff" * 5, most=4)


@given(st.binary(max_size=100) | st.text('[]{}":,\\u0aé', max_size=60).map(str.encode))
def test_no_bytes_crash_the_reader_of_json(data: bytes) -> None:
    try:
        value = loads(data, most=MOST)
    except Refused:
        return
    assert json.loads(data) == value
