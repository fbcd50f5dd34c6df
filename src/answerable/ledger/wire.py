"""The SSH wire encoding: strings behind a length, and numbers, read to the last byte or not at all.

Source: RFC 4251 section 5.
"""

from __future__ import annotations

LONGEST = 256 * 1024  # as OpenSSH bounds its own


class Malformed(ValueError):
    """Bytes that are not what their lengths say."""


def string(data: bytes) -> bytes:
    """A string as it is written: its length in four bytes, then itself."""
    return len(data).to_bytes(4, "big") + data


def number(value: int) -> bytes:
    """A number of zero or more as an mpint: no more bytes than it needs, and the first bit clear."""
    return string(value.to_bytes(value.bit_length() // 8 + 1, "big") if value else b"")


class Reader:
    """Takes bytes from the front; `end` says that nothing may be left."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, length: int) -> bytes:
        """So many bytes."""
        end = self.at + length
        if length > LONGEST or end > len(self.data):
            raise Malformed(f"{length} bytes are announced at byte {self.at}, {len(self.data) - self.at} are there")
        taken = self.data[self.at : end]
        self.at = end
        return taken

    def byte(self) -> int:
        """One byte."""
        return self.take(1)[0]

    def uint32(self) -> int:
        """Four bytes, the greatest first."""
        return int.from_bytes(self.take(4), "big")

    def string(self) -> bytes:
        """Bytes behind their length."""
        return self.take(self.uint32())

    def number(self) -> int:
        """An mpint of zero or more, in its only form: no byte more than it needs."""
        raw = self.string()
        if raw and (raw[0] & 0x80 or (raw[0] == 0 and (len(raw) == 1 or not raw[1] & 0x80))):
            raise Malformed("a number is negative or padded")
        return int.from_bytes(raw, "big")

    def end(self) -> None:
        """Nothing is left."""
        if self.at != len(self.data):
            raise Malformed(f"{len(self.data) - self.at} bytes too many")
