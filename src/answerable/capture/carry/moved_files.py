"""Finds which file of the parent a new file was made from, where so much was changed that git calls it no rename."""

from __future__ import annotations

from collections.abc import Mapping

from answerable.capture.carry.elsewhere import Content, heavy
from answerable.capture.lines.hand import Text
from answerable.git.changes import against
from answerable.git.repository import Repository

_MOST = 50  # files that are gone


def moved_files(
    repository: Repository, parent: str, sha: str, wanted: Mapping[bytes, frozenset[bytes]], content: Content
) -> dict[bytes, bytes]:
    """The file that is gone and that each new file has the most lines of; only where it has any.

    Args:
        repository: Where.
        parent: The commit below.
        sha: The commit.
        wanted: The lines of its new files that are asked about.
        content: Reads files of commits.
    """
    changes = against(repository.quarantine.git, parent.encode(), sha.encode())
    new = [change.path for change in changes if change.status == b"A" and wanted.get(change.path)]
    gone = [change.path for change in changes if change.status == b"D"][:_MOST] if new else []
    lines = {path: heavy(Text.of(content(parent, path) or b"").keys) for path in gone}
    found: dict[bytes, bytes] = {}
    for path in new:
        shared = {old: len(of & heavy(wanted[path])) for old, of in lines.items()}
        best = max(shared, key=lambda old: shared[old], default=b"")
        if shared.get(best):
            found[path] = best
    return found
