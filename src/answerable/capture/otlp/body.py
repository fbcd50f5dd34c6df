"""Reads the body of a request: of a stated length or in chunks, plain or gzip, never more than a cap at any step.

Exporters send both: one that compresses while it sends does not know the length. Format: RFC 9112 section 7.1 (chunks),
RFC 1952 (gzip).
"""

from __future__ import annotations

import re
import zlib
from email.message import Message
from io import BufferedIOBase

MOST_BYTES = 20 << 20
_LONGEST_LINE = 1024
_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")
_GZIP = 31  # what zlib calls gzip with its largest window


class Refused(Exception):
    """A body that is not taken, with the status that says why."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.why = why


def unpacked(headers: Message, packed: bytes, most: int = MOST_BYTES) -> bytes:
    """What a body holds.

    Args:
        headers: Of the request.
        packed: As it was sent.
        most: The most bytes that it may hold.

    Raises:
        Refused: it is packed in a way that is not known here, is damaged, or holds more.
    """
    coding = (headers.get("Content-Encoding") or "identity").strip().lower()
    if coding == "identity":
        return packed
    if coding not in ("gzip", "x-gzip"):
        raise Refused(415, "only gzip is taken as a content encoding")
    return _unpacked(packed, most)


def _unpacked(packed: bytes, most: int) -> bytes:
    parts: list[bytes] = []
    size, left = 0, packed
    try:
        while left:
            one = zlib.decompressobj(_GZIP)
            part = one.decompress(left, most + 1 - size)
            parts.append(part)
            size += len(part)
            if size > most:
                raise Refused(413, f"more than {most} bytes when unpacked")
            if not one.eof:
                raise Refused(400, "the gzip body ends early")
            left = one.unused_data
    except zlib.error as error:
        raise Refused(400, "the body is no gzip") from error
    return b"".join(parts)


def read(headers: Message, source: BufferedIOBase, most: int = MOST_BYTES) -> bytes:
    """Read a body to its end, as it was sent.

    Args:
        headers: Of the request.
        source: The connection.
        most: The most bytes.

    Raises:
        Refused: it is too large, ends early, or does not say where it ends.
    """
    lengths, codings = headers.get_all("Content-Length") or [], headers.get_all("Transfer-Encoding") or []
    if codings:
        if lengths or [coding.strip().lower() for coding in codings] != ["chunked"]:
            raise Refused(400, "a body is of a stated length or in chunks")
        return _chunks(source, most)
    if len(lengths) != 1 or not lengths[0].isascii() or not lengths[0].isdigit() or len(lengths[0]) > 19:
        raise Refused(411, "a Content-Length is needed")
    length = int(lengths[0])
    if length > most:
        raise Refused(413, f"more than {most} bytes")
    return _whole(source, length)


def _chunks(source: BufferedIOBase, most: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        match = _SIZE.fullmatch(source.readline(_LONGEST_LINE))
        if match is None:
            raise Refused(400, "a chunk has no length")
        length = int(match[1], 16)
        size += length
        if size > most:
            raise Refused(413, f"more than {most} bytes")
        if length == 0:
            _trailers(source)
            return b"".join(parts)
        parts.append(_whole(source, length))
        if source.readline(3) not in (b"\r\n", b"\n"):
            raise Refused(400, "a chunk does not end where it should")


def _trailers(source: BufferedIOBase) -> None:
    for _ in range(100):
        row = source.readline(_LONGEST_LINE)
        if row in (b"\r\n", b"\n", b""):
            return
    raise Refused(400, "too many trailers")


def _whole(source: BufferedIOBase, length: int) -> bytes:
    found = source.read(length)
    if len(found) < length:
        raise Refused(400, "the body ended early")
    return found
