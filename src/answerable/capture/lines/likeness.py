"""How alike two lines are: the same but for their form, or one made from the other. Never a question of who."""

from __future__ import annotations

from functools import lru_cache

_QUOTES = bytes.maketrans(b'"`', b"''")
_LONGEST = 2000  # bytes of a line that are compared
_PART = 4  # letters and digits that a part must have


def key(line: bytes) -> bytes:
    """A line without its ending: CRLF and LF, and a missing last one, make no difference."""
    return line.rstrip(b"\r")


@lru_cache(1 << 14)
def weight(line: bytes) -> int:
    """How many letters and digits a line has: one with few is nobody's in particular."""
    return sum(byte > 127 or bytes((byte,)).isalnum() for byte in line)


@lru_cache(1 << 14)
def form(line: bytes) -> bytes:
    """A line without what one formatter or another changes within it: white space, quotes, a comma at its end."""
    return b"".join(line.split()).translate(_QUOTES).rstrip(b",;")


@lru_cache(1 << 14)
def loose(line: bytes) -> bytes:
    """A line without what they change when they join and break lines as well: brackets, commas, continuations."""
    return b"".join(line.split()).translate(_QUOTES, b"(),;\\")


def like(one: bytes, other: bytes) -> float:
    """How alike two lines are, 0 to 1; 1 too where one is a part of the other.

    The largest of three shares: of what both begin and end with, of the pairs of characters that both have, and of the
    shorter line's runs of four characters that are in the longer one.
    """
    one, other = _bare(one), _bare(other)
    if not one or not other:
        return 0.0
    short, long = sorted((one, other), key=len)
    if weight(short) >= _PART and loose(short) in loose(long):
        return 1.0
    ends = _ends(short, long) / len(long)
    mine, theirs = _runs(one, 2), _runs(other, 2)
    shared = 2 * len(mine & theirs) / (len(mine) + len(theirs)) if mine and theirs else 0.0
    part = _runs(short, 4)
    return max(ends, shared, len(part & _runs(long, 4)) / len(part) if weight(short) >= 2 * _PART and part else 0.0)


@lru_cache(1 << 14)
def _bare(line: bytes) -> bytes:
    return b" ".join(line[:_LONGEST].split())


@lru_cache(1 << 14)
def _runs(line: bytes, size: int) -> frozenset[bytes]:
    return frozenset(line[at : at + size] for at in range(len(line) - size + 1))


def _ends(short: bytes, long: bytes) -> int:
    size = len(short)
    ahead = next((n for n in range(size) if short[n] != long[n]), size)
    behind = next((n for n in range(size - ahead) if short[-1 - n] != long[-1 - n]), size - ahead)
    return ahead + behind
