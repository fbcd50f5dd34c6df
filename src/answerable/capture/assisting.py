"""Takes a path out of what the next trailer names once nothing of what agents wrote in it is left uncommitted.

A hook of git takes out what it saw committed. What was undone, put aside or typed over is seen here.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from answerable.capture.lines.hand import Kind, Text
from answerable.capture.recording.assisted import FOLDER, MODELS
from answerable.capture.recording.place import Place
from answerable.capture.recording.snapshots import write
from answerable.capture.replay import State

_OLD = 30 * 86400  # seconds after which it is forgotten which model a session had


def forget(place: Place, state: State, base: Callable[[bytes], bytes | None]) -> None:
    """Keep the paths in which agents' lines stand that are not committed.

    Args:
        place: The work tree.
        state: What is known of it.
        base: A file as HEAD has it.
    """
    folder = Path(os.fsdecode(place.folder))
    if any(_names(folder / "spool")):
        return  # what has come meanwhile may be about them
    for file in _names(folder / os.fsdecode(FOLDER)):
        with suppress(OSError):
            value, *paths = file.read_bytes().splitlines()
            kept = [path for path in paths if _stands(state, path, base)]
            if kept != paths:
                write(os.fsencode(file), b"".join(row + b"\n" for row in (value, *kept)))
    old = time.time() - _OLD
    for file in _names(folder / os.fsdecode(MODELS)):
        with suppress(OSError):
            if file.stat().st_mtime < old:
                file.unlink()


def _stands(state: State, path: bytes, base: Callable[[bytes], bytes | None]) -> bool:
    """Whether a file has lines of an agent that HEAD's has not; one that nothing is known of may."""
    known = state.files.get(path)
    if known is None or known.content is None:
        return known is None
    committed = Counter(Text.of(base(path) or b"").keys)
    lines = zip(known.text.keys, known.text.hands, strict=True)
    by_agents = Counter(key for key, hand in lines if hand and hand.kind in (Kind.AGENT, Kind.MIXED))
    return bool(by_agents - committed)


def _names(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if path.is_file() and not path.is_symlink()]
    except OSError:
        return []
