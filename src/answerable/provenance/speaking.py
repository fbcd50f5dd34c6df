"""Which commits of a history say anything themselves of who wrote them: kept for a head, so that the rest is not read.

What a commit says lies in its own bytes, and follows from its id and from this program's table of tools: of a commit
that was read and said nothing, nothing has to be read again. Notes, decisions and traces are not in it: they are looked
up each time. Where a commit is left out wrongly, its lines are unknown, and governed as AI's.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from answerable import __version__
from answerable.git.links import leads_away
from answerable.git.repository import Repository
from answerable.provenance import table

VERSION = 1
NAME = f"speaking-v{VERSION}.json"
LATER = "ntire-"
"""A message with this, as in `Entire-Checkpoint`, may name evidence that comes later: such a commit is always read."""


@dataclass(frozen=True, slots=True)
class Speaking:
    """Of one head: commits that say something, and merges that say it of what they brought."""

    commits: frozenset[str]
    merges: tuple[str, ...]


def load(folder: Path, repository: Repository, head: str) -> Speaking | None:
    """What was kept, or None where that is of another head or program, or damaged."""
    path = folder / NAME
    if leads_away(folder, NAME):
        return None
    try:
        check, _, text = path.read_bytes().partition(b"\n")
        found = json.loads(text)
        if hashlib.sha256(text).hexdigest().encode() != check or found["of"] != _of(repository, head):
            return None
        return Speaking(frozenset(found["commits"]), tuple(found["merges"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def save(folder: Path, repository: Repository, head: str, commits: Collection[str], merges: Iterable[str]) -> None:
    """Keep it; a folder that cannot be written to is no error."""
    found = {"of": _of(repository, head), "commits": sorted(commits), "merges": list(merges)}
    text = json.dumps(found, separators=(",", ":")).encode()
    draft = folder / f".{NAME}.{os.getpid()}"
    with suppress(OSError):
        if leads_away(folder, NAME):
            return
        folder.mkdir(exist_ok=True)
        draft.unlink(missing_ok=True)
        draft.write_bytes(hashlib.sha256(text).hexdigest().encode() + b"\n" + text)
        draft.replace(folder / NAME)


def _of(repository: Repository, head: str) -> str:
    """Everything that it follows from."""
    data = Path(table.__file__).with_name("signatures.toml").read_bytes()
    cut = repr(sorted(repository.boundary)).encode()
    parts = (f"{VERSION} {__version__} {head}".encode(), data, cut)
    return hashlib.sha256(b"".join(b"%d:" % len(part) + part for part in parts)).hexdigest()
