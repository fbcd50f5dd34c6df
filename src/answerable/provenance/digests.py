"""The digest that binds a decision to lines of a file: SHA-256 over them as they stand, line ends included.

A file is gone through once, whatever is asked of it.
"""

from __future__ import annotations

import re
from hashlib import sha256

_END = re.compile(b"\n")


class LineDigests:
    """The digests of lines of one file.

    Args:
        data: The file; of none there are no digests.
    """

    def __init__(self, data: bytes | None) -> None:
        self._data = data or b""
        self._starts = [0, *(found.end() for found in _END.finditer(self._data))]
        if self._starts[-1] == len(self._data):
            del self._starts[-1]  # nothing follows the last end of a line

    def of(self, start: int, end: int) -> str | None:
        """The digest of lines `start` to `end` (1-based, inclusive); None where they are not all there."""
        if not 1 <= start <= end <= len(self._starts):
            return None
        last = self._starts[end] if end < len(self._starts) else len(self._data)
        return f"sha256:{sha256(self._data[self._starts[start - 1] : last]).hexdigest()}"


def digest_of_lines(data: bytes | None, start: int, end: int) -> str | None:
    """The digest of lines of a file that is asked about once.

    Args:
        data: The file; None gives None.
        start: 1-based.
        end: Inclusive; past the end of the file gives None.
    """
    return LineDigests(data).of(start, end)
