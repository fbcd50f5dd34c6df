"""The changes that entered a branch: one for each commit of its first-parent line, with all that came in with it.

A merge is the change of the branch that it merged, a plain commit (a squash is one) is a change of itself. Every commit
that the line brought in belongs to exactly one change, and each change is the range that the gate would be asked about
when it went in: from the commit of the line before it to its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from answerable.errors import PolicyUnevaluable
from answerable.git.repository import Repository
from answerable.policy.change.paths import INCOMPLETE, commits_told


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """One change as it went in; the commits newest first, in the order of `git rev-list --topo-order`."""

    base: str | None  # None: the line begins with it
    head: str
    commits: tuple[tuple[str, tuple[str, ...]], ...]  # each with its parents

    @property
    def merges(self) -> tuple[str, ...]:
        """Those of the commits that are merges."""
        return tuple(sha for sha, parents in self.commits if len(parents) > 1)


def entered(repository: Repository, base: str | None, head: str, limit: int | None = None) -> list[Entered]:
    """The changes of a range, the newest first.

    Args:
        repository: Where.
        base: Full id of a commit: what it has already is left out; None: nothing is.
        head: Full id of the newest commit of the line.
        limit: How many of the newest changes at most.

    Raises:
        PolicyUnevaluable: this clone ends inside the line.
    """
    line = _line(repository, base, head, limit)
    if not line:
        return []
    if not repository.boundary.isdisjoint(line):
        raise PolicyUnevaluable("this clone ends inside the range, so what went in is not all here", hint=INCOMPLETE)
    before = _parents_of(repository, line[-1])[:1]
    parents = _graph(repository, head, before)
    seen: set[str] = set()
    found = []
    for at in range(len(line) - 1, -1, -1):  # the oldest first: what it brought in, no later one did
        own = _brought(line[at], parents, seen)
        seen |= own
        first = parents[line[at]][:1]
        commits = tuple((sha, parents[sha]) for sha in ordered(line[at], {sha: parents[sha] for sha in own}))
        found.append(Entered(base=first[0] if first else None, head=line[at], commits=commits))
    return found[::-1]


def inside(entered: Entered, merge: Sequence[str]) -> set[str]:
    """The commits of a change that one of its merges brought in.

    Args:
        entered: The change.
        merge: The parents of the merge.
    """
    parents = dict(entered.commits)
    here = _reached(merge[:1], parents)
    return _reached(merge[1:], parents) - here


def _line(repository: Repository, base: str | None, head: str, limit: int | None) -> list[str]:
    most = [f"--max-count={limit}"] if limit is not None else []
    return commits_told(repository, "--first-parent", *most, head, *([f"^{base}"] if base else []))


def _graph(repository: Repository, head: str, without: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    rows = (row.split() for row in commits_told(repository, "--parents", head, *(f"^{sha}" for sha in without)))
    return {row[0]: tuple(row[1:]) for row in rows}


def _parents_of(repository: Repository, sha: str) -> Sequence[str]:
    (row,) = commits_told(repository, "--parents", "--max-count=1", sha)
    return row.split()[1:]


def _brought(head: str, parents: Mapping[str, Sequence[str]], seen: set[str]) -> set[str]:
    found, todo = {head}, [head]
    while todo:
        for parent in parents[todo.pop()]:
            if parent in parents and parent not in seen and parent not in found:
                found.add(parent)
                todo.append(parent)
    return found


def _reached(starts: Sequence[str], parents: Mapping[str, Sequence[str]]) -> set[str]:
    found = {sha for sha in starts if sha in parents}
    todo = list(found)
    while todo:
        new = [sha for sha in parents[todo.pop()] if sha in parents and sha not in found]
        found.update(new)
        todo += new
    return found


def ordered(head: str, parents: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Git's topological order from one tip: a commit comes when all its children have, the last parent first.

    Args:
        head: The tip.
        parents: Every commit that is wanted, with its parents; all of them are in the history of the tip.
    """
    children: dict[str, int] = {}
    for above in parents.values():
        for parent in above:
            children[parent] = children.get(parent, 0) + 1
    ready = [head]
    while ready:
        sha = ready.pop()
        yield sha
        for parent in parents[sha]:
            children[parent] -= 1
            if parent in parents and not children[parent]:
                ready.append(parent)
