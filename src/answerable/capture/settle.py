"""Takes in what waits before an answer is given, so that nothing is ever seen missing; it never breaks the answer.

Where nothing waits, which is so wherever nothing is installed, it costs a few looks at files.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from answerable.capture.recording.pending import waiting

if TYPE_CHECKING:
    from answerable.capture.recording.place import Place


def settle(folder: Path, *, warn: bool = True) -> None:
    """Drain every work tree of a folder's repository in which something waits.

    Args:
        folder: Any folder; one in no repository has nothing that waits.
        warn: Whether a fault is told on standard error, besides in the journal.
    """
    for place in waiting(os.fsencode(folder)):
        fault = _drained(place)
        if fault and warn:
            sys.stderr.write(f"answerable: what was recorded could not be taken in: {fault}\n")


def _drained(place: Place) -> str | None:
    """Drain a work tree; what went wrong, or None."""
    from answerable.capture.drain import drain
    from answerable.capture.recording.spool import journal
    from answerable.domain.printable import printable
    from answerable.git.repository import Repository

    try:
        with Repository(Path(os.fsdecode(place.root))) as repository:
            drain(repository)
    except Exception as error:  # an answer without it is better than none
        fault = printable(f"{type(error).__name__}: {error}")
        journal(place.folder, f"a drain failed: {fault}")
        return fault
    return None
