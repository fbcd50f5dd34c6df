"""Asks `git blame` about a few lines of one file: the fastest way there is where no snapshot is at hand."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from answerable.git.attribution.pieces import End, Origin, Piece
from answerable.git.program import Git, output_of
from answerable.git.quoting import unquoted


class Blame:
    """A running `git blame` of one file at one commit; start several, then collect each.

    Args:
        git: A quarantine.
        commit: Full commit id.
        path: The file, relative to the root.
        lines: 1-based inclusive; the whole file by default.
        more: Further lines of the file, beside the first.
        moved: Look through changes of white space, and find lines that were moved or copied: -w -M -C.
        ignore: A file like .git-blame-ignore-revs, of commits whose changes are looked through; full ids of which git
            passes over those that are no commits here. Ids given one by one would end it there.
    """

    def __init__(
        self,
        git: Git,
        commit: str,
        path: bytes,
        lines: tuple[int, int] | None = None,
        ignore: Path | None = None,
        *,
        more: Sequence[tuple[int, int]] = (),
        moved: bool = False,
    ) -> None:
        asked = [lines, *more] if lines else list(more)
        limits = [f"-L{start},{end}" for start, end in asked] + (["-w", "-M", "-C"] if moved else [])
        passed = [f"--ignore-revs-file={ignore}"] if ignore else []
        self._process: subprocess.Popen[bytes] = git.popen(
            "blame", "-s", "--incremental", *limits, *passed, commit, "--", path
        )

    def close(self) -> None:
        """End it where nobody asks any more."""
        output_of(self._process).close()
        self._process.kill()
        self._process.wait()

    def pieces(self, boundary: frozenset[str]) -> list[Piece] | None:
        """The lines in order, or None where git could not say (a missing object).

        Args:
            boundary: Commits at which a shallow clone ends.
        """
        out = output_of(self._process).read()
        output_of(self._process).close()
        return _parse(out, boundary) if self._process.wait() == 0 else None


def _parse(out: bytes, boundary: frozenset[str]) -> list[Piece]:
    found = []
    entry: tuple[bytes, int, int, int] | None = None
    for line in out.split(b"\n"):
        if line.startswith(b"filename ") and entry:
            commit, orig_start, start, count = entry
            end = End.SHALLOW if commit.decode() in boundary else End.BEGUN
            found.append(Piece(start, count, Origin(commit, unquoted(line[9:]), end), orig_start))
            entry = None
        elif entry is None and line:
            words = line.split(b" ")
            entry = (words[0], int(words[1]), int(words[2]), int(words[3]))
    return sorted(found, key=lambda piece: piece.start)
