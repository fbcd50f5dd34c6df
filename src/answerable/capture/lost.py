"""Knows of events that could not even be counted, because their work tree's folder could not be written.

Hooks note them outside of the repository (`recording.spool.lost`), each with its work tree and the moment. Whatever
came in around that moment is nobody's.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

from answerable.capture.recording.spool import LOST, MOST_JOURNAL, home


def since(folder: Path, begins: int) -> tuple[list[int], int]:
    """When events of a work tree were lost, in ns and in the order in which they were noted.

    Args:
        folder: Where capture keeps what belongs to the work tree.
        begins: How much of the notes was read before, in bytes.

    Returns:
        The moments, and how much is read now.
    """
    try:
        with (Path(os.fsdecode(home())) / os.fsdecode(LOST)).open("rb") as file:
            if os.fstat(file.fileno()).st_size < begins:
                begins = 0  # it was full, and is begun anew
            file.seek(begins)
            data = file.read(2 * MOST_JOURNAL)
    except OSError:
        return [], begins
    whole = data[: data.rfind(b"\n") + 1]
    return list(_of(folder, whole)), begins + len(whole)


def _of(folder: Path, rows: bytes) -> Iterator[int]:
    for row in rows.splitlines():
        try:
            said = json.loads(row)
            if os.fsencode(said["below"].encode("utf-8", "surrogateescape")) == os.fsencode(folder):
                yield int(said["at"])
        except (ValueError, KeyError, TypeError, AttributeError, UnicodeError):
            continue  # damaged: whatever it was, it names nobody
