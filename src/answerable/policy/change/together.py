"""Reads the two ends of a change and the history between them with one git, which costs more to start than to ask."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager

from answerable.domain.commit import Commit
from answerable.git.changes import Record, Step, records
from answerable.git.repository import Repository
from answerable.policy.change.lines import MOST, steps
from answerable.policy.change.paths import PathChange, change_of, changes


@contextmanager
def together(
    repository: Repository, base: str | None, head: str, commits: Mapping[str, Commit]
) -> Iterator[tuple[list[PathChange], Iterator[Record] | None]]:
    """The paths that a change changes, and what each of its commits did; None where that is better asked by itself.

    Args:
        repository: Where.
        base: Full id of the commit that the change begins at; None: at nothing.
        head: Full id of the commit that it ends at.
        commits: All commits of the range, children before parents.

    Raises:
        PolicyUnevaluable: objects that it takes are not in this clone.
    """
    if base is None or not 0 < len(commits) <= MOST:
        yield changes(repository, base, head), None
        return
    ends = Step(head.encode(), (base.encode(),))
    with closing(records(repository.quarantine.git, [ends, *steps(commits.values())])) as history:
        first = next(history)
        found = [change_of(path, raw) for path, raw in first.raw]
        if first.opaque or {b"A", b"D"} <= {change.status for change in found}:  # there can be renames
            found = changes(repository, base, head)
        yield found, history
