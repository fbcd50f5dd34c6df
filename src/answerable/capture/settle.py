"""Takes in what waits before an answer is given, so that nothing is ever seen missing; it never breaks the answer.

Where nothing waits, which is so wherever nothing is installed, it costs a few looks at files.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from answerable.capture.recording.pending import merged, unmerged, waiting
from answerable.capture.recording.place import Place, find

if TYPE_CHECKING:
    from answerable.git.repository import Repository


def settle(folder: Path, *, warn: bool = True) -> bool:
    """Take in what hooks recorded in the work trees of a folder's repository, and the notes that were fetched.

    Args:
        folder: Any folder; one in no repository has nothing that waits.
        warn: Whether a fault is told on standard error, besides in the journal.

    Returns:
        False where something could not be taken in.
    """
    try:
        place = find(os.fsencode(folder.resolve()))
    except (OSError, ValueError):  # the command says what is wrong with it
        return True
    if place is None:
        return True
    seen = unmerged(place.common)
    faults = [_guarded(one, _drain) for one in waiting(place)]
    if seen is not None:
        faults.append(_guarded(place, _merge))
        merged(place.common, seen)  # what cannot be merged is told once
    for fault in filter(None, faults):
        if warn:
            sys.stderr.write(f"answerable: what was recorded could not be taken in: {fault}\n")
    return not any(faults)


def _guarded(place: Place, work: Callable[[Repository], object]) -> str | None:
    """Do something in a work tree; what went wrong, or None."""
    from answerable.capture.recording.spool import journal
    from answerable.domain.printable import printable
    from answerable.git.repository import Repository

    try:
        with Repository(Path(os.fsdecode(place.root))) as repository:
            work(repository)
    except Exception as error:  # an answer without it is better than none
        fault = printable(f"{type(error).__name__}: {error}")
        journal(place.folder, f"what waits could not be taken in: {fault}")
        return fault
    return None


def _drain(repository: Repository) -> None:
    from answerable.capture.drain import drain

    drain(repository)


def _merge(repository: Repository) -> None:
    from answerable.git.exchange import fetched, merge

    for remote in fetched(repository):
        merge(repository, remote)
