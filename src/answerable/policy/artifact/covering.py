"""The verdict that a revision stands on: the newest that was recorded about it, or about the change that it merges.

A verdict covers a revision only where it is about all that the revision adds to its first parent. For a merge, that of
the change counts where the merge is what git makes of the two by itself: it adds no line by its own hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from answerable.domain.decision import Kind
from answerable.errors import PolicyUnevaluable
from answerable.git.commits import read_commit
from answerable.git.repository import Repository
from answerable.policy.artifact.history import Entry, History

_FETCH = "run it in a clone that has the whole history: git fetch --unshallow, or fetch-depth: 0 in CI"


@dataclass(frozen=True, slots=True)
class Covering:
    """A recorded verdict, and the commits that it was about; `base` is None where it began at nothing."""

    entry: Entry
    base: str | None
    head: str


def covering(repository: Repository, history: History, revision: str) -> Covering:
    """The newest verdict that covers a revision.

    Raises:
        PolicyUnevaluable: there is none, or whether it does cannot be told here.
    """
    commit = read_commit(repository.objects, revision)
    if commit is None:
        raise PolicyUnevaluable(f"the revision {revision[:12]} of the artifact is not in this clone", hint=_FETCH)
    first = commit.parents[0] if commit.parents else None
    heads = [revision]
    if len(commit.parents) == 2 and _adds_nothing(repository, revision, *commit.parents):
        heads.append(commit.parents[1])
    found = [one for head in heads for one in _verdicts(history, head)]
    newest = max(found, key=lambda one: one.entry.index, default=None)  # older ones were replaced by it
    if newest is None:
        raise _nothing(revision, first, "")
    if not _covers(repository, newest.base, first):
        raise _nothing(revision, first, f": entry {newest.entry.index} is about a part of it only")
    return newest


def _verdicts(history: History, head: str) -> Iterator[Covering]:
    """The verdicts on ranges that end at a commit, those on no commit at all left out."""
    for entry in history.about("gitCommit", head, Kind.GATE):
        base = _base(entry)
        if entry.about("gitCommit") == (head,) and base != head:
            yield Covering(entry, base, head)


def _nothing(revision: str, first: str | None, why: str) -> PolicyUnevaluable:
    start = first[:12] if first else "BASE"
    hint = f"judge it and keep the verdict: answerable gate {start}..{revision[:12]} --record"
    return PolicyUnevaluable(f"no verdict on the revision {revision[:12]} is in the ledger{why}", hint=hint)


def _base(entry: Entry) -> str | None:
    said = entry.decision.details.get("base")
    if not isinstance(said, str) or not said:
        return entry.about("gitCommit")[0]  # it does not say: then it covers nothing
    return said if said.strip("0") else None


def _covers(repository: Repository, base: str | None, first: str | None) -> bool:
    """True where everything that the revision adds to its first parent is after the base."""
    if base is None or first is None:
        return base is None
    code, _, _ = repository.quarantine.git.attempt("merge-base", "--is-ancestor", base, first)
    if code not in (0, 1):
        raise PolicyUnevaluable(f"where the verdict begins, {base[:12]}, is not in this clone", hint=_FETCH)
    return code == 0


def _adds_nothing(repository: Repository, revision: str, ours: str, theirs: str) -> bool:
    """True where a merge has the very tree that git makes of its parents; False too where that cannot be told."""
    code, out, _ = repository.quarantine.git.attempt("merge-tree", "--write-tree", ours, theirs)
    tree = repository.objects.get(f"{revision}^{{tree}}")
    return code == 0 and tree is not None and out.split()[:1] == [tree.oid.encode()]
