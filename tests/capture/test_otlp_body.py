"""A body is read to its end and no further, packed or not, and no few bytes become many."""

from __future__ import annotations

import gzip
import tracemalloc
from email.message import Message
from io import BufferedReader, BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.capture.otlp.body import Refused, read, unpacked


def headers(**given: str) -> Message:
    made = Message()
    for name, value in given.items():
        made[name.replace("_", "-")] = value
    return made


def body(data: bytes, most: int = 1000, **given: str) -> bytes:
    return read(headers(**given), BufferedReader(BytesIO(data)), most)  # type: ignore[arg-type] # as a socket's


def chunked(data: bytes, sizes: list[int]) -> bytes:
    parts, at = [], 0
    for size in sizes:
        piece = data[at : at + size]
        if piece:
            parts.append(b"%x\r\n%s\r\n" % (len(piece), piece))
        at += size
    rest = data[at:]
    return b"".join(parts) + (b"%X;a=b\r\n%s\r\n" % (len(rest), rest) if rest else b"") + b"0\r\n\r\n"


def refused(data: bytes, **given: str) -> int:
    with pytest.raises(Refused) as error:
        body(data, **given)
    return error.value.status


def test_a_body_of_a_stated_length_is_read_and_what_follows_is_left() -> None:
    source = BufferedReader(BytesIO(b"abcdef"))  # type: ignore[arg-type]
    assert read(headers(Content_Length="3"), source) == b"abc"
    assert source.read() == b"def"


@given(st.binary(max_size=300), st.lists(st.integers(1, 50), max_size=8))
def test_a_body_in_chunks_is_read_and_what_follows_is_left(data: bytes, sizes: list[int]) -> None:
    source = BufferedReader(BytesIO(chunked(data, sizes) + b"next"))  # type: ignore[arg-type]
    assert read(headers(Transfer_Encoding="chunked"), source) == data
    assert source.read() == b"next"


def test_trailers_after_chunks_are_passed_over() -> None:
    assert body(b"1\r\na\r\n0\r\nX: y\r\n\r\n", Transfer_Encoding="Chunked") == b"a"
    assert refused(b"0\r\n" + b"X: y\r\n" * 101 + b"\r\n", Transfer_Encoding="chunked") == 400


@pytest.mark.parametrize(
    ("data", "given", "status"),
    [
        (b"", {}, 411),
        (b"abc", {"Content_Length": "-1"}, 411),
        (b"abc", {"Content_Length": "3x"}, 411),
        (b"abc", {"Content_Length": "²"}, 411),
        (b"abc", {"Content_Length": "1" * 20}, 411),
        (b"abc", {"Content_Length": "4"}, 400),
        (b"abc", {"Content_Length": "1001"}, 413),
        (b"0\r\n\r\n", {"Transfer_Encoding": "chunked", "Content_Length": "5"}, 400),
        (b"0\r\n\r\n", {"Transfer_Encoding": "gzip, chunked"}, 400),
        (b"", {"Transfer_Encoding": "chunked"}, 400),
        (b"g\r\n", {"Transfer_Encoding": "chunked"}, 400),
        (b"-1\r\n", {"Transfer_Encoding": "chunked"}, 400),
        (b"0x1\r\na\r\n0\r\n\r\n", {"Transfer_Encoding": "chunked"}, 400),
        (b"1\r\nab\r\n", {"Transfer_Encoding": "chunked"}, 400),
        (b"2\r\na", {"Transfer_Encoding": "chunked"}, 400),
        (b"3e9\r\n", {"Transfer_Encoding": "chunked"}, 413),
        (b"3e8\r\n" + b"a" * 1000 + b"\r\n1\r\n", {"Transfer_Encoding": "chunked"}, 413),
        (b"1" * 2000, {"Transfer_Encoding": "chunked"}, 400),
    ],
)
def test_a_body_that_does_not_say_where_it_ends_or_is_too_large_is_refused(
    data: bytes, given: dict[str, str], status: int
) -> None:
    assert refused(data, **given) == status


def test_two_lengths_are_refused_though_they_agree() -> None:
    made = headers(Content_Length="1")
    made["Content-Length"] = "1"
    with pytest.raises(Refused):
        read(made, BytesIO(b"a"))


def test_gzip_is_unpacked_in_one_part_or_several() -> None:
    packed = gzip.compress(b"a" * 500, mtime=0) + gzip.compress(b"b" * 500, mtime=0)
    assert unpacked(headers(Content_Encoding="GZip"), packed, 1000) == b"a" * 500 + b"b" * 500
    assert unpacked(headers(), packed) == unpacked(headers(Content_Encoding="identity"), packed) == packed


@pytest.mark.parametrize(
    ("data", "coding", "status"),
    [
        (gzip.compress(b"a" * 1001, mtime=0), "gzip", 413),
        (gzip.compress(b"a" * 600, mtime=0) * 2, "gzip", 413),
        (gzip.compress(bytes(100 << 20), mtime=0), "gzip", 413),
        (gzip.compress(b"abc", mtime=0)[:-1], "gzip", 400),
        (gzip.compress(b"abc", mtime=0) + b"x", "gzip", 400),
        (b"abc", "gzip", 400),
        (b"abc", "deflate", 415),
        (b"abc", "gzip, gzip", 415),
    ],
)
def test_what_is_packed_otherwise_damaged_or_too_large_is_refused(data: bytes, coding: str, status: int) -> None:
    with pytest.raises(Refused) as error:
        unpacked(headers(Content_Encoding=coding), data, 1000)
    assert error.value.status == status


def test_no_more_is_unpacked_than_may_be_kept() -> None:
    packed = gzip.compress(bytes(100 << 20), mtime=0)
    tracemalloc.start()
    try:
        with pytest.raises(Refused):
            unpacked(headers(Content_Encoding="gzip"), packed, 1000)
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()


@given(st.binary(max_size=100))
def test_any_bytes_in_chunks_or_gzip_are_read_or_refused(data: bytes) -> None:
    for framed in ({"Transfer_Encoding": "chunked"}, {"Content_Length": str(len(data))}):
        try:
            unpacked(headers(Content_Encoding="gzip"), body(data, **framed), 1000)
        except Refused:
            continue
