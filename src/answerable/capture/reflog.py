"""Reads which commits HEAD came to, in order, from its log: what no hook told of is there too."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

_MADE = ("commit", "cherry-pick", "revert", "rebase", "am", "pull", "merge")
_OPERATIONS = {"cherry-pick": "cherry-pick", "revert": "revert", "rebase": "rebase", "am": "am"}
_CONCLUDED = re.compile(r"commit \((cherry-pick|rebase|revert)\)")  # by hand, after a conflict
_WENT = re.compile(r"\((start|finish|abort|reset|skip)\)|\b(finished|aborting)\b|--(abort|skip|quit)\b")
_ID = re.compile(rb"[0-9a-f]{40}|[0-9a-f]{64}")
MOST_BYTES = 64 << 20


class Move(NamedTuple):
    """HEAD moved: from where, to where, when (in ns), and what moved it."""

    old: str
    new: str
    at: int
    why: str

    @property
    def may_make(self) -> bool:
        """True where the commit may have been made here, just then; not where HEAD only went to one that was there."""
        did, _, rest = self.why.partition(": ")
        if self.old == self.new or not did.startswith(_MADE) or rest in ("Fast-forward", "fast-forward"):
            return False
        return did.startswith("commit") or not (_WENT.search(did) or self._checks_out(did, rest))

    @property
    def doing(self) -> str | None:
        """What git was in the middle of."""
        concluded = _CONCLUDED.match(self.why)
        if concluded:
            return _OPERATIONS[concluded[1]]
        word = self.why.partition(":")[0].partition(" ")[0]
        if word == "pull" and "--rebase" in self.why:
            return "rebase"
        return _OPERATIONS.get(word)

    @staticmethod
    def _checks_out(did: str, rest: str) -> bool:
        """How older versions of git say where a rebase begins."""
        return did in ("rebase", "rebase -i", "pull --rebase") and rest.startswith("checkout ")


def read(git_dir: Path, ref: str = "HEAD") -> list[Move]:
    """The moves of HEAD in one work tree, or of a ref, oldest first; a row that is none is left out."""
    try:
        with (git_dir / "logs" / ref).open("rb") as file:
            rows = file.read(MOST_BYTES).split(b"\n")
    except (OSError, ValueError):
        return []
    return [move for row in rows if (move := _move(row))]


def _move(row: bytes) -> Move | None:
    about, tab, why = row.partition(b"\t")
    ids, _, when = about.rpartition(b"> ")
    old, _, rest = ids.partition(b" ")
    new, _, _ = rest.partition(b" ")
    seconds = when.split(b" ")[0]
    if not tab or not _ID.fullmatch(old) or not _ID.fullmatch(new) or not seconds.isdigit():
        return None
    said = why.decode("utf-8", "replace")
    return Move(old.decode("ascii", "replace"), new.decode("ascii", "replace"), int(seconds) * 10**9, said)
