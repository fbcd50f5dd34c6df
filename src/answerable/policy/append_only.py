"""The notes in which decisions travel only grow: a line that was there stays there, on the same object.

Two notes for one object would let a reader see either, and a place that readers do not look in would hide one, so both
count as a loss.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from answerable.errors import PolicyUnevaluable
from answerable.git.repository import Repository
from answerable.git.tree import list_tree

_PLACE = re.compile(rb"(?:[0-9a-f]{2}/){0,2}[0-9a-f]+")  # where readers of notes look
_FILE = b"100644"


def losses(repository: Repository, old: str, new: str) -> list[str]:
    """What a move of the notes from one commit to another would take away, in words; empty where nothing is lost.

    Args:
        repository: Where both commits are.
        old: Full id of the notes' commit as it is.
        new: The one to come, or None's id where the notes would be deleted.

    Raises:
        GitFailed: a tree cannot be read.
        PolicyUnevaluable: a note cannot be read.
    """
    before = _notes(repository, old)
    after = _notes(repository, new) if new != repository.null_oid else {}
    found = []
    for sha, blobs in before.items():
        kept = after.get(sha, [])
        if kept == blobs:
            continue
        if len(kept) > 1:
            found.append(f"the object {sha[:12]} would have {len(kept)} notes")
            continue
        lost = _lines(repository, blobs) - _lines(repository, kept)
        if lost:
            found.append(f"the note of {sha[:12]} would lose {len(lost):,} of its lines, or have them changed")
    doubled = (sha for sha, blobs in after.items() if len(blobs) > 1 and sha not in before)
    return found + [f"the object {sha[:12]} would have several notes" for sha in doubled]


def _notes(repository: Repository, commit: str) -> Mapping[str, list[str]]:
    """The blobs of each object's notes, by its full id."""
    found: dict[str, list[str]] = {}
    for entry in list_tree(repository.git, commit):
        sha = entry.path.replace(b"/", b"").decode("ascii", "replace")
        if entry.mode == _FILE and len(sha) == len(repository.null_oid) and _PLACE.fullmatch(entry.path):
            found.setdefault(sha, []).append(entry.oid)
    return found


def _lines(repository: Repository, blobs: list[str]) -> set[bytes]:
    lines: set[bytes] = set()
    for oid in blobs:
        data = repository.objects.blob(oid)
        if data is None:
            raise PolicyUnevaluable(f"the note {oid[:12]} cannot be read", hint="see whether it is here: git fsck")
        lines.update(line for line in data.split(b"\n") if line)
    return lines
