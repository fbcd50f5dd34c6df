"""What a countersign is over: exact lines, as the commit that wrote them left them, and a person's words for them.

Lines are bound where they came from, so that whoever asks about them finds who signed, however far the branch went on;
where no commit of the change wrote them, as they stand at its head. What is not the same at both places is bound at the
head: nothing is signed that was not shown. A countersign over lines that nobody is known to have written says nothing
of who did. Format: docs/reference/decisions.md.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from answerable.domain.agent import Agent
from answerable.domain.origin import Origin
from answerable.git.quoting import quoted
from answerable.provenance.decisions import digest_of_lines
from answerable.review.checklist.hunk import Hunk
from answerable.review.checklist.question import Question

MOST_INTENT = 2000  # characters
_MOST_ROWS = 200  # of one decision; the schema allows 256
_MOST_BYTES = 30_000  # of the rows of one decision: a statement is bounded

Blob = Callable[[str, bytes], bytes | None]  # the file at a path, as a commit left it


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Adjacent lines at the head that one commit wrote, or none of the change: 1-based, inclusive."""

    path: bytes
    start: int
    end: int
    origin: Origin
    agent: Agent | None = None  # what is known to have written them
    commit: str | None = None
    commit_path: bytes = b""  # where they stood in that commit
    commit_start: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """What a person decides on at once: lines of one hunk that they have not signed for yet."""

    hunk: Hunk  # cut to these lines
    runs: tuple[Run, ...]
    questions: tuple[Question, ...] = ()  # what a reviewer is asked about the whole hunk

    @property
    def count(self) -> int:
        """How many lines it has."""
        return self.hunk.count

    @property
    def unknown(self) -> int:
        """Of how many of them nobody is known to have written them."""
        return sum(run.end - run.start + 1 for run in self.runs if run.origin is Origin.UNKNOWN)

    def written_by_ai(self) -> Portion:
        """The same, for a person who says that AI wrote what nobody is known to have."""
        told = (replace(run, origin=Origin.AI) if run.origin is Origin.UNKNOWN else run for run in self.runs)
        return replace(self, runs=tuple(told))


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """What one decision is to hold: the commit that it is about, the agent, and members of its details."""

    commit: str
    agent: Agent | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


def statements(head: str, chosen: Sequence[tuple[Portion, str]], blob: Blob) -> Iterator[Signed]:
    """The countersigns over what a person chose: one for each commit, agent and statement, or several where
    there are very many lines.

    Args:
        head: Full id of the commit at which the lines were shown.
        chosen: The lines, each with what the person says that they are meant to do.
        blob: Reads files.
    """
    groups: dict[tuple[str, str, bool, Agent | None], list[dict[str, Any]]] = {}
    for portion, intent in chosen:
        for run in _joined(portion.runs):
            commit, row = _row(head, run, blob)
            silent = run.origin is Origin.UNKNOWN
            groups.setdefault((commit, intent.strip(), silent, None if silent else run.agent), []).append(row)
    for (commit, intent, silent, agent), rows in groups.items():
        for some in _parted(rows):
            origin = {"origin": Origin.UNKNOWN.value} if silent else {}
            yield Signed(commit=commit, agent=agent, details={"lines": some, "intent": intent, **origin})


def _joined(runs: Sequence[Run]) -> list[Run]:
    """Runs that go on where the one before ends, there and here, as one; of the origin only unknown matters."""
    found: list[Run] = []
    for run in runs:
        last = found[-1] if found else None
        if last and _goes_on(last, run):
            found[-1] = replace(last, end=run.end)
        else:
            found.append(run)
    return found


def _goes_on(last: Run, run: Run) -> bool:
    there = last.commit_start + last.end - last.start + 1
    return (
        (last.path, last.end + 1, last.commit, last.commit_path) == (run.path, run.start, run.commit, run.commit_path)
        and (last.origin is Origin.UNKNOWN, last.agent) == (run.origin is Origin.UNKNOWN, run.agent)
        and (run.commit is None or there == run.commit_start)
    )


def _row(head: str, run: Run, blob: Blob) -> tuple[str, dict[str, Any]]:
    """The commit that lines are bound to, and the lines in it."""
    here = digest_of_lines(blob(head, run.path), run.start, run.end)
    if run.commit:
        last = run.commit_start + run.end - run.start
        if here and digest_of_lines(blob(run.commit, run.commit_path), run.commit_start, last) == here:
            return run.commit, _span(run.commit_path, run.commit_start, last, here)
    return head, _span(run.path, run.start, run.end, here)


def _span(path: bytes, start: int, end: int, digest: str | None) -> dict[str, Any]:
    return {"path": quoted(path), "start": start, "end": end, "digest": digest}


def _parted(rows: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Rows in lists that fit into a decision each."""
    some: list[dict[str, Any]] = []
    size = 0
    for row in rows:
        more = len(json.dumps(row, ensure_ascii=True))
        if some and (len(some) == _MOST_ROWS or size + more > _MOST_BYTES):
            yield some
            some, size = [], 0
        some.append(row)
        size += more
    if some:
        yield some
