"""Where lines began: the words that blame, attribution and their readers share."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

BINARY_LOOK = 8000  # git calls a file binary when a NUL is among this many first bytes


class End(IntEnum):
    """Why lines go no further back than a version."""

    BEGUN = 0  # the commit wrote them
    SHALLOW = 1  # the clone ends here
    MISSING = 2  # an object that is needed to look further is not here
    OUTSIDE = 3  # older than the range asked about


class Origin(NamedTuple):
    """Where lines began: the commit (hex), the path there, and why the trace ended."""

    commit: bytes
    path: bytes
    end: End


class Piece(NamedTuple):
    """Consecutive lines of a file that began together: all numbers 1-based."""

    start: int
    count: int  # type: ignore[assignment]  # a piece is read by name, never counted in
    origin: Origin
    orig_start: int
