"""The range of a change: from where it left a branch to its head, as `git rev-list` walks it; never a part of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from answerable.domain.commit import Commit
from answerable.errors import PolicyUnevaluable
from answerable.git.commits import read_commit
from answerable.git.repository import Repository
from answerable.policy.change.paths import INCOMPLETE, commits_told
from answerable.policy.history.line import ordered

_NEAR = 30  # commits


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A range as the gate takes it: where it begins, all that it leaves out, and its commits, newest first."""

    base: str | None  # None: at nothing
    bases: tuple[str, ...]
    head: str
    commits: tuple[str, ...]
    merges: tuple[str, ...]
    read: Mapping[str, Commit] = field(default_factory=dict, compare=False)  # those that are read already: all or none


def span_of(repository: Repository, base: str | None, head: str) -> Span:
    """The range from where a change left a branch to its head.

    Args:
        repository: Where.
        base: Any commit of the branch; None or all zeros where there is none.
        head: Full commit id.

    Raises:
        PolicyUnevaluable: the two have no history in common, or the clone ends before it.
    """
    known = base if base and base.strip("0") else None
    walk, edge, read = _near(repository, known, head) or _walked(repository, known, head)
    if known and walk and not edge:
        hint = INCOMPLETE if repository.shallow else "give a base that shares history with the head"
        raise PolicyUnevaluable(f"{known[:12]} and {head[:12]} have no commit in common here", hint=hint)
    if len(edge) > 1:  # those of the edge are not all as new as can be
        edge = repository.quarantine.git.run("merge-base", "--all", str(known), head).decode().split()
    bases = tuple(sorted(edge)) if walk else ((head,) if known else ())
    commits = tuple(sha for sha, _ in walk)
    if not repository.boundary.isdisjoint(commits):
        raise PolicyUnevaluable("this clone ends inside the range, so its commits are not all here", hint=INCOMPLETE)
    merges = tuple(sha for sha, parents in walk if len(parents) > 1)
    return Span(base=bases[0] if bases else None, bases=bases, head=head, commits=commits, merges=merges, read=read)


_Found = tuple[list[tuple[str, Sequence[str]]], list[str], dict[str, Commit]]


def _near(repository: Repository, base: str | None, head: str) -> _Found | None:
    """The same where few commits lead back to the base and to nothing else, without a process; else None.

    Every way back from such a commit ends at the base. So none of them is in its history: the base would be in its own.
    """
    parents: dict[str, tuple[str, ...]] = {}
    read: dict[str, Commit] = {}
    waiting = [head] if base and base != head and not repository.shallow else []
    while waiting:
        sha = waiting.pop()
        if sha == base or sha in parents:
            continue
        commit = read_commit(repository.objects, sha) if len(parents) < _NEAR else None
        if commit is None or not commit.parents:
            return None
        parents[sha], read[sha] = commit.parents, commit
        waiting += commit.parents
    if not parents:
        return None
    walk: list[tuple[str, Sequence[str]]] = [(sha, parents[sha]) for sha in ordered(head, parents)]
    return walk, [str(base)], {sha: read[sha] for sha, _ in walk}


def _walked(repository: Repository, base: str | None, head: str) -> _Found:
    """The commits of a range with their parents, newest first, and those at its edge that are outside of it."""
    asked = ("--topo-order", "--parents", "--boundary", head, *([f"^{base}"] if base else []))
    rows = [line.split() for line in commits_told(repository, *asked)]
    return (
        [(row[0], row[1:]) for row in rows if not row[0].startswith("-")],
        [row[0][1:] for row in rows if row[0].startswith("-")],
        {},
    )
