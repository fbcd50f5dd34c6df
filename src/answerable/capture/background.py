"""What a git hook starts and does not wait for: takes in what waits in a repository, until nothing does, then ends.

Hooks start none where one runs, which they see by the file `drain.pid`. So it is removed before the last look at what
waits: a hook that came before sees the process, one that comes later starts another. What cannot be taken in is not
tried again until the next commit, or until somebody asks.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

from answerable.capture.recording.pending import REWRITTEN, waiting
from answerable.capture.recording.place import Place, find
from answerable.capture.recording.snapshots import write

_PAUSE = 0.1  # seconds in which more may come: an amended commit's pair, the next of many commits
_LONGEST = 600  # seconds; whatever then holds it up, the next commit begins anew
_ROUNDS = 100
_MOST_PAIRS = 4 << 20  # bytes


def main() -> int:
    """Run in the work tree that is the current folder.

    Returns:
        0, always: what goes wrong is in the journal.
    """
    with suppress(OSError):
        os.setsid()
    signal.alarm(_LONGEST)
    os.nice(5)
    place = find(os.fsencode(Path.cwd().resolve()))
    if place is None:
        return 0
    os.chdir("/")  # nobody's folder is kept from going
    _remove(place, b"no-program")
    for turn in range(_ROUNDS):
        time.sleep(_PAUSE if turn else 0)  # the hook has waited before the first
        done = _once(place)
        if done and waiting(place):
            continue
        _remove(place, b"drain.pid")
        if not done or not waiting(place):
            break
        write(os.path.join(place.folder, b"drain.pid"), b"%d\n" % os.getpid())  # noqa: PTH118 - bytes
    _trim(Path(os.fsdecode(place.folder)) / os.fsdecode(REWRITTEN))
    return 0


def _trim(pairs: Path) -> None:
    """Forget the oldest pairs of rewritten commits, of which nobody reads more than the newest."""
    with suppress(OSError):
        if pairs.stat().st_size > 2 * _MOST_PAIRS:
            write(os.fsencode(pairs), pairs.read_bytes()[-_MOST_PAIRS:].partition(b"\n")[2])


def _once(place: Place) -> bool:
    from answerable.capture.settle import settle

    return settle(Path(os.fsdecode(place.root)), warn=False)


def _remove(place: Place, name: bytes) -> None:
    with suppress(OSError):
        os.unlink(os.path.join(place.folder, name))  # noqa: PTH108, PTH118 - bytes


if __name__ == "__main__":
    sys.exit(main())
