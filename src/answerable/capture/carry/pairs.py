"""Reads which commits git said it rewrote, as its hook `post-rewrite` kept them; what is no pair is passed over."""

from __future__ import annotations

import os
import re
from pathlib import Path

from answerable.capture.recording.pending import REWRITTEN

MOST_BYTES = 4 << 20  # of the newest pairs
_PAIR = re.compile(rb"([0-9a-f]{40}|[0-9a-f]{64}) ([0-9a-f]{40}|[0-9a-f]{64})(?: .*)?")


def read(folder: Path) -> list[tuple[str, str]]:
    """Old and new commits, in the order in which git told them.

    Args:
        folder: Where capture keeps what belongs to a work tree.
    """
    return parse(_newest(folder / os.fsdecode(REWRITTEN)))


def parse(data: bytes) -> list[tuple[str, str]]:
    """Pairs of a file with one a line, as git tells them and as git-filter-repo writes them."""
    found = (_PAIR.fullmatch(line.strip()) for line in data.split(b"\n"))
    return [(pair[1].decode(), pair[2].decode()) for pair in found if pair and pair[2].strip(b"0")]


def _newest(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - MOST_BYTES))
            return file.read(MOST_BYTES)
    except OSError:
        return b""
