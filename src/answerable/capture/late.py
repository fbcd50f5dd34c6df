"""Corrects how lines came in once an agent's telemetry says more: it is sent in batches, often after the commit.

What the recorder signed stays; what takes its place names it. Nothing is corrected for a commit that is older than
three days, nor for one with more lines of agents than can be remembered.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from answerable.capture.acceptance import told_of
from answerable.capture.calls import Calls
from answerable.capture.otlp_store import Decisions
from answerable.capture.rows import Row

MOST_COMMITS = 100
MOST_ROWS = 500  # of one commit
LONGEST = 3 * 24 * 3600 * 10**9  # ns

Late = dict[str, dict[str, Any]]  # by commit: `at`, `person`, `rows`


def remember(late: Late, sha: str, at: int, person: str, wrote: Sequence[Row]) -> None:
    """Remember whose lines of a commit an agent's telemetry may still tell more about.

    Args:
        late: What is remembered; it is changed.
        sha: The commit.
        at: When it was made, in ns since 1970.
        person: Who told the agents to work.
        wrote: The lines that agents wrote.
    """
    if not wrote or len(wrote) > MOST_ROWS:
        return
    late[sha] = {"at": at, "person": person, "rows": list(map(_packed, wrote))}
    while len(late) > MOST_COMMITS:
        del late[next(iter(late))]


def rows(entry: Mapping[str, Any]) -> list[Row]:
    """The lines of a commit that is remembered."""
    return [
        Row(path=os.fsencode(path), start=start, end=end, session=session, trace=trace, changed_by=by)
        for path, start, end, session, trace, by in entry["rows"]
    ]


def forget(late: Late, now: int, calls: Calls, telemetry: Decisions) -> None:
    """Forget commits that are too old, and those of whose every call the telemetry has told."""
    for sha, entry in list(late.items()):
        asked = ((calls.of(row.trace), row.path) for row in rows(entry))
        told = all(call is None or told_of(call, path, telemetry) for call, path in asked)
        if told or abs(now - entry["at"]) > LONGEST:
            del late[sha]


def traces(late: Late) -> set[str | None]:
    """The traces of the calls that are still asked about."""
    return {row[4] for entry in late.values() for row in entry["rows"]}


def read(given: Any) -> Late:
    """What was remembered, as JSON has it; what is not of its form is left out."""
    found: Late = {}
    for sha, entry in given.items() if isinstance(given, dict) else ():
        kept = [row for row in entry["rows"] if _is_row(row)]
        if len(kept) == len(entry["rows"]):
            found[str(sha)] = {"at": int(entry["at"]), "person": str(entry["person"]), "rows": kept}
    return found


def _packed(row: Row) -> list[Any]:
    return [os.fsdecode(row.path), row.start, row.end, row.session, row.trace, row.changed_by]


def _is_row(row: Any) -> bool:
    texts: Iterable[Any] = (row[0], row[3], *(one for one in (row[4], row[5]) if one is not None))
    return len(row) == 6 and all(isinstance(one, str) for one in texts) and row[1] <= row[2]
