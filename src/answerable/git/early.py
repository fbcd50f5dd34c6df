"""Starts what a question about lines will wait for, while the rest of the program is still being loaded."""

from __future__ import annotations

import re
from typing import NamedTuple

from answerable.git.blame import Blame
from answerable.git.landing import Line
from answerable.git.repository import Repository
from answerable.git.tags import TAGS
from answerable.git.tree import entry_at

_LINES = re.compile(r"(.+?):([0-9]{1,9})(?:-([0-9]{1,9}))?", re.DOTALL)

Asked = tuple[str, bytes, tuple[int, int]]  # commit, path, lines


class Early(NamedTuple):
    """What was started; whoever needs a blame takes it out."""

    repository: Repository
    line: Line
    blames: dict[Asked, Blame]

    @classmethod
    def start(cls, repository: Repository, head: str, targets: tuple[str, ...], *listings: tuple[str, ...]) -> Early:
        """Start reading the main line and the tags, and a blame where the only target is a line of a plain file.

        A guess that turns out wrong costs nothing: its process is ended.

        Args:
            repository: Where.
            head: Full commit id.
            targets: As typed.
            listings: Other questions to the repository that will be asked.
        """
        blames = dict(_blame(repository, head, targets[0])) if len(targets) == 1 else {}
        early = cls(repository, Line(repository.quarantine, head), blames)
        for listing in (TAGS, *listings):
            repository.git.ahead(*listing)
        return early

    def close(self) -> None:
        """End what nobody took."""
        self.repository.git.forget()
        self.line.close()
        for blame in self.blames.values():
            blame.close()
        self.blames.clear()


def _blame(repository: Repository, head: str, target: str) -> list[tuple[Asked, Blame]]:
    found = _LINES.fullmatch(target)
    if found is None:
        return []
    path = repository.prefix + found[1].encode("utf-8", "surrogateescape")
    entry = entry_at(repository.objects, head, path)
    lines = (int(found[2]), int(found[3] or found[2]))
    if entry is None or entry.kind != "blob" or not 0 < lines[0] <= lines[1] <= entry.data.count(b"\n"):
        return []
    return [((head, path, lines), Blame(repository.quarantine.git, head, path, lines))]
