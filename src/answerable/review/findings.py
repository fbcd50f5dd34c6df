"""Puts results of analysers on the files of one commit: which path of its tree, and which lines as they stand there.

A result on a path that the commit does not have is told and left out; where that is true of every result of a report,
or a result names lines that its file does not have, the report was made of other code and is refused.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from answerable.errors import SarifInvalid
from answerable.git.repository import Repository
from answerable.git.tree import Entry, list_tree
from answerable.review.result import Report, Result, Where

_FILE = b"100"
_BREAK = re.compile(rb"\r\n|[\n\r\v\f\x1c-\x1e]|\xc2\x85|\xe2\x80[\xa8\xa9]")  # what one tool or other ends a line at


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A result on lines of a file, 1-based inclusive; 0 and 0: the whole file."""

    result: Result
    path: bytes
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """The results that are on files of a commit, in the order of paths and lines."""

    reports: tuple[Report, ...] = ()
    found: tuple[Found, ...] = ()
    notes: tuple[str, ...] = ()


def find(repository: Repository, head: str, reports: Sequence[Report]) -> Findings:
    """Put the results of reports on the files of a commit.

    Args:
        repository: Where.
        head: Full id of the commit.
        reports: What was read.

    Raises:
        SarifInvalid: a report was made of other code.
    """
    if not any(report.results for report in reports):
        return Findings(reports=tuple(reports), notes=_notes(reports, ()))
    files = _Files(repository, head)
    found: dict[Found, None] = {}  # several reports may say the same
    more: list[str] = []
    for report in reports:
        placed = list(_placed(report, files, more))
        if not placed and any(result.where for result in report.results):
            raise _of_elsewhere(report, repository)
        found.update(dict.fromkeys(placed))
    ordered = sorted(found, key=lambda one: (one.path, one.start, one.end))
    return Findings(reports=tuple(reports), found=tuple(ordered), notes=_notes(reports, more))


def _placed(report: Report, files: _Files, notes: list[str]) -> Iterator[Found]:
    left: Counter[str] = Counter()
    for result in report.results:
        for where in result.where:
            path = next((path for path in where.paths if path in files), None)
            if path is None:
                left[result.tool] += bool(where.paths)
                continue
            lines = files[path].lines(where)
            if lines is None:
                raise _of_other_content(report, where, path)
            yield Found(result=result, path=path, start=lines[0], end=lines[1])
    for tool, count in left.items():
        if count:
            notes.append(f"{report.name}: {count:,} results of {tool} are about files that the commit does not have")


def _notes(reports: Iterable[Report], more: Iterable[str]) -> tuple[str, ...]:
    return (*(note for report in reports for note in report.notes), *more)


def _of_elsewhere(report: Report, repository: Repository) -> SarifInvalid:
    count = len(report.results)
    what = f"{report.name}: none of its {count:,} results is about a file of the commit that is judged"
    hint = f"run the analyser at the top of the repository ({repository.root}), or have it write relative addresses"
    return SarifInvalid(what, hint=hint)


def _of_other_content(report: Report, where: Where, path: bytes) -> SarifInvalid:
    name = path.decode("utf-8", "replace")
    what = f"{report.name}: {where.at}: {name} has no line {where.start} in the commit that is judged"
    return SarifInvalid(what, hint="run the analyser on the very commit that is judged, and give the gate that")


class _Files:
    """The regular files of a commit, each read once when it is first asked for."""

    def __init__(self, repository: Repository, head: str) -> None:
        self._repository = repository
        self._entries: dict[bytes, Entry] = {
            entry.path: entry for entry in list_tree(repository.git, head) if entry.mode.startswith(_FILE)
        }
        self._read: dict[bytes, _File] = {}

    def __contains__(self, path: bytes) -> bool:
        return path in self._entries

    def __getitem__(self, path: bytes) -> _File:
        if path not in self._read:
            self._read[path] = _File(self._repository.objects.blob(self._entries[path].oid) or b"")
        return self._read[path]


class _File:
    """Where the lines of a file begin."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._ends = [found.end() for found in re.finditer(b"\n", data)]
        self._most = max(len(_BREAK.findall(data)), len(self._ends)) + 1  # as the most generous tool counts
        self._total = len(self._ends) + (not data.endswith(b"\n") and bool(data))

    def lines(self, where: Where) -> tuple[int, int] | None:
        """The lines of a place, 0 and 0 for the whole file; None where the file has none such."""
        if where.characters is not None:
            return self._span(self._characters, *where.characters)
        if where.octets is not None:
            return self._span(self._ends, *where.octets)
        if not where.start or not self._total:
            return (0, 0) if where.start <= 1 else None
        if where.start > self._most:
            return None
        start = min(where.start, self._total)
        return start, max(start, min(where.end, self._total))

    @cached_property
    def _characters(self) -> list[int]:
        """The ends of lines, counted in characters."""
        ends, total = [], 0
        for line in self._data.decode("utf-8", "replace").split("\n"):
            total += len(line) + 1
            ends.append(total)
        return ends

    def _span(self, ends: Sequence[int], offset: int, length: int) -> tuple[int, int] | None:
        total = max(self._total, 1)
        start = min(bisect_right(ends, offset) + 1, total)
        last = min(bisect_right(ends, offset + max(length - 1, 0)) + 1, total)
        return start, last
