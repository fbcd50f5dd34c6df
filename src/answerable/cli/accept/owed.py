"""Knows which signed statements still lack their notes: the ledger has them, and nobody need sign them again.

What is not in the ledger is brought into no note, and neither is what was to stay out of them.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from answerable.capture.recording.snapshots import write
from answerable.domain.decision import Decision
from answerable.git.record import add_lines
from answerable.git.repository import Repository
from answerable.ledger.log import Ledger

_MOST_BYTES = 1 << 20


def remember(repository: Repository, decisions: Sequence[Decision]) -> None:
    """Note, before the ledger is asked, that these are to be brought into notes.

    Args:
        repository: Where.
        decisions: About one commit each.
    """
    rows = [f"{one.subjects[0].digest['gitCommit']} {one.decision_id}\n" for one in decisions]
    there = "".join(f"{sha} {name}\n" for sha, name in _rows(repository))
    write(os.fsencode(_file(repository)), (there + "".join(rows)).encode())


def bring(repository: Repository, ledger: Ledger) -> int:
    """Bring into notes what lacks them; return how many were new.

    Args:
        repository: Where.
        ledger: What has them.

    Raises:
        GitFailed: the notes could not be written; it is tried again by whoever comes next.
    """
    wanted: dict[str, list[bytes]] = {}
    for sha, name in _rows(repository):
        lines = [one.envelope.encode() for one in ledger.about(sha) if one.decision.decision_id == name]
        wanted.setdefault(sha, []).extend(lines)
    brought = add_lines(repository, wanted) if wanted else 0
    _file(repository).unlink(missing_ok=True)
    return brought


def _rows(repository: Repository) -> list[tuple[str, str]]:
    """The commit and the id of each."""
    data = b""
    with suppress(OSError), _file(repository).open("rb") as file:
        data = file.read(_MOST_BYTES)
    rows = (row.partition(" ") for row in data.decode("ascii", "replace").splitlines())
    return [(sha, name) for sha, _, name in rows if name]


def _file(repository: Repository) -> Path:
    return repository.common_dir / "answerable" / "countersigns-owed"
