"""Knows when the recorder of a repository was off: while the file `off` is there, as it was found by each drain.

What is not sure counts as off: from when the file was made to the drain that first finds it gone.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

MOST = 100


def looked(common_dir: Path, known: list[list[int]], now: int) -> None:
    """Look whether the recorder is off.

    Args:
        common_dir: The git directory that all work trees share.
        known: When it was off, as first and last moment in ns since 1970; the last moment 0: it is. It is changed.
        now: This moment.
    """
    try:
        since = (common_dir / "answerable" / "capture" / "off").lstat().st_mtime_ns
    except OSError:
        if known and not known[-1][1]:
            known[-1][1] = now
        return
    if not known or known[-1][1]:
        known.append([min(since, now), 0])
        del known[:-MOST]


def was_off(known: Sequence[Sequence[int]], since: int, until: int) -> bool:
    """Whether the recorder was off at any moment from one to another, in ns since 1970."""
    return any(first <= until and (not last or last >= since) for first, last in known)
