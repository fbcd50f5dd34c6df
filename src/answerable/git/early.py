"""Starts what a question about lines will wait for, while the rest of the program is still being loaded."""

from __future__ import annotations

import re
from typing import NamedTuple

from answerable.git.blame import Blame
from answerable.git.landing import Line
from answerable.git.repository import Repository
from answerable.git.tree import entry_at

_LINES = re.compile(r"(.+?):([0-9]{1,9})(?:-([0-9]{1,9}))?", re.DOTALL)

Asked = tuple[str, bytes, tuple[int, int]]  # commit, path, lines


class Early(NamedTuple):
    """What was started; whoever needs a blame takes it out."""

    line: Line
    blames: dict[Asked, Blame]

    @classmethod
    def start(cls, repository: Repository, head: str, targets: tuple[str, ...]) -> Early:
        """Start reading the main line, and a blame where the only target is a line of a plain file.

        A guess that turns out wrong costs nothing: its process is ended.
        """
        early = cls(Line(repository.quarantine, head), {})
        found = _LINES.fullmatch(targets[0]) if len(targets) == 1 else None
        if found:
            path = repository.prefix + found[1].encode("utf-8", "surrogateescape")
            entry = entry_at(repository.objects, head, path)
            start = int(found[2])
            lines = (start, int(found[3] or start))
            if entry and entry.kind == "blob" and 0 < lines[0] <= lines[1] <= entry.data.count(b"\n"):
                early.blames[head, path, lines] = Blame(repository.quarantine.git, head, path, lines)
        return early

    def close(self) -> None:
        """End what nobody took."""
        self.line.close()
        for blame in self.blames.values():
            blame.close()
        self.blames.clear()
